"""Rows of incidents, their order on the board, and what finds them by words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from aliquot.console.domain.events import Json
from aliquot.console.domain.rows import ForeignMark, IncidentRow, UnitOnIncident
from aliquot.console.store.canonical import decoded

_LAST = 1 << 20  # a priority after all others

INCIDENTS = (
    "SELECT incident_id, number, state, opened_at_us, changed_at_us, closed_at_us,"
    " disposition, call_id, fields, (SELECT json_array(source, source_id, type_text,"
    " json(coalesce(units, '[]'))) FROM foreign_incidents AS f"
    " WHERE f.incident_id = incidents.incident_id) FROM incidents"
)

# Keys of incidents with a piece of text that has the word: the place's row in the
# index is the incident's key * 4 + 3, all others are notes.
MATCHED = (
    "SELECT * FROM (SELECT rowid / 4 FROM incident_text WHERE incident_text MATCH ?"
    " AND rowid % 4 = 3 UNION SELECT i.key FROM incident_text AS t"
    " JOIN notes AS x ON x.key = t.rowid"
    " JOIN incidents AS i ON i.incident_id = x.incident_id"
    " WHERE incident_text MATCH ?)"
)


def incident_row(
    row: tuple[Any, ...], units: Iterable[UnitOnIncident] = ()
) -> IncidentRow:
    """Of a row of ``INCIDENTS``."""
    return IncidentRow(
        incident_id=row[0],
        number=row[1],
        state=row[2],
        opened_at_us=row[3],
        changed_at_us=row[4],
        closed_at_us=row[5],
        disposition=row[6],
        call_id=row[7],
        fields=decoded(row[8]),
        units=tuple(units),
        foreign=_mark(row[9]),
    )


def _mark(text: str | None) -> ForeignMark | None:
    if text is None:
        return None
    source, source_id, type_text, units = json.loads(text)
    return ForeignMark(
        source=source, source_id=source_id, type_text=type_text, units=tuple(units)
    )


def urgency(row: IncidentRow) -> tuple[int, int, int]:
    """By priority, then age: the first is the most urgent."""
    wanted: Json = row.fields.get("priority")
    priority = wanted if isinstance(wanted, int) else _LAST
    return priority, row.opened_at_us, row.number
