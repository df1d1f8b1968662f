"""The thread that reads policy and place tree where nothing is sent: a second window.

Reading a tree takes a second for a city; no window waits for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from aliquot.console.domain.ports import Changed
from aliquot.console.service.releases_book import Book
from aliquot.console.workers.embargo import RULES

_log = logging.getLogger(__name__)
LOOK_S = 2.0


class RulesReader(threading.Thread):
    """``publish`` is called in this thread after each reading."""

    def __init__(self, book: Book, publish: Callable[[Changed], None]) -> None:
        super().__init__(name="rules", daemon=True)
        self._book = book
        self._publish = publish
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        while True:
            try:
                if self._book.refresh():
                    self._publish(Changed(frozenset({RULES})))
            except Exception:  # noqa: BLE001 - it is tried again
                _log.exception("The rules of release could not be read.")
            if self._stopping.wait(LOOK_S):
                return
