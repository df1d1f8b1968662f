"""Joins neighbouring noise into stretches: at most one every 250 ms."""

from __future__ import annotations

from collections import Counter

from aliquot.drivers.lines.api import Noise, NoiseReason

STRETCH_NS = 250 * 10**6
LARGEST_STRETCH = 16_384


class NoiseJoiner:
    """Holds one stretch of noise until it is old, large or followed by a record."""

    def __init__(self) -> None:
        self._parts: list[Noise] = []
        self._size = 0

    @property
    def held(self) -> int:
        """Bytes held."""
        return self._size

    @property
    def deadline_ns(self) -> int | None:
        """Monotonic time at which ``due`` gives the stretch, None with none held."""
        return self._parts[0].mono_ns + STRETCH_NS if self._parts else None

    def add(self, noise: Noise) -> list[Noise]:
        """Take ``noise``; gives the stretch before it if it does not belong to it."""
        apart = self._parts and self._parts[-1].end != noise.start
        given = self.due(noise.mono_ns)
        if apart or self._size + len(noise.raw) > LARGEST_STRETCH:
            given += self.flush()
        self._parts.append(noise)
        self._size += len(noise.raw)
        return given

    def due(self, mono_ns: int) -> list[Noise]:
        deadline = self.deadline_ns
        return self.flush() if deadline is not None and mono_ns >= deadline else []

    def flush(self) -> list[Noise]:
        parts, self._parts, self._size = self._parts, [], 0
        return [_joined(parts)] if parts else []


def _joined(parts: list[Noise]) -> Noise:
    """One noise of all parts; its reason is that of most of its bytes."""
    if len(parts) == 1:
        return parts[0]
    weight: Counter[NoiseReason] = Counter()
    for part in parts:
        weight[part.reason] += len(part.raw)
    return Noise(
        raw=b"".join(part.raw for part in parts),
        start=parts[0].start,
        end=parts[-1].end,
        utc_us=parts[-1].utc_us,
        mono_ns=parts[-1].mono_ns,
        reason=weight.most_common(1)[0][0],
    )
