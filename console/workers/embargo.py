"""The thread that lets time go on for releases: it begins and ends embargoes.

It decides nothing. It reads the rules when their files change and asks the writer to
look at a release when something may be due; the writer decides, on fresh facts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Command, Outcome
from aliquot.console.domain.protected_commands import NoteProtected
from aliquot.console.domain.release_commands import LookAtRelease
from aliquot.console.release.states import ReleaseState
from aliquot.console.service.releases_book import Book
from aliquot.console.store.release_views import ReleaseTables

_log = logging.getLogger(__name__)

TURN_S = 1.0
AGAIN_S = 60.0  # how often one is looked at of which nothing seems due
HELD_AGAIN_S = 5.0  # one that is due and could not be sent
BACK_US = 48 * 3600 * 10**6  # what left is looked at so long when the rules change
RULES = "release:rules"

_Key = tuple[str, ReleaseState, bool]  # release, its state, whether its time is over


class EmbargoWatch(threading.Thread):
    """``call`` has the writer carry out a command and waits; ``tables`` gives this
    thread's own reads; ``tell`` says that the rules were read."""

    def __init__(
        self,
        book: Book,
        clock: Clock,
        tables: Callable[[], ReleaseTables],
        call: Callable[[Command], Outcome],
        tell: Callable[[frozenset[str]], None],
    ) -> None:
        super().__init__(name="embargo", daemon=True)
        self._book = book
        self._clock = clock
        self._tables = tables
        self._call = call
        self._tell = tell
        self._stopping = False
        self._woken = threading.Event()
        self._looked_ns: dict[_Key, int] = {}

    def wake(self) -> None:
        """Something of a release changed. From any thread."""
        self._woken.set()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    def run(self) -> None:
        while not self._stopping:
            try:
                self._turn()
            except Exception:  # noqa: BLE001 - nothing leaves; the next turn tries
                _log.exception("Releases could not be looked at.")
            self._woken.wait(TURN_S)
            self._woken.clear()

    def _turn(self) -> None:
        if self._book.refresh():
            if self._book.now().unnoted:
                self._call(NoteProtected())
            self._look_at_left()
            self._looked_ns = {}
            self._tell(frozenset({RULES}))
        looked: dict[_Key, int] = {}
        for release_id, state, embargo in self._tables().clocks():
            if self._stopping:
                return
            now = self._clock.now()
            over = embargo is not None and embargo.over(now)
            key = (release_id, state, over)
            last_ns = self._looked_ns.get(key)
            pause_ns = (HELD_AGAIN_S if over else AGAIN_S) * 1e9
            if last_ns is None or now.mono_ns - last_ns >= pause_ns:
                self._call(LookAtRelease(release_id=release_id))
                last_ns = now.mono_ns
            looked[key] = last_ns
        self._looked_ns = looked

    def _look_at_left(self) -> None:
        """A type can have become one of class never by a new policy."""
        since_us = self._clock.now().utc_us - BACK_US
        for release in self._tables().left_since(since_us):
            if not self._stopping:
                self._call(LookAtRelease(release_id=release.release_id))
