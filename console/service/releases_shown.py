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

_WORDS: Mapping[str, str] = {
    "no_type": "It has no type.",
    "unknown_type": "Its type is in no table of this agency.",
    "codes_disagree": "Its codes say different things.",
    "class_never": "Its type is one that is never released.",
    "not_in_policy": "The policy does not name its category.",
    "phrase_does_not_fit": "The phrase does not fit the category.",
    "unknown_status": "Its state is not known.",
    "not_closed": "Of this type it leaves only when it is closed.",
    "no_time": "It has no time.",
    "time_in_future": "Its time lies in the future: look at the clock.",
    "in_embargo": "Its embargo is not over.",
    "expired": "It is too old.",
    "no_place_tree": "There is no place tree.",
    "no_place": "Its place has no region.",
    "places_disagree": "Address and coordinates lie in different regions.",
    "no_region": "There is no region of that size there.",
    "region_too_small": "The region has too few parcels.",
    "label_not_reviewed": "Nobody has reviewed the name of the region.",
    "output_scan": "The last look at the bytes found something.",
}


def reason_words(code: str) -> str:
    """A reason why something is withheld, for a person."""
    return _WORDS.get(code, code)


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
