"""One TAIP message (Trimble ASCII Interface Protocol): PV and LN, as reports.

On the wire::

    >RPV15714+3739438-1220384601512612;ID=1234;*7F<

``R`` is a report, ``PV`` its kind. The checksum is the XOR of everything from ``>``
up to and with ``*``. Times are seconds since midnight of GPS time, which runs some
seconds ahead of UTC; many modems send UTC instead.
"""

from __future__ import annotations

import re

from aliquot.drivers.positions.nmea import BadSentence, Said, Sentence, checksum

MPH_MPS = 1609.344 / 3600

# Widths: time 5, latitude 3+5, longitude 4+5, speed 3, heading 3, source 1, age 1.
_PV = re.compile(r"(\d{5})([+-]\d{2})(\d{5})([+-]\d{3})(\d{5})(\d{3})(\d{3})(\d)(\d)")
# Time 5.3, latitude 3+7, longitude 4+7, altitude, speed 3.1, climb, heading 3.1,
# satellites 2 and 4 for each, reserved 10, source 1, age 1.
_LN = re.compile(
    r"(\d{5})(\d{3})([+-]\d{2})(\d{7})([+-]\d{3})(\d{7})[+-]\d{8}(\d{4})[+-]\d{4}"
    r"(\d{4})(\d{2})([0-9A-Fa-f]*)(\d)(\d)"
)
_MESSAGE = re.compile(
    r">R([A-Z]{2})([^;<>*]*)((?:;[^;<>*]*)*?)(?:;?\*([0-9A-Fa-f]{2}))?<?"
)
_ID = re.compile(r";ID=([^;]{1,32})")

# What the digit "source" says: 2-D and 3-D, alone and with differential data; dead
# reckoning; unknown.
_ESTIMATED = frozenset("68")
_UNKNOWN = "9"


def parse(line: bytes) -> Sentence:
    """The fields are the one text of the report. Raises ``BadSentence``."""
    try:
        text = line.decode("ascii").rstrip(" ")
    except UnicodeDecodeError:
        raise BadSentence("unreadable") from None
    found = _MESSAGE.fullmatch(text)
    if found is None:
        raise BadSentence("unreadable")
    if found[4]:
        covered = text[: text.rindex("*") + 1].encode("ascii")
        if checksum(covered) != int(found[4], 16):
            raise BadSentence("checksum")
    named = _ID.search(found[3])
    key = named[1].strip() if named else ""
    return Sentence(key, "", found[1], (found[2],), bool(found[4]))


def say(sentence: Sentence) -> tuple[Said, bool]:
    """What it says, and whether the receiver calls it old. Raises ``BadSentence``."""
    if sentence.kind == "PV":
        found = _PV.fullmatch(sentence.fields[0])
    elif sentence.kind == "LN":
        found = _LN.fullmatch(sentence.fields[0])
    else:
        raise BadSentence("ignored")
    if found is None:
        raise BadSentence("unreadable")
    return _short(found) if sentence.kind == "PV" else _long(found)


def _short(f: re.Match[str]) -> tuple[Said, bool]:
    return _said(
        day_us=int(f[1]) * 10**6,
        position=(_degrees(f[2], f[3], 90), _degrees(f[4], f[5], 180)),
        mph=float(f[6]),
        heading=float(f[7]),
        quality=(f[8], f[9]),
    )


def _long(f: re.Match[str]) -> tuple[Said, bool]:
    if len(f[10]) != int(f[9]) * 4 + 10:
        raise BadSentence("unreadable")
    return _said(
        day_us=int(f[1]) * 10**6 + int(f[2]) * 1000,
        position=(_degrees(f[3], f[4], 90), _degrees(f[5], f[6], 180)),
        mph=int(f[7]) / 10,
        heading=int(f[8]) / 10,
        quality=(f[11], f[12]),
    )


def _said(
    day_us: int,
    position: tuple[float, float],
    mph: float,
    heading: float,
    quality: tuple[str, str],
) -> tuple[Said, bool]:
    source, age = quality
    if age == "0" or source == _UNKNOWN:  # age 0: not available
        raise BadSentence("void")
    if day_us >= 86_400 * 10**6 or heading > 360:
        raise BadSentence("out_of_range")
    said = Said(
        position=position,
        speed_mps=mph * MPH_MPS,
        heading_deg=heading % 360.0,
        day_us=day_us,
        estimated=source in _ESTIMATED,
    )
    return said, age == "1"


def _degrees(whole: str, part: str, most: int) -> float:
    value = float(f"{whole}.{part}")
    if abs(value) > most:
        raise BadSentence("out_of_range")
    return value
