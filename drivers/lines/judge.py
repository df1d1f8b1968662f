"""What a record as a whole says: numbers by their roles, points, radius, time.

The same for a record of columns and for one of labels. A value that a check does
not pass is taken out, and a value that is repaired has its warning.
"""

from __future__ import annotations

import math
from datetime import date, datetime

from aliquot.drivers.lines.api import FieldValue, LineSettings
from aliquot.drivers.lines.checks import (
    check_confidence,
    check_point,
    check_uncertainty,
    infer_year,
    is_future,
    is_stale,
)
from aliquot.drivers.lines.decode_numbers import NumberRoles, resolve_numbers
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.values import PHASED, WIRELESS

_ADDRESS = {"street_name", "house_number"}
_NOT_FOUND_CLASS = "UNKN"
_FAILED_CLASS = "FAIL"
_TOWER = ("tower_latitude", "tower_longitude")
_CALLER = ("latitude", "longitude")


def judge(
    numbers: NumberRoles,
    known: frozenset[str],
    draft: Draft,
    arrived_us: int,
    settings: LineSettings,
    damaged: bool = False,
) -> None:
    """Judges all of a record. ``known`` are the names its layout may give."""
    service = str(draft.fields.get("class_of_service", ""))
    if not service and damaged and draft.fields.keys() & _ADDRESS:
        draft.warn("class_not_readable")
    if service == _NOT_FOUND_CLASS:
        draft.warn("no_record_found")
    if service == _FAILED_CLASS:
        draft.warn("ani_failure")
    resolve_numbers(numbers, draft, service)
    if service in WIRELESS and draft.fields.keys() & _ADDRESS:
        draft.warn("wireless_address_is_tower")
    _judge_point(draft, settings, _TOWER)
    _judge_point(draft, settings, _CALLER)
    _judge_tower(draft)
    wanted = service in PHASED or _TOWER[0] in draft.fields
    if wanted and "latitude" not in draft.fields and "latitude" in known:
        draft.warn("no_fix")
    _judge_radius(draft, known, wanted or "latitude" in draft.fields)
    _judge_time(draft, arrived_us, settings)


def _judge_point(draft: Draft, settings: LineSettings, names: tuple[str, str]) -> None:
    latitude, longitude = draft.drop(names[0]), draft.drop(names[1])
    if latitude is None or longitude is None:
        return
    point = check_point(
        _number(latitude[0]),
        _number(longitude[0]),
        settings.extent,
        settings.site_country,
    )
    draft.warn(*point.warnings)
    if point.latitude is None or point.longitude is None:
        return
    if "lat_lon_swapped" in point.warnings:
        latitude, longitude = longitude, latitude
        draft.swap_rules(*names)
    draft.put_at(names[0], point.latitude, latitude[1])
    draft.put_at(names[1], point.longitude, longitude[1])


def _judge_tower(draft: Draft) -> None:
    """A caller exactly where the tower stands was not located at all."""
    tower = [draft.fields.get(name) for name in _TOWER]
    if None not in tower and tower == [draft.fields.get(name) for name in _CALLER]:
        for name in _CALLER:
            draft.drop(name)
        draft.warn("same_point_twice", "no_fix")


def _number(value: FieldValue) -> float:
    return math.nan if isinstance(value, str) else float(value)


def _judge_radius(draft: Draft, known: frozenset[str], wanted: bool) -> None:
    """Blank is only worth a word where a point is, or should be."""
    checks = (
        ("uncertainty_m", check_uncertainty),
        ("confidence_pct", check_confidence),
    )
    for name, check in checks:
        taken = draft.drop(name)
        if taken is None and not (wanted and name in known):
            continue
        value, warnings = check(None if taken is None else _number(taken[0]))
        draft.warn(*warnings)
        if taken is not None and value is not None:
            draft.put_at(name, taken[0], taken[1])


def _judge_time(draft: Draft, arrived_us: int, settings: LineSettings) -> None:
    text = draft.fields.get("record_date")
    if not isinstance(text, str) or not arrived_us:
        return
    clock = _clock(str(draft.fields.get("record_time", "12:00")))
    hour, minute, second = clock or (12, 0, 0)
    day_of = _day(text, hour, minute, arrived_us)
    if day_of is None or clock is None:
        draft.warn("bad_value")
        return
    if text.startswith("--"):
        draft.fields["record_date"] = day_of.isoformat()
        draft.warn("year_inferred")
    if is_future(day_of, arrived_us):
        draft.warn("future_date")
    if "record_time" in draft.fields:
        moment = _moment(day_of, hour, minute, second)
        if is_stale(moment, arrived_us, settings.time_zone):
            draft.warn("stale")


def _day(text: str, hour: int, minute: int, arrived_us: int) -> date | None:
    """The day of ``YYYY-MM-DD``, or of ``--MM-DD`` in the year that is nearest."""
    try:
        if not text.startswith("--"):
            return date.fromisoformat(text)
        month, day = int(text[2:4]), int(text[5:7])
    except ValueError:  # a layout may read it as plain text
        return None
    return infer_year(month, day, hour, minute, arrived_us)


def _clock(text: str) -> tuple[int, int, int] | None:
    """Hour, minute and second; None for a text that is no time."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 3 or not all(p.isdecimal() for p in parts):
        return None
    hour, minute, second = (int(part) for part in (*parts, "0")[:3])
    return (hour, minute, second) if hour < 24 and max(minute, second) < 60 else None


def _moment(day: date, hour: int, minute: int, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001
