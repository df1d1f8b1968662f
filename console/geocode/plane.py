"""Small distances on the ground, without a projection."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from aliquot.console.geocode.gazetteer import LatLon

METRES_PER_DEGREE = 111_320.0


def metres(a: LatLon, b: LatLon) -> float:
    """Good to a tenth of a percent within a county."""
    narrow = math.cos(math.radians((a[0] + b[0]) / 2))
    return METRES_PER_DEGREE * math.hypot(a[0] - b[0], (a[1] - b[1]) * narrow)


def along(path: NDArray[np.float64], share: float) -> tuple[float, float, float, float]:
    """The point at ``share`` (0 to 1) of a path of (longitude, latitude): its
    latitude and longitude, and the direction there as unit (east, north)."""
    if len(path) < 2:
        return float(path[0][1]), float(path[0][0]), 1.0, 0.0
    narrow = math.cos(math.radians(float(path[0][1])))
    points = [(float(x), float(y)) for x, y in path]
    steps = [
        math.hypot((b[0] - a[0]) * narrow, b[1] - a[1]) for a, b in pairwise(points)
    ]
    left = share * sum(steps)
    for (a, b), step in zip(pairwise(points), steps, strict=True):
        if left <= step and step > 0:
            part = left / step
            x, y = a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
            return y, x, (b[0] - a[0]) * narrow / step, (b[1] - a[1]) / step
        left -= step
    a, b = points[-2], points[-1]
    step = steps[-1] or 1e-12
    return b[1], b[0], (b[0] - a[0]) * narrow / step, (b[1] - a[1]) / step


def beside(latitude: float, longitude: float, east: float, north: float) -> LatLon:
    """The place so many metres east and north of another."""
    narrow = math.cos(math.radians(latitude)) or 1e-9
    return (
        latitude + north / METRES_PER_DEGREE,
        longitude + east / (METRES_PER_DEGREE * narrow),
    )
