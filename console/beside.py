"""What runs beside lines and releases: positions of units, the watch over other CADs'
incidents, and the reading of the geofile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    NOBODY,
    Actor,
    CloseIncident,
    Command,
    DispatchUnits,
    Outcome,
    SetUnitStatus,
)
from aliquot.console.domain.geocoding import Geocoder, PickedPlace
from aliquot.console.domain.ports import Changed
from aliquot.console.position_book import PositionBook
from aliquot.console.releasing import THE_CONSOLE
from aliquot.console.settings import Settings
from aliquot.console.store.release_views import ReleaseTables

if TYPE_CHECKING:
    from aliquot.console.geocode.book import PlaceBook
    from aliquot.console.workers.foreign import ForeignWatch
    from aliquot.console.workers.places import PlaceReader
    from aliquot.console.workers.positions import MakePositions, PositionReader

# Entries after one of the log, oldest first, read in the thread that calls.
Picks = Callable[[int], tuple[PickedPlace, ...]]


class Beside:
    """Threads are made in ``start``. ``make_source`` is for tests, before that."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        tables: Callable[[], ReleaseTables],
        call: Callable[[Command, Actor], Outcome],
        tell: Callable[[frozenset[str]], None],
        geofile: Path,
        picks: Picks,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._tables, self._call, self._tell = tables, call, tell
        self.book = PositionBook()
        self.make_source: MakePositions | None = None
        self._geofile, self._picks = geofile, picks
        self.place_book: PlaceBook | None = None
        self._place_reader: PlaceReader | None = None
        self._watch: ForeignWatch | None = None
        self._readers: tuple[PositionReader, ...] = ()

    def start(self) -> None:
        from aliquot.console.geocode.book import PlaceBook
        from aliquot.console.workers.foreign import ForeignWatch
        from aliquot.console.workers.places import PlaceReader
        from aliquot.console.workers.positions import PositionReader, open_positions

        make = self.make_source or open_positions
        self._watch = ForeignWatch(self._tables, self._ask)
        self._readers = tuple(
            PositionReader(config, self.book, self._clock, self._tell, make)
            for config in self._settings.position_sources
        )
        self.place_book = PlaceBook(self._geofile)
        self._place_reader = PlaceReader(self.place_book, self._picks, self._tell)
        for thread in (self._watch, self._place_reader, *self._readers):
            thread.start()

    def stop(self, patience_s: float) -> list[str]:
        """Names of threads that did not end in time; idempotent."""
        threads: list[PositionReader | ForeignWatch | PlaceReader] = [*self._readers]
        for other in (self._watch, self._place_reader):
            if other is not None:
                threads.append(other)
        self._readers, self._watch, self._place_reader = (), None, None
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(patience_s)
        return [thread.name for thread in threads if thread.is_alive()]

    def changed(self, changed: Changed) -> None:
        """A commit. In the writer thread; another may be in ``stop`` meanwhile."""
        watch, places = self._watch, self._place_reader
        if watch is not None:
            watch.changed(changed)
        if places is not None:
            places.changed(changed)

    def places(self) -> Geocoder | None:
        """For one thread: the window's."""
        return None if self.place_book is None else self.place_book.geocoder

    def _ask(self, command: Command) -> Outcome:
        return self._call(command, Actor(NOBODY, THE_CONSOLE))

    def with_fixes(self, command: Command) -> Command:
        """A command that changes what units do, with where they are now. Whatever the
        asker said of that is not believed."""
        now_us = self._clock.now().utc_us
        match command:
            case SetUnitStatus():
                return replace(
                    command, fixes=self.book.said((command.unit_id,), now_us)
                )
            case DispatchUnits():
                return replace(command, fixes=self.book.said(command.unit_ids, now_us))
            case CloseIncident():
                return replace(command, fixes=self.book.said(None, now_us))
        return command
