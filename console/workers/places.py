"""The thread that reads the geofile for the geocoder, and what was picked by people.

A county takes seconds to read; no window waits for it. Without a geofile nothing
happens at all: calls are taken as before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from aliquot.console.domain.geocoding import PickedPlace
from aliquot.console.domain.ports import Changed
from aliquot.console.geocode.book import PlaceBook
from aliquot.console.problems import KnownProblem

_log = logging.getLogger(__name__)
LOOK_S = 3.0
GEOFILE = "geofile"
PLACES = "places"  # the subject of what was picked


class PlaceReader(threading.Thread):
    """``picks`` gives what was picked after an entry of the log. ``tell`` is called
    in this thread when something else can be found than before, or nothing more."""

    def __init__(
        self,
        book: PlaceBook,
        picks: Callable[[int], tuple[PickedPlace, ...]],
        tell: Callable[[frozenset[str]], None],
    ) -> None:
        super().__init__(name="places", daemon=True)
        self._book = book
        self._picks = picks
        self._tell = tell
        self._read_to = 0
        self._said = ""
        self._awake = threading.Event()
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        self._awake.set()

    def changed(self, changed: Changed) -> None:
        """A commit. In any thread."""
        if changed.any_of(PLACES):
            self._awake.set()

    def run(self) -> None:
        while not self._stopping:
            try:
                self._look()
            except KnownProblem as why:
                self._say(str(why))
            except Exception:  # noqa: BLE001 - it is tried again
                _log.exception("The geofile could not be read for the geocoder.")
            self._awake.wait(LOOK_S)
            self._awake.clear()

    def _say(self, problem: str) -> None:
        if problem != self._said:
            self._said = problem
            _log.warning("What was picked is not read: %s", problem)

    def _look(self) -> None:
        """What was picked first: a geofile that is read then knows it at once."""
        picked = self._picks(self._read_to)
        if picked:
            self._book.learn(picked)
            self._read_to = picked[-1].n
        problem = self._book.problem
        if self._book.load() or picked or self._book.problem != problem:
            self._tell(frozenset({GEOFILE}))
