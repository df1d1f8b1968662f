"""Bytes held by a framer, with the stamp of each, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.parity import Parity


@dataclass(frozen=True, slots=True)
class StampedAt:
    """The stamp of all bytes up to ``end`` that no earlier one covers."""

    end: int
    utc_us: int
    mono_ns: int


class Stretch:
    """A run of received bytes: as they came, and as they are looked at.

    ``seen`` is without parity where the line has it; both have the same length.
    """

    def __init__(self, start: int, kind: Parity) -> None:
        self.start = start
        self.seen = bytearray()
        self._raw = bytearray()
        self._parity = kind
        self._stamps: list[StampedAt] = []

    def __len__(self) -> int:
        return len(self.seen)

    def clean(self, data: bytes) -> bytes:
        """Bytes as they are looked at."""
        return data if self._parity is Parity.NONE else parity.strip(data)

    def add(self, raw: bytes, seen: bytes, utc_us: int, mono_ns: int) -> None:
        self._raw += raw
        self.seen += seen
        last = self._stamps[-1] if self._stamps else None
        if last and (last.utc_us, last.mono_ns) == (utc_us, mono_ns):
            self._stamps.pop()
        self._stamps.append(StampedAt(len(self.seen), utc_us, mono_ns))

    def put_back(self, count: int) -> None:
        """Takes the last ``count`` bytes out, all of them added in the last ``add``."""
        if count:
            del self._raw[-count:], self.seen[-count:]
            last = self._stamps.pop()
            end = len(self.seen)
            if not self._stamps or self._stamps[-1].end < end:
                self._stamps.append(StampedAt(end, last.utc_us, last.mono_ns))

    def take(self, count: int) -> Taken:
        """Takes the first ``count`` bytes (at least one) out, with their stamp."""
        index = next(n for n, stamp in enumerate(self._stamps) if stamp.end >= count)
        stamp = self._stamps[index]
        raw, seen = bytes(self._raw[:count]), bytes(self.seen[:count])
        taken = Taken(raw, seen, self.start, stamp.utc_us, stamp.mono_ns, self._parity)
        del self._raw[:count], self.seen[:count]
        self._stamps = [
            StampedAt(s.end - count, s.utc_us, s.mono_ns)
            for s in self._stamps[index:]
            if s.end > count
        ]
        self.start += count
        return taken


@dataclass(frozen=True, slots=True)
class Taken:
    """Bytes taken out of a stretch; the stamp is of their last byte."""

    raw: bytes
    seen: bytes
    start: int
    utc_us: int
    mono_ns: int
    parity: Parity

    @property
    def end(self) -> int:
        return self.start + len(self.raw)

    @property
    def parity_failed(self) -> bool:
        """A port that takes parity off itself gives bytes without any eighth bit."""
        return not self.raw.isascii() and parity.failures(self.raw, self.parity) > 0

    @property
    def other_parity(self) -> Parity:
        """What the eighth bits are, where the line is not read that way."""
        seen = parity.seen_as(self.raw)
        return Parity.NONE if seen is self.parity else seen
