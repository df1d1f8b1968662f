"""The thread that has releases looked at when another CAD changes their incident.

A change by a person at the desk does that in its own transaction. What a line says
is logged at once, whatever becomes of a release; so its releases are looked at here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from aliquot.console.domain.commands import Command, Outcome
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_commands import LookAtRelease
from aliquot.console.store.release_views import ReleaseTables

_log = logging.getLogger(__name__)

_INCIDENT = "incident:"


class ForeignWatch(threading.Thread):
    """``call`` has the writer carry out a command and waits; ``tables`` gives this
    thread's own reads."""

    def __init__(
        self,
        tables: Callable[[], ReleaseTables],
        call: Callable[[Command], Outcome],
    ) -> None:
        super().__init__(name="foreign", daemon=True)
        self._tables = tables
        self._call = call
        self._word = threading.Condition()
        self._left_word: set[str] = set()
        self._stopping = False

    def changed(self, changed: Changed) -> None:
        """In the writer thread: only leave word, once for an incident."""
        found = {s for s in changed.subjects if s.startswith(_INCIDENT)}
        if found:
            with self._word:
                self._left_word |= found
                self._word.notify()

    def stop(self) -> None:
        """What waits is let go: a release is looked at before it leaves."""
        with self._word:
            self._stopping = True
            self._word.notify()

    def run(self) -> None:
        while not self._stopping:
            try:
                self._look(self._wait())
            except Exception:  # noqa: BLE001 - a release is looked at before it leaves
                _log.exception("Releases of another CAD's incidents: not looked at.")

    def _wait(self) -> set[str]:
        with self._word:
            self._word.wait_for(lambda: self._stopping or self._left_word)
            found, self._left_word = self._left_word, set()
            return found

    def _look(self, subjects: set[str]) -> None:
        for subject in sorted(subjects):
            if self._stopping:
                return
            incident_id = subject.removeprefix(_INCIDENT)
            for release in self._tables().live_of(incident_id):
                self._call(LookAtRelease(release_id=release.release_id))
