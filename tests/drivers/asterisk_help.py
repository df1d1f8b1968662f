"""What an Asterisk manager sends, made for tests, and how it is cut into frames."""

from __future__ import annotations

from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, Noise
from aliquot.drivers.lines.asterisk import DRIVER


def block(event: str, **keys: str) -> bytes:
    lines = [f"Event: {event}", *(f"{k}: {v}" for k, v in keys.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def frames(*pieces: bytes, step_ms: int = 1) -> list[Frame | Noise]:
    """Of pieces that come one after the other."""
    framer = DRIVER.framer(LineSettings())
    out: list[Frame | Noise] = []
    for n, piece in enumerate(pieces):
        at_ms = n * step_ms
        out += framer.feed(Chunk(piece, at_ms * 1000, at_ms * 1_000_000))
    return [*out, *framer.flush()]
