"""Folds of units and people, and of what an erasure leaves."""

from __future__ import annotations

from base64 import b64decode

from aliquot.console.domain import events as ev
from aliquot.console.domain.units import UnitStatus
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds_releases import leaves_kept


def unit_registered(tables: Tables, entry: Entry, event: ev.UnitRegistered) -> None:
    """A unit registered again keeps its status."""
    tables.run(
        "INSERT INTO units(unit_id, service, kind, status, since_us, latitude,"
        " longitude) VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(unit_id) DO UPDATE SET"
        " service = excluded.service, kind = excluded.kind,"
        " latitude = excluded.latitude, longitude = excluded.longitude",
        (
            *(event.unit_id, event.service, event.kind, UnitStatus.AVAILABLE.value),
            *(event.at_us, event.latitude, event.longitude),
        ),
    )


def person_added(tables: Tables, entry: Entry, event: ev.PersonAdded) -> None:
    """Added again replaces: a new key or role of the same person."""
    tables.run(
        "INSERT INTO people(person_id, key, name, role, public_key)"
        " VALUES(?, ?, ?, ?, ?) ON CONFLICT(person_id) DO UPDATE SET"
        " name = excluded.name, role = excluded.role,"
        " public_key = excluded.public_key",
        (
            *(event.person_id, entry.n, event.name, event.role),
            b64decode(event.public_key),
        ),
    )


def signed_in(tables: Tables, entry: Entry, event: ev.PersonSignedIn) -> None:
    tables.run(
        "INSERT INTO sessions(position, person_id, since_us) VALUES(?, ?, ?)"
        " ON CONFLICT(position) DO UPDATE SET person_id = excluded.person_id,"
        " since_us = excluded.since_us",
        (entry.position, event.person_id, event.at_us),
    )
    tables.touched.add("session")


def signed_out(tables: Tables, entry: Entry, event: ev.PersonSignedOut) -> None:
    tables.run("DELETE FROM sessions WHERE position = ?", (entry.position,))
    tables.touched.add("session")


def bodies_erased(tables: Tables, entry: Entry, event: ev.BodiesErased) -> None:
    """Put back what outlives the bodies: how far lines were read, and numbers."""
    lines, numbers = event.marks.get("lines"), event.marks.get("numbers")
    for line, end in (lines if isinstance(lines, dict) else {}).items():
        tables.run(
            "INSERT INTO marks(name, upto) VALUES(?, ?) ON CONFLICT(name)"
            " DO UPDATE SET upto = max(upto, excluded.upto)",
            (f"line:{line}", end),
        )
    for incident_id, number in (numbers if isinstance(numbers, dict) else {}).items():
        tables.run(
            "UPDATE incidents SET number = ? WHERE incident_id = ?",
            (number, incident_id),
        )
    leaves_kept(tables, event.marks)
