"""Figures over time: bytes and frames a second, errors, latency."""

from __future__ import annotations

from collections.abc import Sequence

from aliquot.console.domain.lab_result import ChunkMark, ItemKind, Series, StripItem

_STEPS_S = (0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 300.0, 3600.0, 86_400.0)
_MOST_STEPS = 2000


def make_series(
    items: Sequence[StripItem], chunks: Sequence[ChunkMark], duration_s: float
) -> Series:
    """At most some two thousand steps, whatever the length."""
    step_s = _step(duration_s)
    count = int(max(0.0, duration_s) / step_s) + 1
    octets = [0] * count
    frames = [0] * count
    errors = [0] * count
    for chunk in chunks:
        octets[_slot(chunk.at_s, step_s, count)] += chunk.end - chunk.start
    for item in items:
        slot = _slot(item.at_s, step_s, count)
        frames[slot] += item.kind is not ItemKind.NOISE
        errors[slot] += item.fault
    said = [i for i in items if i.kind in (ItemKind.RECORD, ItemKind.SIGNAL)]
    return Series(
        step_s=step_s,
        bytes_per_s=tuple(n / step_s for n in octets),
        frames_per_s=tuple(n / step_s for n in frames),
        errors=tuple(errors),
        latency_at_s=tuple(i.at_s for i in said),
        latency_ms=tuple(i.latency_ms for i in said),
        decode_us=tuple(i.decode_us for i in said),
    )


def _step(duration_s: float) -> float:
    return next(
        (s for s in _STEPS_S if duration_s / s < _MOST_STEPS), duration_s / 1000
    )


def _slot(at_s: float, step_s: float, count: int) -> int:
    return min(count - 1, max(0, int(at_s / step_s)))
