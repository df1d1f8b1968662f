"""Both columns of the release desk: what the desk knows, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from aliquot.console.domain.events import Json
from aliquot.console.domain.rows import IncidentRow
from aliquot.console.release.constants import utc_text
from aliquot.console.release.reasons import (
    ALWAYS_WITHHELD,
    WHOLE_ROW,
    Reason,
    withheld_fields,
)
from aliquot.console.store.views import SqlViews

BECAME: Mapping[str, str] = {
    "type_code": "category",
    "place": "place",
    "latitude": "place",
    "longitude": "place",
    "received_at": "time",
    "status": "status",
}
"""Field of an incident -> the key of the item that stands in its place."""

_NEVER = "never_leaves"
_COARSER = {"place": "region_instead", "status": "word_instead"}


def knows_of(row: IncidentRow, views: SqlViews) -> dict[str, Json]:
    """All that the desk knows of an incident, by field; absent is absent."""
    found: dict[str, Json] = dict(row.fields)
    found["incident_number"] = row.number
    found["received_at"] = utc_text(row.opened_at_us)
    found["status"] = row.state
    if row.disposition is not None:
        found["disposition"] = row.disposition
    if row.units:
        found["units"] = [unit.unit_id for unit in row.units]
    notes = [n.text for n in views.narrative(row.incident_id) if not n.struck]
    if notes:
        found["narrative"] = list(notes)
    return found


def withheld_of(
    knows: Mapping[str, Json], reasons: tuple[Reason, ...]
) -> dict[str, str]:
    """Each field that is known -> why it stays as it is."""
    said = withheld_fields(reasons)
    return {name: _why(name, said, bool(reasons)) for name in knows}


def _why(name: str, said: Mapping[str, str], whole: bool) -> str:
    if whole:
        return said.get(name, WHOLE_ROW if name in BECAME else _NEVER)
    if name in _COARSER:
        return _COARSER[name]
    return ALWAYS_WITHHELD.get(name, _NEVER)
