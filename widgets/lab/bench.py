"""What the lab's parts share: the open recording, the cursor in it, work under way.

The lab's own thread calls back; here its outcomes become signals of the GUI thread.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Slot

from aliquot.console.domain.lab import (
    Done,
    Job,
    Lab,
    OnProgress,
    Outcome,
    Progress,
    Sample,
)
from aliquot.console.domain.lab_compare import Difference, compare
from aliquot.console.domain.lab_result import ItemDetail, LabResult, StripItem
from aliquot.widgets.lab import words
from aliquot.widgets.signals import SignalOf

SPEEDS: tuple[float | None, ...] = (0.5, 1, 2, 4, 8, 16, 32, 64, None)
_BEAT_MS = 40
LARGE = 50_000  # new objects that are not worth a collection of half a second


class Doing(Enum):
    """Work of the lab; the value says it to a person."""

    OPEN = "Opening the recording"
    USE = "Decoding with another layout"
    TRY = "Trying the layout on the whole recording"
    LEARN = "Writing a layout"
    CASE = "Saving the case"
    REPORT = "Writing the report"


@dataclass(frozen=True, slots=True)
class Arrived:
    """An outcome. ``difference``: of a layout that was tried, to what stood before."""

    doing: Doing
    ticket: int
    outcome: Outcome
    difference: Difference | None = None
    said: str = ""  # of a result: the recording in words


@dataclass(frozen=True, slots=True)
class Busy:
    """Work under way; ``doing`` None: none is. ``share`` None: not known."""

    doing: Doing | None
    share: float | None = None
    items: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """Another result stands. ``fresh``: another recording, not another layout."""

    result: LabResult
    fresh: bool


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
    arrived = SignalOf[Arrived](object)
    busy = SignalOf[Busy](object)
    playing_changed = SignalOf[bool](object)
    stretch_changed = SignalOf["Stretch | None"](object)
    _came = SignalOf[Arrived](object)
    _progressed = SignalOf["tuple[int, Progress]"](object)

    def __init__(self, lab: Lab, parent: QObject) -> None:
        super().__init__(parent)
        self.lab = lab
        self.result: LabResult | None = None
        self.said = ""  # the recording in words
        self.baseline: LabResult | None = None
        self.index: int | None = None
        self.at_s = 0.0
        self.speed: float | None = 1
        self.stretch: Stretch | None = None
        self._guard = threading.Lock()
        self._closed = False
        self._tickets: dict[Doing, int] = {}
        self._jobs: dict[int, tuple[Doing, Job | None]] = {}
        self._next = 0
        self._detail: ItemDetail | None = None
        self._clock = QElapsedTimer()
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._on_beat)
        queued = Qt.ConnectionType.QueuedConnection
        self._came.connect(self._on_came, queued)
        self._progressed.connect(self._on_progressed, queued)

    def close(self) -> None:
        """No signal comes after this. Idempotent."""
        self._beat.stop()
        with self._guard:
            self._closed = True
        _collect_here(True)

    # work

    @property
    def is_busy(self) -> bool:
        return bool(self._jobs)

    def open(self, path: str) -> None:
        done, told, ticket = self._begin(Doing.OPEN)
        self._go(Doing.OPEN, ticket, self.lab.open(path, done, told))

    def use(self, layout: str) -> None:
        """A bundled layout by name, or ``AUTO``."""
        done, told, ticket = self._begin(Doing.USE)
        self._go(Doing.USE, ticket, self.lab.use_layout(layout, done, told))

    def try_layout(self, text: str, alone: bool) -> None:
        done, told, ticket = self._begin(Doing.TRY)
        job = self.lab.try_layout(text, done, told, alone)
        self._go(Doing.TRY, ticket, job)

    def learn(self, samples: Sequence[Sample], name: str) -> None:
        done, _, ticket = self._begin(Doing.LEARN)
        self._go(Doing.LEARN, ticket, self.lab.learn(samples, done, name))

    def save_case(self, folder: str) -> None:
        if self.result is None or self.stretch is None:
            return
        done, _, ticket = self._begin(Doing.CASE)
        first, last = self.stretch.first, self.stretch.last
        job = self.lab.save_case(self.result, first, last, folder, done)
        self._go(Doing.CASE, ticket, job)

    def report(self, html_file: str, masked: bool) -> None:
        if self.result is None:
            return
        done, _, ticket = self._begin(Doing.REPORT)
        job = self.lab.report(self.result, done, html_file, masked)
        self._go(Doing.REPORT, ticket, job)

    def cancel(self) -> bool:
        """Ends all work that is under way; False: there was none."""
        for _, job in list(self._jobs.values()):
            if job is not None:
                job.cancel()
        return bool(self._jobs)

    def _begin(self, doing: Doing) -> tuple[Done, OnProgress, int]:
        self._next += 1
        ticket = self._next
        self._tickets[doing] = ticket
        self._jobs[ticket] = (doing, None)
        before = self.baseline

        def done(outcome: Outcome) -> None:  # in the lab's thread
            found = None
            if doing is Doing.TRY and isinstance(outcome, LabResult) and before:
                found = compare(before, outcome)
            said = ""
            if isinstance(outcome, LabResult):
                said = words.recording_text(outcome)
            self._send(Arrived(doing, ticket, outcome, found, said))

        def told(progress: Progress) -> None:  # in the lab's thread
            with self._guard:
                if not self._closed:
                    self._progressed.emit((ticket, progress))

        _collect_here(False)
        self.busy.emit(Busy(doing))
        return done, told, ticket

    def _go(self, doing: Doing, ticket: int, job: Job) -> None:
        if ticket in self._jobs:
            self._jobs[ticket] = (doing, job)

    def _send(self, arrived: Arrived) -> None:
        with self._guard:
            if not self._closed:
                self._came.emit(arrived)

    @Slot(object)
    def _on_progressed(self, told: tuple[int, Progress]) -> None:
        ticket, progress = told
        if ticket in self._jobs:
            doing = self._jobs[ticket][0]
            self.busy.emit(Busy(doing, progress.share, progress.items))

    @Slot(object)
    def _on_came(self, arrived: Arrived) -> None:
        self._jobs.pop(arrived.ticket, None)
        current = self._tickets.get(arrived.doing) == arrived.ticket
        if current and isinstance(arrived.outcome, LabResult):
            self.said = arrived.said
            self._take(arrived.doing, arrived.outcome)
        if not self._jobs:
            _collect_here(True)
            self.busy.emit(Busy(None))
        if current:
            self.arrived.emit(arrived)

    def _take(self, doing: Doing, result: LabResult) -> None:
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
        self.moved.emit(Moved(self.at_s, index))

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


def _collect_here(on: bool) -> None:
    """While the lab works nothing is collected: its thread makes most of what is
    new, so it would be the one to collect, and an object of Qt that is taken apart
    in another thread than its own ends the program."""
    if not on:
        gc.disable()
    elif not gc.isenabled():
        if gc.get_count()[0] > LARGE:
            gc.freeze()  # else all of it is gone through at once, in the window's turn
        gc.enable()
