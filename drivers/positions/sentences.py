"""Cuts a stream into sentences: NMEA 0183 lines and TAIP messages, mixed or not.

A sentence begins with ``$``, ``!``, ``\\`` (a tag block) or ``>`` and ends with a
line end; TAIP ends with ``<`` too. What stands between them is stray. Where a sentence
was broken off, the next one begins within its line. Nothing is held beyond ``LONGEST``
bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1024  # a sentence has 82, with a tag block some hundred more

_BEGIN = re.compile(rb"[$!\\>]")
_END = re.compile(rb"[\r\n]")
_TAIP_END = re.compile(rb"[\r\n<]")
_UNIT = re.compile(rb"\$UNIT,[^,$\\]{1,32},")
_WHOLE = re.compile(rb"\*[0-9A-Fa-f]{2} *$")


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence without its line end, or a stray or overlong stretch."""

    raw: bytes
    kind: str  # "nmea", "taip", "stray" or "overlong"


class SentenceCutter:
    """Incremental: the chunking of the input changes nothing."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skipping = False  # in a sentence that is too long already
        self._stray = False  # between sentences, and that was said

    def feed(self, data: bytes) -> Iterator[Cut]:
        at = 0
        while at < len(data):
            if self._skipping or not self._held:
                at, cut = self._begin(data, at)
            else:
                at, cut = self._go_on(data, at)
            if cut is not None:
                yield from _parted(cut)

    def end(self) -> Iterator[Cut]:
        """What is held is a whole line."""
        if self._held:
            yield from _parted(self._take())
        self._skipping = self._stray = False

    def _begin(self, data: bytes, at: int) -> tuple[int, Cut | None]:
        """Up to where a sentence begins; line ends between them say nothing."""
        if self._skipping:
            over = _END.search(data, at)
            if over is None:
                return len(data), None
            self._skipping = False
            return over.end(), None
        found = _BEGIN.search(data, at)
        upto = found.start() if found else len(data)
        told, self._stray = self._stray, self._stray and found is None
        between = bytes(data[at:upto]).strip(b"\r\n \x00")
        if found is not None:
            self._held += found[0]
            upto = found.end()
        if not between or told:
            return upto, None
        self._stray = found is None
        return upto, Cut(between[:LONGEST], "stray")

    def _go_on(self, data: bytes, at: int) -> tuple[int, Cut | None]:
        taip = self._held[0] == 0x3E
        found = (_TAIP_END if taip else _END).search(data, at)
        upto = found.start() if found else len(data)
        if len(self._held) + upto - at > LONGEST:
            begun = bytes(self._held)
            self._held.clear()
            self._skipping = found is None
            return (found.end() if found else upto), Cut(begun[:LONGEST], "overlong")
        self._held += data[at:upto]
        if found is None:
            return upto, None
        if found[0] == b"<":
            self._held += b"<"
        return found.end(), self._take()

    def _take(self) -> Cut:
        raw = bytes(self._held)
        self._held.clear()
        return Cut(raw, "taip" if raw.startswith(b">") else "nmea")


def _parted(cut: Cut) -> Iterator[Cut]:
    """The last sentence of a line, and what was broken off before it."""
    start = {"nmea": _last_nmea, "taip": _last_taip}.get(cut.kind, _whole)(cut.raw)
    if start > 0:
        before = cut.raw[:start]
        yield Cut(before, cut.kind if _WHOLE.search(before) else "stray")
        cut = Cut(cut.raw[start:], cut.kind)
    yield cut


def _last_nmea(raw: bytes) -> int:
    """Where the last sentence begins, with the tag block or the name before it."""
    start = max(raw.rfind(b"$"), raw.rfind(b"!"))
    while start > 0:
        begin = -1
        if raw[start - 1 : start] == b"\\":
            begin = raw.rfind(b"\\", 0, start - 1)
        elif raw[start - 1 : start] == b",":
            begin = raw.rfind(b"$UNIT,", 0, start)
            if begin >= 0 and not _UNIT.fullmatch(raw, begin, start):
                begin = -1
        if begin < 0:
            break
        start = begin
    return start


def _last_taip(raw: bytes) -> int:
    return raw.rfind(b">")


def _whole(raw: bytes) -> int:
    return 0
