"""Which kind of text a labelled field is, and whether what was read is the label."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from aliquot.drivers.lines.api import AliRecord, FieldValue
from aliquot.drivers.lines.label_values import read_value as read_labelled
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.numbers import digits
from aliquot.drivers.lines.values import class_code, read

_BY_NAME: dict[str, tuple[str, ...]] = {
    "class_of_service": ("class_of_service",),
    "house_number": ("house_number",),
    "state": ("state",),
    "esn": ("esn",),
    "latitude": ("degrees",),
    "longitude": ("degrees",),
    "tower_latitude": ("degrees",),
    "tower_longitude": ("degrees",),
    "altitude_m": ("altitude",),
    "uncertainty_m": ("metres",),
    "confidence_pct": ("percent",),
    "record_date": ("month_day", "date", "compact_date"),
    "record_time": ("time",),
    "street": ("street",),
    "address": ("address",),
    "city_state": ("city_state",),
}
# Kinds whose texts all have the same length.
FIXED = frozenset(
    ("class_of_service", "state", "month_day", "date", "time", "telephone")
)
# Kinds of numbers that are written at the right end of their columns.
RIGHT = frozenset(("house_number", "metres", "percent", "altitude"))
_STREET = ("prefix_directional", "street_name", "street_suffix", "post_directional")
# What a label of one of these names says, stands in several fields.
_WHOLE = {
    "street": _STREET,
    "address": ("house_number", "house_number_suffix", *_STREET),
    "city_state": ("community", "state"),
}
_BESIDE = {
    "street": ("unit", "location"),
    "address": ("unit", "community", "location"),
    "city_state": ("postal_code",),
}
_SEVERAL = (Kind.STREET, Kind.ADDRESS, Kind.CITY_STATE)
_DAY = re.compile(
    r"(?:(\d{4})|-)[-/](\d\d)[-/](\d\d)|(\d\d)[-/](\d\d)(?:[-/](\d{2,4}))?"
)
_COMPACT_DAY = re.compile(r"(\d\d)(\d\d)(\d{4})")


def kind_for(name: str, texts: Sequence[str]) -> Kind:
    """The first kind of the field's own that reads all the texts; else plain text."""
    have = {kind.value: kind for kind in Kind}
    for word in _BY_NAME.get(name, ()):
        kind = have.get(word)
        if kind in _SEVERAL or (kind and all(_reads(kind, t, name) for t in texts)):
            return kind
    return Kind.TEXT


# Plain text will not do for these: what reads them in columns expects a form.
_DEGREES = "known in columns are 43.918475 and +43.918475"
FORMS = {
    "record_date": "known are 02/23, 02/23/26, 02/23/2026, 02232026 and 2026-02-23",
    "record_time": "known are 08:05 and 08:05:11",
    "latitude": _DEGREES,
    "longitude": _DEGREES,
}


def must_be_read(name: str) -> bool:
    """Whether plain text will not do for a field: what reads it expects a form."""
    return name in FORMS


def _reads(kind: Kind, text: str, name: str) -> bool:
    try:
        value = read(kind, text.strip()).value
    except KeyError:
        return False
    if value is None:
        return kind in (Kind.ALTITUDE, Kind.HOUSE_NUMBER) and not text.strip("+-0. ")
    return same(name, value, text)


def same(name: str, value: FieldValue | None, text: str) -> bool:
    """Whether a value is what a label says."""
    wanted = " ".join(text.split())
    if value is None:
        return False
    if " ".join(str(value).split()) == wanted:
        return True
    if name == "class_of_service":
        return class_code(wanted) == value
    if not isinstance(value, str):
        return _same_amount(float(value), wanted) or _same_angle(float(value), wanted)
    if name == "record_date":
        return _same_day(value, wanted)
    if name == "record_time":
        return wanted.startswith(value) and value.count(":") >= 1
    number = digits(value)
    return number is not None and number == digits(wanted)


_AMOUNT = re.compile(
    r"[NSEW]? ?(?P<number>[+-]?\d+(?:\.\d+)?) ?(?:[NSEW]|M|MTRS?|METERS?|METRES?|%)?",
    re.IGNORECASE,
)


def _same_amount(value: float, wanted: str) -> bool:
    """The unit, or the letter of a hemisphere, may stand at the number."""
    found = _AMOUNT.fullmatch(wanted)
    return found is not None and abs(abs(value) - abs(float(found["number"]))) < 1e-9


def _same_angle(value: float, wanted: str) -> bool:
    """Degrees, minutes and seconds in a writing that labels know."""
    said = read_labelled(Kind.DEGREES, wanted).value
    return isinstance(said, float) and abs(abs(value) - abs(said)) < 1e-6


def _same_day(value: str, wanted: str) -> bool:
    one, two = _day(value), _day(wanted)
    if one is None or two is None or one[1:] != two[1:]:
        return False
    return not (one[0] and two[0]) or one[0][-2:] == two[0][-2:]


def _day(text: str) -> tuple[str, str, str] | None:
    if compact := _COMPACT_DAY.fullmatch(text):
        return compact[3], compact[1], compact[2]
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    if found[4]:
        return found[6] or "", found[4], found[5]
    return found[1] or "", found[2], found[3]


def found_in(record: AliRecord, name: str, text: str) -> FieldValue | None:
    """What a record says where a label says ``text``."""
    fields = record.fields
    if name in _WHOLE:
        return _together(fields, name, text)
    if name in ("first_number", "second_number", "callback"):
        both = (fields.get("callback_number"), fields.get("pani"))
        return next((n for n in both if same(name, n, text)), both[0] or both[1])
    return fields.get(name)


def _together(fields: Mapping[str, FieldValue], name: str, text: str) -> str | None:
    """The text that was asked for where its fields make it up. A unit, a town or a
    sector may stand elsewhere in the record, so each of these may be of it or not."""
    always = [str(fields[part]) for part in _WHOLE[name] if part in fields]
    also = [str(fields[part]) for part in _BESIDE[name] if part in fields]
    for count in range(len(also) + 1):
        for some in combinations(also, count):
            if _letters(" ".join((*always, *some))) == _letters(text):
                return text
    return " ".join((*always, *also)) or None


def _letters(text: str) -> str:
    return "".join(sorted(c for c in text.upper() if c.isalnum()))
