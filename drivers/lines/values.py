"""How the text of one field becomes a value: one function a kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from aliquot.drivers.lines.api import FieldValue
from aliquot.drivers.lines.layouts import Kind

_DEGREES = re.compile(r"[+-]?\d{1,12}(?:\.\d*)?")
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{0,6})?")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_ISO_DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)")
_COMPACT_DATE = re.compile(r"(?P<m>\d\d)(?P<d>\d\d)(?P<y>\d{4})")
_CUT_TIME = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d):\d")
_ESN = re.compile(r"\d{3,5}")
_STATE = re.compile(r"[A-Z]{2}")
_DIGIT = re.compile(r"\d")
# The street has slipped into the columns of its number.
_STREET_TOO = re.compile(r"\d.{0,20} [A-Za-z]{3}")
_RANGE = re.compile(r"\d+[A-Z]?\s*-\s*\d+[A-Z]?")

WIRELESS = frozenset({"MOBL", "WRLS", "WPH1", "WPH2", "W911", "CELL", "WL2"})
PHASED = frozenset({"WPH1", "WPH2"})
CIVIC_WIRELESS = frozenset({"WDL1", "WDL2"})
VOIP = frozenset({"VOIP", "VRES", "VBUS", "VPAY", "VMBL", "VNOM", "VENT"})
_WIRED = frozenset(
    (
        *("RESD", "RES", "R", "BUSN", "BUS", "B", "PBX", "PBXR", "PBXB", "FX"),
        *("CNTX", "CTX", "CENX", "COIN", "PAY$", "PCT", "COCT", "RSDX", "BSNX"),
        *("OPX", "NOTA", "TLMA", "WBUS", "WRES", "UNKN", "FAIL"),
    )
)
# A text that is none of these is no class that can be acted on: it is not shown.
CLASSES = WIRELESS | CIVIC_WIRELESS | VOIP | _WIRED
# What is written out for a class: the same, and so the same code.
CLASS_WORDS = {
    **dict.fromkeys(("RESIDENCE", "RESIDENTIAL", "RESIDENT"), "RESD"),
    **dict.fromkeys(("BUSINESS", "COMMERCIAL"), "BUSN"),
    **dict.fromkeys(("WIRELESS", "WIRELESS CALL"), "WRLS"),
    **dict.fromkeys(("MOBILE", "MOBILE PHONE"), "MOBL"),
    **dict.fromkeys(("CELLULAR", "CELL PHONE", "CELLPHONE"), "CELL"),
    **dict.fromkeys(("WIRELESS PHASE 1", "WIRELESS PHASE I", "PHASE I"), "WPH1"),
    **dict.fromkeys(("WIRELESS PHASE 2", "WIRELESS PHASE II", "PHASE II"), "WPH2"),
    **dict.fromkeys(("COIN PHONE", "PAYPHONE", "PAY PHONE", "PUBLIC PHONE"), "COIN"),
    **dict.fromkeys(("CENTREX",), "CNTX"),
    **dict.fromkeys(("VOICE OVER IP", "INTERNET PHONE"), "VOIP"),
    **dict.fromkeys(("OFF PREMISE", "OFF PREMISES"), "OPX"),
    **dict.fromkeys(("WIRELESS PH 1", "WIRELESS PH1", "WIRELESS PH I"), "WPH1"),
    **dict.fromkeys(("WIRELESS PH 2", "WIRELESS PH2", "WIRELESS PH II"), "WPH2"),
    **dict.fromkeys(("RESIDENCIAL", "RESIDENCIA", "RESIDENTIEL"), "RESD"),
    **dict.fromkeys(("COMERCIAL", "NEGOCIO", "COMMERCE", "AFFAIRES"), "BUSN"),
    **dict.fromkeys(("INALAMBRICO", "INALAMBRICA", "SANS FIL", "SANS-FIL"), "WRLS"),
    **dict.fromkeys(("UNKNOWN",), "UNKN"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value or none, and what to say of it."""

    value: FieldValue | None
    warnings: tuple[str, ...] = ()


_BAD = Value(None, ("bad_value",))
_ABSENT = Value(None)


def read(kind: Kind, text: str) -> Value:
    """The value in ``text``, which is stripped and not empty."""
    return _READERS.get(kind, _text)(text)


def _text(text: str) -> Value:
    return Value(text)


def _shaped(pattern: re.Pattern[str]) -> Callable[[str], Value]:
    def take(text: str) -> Value:
        return Value(text) if pattern.fullmatch(text) else _BAD

    return take


def class_code(text: str) -> str | None:
    """The code of a class, in capitals or not, or written out in words."""
    said = " ".join(text.upper().split())
    return said if said in CLASSES else CLASS_WORDS.get(said)


def _class(text: str) -> Value:
    if (code := class_code(text)) is not None:
        return Value(code)
    return Value(None, ("bad_value", "class_not_readable"))


def _house_number(text: str) -> Value:
    if not text.strip("0"):
        return _ABSENT
    if not _DIGIT.search(text) or _STREET_TOO.search(text):
        return _BAD
    warnings = ("house_number_range",) if _RANGE.fullmatch(text) else ()
    return Value(text, warnings)


def _month_day(text: str) -> Value:
    found = _MONTH_DAY.fullmatch(text)
    return Value(f"--{found[1]}-{found[2]}") if found else _BAD


def _date(text: str) -> Value:
    """``MM/DD``, ``MM/DD/YY``, ``MM/DD/YYYY`` or ``YYYY-MM-DD``."""
    if iso := _ISO_DATE.fullmatch(text):
        return _day(iso["y"], iso["m"], iso["d"])
    found = _DATE.fullmatch(text)
    if found is None:
        return _BAD
    year = found[3]
    if year is None:
        return _month_day(f"{found[1]:0>2}/{found[2]:0>2}")
    return _day(year if len(year) == 4 else f"20{year}", found[1], found[2])


def _compact_date(text: str) -> Value:
    found = _COMPACT_DATE.fullmatch(text)
    return _day(found["y"], found["m"], found["d"]) if found else _BAD


def _day(year: str, month: str, day: str) -> Value:
    try:
        return Value(date(int(year), int(month), int(day)).isoformat())
    except ValueError:
        return _BAD


def _time(text: str) -> Value:
    """A single digit of seconds is the rest of two: it says nothing."""
    if cut := _CUT_TIME.fullmatch(text):
        return Value(cut[1], ("token_repaired",))
    return Value(text) if _TIME.fullmatch(text) else _BAD


def _number(text: str) -> Value:
    """Metres or percent, 0 too: what 0 means is the business of the checks."""
    if not _NUMBER.fullmatch(text):
        return _BAD
    value = float(text)
    return Value(int(value) if value.is_integer() else value)


def _altitude(text: str) -> Value:
    value = _number(text)
    return _ABSENT if value.value == 0 else value


def _degrees(text: str) -> Value:
    return Value(float(text)) if _DEGREES.fullmatch(text) else _BAD


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.TEXT: _text,
    Kind.CLASS_OF_SERVICE: _class,
    Kind.HOUSE_NUMBER: _house_number,
    Kind.STATE: _shaped(_STATE),
    Kind.MONTH_DAY: _month_day,
    Kind.TIME: _time,
    Kind.DEGREES: _degrees,
    Kind.ALTITUDE: _altitude,
    Kind.METRES: _number,
    Kind.PERCENT: _number,
    Kind.ESN: _shaped(_ESN),
}
_DATES = {"date": _date, "compact_date": _compact_date}
_READERS |= {kind: _DATES[kind.value] for kind in Kind if kind.value in _DATES}
