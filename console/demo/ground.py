"""Flat ground: metres east and north of a centre, and what is drawn on it.

A county is small, so a plain equirectangular projection about its centre is enough:
over 20 km it is wrong by less than ten metres.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LATITUDE = 43.905
LONGITUDE = -75.480
METRES_PER_DEGREE = 111_320.0

Spot = tuple[float, float]
"""(x, y): metres east and metres north of the centre."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Moves, turns and gently bends a flat grid, so that no street is ruled."""

    x: float
    y: float
    degrees: float
    bend_m: float = 0.0
    bend_length_m: float = 900.0

    def __call__(self, u: float, v: float) -> Spot:
        angle = math.radians(self.degrees)
        u += self.bend_m * math.sin(v / self.bend_length_m)
        v += self.bend_m * math.sin(u / self.bend_length_m + 1.0)
        return (
            self.x + u * math.cos(angle) - v * math.sin(angle),
            self.y + u * math.sin(angle) + v * math.cos(angle),
        )


def degrees(spot: Spot) -> tuple[float, float]:
    """(latitude, longitude) in WGS84 degrees, to about a tenth of a metre."""
    x, y = spot
    scale = METRES_PER_DEGREE * math.cos(math.radians(LATITUDE))
    return (
        round(LATITUDE + y / METRES_PER_DEGREE, 6),
        round(LONGITUDE + x / scale, 6),
    )


def distance(a: Spot, b: Spot) -> float:
    """Metres."""
    return math.hypot(b[0] - a[0], b[1] - a[1])


def along(a: Spot, b: Spot, part: float, aside: float = 0.0) -> Spot:
    """The point at ``part`` (0..1) of the way from a to b, ``aside`` m to the right."""
    length = distance(a, b) or 1.0
    east, north = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    return (
        a[0] + (b[0] - a[0]) * part + north * aside,
        a[1] + (b[1] - a[1]) * part - east * aside,
    )


def inside(spot: Spot, ring: Sequence[Spot]) -> bool:
    """Whether a spot lies in a ring, by counting crossings to the east."""
    x, y = spot
    odd = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            odd = not odd
    return odd


def blob(
    centre: Spot, radius_m: float, waves: Iterable[tuple[int, float, float]]
) -> tuple[Spot, ...]:
    """A closed shape like a lake; ``waves`` are (count, share of radius, phase)."""
    listed = tuple(waves)
    ring = []
    for step in range(40):
        turn = step * math.tau / 40
        swell = sum(share * math.sin(n * turn + phase) for n, share, phase in listed)
        reach = radius_m * (1.0 + swell)
        ring.append(
            (centre[0] + reach * math.cos(turn), centre[1] + reach * math.sin(turn))
        )
    return tuple(ring)


def ribbon(middle: Sequence[Spot], half_widths: Sequence[float]) -> tuple[Spot, ...]:
    """A band about a line, as a ring: a river from its middle and half widths (m)."""
    left: list[Spot] = []
    right: list[Spot] = []
    for index, (spot, half) in enumerate(zip(middle, half_widths, strict=True)):
        ahead = middle[min(index + 1, len(middle) - 1)]
        behind = middle[max(index - 1, 0)]
        length = distance(behind, ahead) or 1.0
        north = (ahead[0] - behind[0]) / length * half
        east = (ahead[1] - behind[1]) / length * half
        left.append((spot[0] - east, spot[1] + north))
        right.append((spot[0] + east, spot[1] - north))
    return (*left, *reversed(right))


def river_x(y: float) -> float:
    """Where the middle of the Tannery River is (m east) at ``y`` m north."""
    return (
        -330.0
        + 240.0 * math.sin(y / 1500.0)
        + 70.0 * math.sin(y / 520.0 + 1.0)
        + y * 0.12
    )
