"""The fold of what people chose for texts of places: the newest choice counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aliquot.console.domain.events import PlacePicked
from aliquot.console.domain.geocoding import PickedPlace, plain_text
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables


def picked(tables: Tables, entry: Entry, event: PlacePicked) -> None:
    tables.run(
        "INSERT INTO picked_places(text, n, typed, address, kind, latitude,"
        " longitude, person, at_us) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(text) DO UPDATE SET n = excluded.n, typed = excluded.typed,"
        " address = excluded.address, kind = excluded.kind,"
        " latitude = excluded.latitude, longitude = excluded.longitude,"
        " person = excluded.person, at_us = excluded.at_us",
        (
            *(plain_text(event.text), entry.n, event.text, event.address),
            *(event.kind, event.latitude, event.longitude),
            *(entry.actor, event.at_us),
        ),
    )


def picked_places(run: Any, after: int = 0) -> tuple[PickedPlace, ...]:
    """Of entries after ``after``, oldest first."""
    rows = run(
        "SELECT n, typed, address, kind, latitude, longitude FROM picked_places"
        " WHERE n > ? ORDER BY n",
        (after,),
    )
    return tuple(
        PickedPlace(
            n=n, text=text, address=address, kind=kind, latitude=north, longitude=east
        )
        for n, text, address, kind, north, east in rows
    )


def picks_of(connection: Callable[[], Any]) -> Callable[[int], tuple[PickedPlace, ...]]:
    """``picked_places`` on the connection of the thread that calls."""

    def read(after: int) -> tuple[PickedPlace, ...]:
        return picked_places(connection().execute, after)

    return read
