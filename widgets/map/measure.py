"""Lengths on the earth, and how they are said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

FEET = 3.280839895
MILE_M = 1609.344

Spot = tuple[float, float]  # WGS84 degrees, latitude first


def metres_between(one: Spot, other: Spot) -> float:
    """By the formula of 47 CFR 73.208: within 0.1 % up to 475 km."""
    middle = math.radians((one[0] + other[0]) / 2)
    north_km = (
        111.13209 - 0.56605 * math.cos(2 * middle) + 0.0012 * math.cos(4 * middle)
    )
    east_km = (
        111.41513 * math.cos(middle)
        - 0.09455 * math.cos(3 * middle)
        + 0.00012 * math.cos(5 * middle)
    )
    east = (other[1] - one[1] + 180) % 360 - 180
    return 1000 * math.hypot(north_km * (other[0] - one[0]), east_km * east)


def length_text(metres: float) -> str:
    """``412 ft (126 m)``; from half a mile on ``1.24 mi (2.0 km)``."""
    if metres < MILE_M / 2:
        return f"{metres * FEET:.0f} ft ({metres:.0f} m)"
    return f"{metres / MILE_M:.2f} mi ({metres / 1000:.1f} km)"


def way(spots: Sequence[Spot]) -> tuple[tuple[float, float, str], ...]:
    """Each point with how far it is along the way; nothing at the first."""
    legs = [metres_between(a, b) for a, b in pairwise(spots)]
    lengths = ["", *(length_text(total) for total in accumulate(legs))][: len(spots)]
    return tuple((*spot, text) for spot, text in zip(spots, lengths, strict=True))
