"""Parity in the eighth bit: a 7E1, 7O1 or 7M1 line read with 8 data bits and no parity.

Of mark parity (7M1) the eighth bit is always set. With space parity (7S1) it never is,
and the bytes are what they are without any.
"""

from __future__ import annotations

from enum import Enum

_STRIP = bytes(value & 0x7F for value in range(256))
_HIGH = bytes(range(0x80, 0x100))
# So many unlike characters whose eighth bits all fit have a parity bit: of text that has
# none half of them would not.
_LEAST_UNLIKE = 12
_LEAST_HIGH = 4
_LEAST_TEXT = 8  # one in so many may be no text


class Parity(Enum):
    """What the eighth bit is, by the setting ``LineSettings.parity``."""

    NONE = "none"
    EVEN = "strip_even"
    ODD = "strip_odd"
    MARK = "strip_mark"


_GOOD = {
    Parity.EVEN: bytes(value for value in range(256) if value.bit_count() % 2 == 0),
    Parity.ODD: bytes(value for value in range(256) if value.bit_count() % 2 == 1),
    Parity.MARK: _HIGH,
}
_ADD = {
    kind: bytes(
        next(byte for byte in (value & 0x7F, value | 0x80) if byte in good)
        for value in range(256)
    )
    for kind, good in _GOOD.items()
}
_FORMATS = {"7E": Parity.EVEN, "7O": Parity.ODD, "7M": Parity.MARK}
# Blanks or line ends with the eighth bit set, which no other alphabet has for both.
_MARKED_BLANKS = (b"\xa0", b"\x8d", b"\x8a")
_NO_TEXT = bytes(
    value | 0x80 for value in range(0x20) if value not in b"\0\2\3\t\n\f\r"
)


def strip(data: bytes) -> bytes:
    """The seven data bits of each byte; the length stays."""
    return data.translate(_STRIP)


def failures(data: bytes, kind: Parity = Parity.EVEN) -> int:
    """How many bytes do not have that parity over all eight bits."""
    return len(data.translate(None, _GOOD[kind])) if kind is not Parity.NONE else 0


def add(data: bytes, kind: Parity = Parity.EVEN) -> bytes:
    """Seven-bit data with that parity put in the eighth bit."""
    return data.translate(_ADD[kind]) if kind is not Parity.NONE else data


def of_format(form: str) -> Parity:
    """Of a format such as ``7E1``, read by a port that does not take parity off."""
    return _FORMATS.get(form[:2].upper(), Parity.NONE)


def seen_as(data: bytes) -> Parity:
    """The parity that all of these bytes have, where that is no chance."""
    if data.isascii():
        return Parity.NONE
    unlike = bytes(set(data))
    high = len(unlike) - len(unlike.translate(None, _HIGH))
    if len(unlike) < _LEAST_UNLIKE or high < _LEAST_HIGH:
        return Parity.NONE
    for kind in _GOOD:
        if not failures(unlike, kind):
            return kind if kind is not Parity.MARK or _is_text(unlike) else Parity.NONE
    return Parity.NONE


def _is_text(unlike: bytes) -> bool:
    """Bytes that are all high: text with mark parity, not that of another alphabet."""
    strange = len(unlike) - len(unlike.translate(None, _NO_TEXT))  # block checks
    few = strange * _LEAST_TEXT <= len(unlike)
    return few and any(blank in unlike for blank in _MARKED_BLANKS)
