"""What the lab's parts share: the open recording, and the cursor in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Slot

from aliquot.console.domain.lab import Done, Job, Lab, OnProgress, Sample
from aliquot.console.domain.lab_result import ItemDetail, LabResult, StripItem
from aliquot.widgets.lab import words
from aliquot.widgets.lab.work import Arrived, Busy, Doing, Work
from aliquot.widgets.lab.zoom import Zoom
from aliquot.widgets.signals import SignalOf

if TYPE_CHECKING:
    from aliquot.widgets.lab.outline import Outline

SPEEDS: tuple[float | None, ...] = (0.5, 1, 2, 4, 8, 16, 32, 64, None)
_BEAT_MS = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """Another result stands. ``fresh``: another recording, not another layout.
    ``grown``: the same with more items behind the ones that were."""

    result: LabResult
    fresh: bool
    grown: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The cursor is at ``at_s``; ``index`` is the item that came last."""

    at_s: float
    index: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    first: int
    last: int


class Bench(QObject):
    """Signals come in the GUI thread only."""

    shown = SignalOf[Shown](object)
    moved = SignalOf[Moved](object)
    playing_changed = SignalOf[bool](object)
    stretch_changed = SignalOf["Stretch | None"](object)

    def __init__(self, lab: Lab, parent: QObject) -> None:
        super().__init__(parent)
        self.lab = lab
        self.work = Work(self)
        self.arrived, self.busy = self.work.arrived, self.work.busy
        self.zoom = Zoom(self)
        self.result: LabResult | None = None
        self.outline: Outline | None = None
        self.baseline: LabResult | None = None
        self.index: int | None = None
        self.at_s = 0.0
        self.speed: float | None = 1
        self.stretch: Stretch | None = None
        self._detail: ItemDetail | None = None
        self._clock = QElapsedTimer()
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._on_beat)
        self.work.part.connect(self._on_part)
        self.work.arrived.connect(self._on_arrived)

    def close(self) -> None:
        """No signal comes after this. Idempotent."""
        self._beat.stop()
        self.work.close()

    @property
    def said(self) -> str:
        """The recording in words."""
        return self.outline.said if self.outline is not None else ""

    # work

    @property
    def is_busy(self) -> bool:
        return self.work.is_busy

    @property
    def opening(self) -> bool:
        return self.work.does(Doing.OPEN)

    def open(self, path: str) -> None:
        def start(done: Done, told: OnProgress) -> Job:
            return self.lab.open(path, done, told)

        self.work.go(Doing.OPEN, start)

    def use(self, layout: str) -> None:
        """A bundled layout by name, or ``AUTO``."""

        def start(done: Done, told: OnProgress) -> Job:
            return self.lab.use_layout(layout, done, told)

        self.work.go(Doing.USE, start)

    def try_layout(self, text: str, alone: bool) -> None:
        def start(done: Done, told: OnProgress) -> Job:
            return self.lab.try_layout(text, done, told, alone)

        self.work.go(Doing.TRY, start, self.baseline)

    def learn(self, samples: Sequence[Sample], name: str) -> None:
        def start(done: Done, _told: OnProgress) -> Job:
            return self.lab.learn(samples, done, name)

        self.work.go(Doing.LEARN, start)

    def save_case(self, folder: str) -> None:
        result, stretch = self.result, self.stretch
        if result is None or stretch is None:
            return

        def start(done: Done, _told: OnProgress) -> Job:
            first, last = stretch.first, stretch.last
            return self.lab.save_case(result, first, last, folder, done)

        self.work.go(Doing.CASE, start)

    def report(self, html_file: str, masked: bool) -> None:
        result = self.result
        if result is None:
            return

        def start(done: Done, _told: OnProgress) -> Job:
            return self.lab.report(result, done, html_file, masked)

        self.work.go(Doing.REPORT, start)

    def cancel(self) -> bool:
        """Ends all work that is under way; False: there was none."""
        return self.work.cancel()

    @Slot(object)
    def _on_part(self, arrived: Arrived) -> None:
        self._take(arrived)

    @Slot(object)
    def _on_arrived(self, arrived: Arrived) -> None:
        self._take(arrived)

    def _take(self, arrived: Arrived) -> None:
        result = arrived.outcome
        if not isinstance(result, LabResult):
            return
        self.outline = arrived.outline
        if arrived.doing is Doing.OPEN and arrived.partly:
            self._grow(result)
        else:
            self._show(arrived.doing, result)

    def _grow(self, result: LabResult) -> None:
        """What was shown stays as it is, and more is behind it."""
        self.result = self.baseline = result
        self.shown.emit(Shown(result, fresh=False, grown=True))
        self.moved.emit(Moved(self.at_s, self.index))

    def _show(self, doing: Doing, result: LabResult) -> None:
        """The cursor stays at its byte when only the layout is another."""
        fresh = doing is Doing.OPEN
        before = self.item() if not fresh else None
        self.result, self._detail = result, None
        if doing is not Doing.TRY:
            self.baseline = result
        self.stretch = None
        self.index = None
        if fresh:
            self.play(False)
            self.at_s = 0.0
            self.zoom.begin(result.recording.duration_s)
        self.shown.emit(Shown(result, fresh))
        self.stretch_changed.emit(None)
        found = result.item_at_byte(before.start) if before is not None else None
        if fresh and result.items:
            self.choose(words.first_worth(result))
        elif found is not None:
            self.choose(found.index, move=False)
        else:
            self.seek(self.at_s)

    # the cursor

    def item(self) -> StripItem | None:
        if self.result is None or self.index is None:
            return None
        return self.result.items[self.index]

    def detail(self) -> ItemDetail | None:
        """All of the item under the cursor."""
        if self.result is None or self.index is None:
            return None
        if self._detail is None or self._detail.item.index != self.index:
            self._detail = self.result.look(self.index)
        return self._detail

    def choose(self, index: int, move: bool = True) -> None:
        """Go to an item. Not ``move``: the time stays as it is."""
        if self.result is None or not self.result.items:
            return
        index = min(max(index, 0), len(self.result.items) - 1)
        if move:
            self.at_s = self.result.items[index].at_s
        self._put(index)

    def step(self, by: int) -> None:
        index = self.index if self.index is not None else (-1 if by > 0 else 0)
        self.choose(index + by)

    def seek(self, at_s: float) -> None:
        """Go to a time; the item that came last by then is chosen."""
        if self.result is None:
            return
        self.at_s = min(max(at_s, 0.0), self.result.recording.duration_s)
        found = self.result.first_after(self.at_s) - 1
        self._put(found if found >= 0 else None)

    def _put(self, index: int | None) -> None:
        self.index = index
        self.zoom.follow(self.place)
        self.moved.emit(Moved(self.at_s, index))

    @property
    def place(self) -> float:
        """The cursor's, 0 to 1 along the recording: by time, or by order where all
        came at once."""
        if self.result is None:
            return 0.0
        whole = self.result.recording.duration_s
        if whole > 0:
            return min(1.0, max(0.0, self.at_s / whole))
        return (self.index or 0) / max(1, len(self.result.items) - 1)

    def seek_place(self, place: float) -> None:
        if self.result is None:
            return
        whole = self.result.recording.duration_s
        if whole > 0:
            self.seek(place * whole)
        else:
            self.choose(round(place * (len(self.result.items) - 1)))

    def find(self, wanted: words.Wanted, direction: int = 1) -> bool:
        """To the next item of a sort, once round; False: there is none."""
        if self.result is None:
            return False
        items = self.result.items
        begin = self.index if self.index is not None else -1
        for step in range(1, len(items) + 1):
            index = (begin + direction * step) % len(items)
            if wanted(items[index]):
                self.choose(index)
                return True
        return False

    def set_stretch(self, stretch: Stretch | None) -> None:
        self.stretch = stretch
        self.stretch_changed.emit(stretch)

    def begin_stretch(self) -> None:
        """From the item under the cursor, as far as it went or to the same."""
        if self.index is not None:
            last = self.stretch.last if self.stretch else self.index
            self.set_stretch(Stretch(self.index, max(self.index, last)))

    def end_stretch(self) -> None:
        if self.index is not None:
            first = self.stretch.first if self.stretch else self.index
            self.set_stretch(Stretch(min(first, self.index), self.index))

    # playing

    @property
    def playing(self) -> bool:
        return self._beat.isActive()

    def play(self, on: bool) -> None:
        if on == self.playing or (on and self.result is None):
            return
        if on:
            assert self.result is not None
            if self.at_s >= self.result.recording.duration_s:
                self.seek(0.0)
            self._clock.start()
            self._beat.start()
        else:
            self._beat.stop()
        self.playing_changed.emit(on)

    def set_speed(self, speed: float | None) -> None:
        self.speed = speed

    def play_on(self, seconds: float) -> None:
        """So much time of the person has passed; at full speed an item a beat."""
        if self.result is None:
            return
        end = self.result.recording.duration_s
        if self.speed is None:
            last = len(self.result.items) - 1
            if self.index is None or self.index < last:
                self.step(1)
            at_end = self.index is None or self.index >= last
        else:
            self.seek(self.at_s + seconds * self.speed)
            at_end = self.at_s >= end
        if at_end:
            self.play(False)

    @Slot()
    def _on_beat(self) -> None:
        self.play_on(self._clock.restart() / 1000)


__all__ = ["Arrived", "Bench", "Busy", "Doing", "Moved", "Shown", "Stretch"]
