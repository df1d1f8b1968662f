"""Folds of incidents: their rows, the narrative, what finds them, who works them.

What a dispatcher reads as narrative is typed notes and, between them, system notes
made here from events, so that the narrative needs no writer of its own.

Keys are integers from the entry's number: an incident's is the n of its opening; a
note's is ``n * 4`` plus 0 or 1 (one event can leave two notes), which leaves
``n * 4 + 3`` as the search index's row for the place.
"""

from __future__ import annotations

from aliquot.console.domain import events as ev
from aliquot.console.domain.events import Json
from aliquot.console.domain.incidents import (
    TRANSITIONS,
    IncidentEvent,
    IncidentState,
)
from aliquot.console.store.canonical import canonical, decoded
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.narrative import (
    changes_text,
    closing_text,
    opening_text,
    unit_text,
)

_PENDING = IncidentState.PENDING.value
_TEXT_FIELDS = ("place", "place_note")

_OPEN = (
    "INSERT INTO incidents(key, incident_id, number, state, opened_at_us,"
    " changed_at_us, call_id, form_id, fields) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(incident_id) DO NOTHING"
)
_NOTE = (
    "INSERT INTO notes(key, incident_id, note_id, at_us, person, text, system,"
    " struck) VALUES(?, ?, ?, ?, ?, ?, ?, 0)"
)


def opened(tables: Tables, entry: Entry, event: ev.IncidentOpened) -> None:
    row = (entry.n, event.incident_id, event.number, _PENDING, event.at_us)
    more = (event.at_us, event.call_id, event.form_id, canonical(event.fields))
    tables.run(_OPEN, row + more)
    _index_place(tables, entry.n, event.fields)
    _index_point(tables, entry.n, event.fields)
    _system(tables, entry, event.incident_id, event.at_us, opening_text(event.fields))
    if event.call_id is not None:
        tables.run(
            "UPDATE calls SET waiting = 0, incident_id = ? WHERE call_id = ?",
            (event.incident_id, event.call_id),
        )
        tables.touched.add(f"call:{event.call_id}")


def changed(tables: Tables, entry: Entry, event: ev.IncidentChanged) -> None:
    row = tables.one(
        "SELECT key, fields FROM incidents WHERE incident_id = ?",
        (event.incident_id,),
    )
    if row is None:
        return
    key, fields = row[0], decoded(row[1])
    for name, pair in event.changes.items():
        new = pair[1] if isinstance(pair, list) else pair
        if new is None:
            fields.pop(name, None)
        else:
            fields[name] = new
    tables.run(
        "UPDATE incidents SET fields = ?, changed_at_us = ? WHERE key = ?",
        (canonical(fields), event.at_us, key),
    )
    if event.changes.keys() & set(_TEXT_FIELDS):
        _index_place(tables, key, fields)
    if event.changes.keys() & {"latitude", "longitude"}:
        _index_point(tables, key, fields)
    text = changes_text(event.changes)
    _system(tables, entry, event.incident_id, event.at_us, text)


def noted(tables: Tables, entry: Entry, event: ev.IncidentNoted) -> None:
    if event.strikes is not None:
        tables.run(
            "UPDATE notes SET struck = 1 WHERE incident_id = ? AND note_id = ?",
            (event.incident_id, event.strikes),
        )
    key = entry.n * 4
    tables.run(
        _NOTE,
        (
            *(key, event.incident_id, event.note_id, event.at_us),
            *(entry.actor, event.text, 0),
        ),
    )
    _index_text(tables, key, event.text)
    _touch(tables, event.incident_id, event.at_us)


def closed(tables: Tables, entry: Entry, event: ev.IncidentClosed) -> None:
    _step(tables, event.incident_id, IncidentEvent.CLOSED)
    tables.run(
        "UPDATE incidents SET closed_at_us = ?, changed_at_us = ?, disposition = ?"
        " WHERE incident_id = ?",
        (event.at_us, event.at_us, event.disposition, event.incident_id),
    )
    text = closing_text(event.disposition)
    _system(tables, entry, event.incident_id, event.at_us, text)


def reopened(tables: Tables, entry: Entry, event: ev.IncidentReopened) -> None:
    _step(tables, event.incident_id, IncidentEvent.REOPENED)
    tables.run(
        "UPDATE incidents SET closed_at_us = NULL, disposition = NULL,"
        " changed_at_us = ? WHERE incident_id = ?",
        (event.at_us, event.incident_id),
    )
    text = f"reopened: {event.reason}"
    _system(tables, entry, event.incident_id, event.at_us, text)
    if _units_on(tables, event.incident_id):
        _step(tables, event.incident_id, IncidentEvent.ASSIGNED)


def unit_status_changed(
    tables: Tables, entry: Entry, event: ev.UnitStatusChanged
) -> None:
    row = tables.one(
        "SELECT incident_id FROM units WHERE unit_id = ?", (event.unit_id,)
    )
    before = None if row is None else row[0]
    tables.run(
        "INSERT INTO units(unit_id, service, kind, status, since_us, incident_id)"
        " VALUES(?, '', '', ?, ?, ?) ON CONFLICT(unit_id) DO UPDATE SET"
        " status = excluded.status, since_us = excluded.since_us,"
        " incident_id = excluded.incident_id",
        (event.unit_id, event.status, event.at_us, event.incident_id),
    )
    text = unit_text(event.status, event.unit_id)
    if before is not None and before != event.incident_id:
        _left(tables, entry, event, before)
    if event.incident_id is not None:
        _system(tables, entry, event.incident_id, event.at_us, text)
        _step(tables, event.incident_id, IncidentEvent.ASSIGNED)
        _touch(tables, event.incident_id, event.at_us)


def opening_erased(tables: Tables, entry: Entry) -> None:
    """The incident stays with what later entries say; the erasure has its number."""
    incident_id = entry.subject.removeprefix("incident:")
    at = entry.utc_us
    row = (entry.n, incident_id, 0, _PENDING, at, at, None, None, b"{}")
    tables.run(_OPEN, row)


def closing_erased(tables: Tables, entry: Entry) -> None:
    """Closed it was, whatever was said of it: it must not lie on the board again."""
    incident_id = entry.subject.removeprefix("incident:")
    _step(tables, incident_id, IncidentEvent.CLOSED)
    tables.run(
        "UPDATE incidents SET closed_at_us = ?, changed_at_us = ?"
        " WHERE incident_id = ?",
        (entry.utc_us, entry.utc_us, incident_id),
    )


def _left(
    tables: Tables, entry: Entry, event: ev.UnitStatusChanged, incident_id: str
) -> None:
    """The unit works another incident, or none."""
    text = unit_text("left" if event.incident_id else event.status, event.unit_id)
    _system(tables, entry, incident_id, event.at_us, text, slot=1)
    if not _units_on(tables, incident_id):
        _step(tables, incident_id, IncidentEvent.RELEASED)
    _touch(tables, incident_id, event.at_us)


def _units_on(tables: Tables, incident_id: str) -> bool:
    found = "SELECT 1 FROM units WHERE incident_id = ? LIMIT 1"
    return tables.one(found, (incident_id,)) is not None


def _step(tables: Tables, incident_id: str, event: IncidentEvent) -> None:
    """Along the table of states; what the table refuses changes nothing."""
    row = tables.one(
        "SELECT state FROM incidents WHERE incident_id = ?", (incident_id,)
    )
    if row is None:
        return
    reached = TRANSITIONS[IncidentState(row[0])][event]
    if reached is not None and reached.value != row[0]:
        tables.run(
            "UPDATE incidents SET state = ? WHERE incident_id = ?",
            (reached.value, incident_id),
        )


def _touch(tables: Tables, incident_id: str, at_us: int) -> None:
    tables.run(
        "UPDATE incidents SET changed_at_us = ? WHERE incident_id = ?",
        (at_us, incident_id),
    )
    tables.touched.add(f"incident:{incident_id}")


def _system(
    tables: Tables,
    entry: Entry,
    incident_id: str,
    at_us: int,
    text: str,
    slot: int = 0,
) -> None:
    key = entry.n * 4 + slot
    tables.run(_NOTE, (key, incident_id, f"system:{key}", at_us, entry.actor, text, 1))
    _index_text(tables, key, text)


def _index_text(tables: Tables, key: int, text: str) -> None:
    tables.run("INSERT INTO incident_text(rowid, text) VALUES(?, ?)", (key, text))


def _index_place(tables: Tables, key: int, fields: dict[str, Json]) -> None:
    words = " ".join(str(fields[name]) for name in _TEXT_FIELDS if name in fields)
    tables.run(
        "INSERT OR REPLACE INTO incident_text(rowid, text) VALUES(?, ?)",
        (key * 4 + 3, words),
    )


def _index_point(tables: Tables, key: int, fields: dict[str, Json]) -> None:
    """Degrees, widened by the R-tree to the next single-precision numbers."""
    tables.run("DELETE FROM incident_points WHERE key = ?", (key,))
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        tables.run(
            "INSERT INTO incident_points VALUES(?, ?, ?, ?, ?)",
            (key, latitude, latitude, longitude, longitude),
        )


# For the folds of other CADs' incidents, which lie in the same tables.
index_place, index_point, system_note = _index_place, _index_point, _system
