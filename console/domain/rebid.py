"""What a further record of a call says otherwise, field by field. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from aliquot.console.domain.event_base import Json

_EARTH_M = 6_371_008.8  # mean radius
_SAME_M = 0.5  # less than this is another spelling of the same point

_POINT = ("latitude", "longitude")
_LESS_IS_BETTER = frozenset({"uncertainty_m"})
_MORE_IS_BETTER = frozenset({"confidence_pct"})
_OF_THE_RECORD = frozenset({"record_date", "record_time", "location_time"})
"""Every record has others: no news of the caller."""


class Change(Enum):
    """What kind of change. ``BETTER`` and ``WORSE``: how sure the place is."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that is other than it was; absent is None.

    ``metres``: how far the point moved, on both of its fields.
    """

    name: str
    old: Json
    new: Json
    kind: Change
    metres: float | None = None


def differences(
    old: Mapping[str, Json], new: Mapping[str, Json]
) -> tuple[FieldChange, ...]:
    """Fields of two records of one call that differ, by name. An absent value and
    an empty one are the same; numbers are compared as numbers."""
    moved = moved_m(old, new)
    found = []
    for name in sorted({*old, *new} - _OF_THE_RECORD):
        before, after = _value(old, name), _value(new, name)
        point = name in _POINT and moved is not None
        if before == after or (point and moved is not None and moved < _SAME_M):
            continue
        found.append(
            FieldChange(
                name=name,
                old=before,
                new=after,
                kind=_kind(name, before, after),
                metres=round(moved, 1) if point and moved is not None else None,
            )
        )
    return tuple(found)


def moved_m(old: Mapping[str, Json], new: Mapping[str, Json]) -> float | None:
    """Metres between the points of two records; None unless both have one."""
    before, after = _point(old), _point(new)
    if before is None or after is None:
        return None
    return distance_m(*before, *after)


def distance_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in metres between two points in WGS84 degrees."""
    a, b = math.radians(lat_a), math.radians(lat_b)
    across = math.radians(lon_b - lon_a)
    half = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    )
    return 2 * _EARTH_M * math.asin(math.sqrt(min(1.0, half)))


def sureness(old_m: float | None, new_m: float | None) -> Change | None:
    """How an uncertainty in metres changed; None is not given."""
    if old_m == new_m:
        return None
    return _kind("uncertainty_m", old_m, new_m)


def as_json(changes: tuple[FieldChange, ...]) -> dict[str, Json]:
    """Field -> [old, new, kind], and metres after it where the point moved."""
    return {
        c.name: [c.old, c.new, c.kind.value] + ([] if c.metres is None else [c.metres])
        for c in changes
    }


def _kind(name: str, before: Json, after: Json) -> Change:
    if before is None:
        return Change.ADDED
    if after is None:
        return Change.REMOVED
    if name in _POINT:
        return Change.MOVED
    if not (_is_number(before) and _is_number(after)):
        return Change.CHANGED
    more = after > before  # type: ignore[operator]
    if name in _LESS_IS_BETTER:
        return Change.WORSE if more else Change.BETTER
    if name in _MORE_IS_BETTER:
        return Change.BETTER if more else Change.WORSE
    return Change.CHANGED


def _value(fields: Mapping[str, Json], name: str) -> Json:
    value = fields.get(name)
    return None if value == "" else value


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _point(fields: Mapping[str, Json]) -> tuple[float, float] | None:
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return float(latitude), float(longitude)
    return None
