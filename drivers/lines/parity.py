"""Even parity in the eighth bit: a 7E1 line read with 8 data bits and no parity."""

from __future__ import annotations

_STRIP = bytes(value & 0x7F for value in range(256))
_GOOD = bytes(value for value in range(256) if value.bit_count() % 2 == 0)


def strip(data: bytes) -> bytes:
    """The seven data bits of each byte; the length stays."""
    return data.translate(_STRIP)


def failures(data: bytes) -> int:
    """How many bytes do not have even parity over all eight bits."""
    return len(data.translate(None, _GOOD))


def add(data: bytes) -> bytes:
    """Seven-bit data with even parity put in the eighth bit."""
    return bytes(
        (value & 0x7F) | ((value & 0x7F).bit_count() % 2) << 7 for value in data
    )
