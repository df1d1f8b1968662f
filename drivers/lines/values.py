"""How the text of one field becomes a value: one function a kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from aliquot.drivers.lines.api import FieldValue
from aliquot.drivers.lines.layouts import Kind

_DEGREES = re.compile(r"[+-]?\d{1,12}(?:\.\d*)?")
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{0,6})?")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")
_ESN = re.compile(r"\d{3,5}")
_STATE = re.compile(r"[A-Z]{2}")
_DIGIT = re.compile(r"\d")
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


@dataclass(frozen=True, slots=True)
class Value:
    """A value or none, and what to say of it."""

    value: FieldValue | None
    warnings: tuple[str, ...] = ()


_BAD = Value(None, ("bad_value",))
_ABSENT = Value(None)


def read(kind: Kind, text: str) -> Value:
    """The value in ``text``, which is stripped and not empty."""
    return _READERS[kind](text)


def _text(text: str) -> Value:
    return Value(text)


def _shaped(pattern: re.Pattern[str]) -> Callable[[str], Value]:
    def take(text: str) -> Value:
        return Value(text) if pattern.fullmatch(text) else _BAD

    return take


def _class(text: str) -> Value:
    if text in CLASSES:
        return Value(text)
    return Value(None, ("bad_value", "class_not_readable"))


def _house_number(text: str) -> Value:
    if not text.strip("0"):
        return _ABSENT
    if not _DIGIT.search(text):
        return _BAD
    warnings = ("house_number_range",) if _RANGE.fullmatch(text) else ()
    return Value(text, warnings)


def _month_day(text: str) -> Value:
    found = _MONTH_DAY.fullmatch(text)
    return Value(f"--{found[1]}-{found[2]}") if found else _BAD


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
    Kind.TIME: _shaped(_TIME),
    Kind.DEGREES: _degrees,
    Kind.ALTITUDE: _altitude,
    Kind.METRES: _number,
    Kind.PERCENT: _number,
    Kind.ESN: _shaped(_ESN),
}
