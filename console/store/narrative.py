"""The narrative of an incident: what is read, and the words of system notes.

The fold writes a system note with the codes that its event holds. When it is read,
codes of types and dispositions are said by their labels of now, out of the event
itself: labels may change, and no table with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aliquot.console.domain.events import Json
from aliquot.console.domain.incident_types import dispositions, label
from aliquot.console.domain.place_said import place_said
from aliquot.console.domain.rows import NoteRow
from aliquot.console.store.canonical import decoded

Read = Callable[..., list[tuple[Any, ...]]]

_NOTES = (
    "SELECT note_id, x.at_us, coalesce(p.name, person), text, system, struck,"
    " h.type, h.body FROM notes AS x"
    " LEFT JOIN people AS p ON p.person_id = x.person"
    " LEFT JOIN heads AS h ON x.system AND x.key % 4 = 0 AND h.n = x.key / 4"
    " WHERE x.incident_id = ? ORDER BY x.key"
)

_WORDS: dict[str, str] = {
    "type_code": "type",
    "priority": "priority",
    "place": "place",
    "place_verified": "place verified",
    "place_note": "place note",
    "place_address": "place in the geofile",
    "place_score": "score of the place",
    "caller_name": "caller",
    "callback_number": "callback",
    "caller_place": "caller's place",
    "caller_uncertainty_m": "caller's uncertainty (m)",
}
_OF_VERIFYING = ("place_address", "place_score", "place_verified")
# Coordinates are no reading matter: said once for the pair.
_POINTS: dict[str, str] = {
    "latitude": "map point",
    "longitude": "map point",
    "caller_latitude": "caller's map point",
    "caller_longitude": "caller's map point",
}


def notes(read: Read, incident_id: str) -> tuple[NoteRow, ...]:
    """Oldest first."""
    return tuple(
        NoteRow(
            note_id=note_id,
            at_us=at_us,
            person=person,
            text=_in_labels(kind, body) or text,
            system=bool(system),
            struck=bool(struck),
        )
        for note_id, at_us, person, text, system, struck, kind, body in read(
            _NOTES, incident_id
        )
    )


def _in_labels(kind: str | None, body: bytes | None) -> str | None:
    """The note of an event with labels for codes; None where it has none of them, or
    where the event was erased."""
    if kind not in _WITH_CODES or body is None:
        return None
    event = decoded(body)
    return _WITH_CODES[kind](event)


def _opening(event: dict[str, Json]) -> str:
    fields = dict(_mapping(event.get("fields")))
    if kind := fields.get("type_code"):
        fields["type_code"] = label(str(kind))
    if said := place_said(fields):
        fields["place"] = said.whole
    return opening_text(fields)


def _changes(event: dict[str, Json]) -> str:
    changes = dict(_mapping(event.get("changes")))
    if "type_code" in changes:
        pair = changes["type_code"]
        both = pair if isinstance(pair, list) else [None, pair]
        changes["type_code"] = [None if c is None else label(str(c)) for c in both]
    return changes_text(_with_its_address(changes))


def _with_its_address(changes: dict[str, Json]) -> dict[str, Json]:
    """What the geofile says of a place in one with the place."""
    said = {name: v for name, v in changes.items() if name not in _OF_VERIFYING}
    new = {name: v[1] for name, v in changes.items() if isinstance(v, list)}
    place, address = changes.get("place"), new.get("place_address")
    if isinstance(place, list) and address:
        both = place_said({**new, "place_verified": True})
        said["place"] = [place[0], both.whole if both else None]
    elif address:
        said["place_address"] = changes["place_address"]
    elif "place_verified" in changes:
        now = new.get("place_verified") is True
        said["place_verified"] = [not now, now]
    return said


def _closing(event: dict[str, Json]) -> str:
    code = str(event.get("disposition"))
    known = dispositions().get(code)
    return closing_text(f"{known.label}, {code}" if known else code)


def _foreign(event: dict[str, Json]) -> str:
    changes = dict(_mapping(event.get("changes")))
    if "type_code" in changes:
        pair = changes["type_code"]
        both = pair if isinstance(pair, list) else [None, pair]
        changes["type_code"] = [None if c is None else label(str(c)) for c in both]
    said = {**event, "changes": changes}
    return foreign_text(str(event.get("source")), str(event.get("join")), said)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


_WITH_CODES: dict[str, Callable[[dict[str, Json]], str]] = {
    "incident.opened": _opening,
    "incident.changed": _changes,
    "incident.closed": _closing,
    "incident.foreign_received": _foreign,
}


def opening_text(fields: Mapping[str, Json]) -> str:
    parts = ["opened"]
    if kind := fields.get("type_code"):
        parts.append(f"as {kind}")
    if place := fields.get("place"):
        parts.append(f"at {place}")
    return " ".join(parts)


def changes_text(changes: Mapping[str, Json]) -> str:
    """``type changed A -> B; map point moved`` for name -> [old, new]."""
    said: dict[str, None] = {}
    for name in sorted(changes):
        pair = changes[name]
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        said[_one(name, old, new)] = None
    return "; ".join(said)


def closing_text(disposition: str) -> str:
    return f"closed: {disposition}"


def foreign_text(source: str, join: str, said: Mapping[str, Json]) -> str:
    """What another CAD said; ``said`` as in ``ForeignIncidentReceived``."""
    changes = _mapping(said.get("changes"))
    if join == "opened":
        new = {k: v[1] for k, v in changes.items() if isinstance(v, list)}
        if said.get("type_text") and not new.get("type_code"):
            new["type_code"] = said["type_text"]
        parts = [opening_text(new)]
    else:
        parts = [changes_text(changes)]
    units = said.get("units")
    if isinstance(units, list):
        parts.append(f"units {' '.join(map(str, units)) or 'none'}")
    if said.get("state") == "closed":
        parts.append(closing_text(str(said.get("disposition") or "no disposition")))
    elif said.get("state") == "open" and join != "opened":
        parts.append("open")
    parts.append(str(said.get("note") or ""))
    warnings = said.get("warnings")
    if "latitude" in changes and isinstance(warnings, list):
        parts += [words for code, words in _OF_POINTS.items() if code in warnings]
    return f"{source}: " + "; ".join(filter(None, parts))


_OF_POINTS = {
    "lat_lon_swapped": "latitude and longitude were swapped: check the place",
    "west_sign_missing": "the minus of the longitude was missing: check the place",
    "outside_extent": "the point is outside our area: check the place",
}


def unit_text(status: str, unit_id: str) -> str:
    return f"{status.replace('_', ' ')} {unit_id}"


def _one(name: str, old: Json, new: Json) -> str:
    if name in _POINTS:
        verb = "set" if old is None else "removed" if new is None else "moved"
        return f"{_POINTS[name]} {verb}"
    word = _WORDS.get(name, name)
    if old is None:
        return f"{word} set to {_value(new)}"
    if new is None:
        return f"{word} removed (was {_value(old)})"
    return f"{word} changed {_value(old)} -> {_value(new)}"


def _value(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
