"""The line lab's thread: one job after the other, the newest of a kind wins."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue

from aliquot.console.domain.lab import (
    Cancelled,
    Done,
    FormRow,
    Job,
    LabFailed,
    LayoutName,
    OnProgress,
    Outcome,
    Sample,
)
from aliquot.console.domain.lab_result import AUTO, LabResult
from aliquot.console.lab.loading import StoppedError, Watch
from aliquot.console.lab.session import Session

_log = logging.getLogger(__name__)
_PATIENCE_S = 30.0  # what is being imported from a cold disk cannot be cut short

Work = Callable[[Session, Watch], Outcome]


@dataclass(eq=False, slots=True)
class _Asked:
    """A job. Its ``done`` is called once, by the lab's thread."""

    work: Work
    done: Done
    progress: OnProgress | None
    stop: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        self.stop.set()


class LabWorker(threading.Thread):
    """``Lab``. The thread begins with the first job and ends with ``close``."""

    def __init__(self) -> None:
        super().__init__(name="lab", daemon=True)
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self._session = Session()
        self._decoding: _Asked | None = None
        self._closed = False
        self._lock = threading.Lock()

    # --- jobs -------------------------------------------------------------------

    def open(
        self,
        path: str,
        done: Done,
        progress: OnProgress | None = None,
        layout: str = AUTO,
    ) -> Job:
        def work(session: Session, watch: Watch) -> Outcome:
            return session.open(path, layout, watch)

        return self._decode(work, done, progress)

    def try_layout(
        self,
        toml_text: str,
        done: Done,
        progress: OnProgress | None = None,
        alone: bool = True,
    ) -> Job:
        def work(session: Session, watch: Watch) -> Outcome:
            return session.try_layout(toml_text, alone, watch)

        return self._decode(work, done, progress)

    def use_layout(
        self, name: str, done: Done, progress: OnProgress | None = None
    ) -> Job:
        def work(session: Session, watch: Watch) -> Outcome:
            return session.use_layout(name, watch)

        return self._decode(work, done, progress)

    def learn(
        self, samples: Sequence[Sample], done: Done, name: str = "learned"
    ) -> Job:
        kept = tuple(samples)

        def work(session: Session, _watch: Watch) -> Outcome:
            return session.learn(kept, name)

        return self._ask(_Asked(work, done, None))

    def save_case(
        self, result: LabResult, first: int, last: int, folder: str, done: Done
    ) -> Job:
        def work(session: Session, _watch: Watch) -> Outcome:
            return session.save_case(result, first, last, folder)

        return self._ask(_Asked(work, done, None))

    def report(
        self,
        result: LabResult,
        done: Done,
        html_file: str | None = None,
        masked: bool = True,
    ) -> Job:
        def work(session: Session, _watch: Watch) -> Outcome:
            return session.report(result, html_file, masked)

        return self._ask(_Asked(work, done, None))

    def prepare(self, work: Callable[[], None]) -> None:
        def done(_outcome: Outcome) -> None:
            """Nobody waits for it."""

        def prepared(_session: Session, _watch: Watch) -> Outcome:
            work()
            return Cancelled()

        self._ask(_Asked(prepared, done, None))

    # --- at once ----------------------------------------------------------------

    def layouts(self) -> tuple[LayoutName, ...]:
        return self._session.layouts()

    def layout_text(self, name: str) -> str:
        return self._session.layout_text(name)

    def form(self, toml_text: str) -> tuple[FormRow, ...]:
        return self._session.form(toml_text)

    def change(self, toml_text: str, row: FormRow, value: str) -> str:
        return self._session.change(toml_text, row, value)

    def field_names(self) -> tuple[str, ...]:
        return self._session.field_names()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._decoding is not None:
                self._decoding.cancel()
        self._queue.put(None)
        if self.is_alive() and threading.current_thread() is not self:
            self.join(_PATIENCE_S)

    # --- the thread -------------------------------------------------------------

    def _decode(self, work: Work, done: Done, progress: OnProgress | None) -> Job:
        asked = _Asked(work, done, progress)
        with self._lock:
            if self._decoding is not None:
                self._decoding.cancel()
            self._decoding = asked
        return self._ask(asked)

    def _ask(self, asked: _Asked) -> Job:
        with self._lock:
            if not self._closed:
                if not self.is_alive():
                    self.start()
                self._queue.put(asked)
                return asked
        asked.done(Cancelled())
        return asked

    def run(self) -> None:
        while (asked := self._queue.get()) is not None:
            self._tell(asked, self._outcome(asked))

    def _outcome(self, asked: _Asked) -> Outcome:
        if asked.stop.is_set() or self._closed:
            return Cancelled()
        watch = Watch(asked.stop.is_set, asked.progress)
        try:
            return asked.work(self._session, watch)
        except StoppedError:
            return Cancelled()
        except Exception as bug:  # noqa: BLE001 - the screen waits for an outcome
            _log.exception("The line lab could not do a job.")
            return LabFailed(f"This is a fault of the program: {bug!r}.")

    def _tell(self, asked: _Asked, outcome: Outcome) -> None:
        try:
            asked.done(outcome)
        except Exception:  # noqa: BLE001 - the next job waits
            _log.exception("An outcome of the line lab was not taken.")
