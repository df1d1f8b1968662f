"""What values look like behind a label or in a shape, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.said import MONTHS
from aliquot.drivers.lines.values import CLASSES, Value, class_code, read

_KINDS = {
    "first_number": Kind.TELEPHONE,
    "second_number": Kind.TELEPHONE,
    "callback": Kind.TELEPHONE,
    "pani": Kind.TELEPHONE,
    "street": Kind.STREET,
    "address": Kind.ADDRESS,
    "type_position": Kind.TYPE_POSITION,
    "responders": Kind.RESPONDERS,
    "city_state": Kind.CITY_STATE,
    "class_of_service": Kind.CLASS_OF_SERVICE,
    "house_number": Kind.HOUSE_NUMBER,
    "house_number_suffix": Kind.SUFFIX_OR_DIRECTION,
    "state": Kind.STATE,
    "record_date": Kind.DATE,
    "record_time": Kind.TIME,
    "latitude": Kind.DEGREES,
    "longitude": Kind.DEGREES,
    "tower_latitude": Kind.DEGREES,
    "tower_longitude": Kind.DEGREES,
    "altitude_m": Kind.ALTITUDE,
    "uncertainty_m": Kind.METRES,
    "confidence_pct": Kind.PERCENT,
    "esn": Kind.ESN,
    "company_id": Kind.CODE,
    "unit": Kind.UNIT,
    "position": Kind.POSITION,
    "prefix_directional": Kind.WORD,
}

_CODES = "|".join(re.escape(c) for c in sorted(CLASSES, key=lambda c: (-len(c), c)))
_DMS = r"[+-]?\d{1,3}[:°]\d{1,2}[:'](?:\d{1,2}(?:\.\d{1,8})?)\"?"
_NUMBER_END = r"(?![\d:])"
_TEN_DIGITS = (
    r"(?:\(\d{3}\)|\d{3})(?: - |[ ./-]{0,2})\d{3}(?: - |[ .-]?)\d{4}(?![\d.]\d|\d)"
)
_SERIAL = r"\(?911\)?[ .-]?\d{4}[ .-]?\d{4}(?!\d)"  # eight digits of it
_PATTERNS = {
    Kind.TELEPHONE: rf"(?<![\d-])(?:\+1[ .-]?|1[.-]?)?{_TEN_DIGITS}",
    Kind.DEGREES: rf"(?:(?<![\d.])|(?=[+-]))(?:{_DMS}|[+-]?\d{{1,10}}\.\d{{2,12}}){_NUMBER_END}",
    Kind.CLASS_OF_SERVICE: rf"(?<![A-Za-z0-9])(?:{_CODES})(?![A-Za-z0-9$])",
    Kind.HOUSE_NUMBER: r"(?<!\d)\d{1,6}[A-Z]?(?:-\d{1,6})?(?: 1/2)?(?![\dA-Za-z])",
    Kind.SUFFIX_OR_DIRECTION: r"(?:\d/\d|[A-Z0-9]{1,2})(?![A-Za-z0-9])",
    Kind.STATE: r"(?<![A-Za-z])[A-Z]{2}(?![A-Za-z])",
    Kind.DATE: (
        r"(?<!\d)(?:\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}(?:/\d{4}|/\d{2})?"
        r"|\d{1,2}-(?i:" + "|".join(MONTHS) + r")-\d{4})(?![\d/])"
    ),
    Kind.COMPACT_DATE: r"(?<!\d)\d{8}(?!\d)",
    Kind.MONTH_DAY: r"(?<!\d)\d{1,2}/\d{1,2}(?![\d/])",
    Kind.TIME: r"(?<!\d)\d{1,2}:\d{2}(?::\d{1,2})?(?![\d:])",
    Kind.ALTITUDE: r"(?<![\d.])[+-]?\d{1,6}(?:\.\d{1,3})?" + _NUMBER_END,
    Kind.METRES: r"(?<![\d.-])\d{1,8}(?:\.\d{1,3})?(?![\d:/]|[.-]\d)",
    Kind.PERCENT: r"(?<![\d.-])\d{1,3}(?:\.\d{1,3})?(?![\d:/]|[.-]\d)",
    Kind.ESN: r"(?<!\d)\d{3,5}(?![\d-])",
    Kind.CODE: r"(?<![A-Za-z0-9])[A-Z0-9&]{2,8}(?![A-Za-z0-9&=:])",
    Kind.WORD: r"[^\s|]{1,24}",
    Kind.POSITION: r"(?<!\d)\d{1,4}(?!\d)",
    Kind.TYPE_POSITION: r"(?<!\d)[0-9]\d\d(?!\d)",
    Kind.CITY_STATE: r"[A-Z][A-Za-z .'-]{0,38}?[ ]{1,30}[A-Z]{2}(?![A-Za-z])",
    Kind.ADDRESS: r"[^\s|=][^\n|=]{0,78}?",
    Kind.STREET: r"[^\s|=][^\n|=]{0,60}?",
    Kind.RESPONDERS: r"[^\n]{1,160}?",
    Kind.TEXT: r"[^\s|=][^\n|=]{0,60}?",
    Kind.LINE: r"[^\s|][^\n|]{0,240}",
    Kind.CLASS_WORD: (
        r"(?<![A-Za-z0-9])(?:[A-Z][A-Z0-9$]{0,3}|[a-z][a-z0-9$]{0,3})"
        r"(?![A-Za-z0-9$]|[ ]?[=:])"
    ),
    Kind.UNIT: (
        r"(?:(?:APT|STE|SUITE|UNIT|LOT|RM|BLDG|FLR|TRLR|#)[ ]?)?"
        r"(?:\d{1,5}-?[A-Z]?\d{0,3}|[A-Z]-?\d{1,4}|[A-Z])(?![A-Za-z0-9])"
    ),
}
_GLUED_CLASS = (
    r"(?<![A-Za-z0-9])(?:W(?:PH[12]|911)(?=[A-Z])"
    r"|(?:W(?:PH[12]|RLS|911)|VOIP|RESD|BUSN|CNTX|COIN|PBX[BR])"
    r"(?=[A-Z][a-z]|[^A-Za-z0-9]|\Z))"
)
# Behind a label a value may have less, because the label speaks for it.
# A letter right behind a number belongs to the next label, or the number is no good.
_NO_LETTER = r"(?![A-Za-z](?![A-Za-z#]{0,14}[ ]{0,2}[=:]))"
_OTHER_UNIT = (
    r"(?! ?(?:(?i:FT|FEET|FOOT|YDS?|YARDS?|KMS?|KILOMET\w+|MI|MILES?|NMI?|CMS?|MM|IN"
    r"|INCH(?:ES)?|BLKS?|BLOCKS?|SECS?|SECONDS?|MINS?|MINUTES?|DEG|DEGREES?|PCT|PERCENT"
    r"|PIES|PIEDS|MILLAS)\b|['\"%]|\(K))"
)
_METRES_OR_NO_LETTER = rf"{_OTHER_UNIT}(?:(?=[mM](?:eters|etres)?\b)|{_NO_LETTER})"
_PARTS_OF_DEGREES = (
    r"[+-]?\d{1,3}[ -]\d{1,2}(?:[ -]\d{1,2}(?:\.\d{1,8}+)?+|\.\d{1,8}+)(?![.\d])"
)
_BEHIND_LABEL = {
    Kind.DEGREES: (
        rf"(?:[NSEW] ?)?(?:{_DMS}|{_PARTS_OF_DEGREES}"
        rf"|[+-]? ?\d{{1,12}}+(?:\.\d{{0,12}}+)?+){_NUMBER_END}"
        rf"(?:°? ?[NSEW](?![A-Za-z]|[+-]\d)|(?!E[+-]\d){_NO_LETTER})"
    ),
    Kind.METRES: (
        r"[+-]?\d{1,8}+(?:\.\d{1,3}+)?+(?![\d:/]|[.,-]\d)" + _METRES_OR_NO_LETTER
    ),
    Kind.PERCENT: r"\d{1,3}+(?:\.\d{1,3}+)?+(?![\d:/]|[.,-]\d)" + _NO_LETTER,
    Kind.ALTITUDE: r"[+-]?\d{1,6}+(?:\.\d{1,3}+)?+(?![\d:/.]|[ .,-]\d)"
    rf"(?: ?(?i:FT|FEET)\b|{_METRES_OR_NO_LETTER})",
    Kind.TELEPHONE: rf"(?:\+?1[ .-]?)?(?:{_TEN_DIGITS}|{_SERIAL})|911[ .-]?\d{{4}}(?!\d)",
    Kind.CODE: r"[A-Z0-9&]{2,8}(?![A-Za-z0-9&=:])",
    Kind.ESN: r"\d{1,5}(?![\d-])",
}
_MINUS = ("S", "W")
_METRES_IN_A_FOOT = 0.3048
_HEIGHT = re.compile(r"([+-]?\d+(?:\.\d+)?)( ?[Ff])?.*")
_DECIMAL = re.compile(r"([NSEW] ?)?([+-]? ?\d{1,12}(?:\.\d*)?)(?:°? ?([NSEW]))?")
# As receivers of GPS write it: 4042.768N, 07400.358W.
_DEGREES_AND_MINUTES = re.compile(
    r"(?=\d{4}\..*[NS]\Z|\d{5}\..*[EW]\Z)(\d{2,3})([0-5]\d\.\d{2,6}) ?([NSEW])"
)
_SEXAGESIMAL = re.compile(
    r"(?P<before>[NSEW])? ?(?P<sign>[+-]?)(?P<degrees>\d+)[:° -]"
    r"(?P<minutes>\d+(?:\.\d+)?)(?:[:' -](?P<seconds>\d+(?:\.\d+)?))?\"?"
    r" ?(?P<behind>[NSEW])?"
)


def default_kind(name: str) -> Kind:
    """How a field of this name is read where the layout does not say."""
    return _KINDS.get(name, Kind.TEXT)


def pattern_of(kind: Kind, glued_class: bool = False) -> str:
    """Regular expression of a value that stands on its own."""
    if kind is Kind.CLASS_OF_SERVICE and glued_class:
        return f"(?:{_PATTERNS[kind]}|{_GLUED_CLASS})"
    return _PATTERNS[kind]


@cache
def behind_label(kind: Kind, glued_class: bool = False) -> re.Pattern[str]:
    """The same for a value right behind its label."""
    pattern = _BEHIND_LABEL.get(kind) or pattern_of(kind, glued_class)
    if kind is Kind.CLASS_OF_SERVICE:
        pattern = rf"{pattern}|(?i:{_CODES})(?![A-Za-z0-9$])"
    return re.compile(pattern)


def read_value(kind: Kind, text: str) -> Value:
    """The value in a text that has the shape of its kind."""
    reader = _READERS.get(kind)
    return reader(text) if reader else read(kind, text)


def _degrees(text: str) -> Value:
    parts = _SEXAGESIMAL.fullmatch(text)
    if parts:
        minutes, seconds = float(parts["minutes"]), float(parts["seconds"] or 0)
        if minutes >= 60 or seconds >= 60:
            return Value(None, ("bad_value",))
        size = float(parts["degrees"]) + minutes / 60 + seconds / 3600
        minus = parts["sign"] == "-" or (parts["before"] or parts["behind"]) in _MINUS
        return Value(round(-size if minus else size, 7))
    plain = _DECIMAL.fullmatch(text)
    if plain is None:
        return Value(None, ("bad_value",))
    if minutes_too := _DEGREES_AND_MINUTES.fullmatch(text):
        size = float(minutes_too[1]) + float(minutes_too[2]) / 60
        return Value(round(-size if minutes_too[3] in _MINUS else size, 7))
    value = float(plain[2].replace(" ", ""))
    if 0 < abs(value) <= 180 and not plain[2].partition(".")[2]:
        return Value(None, ("bad_value",))  # whole degrees are the rest of a value
    side = (plain[1] or plain[3] or "").strip()
    return Value(-abs(value) if side in _MINUS else value)


def _altitude(text: str) -> Value:
    """Metres; feet only where they are said."""
    found = _HEIGHT.fullmatch(text)
    if found is None or not found[2]:
        return read(Kind.ALTITUDE, text)
    feet = read(Kind.ALTITUDE, found[1])
    if not isinstance(feet.value, int | float):
        return feet
    return Value(round(feet.value * _METRES_IN_A_FOOT, 3))


def _date(text: str) -> Value:
    if "/" not in text:
        return _named_date(text)
    parts = [int(part) for part in text.split("/")]
    if len(parts) == 2:
        return _day(2000, parts[0], parts[1], yearless=True)
    year = parts[2] if parts[2] >= 100 else 2000 + parts[2]
    return _day(year, parts[0], parts[1])


def _named_date(text: str) -> Value:
    one, two, three = text.split("-")
    if len(one) == 4:
        return _day(int(one), int(two), int(three))
    return _day(int(three), MONTHS.index(two.upper()) + 1, int(one))


def _compact_date(text: str) -> Value:
    return _day(int(text[4:]), int(text[:2]), int(text[2:4]))


def _day(year: int, month: int, day: int, yearless: bool = False) -> Value:
    try:
        found = date(year, month, day)
    except ValueError:
        return Value(None, ("bad_value",))
    return Value(f"--{month:02}-{day:02}" if yearless else found.isoformat())


def _time(text: str) -> Value:
    """Hour and minute, with seconds where both digits of them are there."""
    hour, minute, *second = text.split(":")
    if int(hour) > 23 or int(minute) > 59 or (second and int(second[0]) > 59):
        return Value(None, ("bad_value",))
    if second and len(second[0]) == 1:
        return Value(f"{hour:0>2}:{minute}", ("token_repaired",))
    return Value(":".join([hour.rjust(2, "0"), minute, *second]))


def _as_it_is(text: str) -> Value:
    return Value(text)


def _class(text: str) -> Value:
    return read(Kind.CLASS_OF_SERVICE, text.upper())


def _class_word(text: str) -> Value:
    """What stands in the place of a class is kept, also where it is none known."""
    code = class_code(text)
    return Value(code or text.upper(), () if code else ("class_not_readable",))


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.DEGREES: _degrees,
    Kind.ALTITUDE: _altitude,
    Kind.DATE: _date,
    Kind.MONTH_DAY: _date,
    Kind.COMPACT_DATE: _compact_date,
    Kind.TIME: _time,
    Kind.CLASS_OF_SERVICE: _class,
    Kind.CLASS_WORD: _class_word,
    **dict.fromkeys(
        (
            Kind.CODE,
            Kind.WORD,
            Kind.TEXT,
            Kind.POSITION,
            Kind.UNIT,
            Kind.LINE,
            Kind.ESN,
        ),
        _as_it_is,
    ),
}
