"""Reads of other CADs' incidents, for those who write."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aliquot.console.domain.foreign import CLOSED, OPEN, ForeignNow
from aliquot.console.domain.incidents import IncidentState
from aliquot.console.store.canonical import decoded

Run = Callable[..., Any]

_NOW = (
    "SELECT i.incident_id, number, fields, type_text, state, opened_at_us,"
    " closed_at_us, as_of_us, disposition, units FROM foreign_incidents AS f"
    " JOIN incidents AS i USING (incident_id) WHERE source = ? AND source_id = ?"
)


def foreign_now(run: Run, source: str, source_id: str) -> ForeignNow | None:
    """What is known of another CAD's incident by its own number."""
    row = run(_NOW, (source, source_id)).fetchone()
    if row is None:
        return None
    closed = row[4] == IncidentState.CLOSED.value
    return ForeignNow(
        incident_id=row[0],
        number=row[1],
        fields=decoded(row[2]),
        type_text=row[3],
        state=CLOSED if closed else OPEN,
        opened_at_us=row[5],
        closed_at_us=row[6],
        as_of_us=row[7] or None,
        disposition=row[8],
        units=tuple(json.loads(row[9] or "[]")),
    )


def foreign_seen(run: Run, digest: str) -> bool:
    """Whether a report is in the log already."""
    found = run("SELECT 1 FROM foreign_reports WHERE digest = ?", (digest,))
    return found.fetchone() is not None
