"""Received bytes that are in no output yet, each with the stamp it came with."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from aliquot.drivers.lines.api import Chunk, Frame, Framing, Noise, NoiseReason


@dataclass(frozen=True, slots=True)
class Stamp:
    """UTC in microseconds, monotonic time in nanoseconds."""

    utc_us: int = 0
    mono_ns: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """Bytes before the absolute offset ``end`` came at ``stamp``, or earlier."""

    end: int
    stamp: Stamp


class LineBuffer:
    """Bytes in order. ``start``: absolute offset of the first one held."""

    def __init__(self, start: int) -> None:
        self.data = bytearray()
        self.start = start
        self._reads: deque[_Read] = deque()

    def __len__(self) -> int:
        return len(self.data)

    def add(self, chunk: Chunk) -> None:
        if chunk.data:
            self.data += chunk.data
            end = self.start + len(self.data)
            self._reads.append(_Read(end, Stamp(chunk.utc_us, chunk.mono_ns)))

    @property
    def first(self) -> Stamp:
        """When the first byte held came. There must be one."""
        return self._reads[0].stamp

    @property
    def last(self) -> Stamp:
        """When the last byte held came. There must be one."""
        return self._reads[-1].stamp

    def frame(
        self, size: int, begin: int, end: int, framing: Framing = Framing.LINES
    ) -> Frame:
        """Takes ``size`` bytes; the payload is those from ``begin`` to ``end``."""
        raw, start, stamp = self._take(size)
        return Frame(
            payload=raw[begin:end],
            raw=raw,
            start=start,
            end=start + size,
            utc_us=stamp.utc_us,
            mono_ns=stamp.mono_ns,
            framing=framing,
            payload_at=begin,
        )

    def noise(self, size: int, reason: NoiseReason) -> Noise:
        """Takes ``size`` bytes."""
        raw, start, stamp = self._take(size)
        end = start + size
        return Noise(raw, start, end, stamp.utc_us, stamp.mono_ns, reason)

    def _take(self, size: int) -> tuple[bytes, int, Stamp]:
        raw, start = bytes(self.data[:size]), self.start
        del self.data[:size]
        self.start += size
        while self._reads[0].end < self.start:
            self._reads.popleft()
        stamp = self._reads[0].stamp
        if self._reads[0].end == self.start:
            self._reads.popleft()
        return raw, start, stamp
