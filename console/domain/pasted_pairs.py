"""Pairs of angles in a text, in the notations that people write them in. Pure.

Every quantity in the patterns is bounded, so that the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = r"[ \t]{0,3}"
_LETTER = r"[NSEWnsew]"
_BEFORE = r"(?<![0-9A-Za-z.,])"
_BEHIND = r"(?![0-9A-Za-z]|[.,:][0-9])"
_BETWEEN = r"(?:[ \t]{0,3}[,;/|][ \t]{0,3}\r?\n?[ \t]{0,3}|[ \t]{1,4}|[ \t]{0,3}\r?\n[ \t]{0,3})"

_WHOLE = r"[0-9]{1,3}"
_TWO = r"[0-9]{1,2}"
_PART = r"(?:\.[0-9]{1,15})?"
_ANGLES = {
    # name: pattern of one angle, with the groups d, m, s
    "signs": rf"[+-]?(?P<d>{_WHOLE}{_PART}){_BLANK}(?:°|deg\.?|d(?=[ 0-9])){_BLANK}"
    rf"(?:(?P<m>{_TWO}{_PART}){_BLANK}(?:'(?!')|min\.?){_BLANK}"
    rf"(?:(?P<s>{_TWO}{_PART}){_BLANK}(?:\"|''|sec\.?)?)?)?",
    "colons": rf"[+-]?(?P<d>{_WHOLE}):(?P<m>{_TWO}{_PART})(?::(?P<s>{_TWO}{_PART}))?",
    "hyphens": rf"(?P<d>{_WHOLE})-(?P<m>{_TWO}{_PART})(?:-(?P<s>{_TWO}{_PART}))?",
    "blanks": rf"[+-]?(?P<d>{_WHOLE})[ \t]{{1,3}}(?P<m>{_TWO})[ \t]{{1,3}}"
    rf"(?P<s>{_TWO}{_PART})",
    "minutes": rf"[+-]?(?P<d>{_WHOLE})[ \t]{{1,3}}(?P<m>{_TWO}\.[0-9]{{1,15}})",
    "decimal": rf"[+-]?(?P<d>{_WHOLE}{_PART})°?",
    "comma": r"[+-]?(?P<d>[0-9]{1,3},[0-9]{1,15})°?",
}
_COMMA_BETWEEN = r"(?:[ \t]{0,3};[ \t]{0,3}|,?[ \t]{1,4}|[ \t]{0,3}\r?\n[ \t]{0,3})"


def _named(angle: str, number: int) -> str:
    return re.sub(r"\(\?P<(\w)>", rf"(?P<\g<1>{number}>", angle)


def _pattern(name: str) -> re.Pattern[str]:
    sides = [
        rf"(?P<f{n}>{_LETTER})?{_BLANK}(?P<a{n}>{_named(_ANGLES[name], n)}){_BLANK}"
        rf"(?P<b{n}>{_LETTER}(?![A-Za-z]))?"
        for n in (1, 2)
    ]
    between = _COMMA_BETWEEN if name == "comma" else _BETWEEN
    if name == "signs":  # they part the two well enough
        between = f"(?:{between})?"
    return re.compile(f"{_BEFORE}{sides[0]}{between}{sides[1]}{_BEHIND}")


_PATTERNS = {name: _pattern(name) for name in _ANGLES}
_NUMBER = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?"
_LABELLED = [
    re.compile(
        rf"\b(?P<{one}>{first})[\"']?{_BLANK}[:=]?{_BLANK}[\"']?(?P<v{one}>{_NUMBER})"
        rf"(?![0-9])[^0-9+-]{{1,12}}?\b(?P<{two}>{second})[\"']?{_BLANK}[:=]?{_BLANK}"
        rf"[\"']?(?P<v{two}>{_NUMBER})(?![0-9])",
        re.IGNORECASE,
    )
    for one, first, two, second in (
        ("lat", "lat(?:itude)?", "lon", "lng|long?(?:itude)?|long"),
        ("lon", "lng|long?(?:itude)?|long", "lat", "lat(?:itude)?"),
    )
]
_ISO_6709 = re.compile(
    r"(?<![0-9.])([+-][0-9]{2}\.[0-9]{2,12})([+-][0-9]{3}\.[0-9]{2,12})(?![0-9])"
)
_PACKED = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{2})([0-9]{2})([0-9]{2}(?:\.[0-9]{1,6})?)?([NS])[ /]?"
    r"([01][0-9]{2})([0-9]{2})([0-9]{2}(?:\.[0-9]{1,6})?)?([EW])(?![0-9A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Degrees, where in the text, and what to say of it."""

    latitude: float
    longitude: float
    start: int
    end: int
    notation: str  # "decimal" or "dms"
    warnings: tuple[str, ...] = ()


def pairs(text: str) -> Iterator[Pair]:
    """All pairs. A text that is nothing but a pair may be shorter in its digits than
    one within a sentence, where two numbers often stand by chance."""
    bare = text.strip(" \t\r\n()[]")
    for pattern in _LABELLED:
        for found in pattern.finditer(text):
            north, east = float(found["vlat"]), float(found["vlon"])
            if (pair := _checked(north, east, found, "decimal")) is not None:
                yield pair
    for found in _ISO_6709.finditer(text):
        if pair := _checked(float(found[1]), float(found[2]), found, "decimal"):
            yield pair
    for found in _PACKED.finditer(text):
        if pair := _packed(found):
            yield pair
    for name, pattern in _PATTERNS.items():
        for found in pattern.finditer(text):
            whole = found[0].strip() == bare
            if _is_meant(name, found, whole) and (pair := _pair(name, found)):
                yield pair


def _is_meant(name: str, found: re.Match[str], whole: bool) -> bool:
    """Whether it is no chance: two times of day, two sums, a list of numbers."""
    letters = [found[g] for g in ("f1", "b1", "f2", "b2") if found[g]]
    if letters:
        return len(letters) == 2
    if name == "hyphens":
        return False
    one, two = found["a1"], found["a2"]
    signed = any(a.startswith(("+", "-")) for a in (one, two))
    if name == "colons":
        both = found["s1"] is not None and found["s2"] is not None
        return both and (whole or signed or "." in one + two)
    if name in ("decimal", "comma"):
        point = "," if name == "comma" else "."
        places = [len(a.partition(point)[2].rstrip("°")) for a in (one, two)]
        return min(places) >= 3 or (whole and max(places) >= 1)
    return name == "signs" or whole or signed


def _pair(name: str, found: re.Match[str]) -> Pair | None:
    first, second = _angle(found, 1), _angle(found, 2)
    if first is None or second is None:
        return None
    sides = [(found[f"f{n}"] or found[f"b{n}"] or "").upper() for n in (1, 2)]
    doubled = [
        bool(found[f"f{n}"] and found[f"b{n}"]) or (side and found[f"a{n}"][0] in "-")
        for n, side in zip((1, 2), sides, strict=True)
    ]
    warnings = ("sign_and_letter",) if any(doubled) else ()
    values = [
        (-abs(value) if side in "SW" else abs(value)) if side else value
        for value, side in zip((first, second), sides, strict=True)
    ]
    if all(sides):
        if (sides[0] in "NS") == (sides[1] in "NS"):
            return None
        if sides[0] in "EW":
            values.reverse()
    notation = "decimal" if name in ("decimal", "comma") else "dms"
    explicit = all(sides)
    return _checked(values[0], values[1], found, notation, warnings, explicit)


def _angle(found: re.Match[str], number: int) -> float | None:
    groups = found.groupdict()
    minutes, seconds = (
        float(groups.get(f"{unit}{number}") or 0) for unit in ("m", "s")
    )
    if minutes >= 60 or seconds >= 60:
        return None
    degrees = float(found[f"d{number}"].replace(",", "."))
    value = degrees + minutes / 60 + seconds / 3600
    return -value if found[f"a{number}"].startswith("-") else value


def _packed(found: re.Match[str]) -> Pair | None:
    north = _packed_angle(found[1], found[2], found[3], found[4])
    east = _packed_angle(found[5], found[6], found[7], found[8])
    if north is None or east is None:
        return None
    return _checked(north, east, found, "dms", explicit=True)


def _packed_angle(
    degrees: str, minutes: str, seconds: str | None, side: str
) -> float | None:
    if float(minutes) >= 60 or float(seconds or 0) >= 60:
        return None
    value = float(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -value if side in "SW" else value


def _checked(
    first: float,
    second: float,
    found: re.Match[str],
    notation: str,
    warnings: tuple[str, ...] = (),
    explicit: bool = False,
) -> Pair | None:
    """``explicit``: letters say which is which, so nothing can be swapped."""
    if abs(first) > 90 and abs(second) <= 90 and not explicit:
        first, second = second, first
        warnings = (*warnings, "lat_lon_swapped")
    if abs(first) > 90 or abs(second) > 180:
        return None
    return Pair(first, second, found.start(), found.end(), notation, warnings)
