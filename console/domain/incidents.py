"""Rules of an incident: its states, its fields, what changed.

Pending until a unit works it, active while one does and after, closed when a
person says so. ``TRANSITIONS[state][event]`` has every pair; None is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum

from aliquot.console.domain.events import INCIDENT_FIELDS, Json


class IncidentState(Enum):
    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"


class IncidentEvent(Enum):
    """``ASSIGNED``: a unit came to work it; ``RELEASED``: the last one left it."""

    CHANGED = "changed"
    NOTED = "noted"
    ASSIGNED = "assigned"
    RELEASED = "released"
    CLOSED = "closed"
    REOPENED = "reopened"


_S, _E = IncidentState, IncidentEvent

TRANSITIONS: Mapping[IncidentState, Mapping[IncidentEvent, IncidentState | None]] = {
    _S.PENDING: {
        _E.CHANGED: _S.PENDING,
        _E.NOTED: _S.PENDING,
        _E.ASSIGNED: _S.ACTIVE,
        _E.RELEASED: _S.PENDING,
        _E.CLOSED: _S.CLOSED,
        _E.REOPENED: None,
    },
    _S.ACTIVE: {
        _E.CHANGED: _S.ACTIVE,
        _E.NOTED: _S.ACTIVE,
        _E.ASSIGNED: _S.ACTIVE,
        _E.RELEASED: _S.PENDING,  # nobody works it: it must be seen to wait again
        _E.CLOSED: _S.CLOSED,
        _E.REOPENED: None,
    },
    _S.CLOSED: {
        _E.CHANGED: _S.CLOSED,  # a report is corrected after the fact
        _E.NOTED: _S.CLOSED,
        _E.ASSIGNED: None,
        _E.RELEASED: _S.CLOSED,
        _E.CLOSED: None,
        _E.REOPENED: _S.PENDING,
    },
}

LONGEST_TEXT = 2_000
LONGEST_NOTE = 20_000


class BadField(ValueError):  # noqa: N818 - a refusal, not a fault
    """A field of an incident cannot be what was asked for; says which and why."""


def _number(low: float, high: float, unit: str) -> Callable[[str, Json], Json]:
    def check(name: str, value: Json) -> Json:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadField(f"{name} must be a number.")
        if not (math.isfinite(value) and low <= value <= high):
            raise BadField(f"{name} must be between {low:g} and {high:g} {unit}.")
        return value

    return check


def _text(name: str, value: Json) -> Json:
    if not isinstance(value, str):
        raise BadField(f"{name} must be text.")
    if len(value) > LONGEST_TEXT:
        raise BadField(f"{name} is longer than {LONGEST_TEXT} characters.")
    return value.strip() or None


def _flag(name: str, value: Json) -> Json:
    if not isinstance(value, bool):
        raise BadField(f"{name} must be true or false.")
    return value


def _priority(name: str, value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise BadField(f"{name} must be a whole number from 1 to 5.")
    return value


_latitude = _number(-90, 90, "degrees")
_longitude = _number(-180, 180, "degrees")

_CHECKS: Mapping[str, Callable[[str, Json], Json]] = {
    "type_code": _text,
    "priority": _priority,
    "place": _text,
    "place_verified": _flag,
    "place_note": _text,
    "latitude": _latitude,
    "longitude": _longitude,
    "caller_name": _text,
    "callback_number": _text,
    "caller_place": _text,
    "caller_latitude": _latitude,
    "caller_longitude": _longitude,
    "caller_uncertainty_m": _number(0, 20_040_000, "metres"),
    "place_address": _text,
    "place_score": _number(0, 100, "points"),
}
assert set(_CHECKS) == set(INCIDENT_FIELDS)


def clean_fields(fields: Mapping[str, Json]) -> dict[str, Json]:
    """The fields as they are stored: checked, trimmed, None for "take it away".

    Raises ``BadField``. An uncertainty of 0 says nothing and counts as absent.
    """
    cleaned: dict[str, Json] = {}
    for name, value in fields.items():
        check = _CHECKS.get(name)
        if check is None:
            raise BadField(f"{name} is no field of an incident.")
        cleaned[name] = None if value is None else check(name, value)
    if cleaned.get("caller_uncertainty_m") == 0:
        cleaned["caller_uncertainty_m"] = None
    return cleaned


def check_points(fields: Mapping[str, Json]) -> None:
    """Half a point is no point. ``fields`` are all of an incident's.

    Raises ``BadField``.
    """
    for first, second in (
        ("latitude", "longitude"),
        ("caller_latitude", "caller_longitude"),
    ):
        if (fields.get(first) is None) != (fields.get(second) is None):
            raise BadField(f"{first} and {second} go together; one is missing.")


_OF_VERIFYING = ("place_verified", "place_address", "place_score")


def unverified(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, Json]:
    """``new`` and what it makes untrue: another place, about which nothing is said,
    is not the one that was verified."""
    said = any(name in new for name in _OF_VERIFYING)
    if said or new.get("place", old.get("place")) == old.get("place"):
        return dict(new)
    return {**new, **{name: None for name in _OF_VERIFYING if name in old}}


def present(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Without what is absent."""
    return {name: value for name, value in fields.items() if value is not None}


def changes(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, Json]:
    """``name -> [old, new]`` of what is different; only names in ``new`` count."""
    found: dict[str, Json] = {}
    for name, value in new.items():
        before = old.get(name)
        if before != value or isinstance(before, bool) != isinstance(value, bool):
            found[name] = [before, value]
    return found


def may(state: IncidentState, event: IncidentEvent) -> bool:
    return TRANSITIONS[state][event] is not None
