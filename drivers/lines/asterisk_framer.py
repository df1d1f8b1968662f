"""Cuts what Asterisk's manager interface says into blocks.

On the wire: a banner line when the connection is made, then blocks of ``Key: value``
lines, each ended by CR LF, a block by an empty line. Old tools and some proxies end
lines in LF alone. After a lost connection the banner comes again, perhaps in the
middle of a block that will never be finished.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)

MOST_BYTES = 65_536  # of one block; the longest of a real exchange is some 2 kB

# A connection may be lost in the middle of a line; then what follows the banner tells
# it from a value that says the same.
_BANNER = re.compile(
    rb"(?:^Asterisk Call Manager/[^\r\n]*\r?\n"
    rb"|Asterisk Call Manager/[^\r\n]*\r?\n(?=(?:Response|Event): ))",
    re.MULTILINE,
)
_BANNER_BEGIN = b"Asterisk Call Manager/"
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_NOT_BLANK = re.compile(rb"[^\r\n]")


class ManagerFramer:
    """A ``Framer``: each block, and each banner line, is a frame.

    Empty lines too many go with the frame after them. A block that is silent for
    ``cut_ms`` in its middle is cut; one that is longer than ``MOST_BYTES`` is given
    out as noise at that length.
    """

    def __init__(self, settings: LineSettings, start: int = 0) -> None:
        self._cut_ns = settings.cut_ms * 1_000_000
        self._start = start  # absolute offset of the first byte held
        self._held = bytearray()
        self._searched = 0
        self._ends: list[int] = []  # held bytes up to here …
        self._stamps: list[tuple[int, int]] = []  # … came at these times

    @property
    def pending(self) -> int:
        return len(self._held)

    @property
    def deadline_ns(self) -> int | None:
        return self._stamps[-1][1] + self._cut_ns if self._held else None

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        out = self._cut(chunk.mono_ns)
        if chunk.data:
            self._held += chunk.data
            self._ends.append(len(self._held))
            self._stamps.append((chunk.utc_us, chunk.mono_ns))
        while (one := self._next()) is not None:
            out.append(one)
        return out

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        return self._cut(mono_ns)

    def flush(self) -> Sequence[Frame | Noise]:
        return [self._noise(len(self._held), self._rest())] if self._held else []

    def _cut(self, mono_ns: int) -> list[Frame | Noise]:
        deadline = self.deadline_ns
        if deadline is None or mono_ns < deadline:
            return []
        return [self._noise(len(self._held), self._rest())]

    def _rest(self) -> NoiseReason:
        blank = _NOT_BLANK.search(self._held) is None
        return NoiseReason.CONTROL if blank else NoiseReason.CUT

    def _next(self) -> Frame | Noise | None:
        """The first thing that is complete in what is held, or None."""
        begin = _NOT_BLANK.search(self._held)
        end = begin and self._end_of_block(begin.start())
        if begin and end and end <= MOST_BYTES:
            return self._frame(begin.start(), end)
        if len(self._held) > MOST_BYTES:
            return self._noise(MOST_BYTES, NoiseReason.OVERSIZE)
        self._searched = max(0, len(self._held) - 2)
        return None

    def _end_of_block(self, begin: int) -> int | None:
        """After the empty line, or after the banner; before one that is too early."""
        banner = self._banner(begin)
        empty = _EMPTY_LINE.search(self._held, max(begin, self._searched))
        if banner and (not empty or banner.start() < empty.start()):
            return banner.start() if banner.start() > begin else banner.end()
        return empty and empty.end()

    def _banner(self, begin: int) -> re.Match[bytes] | None:
        if _BANNER_BEGIN not in self._held:
            return None
        return _BANNER.search(self._held, begin)

    def _frame(self, begin: int, end: int) -> Frame | Noise:
        raw = bytes(self._held[:end])
        if not _ends_block(raw):  # a new connection cut it off
            return self._noise(end, NoiseReason.CUT)
        utc_us, mono_ns = self._stamp(end)
        start = self._take(end)
        payload = raw[begin:].rstrip(b"\r\n")
        return Frame(
            payload=payload,
            raw=raw,
            start=start,
            end=start + end,
            utc_us=utc_us,
            mono_ns=mono_ns,
            framing=Framing.BLOCK,
            payload_at=begin,
        )

    def _noise(self, length: int, reason: NoiseReason) -> Noise:
        raw = bytes(self._held[:length])
        utc_us, mono_ns = self._stamp(length)
        start = self._take(length)
        return Noise(raw, start, start + length, utc_us, mono_ns, reason)

    def _stamp(self, length: int) -> tuple[int, int]:
        """Of the last of ``length`` bytes."""
        return self._stamps[bisect_left(self._ends, length)]

    def _take(self, length: int) -> int:
        """Forgets ``length`` bytes; their absolute offset."""
        at = bisect_left(self._ends, length + 1)
        self._ends = [end - length for end in self._ends[at:]]
        self._stamps = self._stamps[at:]
        del self._held[:length]
        self._searched = 0
        start, self._start = self._start, self._start + length
        return start


def _ends_block(raw: bytes) -> bool:
    text = raw.lstrip(b"\r\n")
    return text.startswith(_BANNER_BEGIN) or bool(_EMPTY_LINE.search(text))
