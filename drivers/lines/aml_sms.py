"""Texts as a short message carries them: packed seven bits, hexadecimal, UTF-16.

Pure. Each character of the result knows which bytes it came from, so that a field
can be shown beside its bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEX = re.compile(rb"\s*(?:[0-9A-Fa-f]{2}){8,}\s*")
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PORT_8, _PORT_16 = 4, 5
"""Kinds of user data header that name an application port."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Text, and for its n-th character the bytes ``[starts[n], ends[n])``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Of characters ``[start, end)``, in bytes of what they were read from."""
        if not self.starts or start >= len(self.starts):
            return (0, 0)
        return self.starts[start], self.ends[max(start, min(end, len(self.ends)) - 1)]


def plain(body: bytes) -> Letters:
    """UTF-16 where a mark says so, else UTF-8; what is neither becomes U+FFFD."""
    for mark, name in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if body.startswith(mark):
            return _wide(body, name)
    text = body.decode("utf-8", "replace")
    if text.isascii():
        steps = range(len(text))
        return Letters(text, tuple(steps), tuple(n + 1 for n in steps))
    return _measured(body)


def packed(body: bytes) -> Letters | None:
    """Seven-bit text after a user data header with a port, or without any header.

    The bytes may be written as hexadecimal digits. None: not such a message.
    """
    written = _HEX.fullmatch(body) is not None
    if written:
        lead = len(body) - len(body.lstrip())
        data, step = bytes.fromhex(body.decode("ascii").strip()), 2
    else:
        data, step, lead = body, 1, 0
    for skip, shift in _beginnings(data):
        letters = _septets(data, skip, shift)
        if letters is not None:
            return _at(letters, lead, step)
    return None


def _beginnings(data: bytes) -> list[tuple[int, int]]:
    """Where seven-bit text may begin: (bytes to skip, bits to skip)."""
    found = [(0, 0)]
    if len(data) > 4 and data[1:2] and data[1] in (_PORT_8, _PORT_16):
        header = data[0] + 1
        if 4 <= header < len(data):
            # After a header the text begins at a septet's border; some begin at once.
            found += [(header, -8 * header % 7), (header, 0)]
    return found


def _septets(data: bytes, skip: int, shift: int) -> Letters | None:
    """None unless it begins as a location message does."""
    bits = int.from_bytes(data[skip : skip + 8], "little") >> shift
    begin = "".join(_BASIC[bits >> 7 * n & 127] for n in range(7))
    if not begin.startswith(('A"ML=', "AML=", "ML=")):
        return None
    count = (8 * (len(data) - skip) - shift) // 7
    first = [shift + 7 * n for n in range(count)]
    text = "".join(_BASIC[_septet(data, 8 * skip + bit)] for bit in first)
    text = text.rstrip("@\r\n")  # what fills the last byte
    first = first[: len(text)]
    starts = tuple(skip + bit // 8 for bit in first)
    return Letters(text, starts, tuple(skip + (bit + 6) // 8 + 1 for bit in first))


def _septet(data: bytes, bit: int) -> int:
    at, shift = divmod(bit, 8)
    return int.from_bytes(data[at : at + 2], "little") >> shift & 127


def _at(letters: Letters, lead: int, step: int) -> Letters:
    if (lead, step) == (0, 1):
        return letters
    starts = tuple(lead + n * step for n in letters.starts)
    return Letters(letters.text, starts, tuple(lead + n * step for n in letters.ends))


def _wide(body: bytes, name: str) -> Letters:
    """Marks within are of parts that were joined; a pair of surrogates is two."""
    text, starts, ends = [], [], []
    for at in range(0, len(body) - 1, 2):
        letter = body[at : at + 2].decode(name, "replace")
        if letter != "\ufeff":
            text.append(letter)
            starts.append(at)
            ends.append(at + 2)
    return Letters("".join(text), tuple(starts), tuple(ends))


def _measured(body: bytes) -> Letters:
    text, starts, ends = [], [], []
    at = 0
    for letter in body.decode("utf-8", "surrogateescape"):
        broken = "\udc80" <= letter <= "\udcff"
        size = 1 if broken else len(letter.encode())
        text.append("\ufffd" if broken else letter)
        starts.append(at)
        ends.append(at + size)
        at += size
    return Letters("".join(text), tuple(starts), tuple(ends))
