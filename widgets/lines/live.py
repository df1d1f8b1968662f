"""Figures of a line that runs, from what the read side says once a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from aliquot.console.domain.line_sheet import LineMeter
from aliquot.console.domain.rows import LineRow

KEPT = 600  # seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading. ``latency_ms``: from the byte to this window, None when no call
    came since the last reading."""

    at_us: int
    octets: int | None
    records: int
    noise: int
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What four plots show: seconds and values. Live seconds count back from 0."""

    at_s: tuple[float, ...] = ()
    bytes_per_s: tuple[float, ...] = ()
    frames_per_s: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()
    latency_at_s: tuple[float, ...] = ()
    latency_ms: tuple[float, ...] = ()


@dataclass(slots=True)
class LiveLines:
    """Keeps the newest ``KEPT`` readings of each line."""

    meter: LineMeter | None = None
    samples: dict[str, deque[Sample]] = field(default_factory=dict)

    def read(
        self, rows: tuple[LineRow, ...], now_us: int, latency_ms: float | None
    ) -> None:
        octets: Mapping[str, int] = self.meter() if self.meter is not None else {}
        for row in rows:
            kept = self.samples.setdefault(row.line, deque(maxlen=KEPT))
            kept.append(
                Sample(now_us, octets.get(row.line), row.records, row.noise, latency_ms)
            )

    def figures(self, line: str) -> Figures:
        """Rates between one reading and the next."""
        kept = list(self.samples.get(line, ()))
        if len(kept) < 2:
            return Figures()
        end = kept[-1].at_us
        steps = [(a, b) for a, b in pairwise(kept) if _gap(a, b) > 0]
        late = [s for s in kept if s.latency_ms is not None]
        return Figures(
            at_s=tuple((b.at_us - end) / 1e6 for _, b in steps),
            bytes_per_s=tuple(_octets(a, b) / _gap(a, b) for a, b in steps),
            frames_per_s=tuple((b.records - a.records) / _gap(a, b) for a, b in steps),
            errors=tuple(float(b.noise - a.noise) for a, b in steps),
            latency_at_s=tuple((s.at_us - end) / 1e6 for s in late),
            latency_ms=tuple(s.latency_ms or 0.0 for s in late),
        )


def _gap(one: Sample, other: Sample) -> float:
    return (other.at_us - one.at_us) / 1e6


def _octets(one: Sample, other: Sample) -> float:
    if one.octets is None or other.octets is None:
        return 0.0
    return float(other.octets - one.octets)
