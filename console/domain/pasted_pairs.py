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
_ANY_PART = r"(?:[.,][0-9]{1,15})?"
_ANGLES = {
    # name: pattern of one angle, with the groups d, m, s
    "signs": rf"[+-]?(?P<d>{_WHOLE}{_PART}){_BLANK}(?:°|deg\.?|d(?=[ 0-9])){_BLANK}"
    rf"(?:(?P<m>{_TWO}{_ANY_PART})(?![0-9.]){_BLANK}"
    rf"(?:'(?!')|min\.?|m(?=[ 0-9NSEWnsew])|(?![°'\"d])){_BLANK}"
    rf"(?:(?P<s>{_TWO}{_ANY_PART})(?![0-9.]){_BLANK}"
    rf"(?:\"|''|sec\.?|s(?=[NSEWnsew])|(?![°'d])))?)?",
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


def _sides(name: str) -> list[str]:
    return [rf"(?P<a{n}>{_named(_ANGLES[name], n)})" for n in (1, 2)]


def _between(name: str) -> str:
    return _COMMA_BETWEEN if name == "comma" else _BETWEEN


def _in_front(name: str) -> re.Pattern[str]:
    """Letters in front of both: the second never belongs to the first number."""
    one, two = _sides(name)
    return re.compile(
        rf"{_BEFORE}(?P<f1>{_LETTER}){_BLANK}{one}{_BLANK}(?:{_between(name)})?"
        rf"(?P<f2>{_LETTER}){_BLANK}{two}{_BEHIND}"
    )


def _pattern(name: str) -> re.Pattern[str]:
    """Letters behind, or one or none at all."""
    one, two = _sides(name)
    between = _between(name)
    alone = f"(?:{between})?" if name == "signs" else between  # the signs part them
    parted = rf"(?P<b1>{_LETTER}(?![A-Za-z]))(?P<g1>{between})?|(?P<g2>{alone})"
    return re.compile(
        rf"{_BEFORE}(?P<f1>{_LETTER})?{_BLANK}{one}(?P<g0>{_BLANK})(?:{parted})"
        rf"(?P<f2>{_LETTER})?(?P<g3>{_BLANK}){two}{_BLANK}"
        rf"(?P<b2>{_LETTER}(?![A-Za-z]))?{_BEHIND}"
    )


_FRONT = {name: _in_front(name) for name in _ANGLES}
_PATTERNS = {name: _pattern(name) for name in _ANGLES}
_LABELS = {"lat": "lat(?:itude)?", "lon": "lng|long?(?:itude)?"}
_ANY_LABEL = re.compile(r"(?<![A-Za-z])(?:lat|lon|lng)", re.IGNORECASE)


def _labelled(name: str, first: str, second: str) -> re.Pattern[str]:
    """``Lat N 40 26 46 Long W 79 58 56``, with or without letters and quotes."""
    one, two = (
        rf"\b(?P<{label}>(?i:{_LABELS[label]}))[\"']?{_BLANK}[:=]?{_BLANK}[\"']?"
        rf"(?P<f{n}>{_LETTER})?{_BLANK}{side}{_BLANK}"
        rf"(?P<b{n}>{_LETTER}(?![A-Za-z]))?(?![0-9])"
        for n, (label, side) in enumerate(
            zip((first, second), _sides(name), strict=True), 1
        )
    )
    return re.compile(rf"{one}[^0-9+-]{{1,12}}?{two}")


_LABELLED = [
    (name, order, _labelled(name, *order))
    for name in _ANGLES
    for order in (("lat", "lon"), ("lon", "lat"))
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
    if _ANY_LABEL.search(text):
        yield from _with_labels(text)
    for found in _ISO_6709.finditer(text):
        if pair := _checked(float(found[1]), float(found[2]), found, "decimal"):
            yield pair
    for found in _PACKED.finditer(text):
        if pair := _packed(found):
            yield pair
    for name in _ANGLES:
        for found in _FRONT[name].finditer(text):
            if _is_precise(name, found, bare) and (pair := _pair(name, found)):
                yield pair
        for found in _PATTERNS[name].finditer(text):
            if _is_meant(name, found, bare) and (pair := _pair(name, found)):
                yield pair


def _with_labels(text: str) -> Iterator[Pair]:
    for name, order, pattern in _LABELLED:
        for found in pattern.finditer(text):
            if pair := _pair(name, found, order):
                yield pair


def _is_precise(name: str, found: re.Match[str], bare: str) -> bool:
    """Whole degrees within a sentence are a bearing: ``N 45 E 100 feet``."""
    return name != "decimal" or "." in found[0] or found[0].strip() == bare


def _is_meant(name: str, found: re.Match[str], bare: str) -> bool:
    """Whether it is no chance: two times of day, two sums, a list of numbers."""
    whole = found[0].strip() == bare
    letters = [group for group in ("f1", "b1", "f2", "b2") if found[group]]
    if len(letters) > 1:
        return letters in (["b1", "b2"], ["b1", "f2"]) and _is_precise(
            name, found, bare
        )
    if letters and _is_between_both(found):
        return False
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


def _is_between_both(found: re.Match[str]) -> bool:
    """``40.1 W 75.2``: the only letter may belong to either number."""
    if found["b1"]:
        return bool(found["g0"]) and not (found["g1"] or "").strip()
    return bool(found["f2"] and found["g3"]) and not found["g2"].strip()


def _pair(
    name: str, found: re.Match[str], order: tuple[str, str] | None = None
) -> Pair | None:
    """``order``: what labels say of the two numbers."""
    first, second = _angle(found, 1), _angle(found, 2)
    if first is None or second is None:
        return None
    groups = found.groupdict()
    sides = [(groups.get(f"f{n}") or groups.get(f"b{n}") or "").upper() for n in (1, 2)]
    axes = ["" if not side else "lat" if side in "NS" else "lon" for side in sides]
    if any(axes) and (axes[0] == axes[1] or not _agree(axes, order)):
        return None
    signed = [found[f"a{n}"].startswith("-") for n in (1, 2)]
    doubled = any(
        side and (sign or (groups.get(f"f{n}") and groups.get(f"b{n}")))
        for n, side, sign in zip((1, 2), sides, signed, strict=True)
    )
    values = [
        (-abs(value) if side in "SW" else abs(value)) if side else value
        for value, side in zip((first, second), sides, strict=True)
    ]
    explicit = any(axes) or order is not None
    if axes[0] == "lon" or axes[1] == "lat" or order == ("lon", "lat"):
        values.reverse()
    notation = "decimal" if name in ("decimal", "comma") else "dms"
    warnings = ("sign_and_letter",) if doubled else ()
    return _checked(values[0], values[1], found, notation, warnings, explicit)


def _agree(axes: list[str], order: tuple[str, str] | None) -> bool:
    return order is None or all(
        axis in ("", label) for axis, label in zip(axes, order, strict=True)
    )


def _angle(found: re.Match[str], number: int) -> float | None:
    groups = found.groupdict()
    minutes, seconds = (
        float((groups.get(f"{unit}{number}") or "0").replace(",", "."))
        for unit in ("m", "s")
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
