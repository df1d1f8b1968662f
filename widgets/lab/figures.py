"""Figures of a recording as they are plotted; made in the lab's thread."""

from __future__ import annotations

from collections.abc import Sequence

from aliquot.console.domain.lab_result import Series
from aliquot.widgets.lines.live import Figures

MOST_POINTS = 600


def thinned(
    at: Sequence[float], values: Sequence[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """At most so many points, the highest of each stretch: one dot more costs as much
    at every move of the cursor."""
    step = -(-len(at) // MOST_POINTS) or 1
    if step == 1:
        return tuple(at), tuple(values)
    starts = range(0, len(at), step)
    kept = [
        max(range(n, min(n + step, len(at))), key=values.__getitem__) for n in starts
    ]
    return tuple(at[n] for n in kept), tuple(values[n] for n in kept)


def figures_of(series: Series) -> Figures:
    """Thinned: a plot is some 600 points wide."""
    step = -(-len(series.errors) // MOST_POINTS) or 1
    late_at, late = thinned(series.latency_at_s, series.latency_ms)
    return Figures(
        at_s=series.at_s()[::step],
        bytes_per_s=_most(series.bytes_per_s, step),
        frames_per_s=_most(series.frames_per_s, step),
        errors=_most(series.errors, step),
        latency_at_s=late_at,
        latency_ms=late,
    )


def _most(values: Sequence[float], step: int) -> tuple[float, ...]:
    """The highest of each so many."""
    return tuple(float(max(values[n : n + step])) for n in range(0, len(values), step))
