"""The words of system notes: what an event reads like in an incident's narrative."""

from __future__ import annotations

from collections.abc import Mapping

from aliquot.console.domain.events import Json

_WORDS: dict[str, str] = {
    "type_code": "type",
    "priority": "priority",
    "place": "place",
    "place_verified": "place verified",
    "place_note": "place note",
    "caller_name": "caller",
    "callback_number": "callback",
    "caller_place": "caller's place",
    "caller_uncertainty_m": "caller's uncertainty (m)",
}
# Coordinates are no reading matter: said once for the pair.
_POINTS: dict[str, str] = {
    "latitude": "map point",
    "longitude": "map point",
    "caller_latitude": "caller's map point",
    "caller_longitude": "caller's map point",
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
