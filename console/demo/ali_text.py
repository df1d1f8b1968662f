"""ALI records as text: fifteen lines of 32 columns, and what a link puts round it.

Lines of 32 columns follow one another without an end; only the two short ones
(unit, 30 columns, and location, 20 columns) end in CR. The check behind ETX is the
exclusive or of all bytes after STX up to and with ETX.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import xor

STX, ETX = 0x02, 0x03
HEARTBEAT = b"H\r"
WIRELESS = ("WIRELESS CALL", "VERIFY CALLER'S NUMBER", "VERIFY LOCATION")


@dataclass(frozen=True, slots=True, kw_only=True)
class AliText:
    """What one record says. Numbers are ten digits; metres, percent, degrees."""

    number: str
    class_of_service: str
    name: str
    house: str
    street: str
    community: str
    unit: str = ""
    location: str = ""
    pani: str = ""
    company: str = "NVTEL"
    esn: str = "00801"
    latitude: float | None = None
    longitude: float | None = None
    uncertainty_m: int | None = None
    confidence_pct: int | None = None
    responders: tuple[str, str, str] = WIRELESS
    trunk: str = "012"


def body(text: AliText, when: datetime) -> str:
    """The record's text. ``when`` is the local time that it shows, without a year."""
    lines = (
        f"{dashed(text.number)} {when:%m/%d} {when:%H:%M:%S}  {text.trunk:>3.3}",
        "",
        f"{text.name:<28.28}{text.class_of_service:<4.4}",
        f"{text.house:>8.8}{'':9}{text.street[:15]:<15}",
        text.street[15:],
        f"{text.community.upper():<30.30}NY",
    )
    tail = (
        _point(text),
        _sureness(text),
        f"MTN:{dashed(text.pani or text.number)}       CPF:{text.company:<5.5}",
        f"-911ai.com-            ESN:{text.esn:0>5.5}",
        *text.responders,
    )
    return "".join(
        (
            *(f"{line:<32.32}" for line in lines),
            f"{text.unit:<30.30}\r",
            f"{text.location:<20.20}\r",
            *(f"{line:<32.32}" for line in tail),
        )
    )


def no_record(number: str) -> str:
    """The link knows the number and nothing else, not even the time."""
    head = f"{dashed(number)} NO RECORD FOUND"
    return "".join(
        (
            f"{head:<192}",
            f"{'':30}\r{'':20}\r{'':96}",
            f"{'-911ai.com-':<32}{'':96}",
        )
    )


def framed(text: str, position: str, type_digit: str = "2") -> bytes:
    """STX, type digit, position, text, ETX and the block check."""
    inner = (type_digit + position + text).encode("ascii") + bytes([ETX])
    return bytes([STX]) + inner + bytes([reduce(xor, inner)])


def dashed(number: str) -> str:
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"


def _point(text: AliText) -> str:
    if text.latitude is None or text.longitude is None:
        return f"LAT:{'':13}LON:"
    return f"LAT:{text.latitude:+011.6f}  LON:{text.longitude:+011.6f}"


def _sureness(text: AliText) -> str:
    if text.latitude is None:
        return "ELV:       COF:          COP:"
    cof = "" if text.uncertainty_m is None else str(text.uncertainty_m)
    cop = "" if text.confidence_pct is None else f"{text.confidence_pct:03d}"
    return f"ELV:+00000 COF:{cof:<10.10}COP:{cop:<3.3}"
