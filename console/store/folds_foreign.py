"""Folds of another CAD's incidents: rows beside our own, marked; and of unit fixes.

An open one is active: somebody works it, though not from here. Its row in
``foreign_incidents`` is what marks it; ``foreign_reports`` has a digest of each
report that is in the log, for imports.
"""

from __future__ import annotations

import json

from aliquot.console.domain import events as ev
from aliquot.console.domain.events import Json
from aliquot.console.domain.foreign import CLOSED
from aliquot.console.domain.incidents import IncidentState
from aliquot.console.store import folds_incidents as own
from aliquot.console.store.canonical import canonical, decoded
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.narrative import foreign_text

_STATES = {True: IncidentState.CLOSED.value, False: IncidentState.ACTIVE.value}
_OPEN = (
    "INSERT INTO incidents(key, incident_id, number, state, opened_at_us,"
    " changed_at_us, closed_at_us, disposition, fields)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(incident_id) DO NOTHING"
)
_CHANGE = (
    "UPDATE incidents SET state = ?, opened_at_us = ?, changed_at_us = ?,"
    " closed_at_us = ?, disposition = ?, fields = ? WHERE key = ?"
)
_MARK = (
    "INSERT INTO foreign_incidents(incident_id, source, source_id, type_text, units,"
    " as_of_us) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(incident_id) DO UPDATE SET"
    " source = excluded.source, source_id = excluded.source_id,"
    " type_text = coalesce(excluded.type_text, type_text),"
    " units = coalesce(excluded.units, units),"
    " as_of_us = max(coalesce(excluded.as_of_us, 0), coalesce(as_of_us, 0))"
)
_SEEN = "INSERT INTO foreign_reports(digest, n) VALUES(?, ?) ON CONFLICT DO NOTHING"
_FIX = (
    "INSERT INTO unit_fixes(unit_id, latitude, longitude, at_us) VALUES(?, ?, ?, ?)"
    " ON CONFLICT(unit_id) DO UPDATE SET latitude = excluded.latitude,"
    " longitude = excluded.longitude, at_us = excluded.at_us"
)


def received(tables: Tables, entry: Entry, event: ev.ForeignIncidentReceived) -> None:
    if event.digest:
        tables.run(_SEEN, (event.digest, entry.n))
    if event.line is not None:
        tables.marks.went_on(event.line, event.end, event.at_us)
        tables.touched.add(f"line:{event.line}")
    if event.join not in ("opened", "changed"):
        return
    row = tables.one(
        "SELECT key, fields, state, opened_at_us, closed_at_us, disposition"
        " FROM incidents WHERE incident_id = ?",
        (event.incident_id,),
    )
    key = _open(tables, entry, event) if row is None else _change(tables, event, row)
    _mark(tables, event)
    fields = _fields_of(tables, key)
    own.index_place(tables, key, fields)
    own.index_point(tables, key, fields)
    text = foreign_text(event.source, event.join, vars_of(event))
    own.system_note(tables, entry, event.incident_id, event.at_us, text)


def vars_of(event: ev.ForeignIncidentReceived) -> dict[str, Json]:
    """What the narrative says of it."""
    return {
        "changes": event.changes,
        "type_text": event.type_text,
        "state": event.state,
        "disposition": event.disposition,
        "units": event.units,
        "note": event.note,
        "warnings": event.warnings,
    }


def _open(tables: Tables, entry: Entry, event: ev.ForeignIncidentReceived) -> int:
    closed = event.state == CLOSED
    opened_us = event.opened_at_us or event.as_of_us or event.at_us
    fields = _applied({}, event.changes)
    tables.run(
        _OPEN,
        (
            *(entry.n, event.incident_id, event.number, _STATES[closed], opened_us),
            *(event.at_us, _closed_us(event, None) if closed else None),
            *(event.disposition, canonical(fields)),
        ),
    )
    return entry.n


def _change(
    tables: Tables, event: ev.ForeignIncidentReceived, row: tuple[object, ...]
) -> int:
    key, fields, state, opened_us, closed_us, disposition = row
    assert isinstance(key, int)
    assert isinstance(fields, bytes)
    closed = state == _STATES[True] if event.state is None else event.state == CLOSED
    tables.run(
        _CHANGE,
        (
            *(_STATES[closed], event.opened_at_us or opened_us, event.at_us),
            _closed_us(event, closed_us) if closed else None,
            (event.disposition or disposition) if closed else None,
            canonical(_applied(decoded(fields), event.changes)),
            key,
        ),
    )
    return key


def _closed_us(event: ev.ForeignIncidentReceived, before: object) -> object:
    """What is closed at first sight is history: it did not end when it was read."""
    begun = event.opened_at_us if event.join == "opened" else None
    return event.closed_at_us or before or event.as_of_us or begun or event.at_us


def _applied(fields: dict[str, Json], changes: dict[str, Json]) -> dict[str, Json]:
    for name, pair in changes.items():
        new = pair[1] if isinstance(pair, list) else pair
        if new is None:
            fields.pop(name, None)
        else:
            fields[name] = new
    return fields


def _mark(tables: Tables, event: ev.ForeignIncidentReceived) -> None:
    units = None if event.units is None else json.dumps(event.units)
    values = (event.incident_id, event.source, event.source_id, event.type_text)
    tables.run(_MARK, (*values, units, event.as_of_us))


def _fields_of(tables: Tables, key: int) -> dict[str, Json]:
    row = tables.one("SELECT fields FROM incidents WHERE key = ?", (key,))
    return {} if row is None else decoded(row[0])


def report_erased(tables: Tables, entry: Entry) -> None:
    """There was one, of another CAD. It is taken for closed: what is not erased of it
    may say otherwise."""
    incident_id = entry.subject.removeprefix("incident:")
    at = entry.utc_us
    tables.run(_OPEN, (entry.n, incident_id, 0, _STATES[True], at, at, at, None, b"{}"))
    tables.run(
        "INSERT INTO foreign_incidents(incident_id, source, source_id)"
        " VALUES(?, '', ?) ON CONFLICT DO NOTHING",
        (incident_id, incident_id),
    )


def unit_fixed(tables: Tables, event: ev.UnitStatusChanged) -> None:
    """Where the unit was at a change of its status."""
    if event.latitude is not None and event.longitude is not None:
        at_us = event.fix_at_us or event.at_us
        values = (event.unit_id, event.latitude, event.longitude, at_us)
        tables.run(_FIX, values)
