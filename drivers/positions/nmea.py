"""One NMEA 0183 sentence: tag block, checksum, and the fields of RMC, GGA, GLL, VTG.

On the wire::

    \\s:2A11,c:1772560800*28\\$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A

The tag block and its own checksum come from NMEA 4; ``$UNIT,2A11,`` before a
sentence, or ``$UNIT,2A11*hh`` in a line of its own, is how some radio gateways say
who it is from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

KNOT_MPS = 1852 / 3600
METRES_PER_DOP = 5.0  # of a single-frequency receiver under an open sky, roughly

_TAG = re.compile(rb"\\([^\\]{0,512})\\")
_UNIT = re.compile(
    rb"\$UNIT,([!-)+-~][!-)+-~ ]{0,31}?)(?:,(?=[$!\\])|\*([0-9A-Fa-f]{2})$)"
)
_SENTENCE = re.compile(rb"\$([A-Z0-9]{2,8}),([ -)+-~]*)(?:\*([0-9A-Fa-f]{2}))? *$")
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(?:\.(\d{1,9}))?")
_DATE = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(\d{2})")
_ANGLE = re.compile(r"(\d{1,3}?)([0-5]\d(?:\.\d*)?)")

DAY_US = 86_400 * 10**6


class BadSentence(ValueError):  # noqa: N818 - an answer, not a fault
    """Why a sentence is of no use; the text is a value of ``Refusal``."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """``unit_key``: who it is from, as the sentence itself says; "" when it does not.
    ``alone``: it only says who the next ones are from."""

    unit_key: str
    talker: str
    kind: str
    fields: tuple[str, ...]
    checked: bool
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What one sentence says; None is not said. ``day_us``: µs since midnight UTC,
    ``date_us``: midnight of its date, µs since 1970."""

    position: tuple[float, float] | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None
    day_us: int | None = None
    date_us: int | None = None
    estimated: bool = False


def checksum(body: bytes) -> int:
    """XOR of all bytes."""
    value = 0
    for byte in body:
        value ^= byte
    return value


def parse(line: bytes) -> Sentence:
    """Raises ``BadSentence``."""
    rest, unit_key, alone = line, "", False
    while True:
        if tag := _TAG.match(rest):
            unit_key = _source(tag[1]) or unit_key
            rest = rest[tag.end() :]
        elif unit := _UNIT.match(rest):
            if unit[2] and checksum(rest[1 : rest.rfind(b"*")]) != int(unit[2], 16):
                raise BadSentence("checksum")
            unit_key, alone = unit[1].decode("ascii").strip(), bool(unit[2])
            rest = rest[unit.end() :]
        else:
            break
    if not rest:
        return Sentence(unit_key, "", "UNIT", (), True, alone or bool(unit_key))
    return _sentence(rest, unit_key)


def _sentence(rest: bytes, unit_key: str) -> Sentence:
    if rest.startswith(b"!"):
        raise BadSentence("ignored")  # encapsulated: AIS and its like
    found = _SENTENCE.match(rest)
    if found is None:
        raise BadSentence("unreadable" if rest.startswith(b"$") else "stray")
    if found[3] and checksum(rest[1 : found.end(2)]) != int(found[3], 16):
        raise BadSentence("checksum")
    name, fields = found[1].decode("ascii"), found[2].decode("ascii").split(",")
    parts = tuple(text.strip() for text in fields)
    return Sentence(unit_key, name[:-3], name[-3:], parts, bool(found[3]))


def _source(tag: bytes) -> str:
    """The ``s:`` of a tag block, "" without one. Its checksum must hold."""
    body, star, given = tag.rpartition(b"*")
    try:
        if not star or checksum(body) != int(given, 16):
            raise BadSentence("checksum")
        said = dict(part.split(":", 1) for part in body.decode("ascii").split(","))
    except BadSentence:
        raise
    except ValueError:
        raise BadSentence("unreadable") from None
    return said.get("s", "").strip()


def say(sentence: Sentence) -> Said:
    """Raises ``BadSentence``; ``ignored`` for a kind that says nothing of a place."""
    read = _KINDS.get(sentence.kind)
    if read is None:
        raise BadSentence("ignored")
    fields = sentence.fields
    try:
        return read(fields)
    except BadSentence:
        raise
    except (IndexError, ValueError):
        raise BadSentence("unreadable") from None


def _rmc(f: Sequence[str]) -> Said:
    if f[1] != "A":
        raise BadSentence("void")
    return Said(
        position=_point(f[2:6]),
        speed_mps=_scaled(f[6], KNOT_MPS),
        heading_deg=_course(f[7]),
        day_us=_day_us(f[0]),
        date_us=_date_us(f[8]),
        estimated=_mode(f, 11),
    )


def _gga(f: Sequence[str]) -> Said:
    if f[5] in ("", "0"):
        raise BadSentence("void")
    return Said(
        position=_point(f[1:5]),
        accuracy_m=_scaled(f[7], METRES_PER_DOP) if len(f) > 7 else None,
        day_us=_day_us(f[0]),
        estimated=f[5] in ("6", "7", "8"),  # estimated, typed in, simulated
    )


def _gll(f: Sequence[str]) -> Said:
    if len(f) > 5 and f[5] != "A":
        raise BadSentence("void")
    day_us = _day_us(f[4]) if len(f) > 4 else None
    return Said(position=_point(f[0:4]), day_us=day_us, estimated=_mode(f, 6))


def _vtg(f: Sequence[str]) -> Said:
    """``084.4,T,,M,022.4,N,041.5,K``; before NMEA 2 without the letters."""
    if len(f) > 8 and f[8] == "N":
        raise BadSentence("void")
    lettered = len(f) > 1 and f[1] == "T"
    knots = f[4] if lettered else f[2]
    return Said(speed_mps=_scaled(knots, KNOT_MPS), heading_deg=_course(f[0]))


_KINDS: Mapping[str, Callable[[Sequence[str]], Said]] = {
    "RMC": _rmc,
    "GGA": _gga,
    "GLL": _gll,
    "VTG": _vtg,
}


def _mode(fields: Sequence[str], at: int) -> bool:
    """NMEA 2.3: N no fix, E estimated, M typed in, S simulated."""
    mode = fields[at] if len(fields) > at else ""
    if mode == "N":
        raise BadSentence("void")
    return mode in ("E", "M", "S")


def _point(fields: Sequence[str]) -> tuple[float, float]:
    latitude, north, longitude, east = fields
    if not (latitude and longitude):
        raise BadSentence("void")
    return (
        _degrees(latitude, north, "NS", 90.0),
        _degrees(longitude, east, "EW", 180.0),
    )


def _degrees(text: str, side: str, sides: str, most: float) -> float:
    """``4807.038`` is 48 degrees and 7.038 minutes."""
    found = _ANGLE.fullmatch(text)
    if found is None or side not in sides or len(side) != 1:
        raise BadSentence("unreadable")
    value = int(found[1]) + float(found[2]) / 60
    if value > most:
        raise BadSentence("out_of_range")
    return -value if side in "SW" else value


def _number(text: str) -> float | None:
    if not text:
        return None
    value = float(text)
    if not math.isfinite(value):
        raise BadSentence("unreadable")
    return value


def _scaled(text: str, factor: float) -> float | None:
    value = _number(text)
    if value is not None and not 0 <= value < 100_000:
        raise BadSentence("out_of_range")
    return None if value is None else value * factor


def _course(text: str) -> float | None:
    value = _number(text)
    if value is not None and not 0 <= value <= 360:
        raise BadSentence("out_of_range")
    return None if value is None else value % 360.0


def _day_us(text: str) -> int | None:
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise BadSentence("unreadable")
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
    return seconds * 10**6 + int((found[4] or "").ljust(6, "0")[:6])


def _date_us(text: str) -> int | None:
    """``ddmmyy``; years 80 to 99 are of the last century, as receivers have it."""
    if not text:
        return None
    found = _DATE.fullmatch(text)
    if found is None:
        raise BadSentence("unreadable")
    day, month, year = (int(part) for part in found.groups())
    year += 1900 if year >= 80 else 2000
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 10**6
