"""Work the lab does for the window: its outcomes become signals of the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from aliquot.console.domain.lab import Done, Job, OnProgress, Outcome, Progress
from aliquot.console.domain.lab_compare import Difference, compare
from aliquot.console.domain.lab_result import LabResult
from aliquot.widgets.lab import quiet
from aliquot.widgets.signals import SignalOf

if TYPE_CHECKING:
    from aliquot.widgets.lab.outline import Outline

Start = Callable[[Done, OnProgress], Job]


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
    """An outcome. ``difference``: of a layout that was tried, to what stood before.
    ``partly``: parts of it were shown before."""

    doing: Doing
    ticket: int
    outcome: Outcome
    difference: Difference | None = None
    outline: Outline | None = None  # of a result
    partly: bool = False

    @property
    def said(self) -> str:
        """Of a result: the recording in words."""
        return self.outline.said if self.outline is not None else ""


@dataclass(frozen=True, slots=True)
class Busy:
    """Work under way; ``doing`` None: none is. ``share`` None: not known."""

    doing: Doing | None
    share: float | None = None
    items: int = 0


@dataclass(frozen=True, slots=True)
class _Told:
    ticket: int
    progress: Progress
    outline: Outline | None


class Work(QObject):
    """Signals come in the GUI thread only."""

    arrived = SignalOf[Arrived](object)
    part = SignalOf[Arrived](object)  # of a recording that is being opened
    busy = SignalOf[Busy](object)
    _came = SignalOf[Arrived](object)
    _progressed = SignalOf[_Told](object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._guard = threading.Lock()
        self._closed = False
        self._tickets: dict[Doing, int] = {}
        self._jobs: dict[int, tuple[Doing, Job | None]] = {}
        self._partly: set[int] = set()
        self._next = 0
        queued = Qt.ConnectionType.QueuedConnection
        self._came.connect(self._on_came, queued)
        self._progressed.connect(self._on_progressed, queued)

    def close(self) -> None:
        """No signal comes after this. Idempotent."""
        with self._guard:
            self._closed = True
        quiet.work_ends()

    @property
    def is_busy(self) -> bool:
        return bool(self._jobs)

    def does(self, doing: Doing) -> bool:
        return any(one is doing for one, _ in self._jobs.values())

    def cancel(self) -> bool:
        """Ends all work that is under way; False: there was none."""
        for _, job in list(self._jobs.values()):
            if job is not None:
                job.cancel()
        return bool(self._jobs)

    def go(self, doing: Doing, start: Start, before: LabResult | None = None) -> None:
        """``before``: what a layout that is tried is compared to."""
        self._next += 1
        ticket = self._next
        self._tickets[doing] = ticket
        self._jobs[ticket] = (doing, None)
        outlines: list[Outline] = []  # the newest; the lab's thread only

        def outline(result: LabResult) -> Outline:
            from aliquot.widgets.lab.outline import outline_of  # its import is long

            outlines[:] = [outline_of(result, outlines[0] if outlines else None)]
            return outlines[0]

        def done(outcome: Outcome) -> None:  # in the lab's thread
            arrived = Arrived(doing, ticket, outcome)
            if isinstance(outcome, LabResult):
                arrived = replace(arrived, outline=outline(outcome))
                if before is not None:
                    found = compare(before, outcome)
                    arrived = replace(arrived, difference=found)
            with self._guard:
                if not self._closed:
                    self._came.emit(arrived)

        def told(progress: Progress) -> None:  # in the lab's thread
            drawn = outline(progress.so_far) if progress.so_far is not None else None
            with self._guard:
                if not self._closed:
                    self._progressed.emit(_Told(ticket, progress, drawn))

        quiet.work_begins()
        self.busy.emit(Busy(doing))
        job = start(done, told)
        if ticket in self._jobs:
            self._jobs[ticket] = (doing, job)

    @Slot(object)
    def _on_progressed(self, told: _Told) -> None:
        if told.ticket not in self._jobs:
            return
        doing = self._jobs[told.ticket][0]
        progress = told.progress
        self.busy.emit(Busy(doing, progress.share, progress.items))
        current = self._tickets.get(doing) == told.ticket
        if current and progress.so_far is not None:
            partly = told.ticket in self._partly
            self._partly.add(told.ticket)
            found = progress.so_far
            self.part.emit(
                Arrived(doing, told.ticket, found, None, told.outline, partly)
            )

    @Slot(object)
    def _on_came(self, arrived: Arrived) -> None:
        self._jobs.pop(arrived.ticket, None)
        if arrived.ticket in self._partly:
            self._partly.discard(arrived.ticket)
            arrived = replace(arrived, partly=True)
        if not self._jobs:
            quiet.work_ends()
            self.busy.emit(Busy(None))
        if self._tickets.get(arrived.doing) == arrived.ticket:
            self.arrived.emit(arrived)
