"""A caller ID packet as the exchange sent it, which some modems pass on in hex.

With ``AT+VCID=2`` or ``#CID=2``, and for what they do not know, they say ``MESG =`` and
two hexadecimal digits a byte. A packet (Bell 202, at 1200 bit/s before it became text)
is its type, its length, its content, and a check byte that makes the sum of all a
multiple of 256. Type 80 has parameters, each with type and length of its own: 01 month,
day, hour, minute; 02 number; 03 number dialled; 04 why there is no number; 07 name; 08
why there is no name. Type 04 is date, time and number, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[ ]?){4,520}")
_MANY, _SINGLE = 0x80, 0x04
_NAMES = {0x02: "NMBR", 0x03: "NDID", 0x04: "NMBR", 0x07: "NAME", 0x08: "NAME"}
_CLOCK = 0x01


def read_packet(text: str) -> dict[str, str] | None:
    """Values by the keys that a modem has for them; None when it is no whole packet.
    Without a check byte it is one, with one that is wrong it is none."""
    if _HEX.fullmatch(text) is None:
        return None
    data = bytes.fromhex(text)
    end = 2 + data[1]
    if len(data) not in (end, end + 1) or (len(data) > end and sum(data) % 256):
        return None
    if data[0] == _SINGLE:
        return _single(data[2:end])
    if data[0] != _MANY:
        return None
    found: dict[str, str] = {}
    for kind, value in _parameters(data[2:end]):
        if value is None:
            return None
        if kind == _CLOCK:
            found |= _clock(value)
        elif kind in _NAMES:
            found.setdefault(_NAMES[kind], value)
    return found


def _parameters(data: bytes) -> Iterator[tuple[int, str | None]]:
    """Type and text of each; the text of one that is cut off is None."""
    at = 0
    while at < len(data):
        size = data[at + 1] if at + 1 < len(data) else 256
        value = data[at + 2 : at + 2 + size]
        yield data[at], value.decode("latin-1") if len(value) == size else None
        at += 2 + size


def _single(data: bytes) -> dict[str, str] | None:
    text = data.decode("latin-1")
    found = _clock(text[:8])
    return found | {"NMBR": text[8:]} if found and len(text) > 8 else None


def _clock(text: str) -> dict[str, str]:
    if re.fullmatch(r"[0-9]{8}", text) is None:
        return {}
    return {"DATE": text[:4], "TIME": text[4:]}
