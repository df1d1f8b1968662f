"""Beats of law units: city and county, each parted by the river and by Main Street."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from aliquot.console.demo.county import Area
from aliquot.console.demo.ground import Spot, inside, river_x

CENTRE: Spot = (river_x(0.0), 0.0)
Ray = Callable[[float], Spot]
RAYS: tuple[Ray, ...] = (
    lambda t: (CENTRE[0] + t, CENTRE[1] + 0.08 * t),
    lambda t: (river_x(t), t),
    lambda t: (CENTRE[0] - t, CENTRE[1] - 0.05 * t),
    lambda t: (river_x(-t), -t),
)


def _leaves(ray: Ray, ring: Sequence[Spot]) -> float:
    """How far along a ray (m) it leaves a ring, to 25 m."""
    reach = 0.0
    while inside(ray(reach), ring):
        reach += 25.0
    return reach


def _turn(spot: Spot) -> float:
    return math.atan2(spot[1] - CENTRE[1], spot[0] - CENTRE[0]) % math.tau


def _between(ring: Sequence[Spot], start: Spot, end: Spot) -> list[Spot]:
    """The corners of a ring that lie between two spots, counter-clockwise."""
    first = _turn(start)
    span = (_turn(end) - first) % math.tau
    parted = [((_turn(s) - first) % math.tau, s) for s in ring]
    return [s for turn, s in sorted(parted) if 0.0 < turn < span]


def _sector(
    ray: Ray, after: Ray, ring: Sequence[Spot]
) -> tuple[list[Spot], Spot, Spot]:
    start = ray(_leaves(ray, ring))
    end = after(_leaves(after, ring))
    return [start, *_between(ring, start, end), end], start, end


def _steps(ray: Ray, near: float, far: float) -> list[Spot]:
    pieces = max(1, round((far - near) / 400.0))
    return [ray(near + (far - near) * k / pieces) for k in range(pieces + 1)]


def beats(city_ring: Sequence[Spot], county_ring: Sequence[Spot]) -> list[Area]:
    """Four beats of the city and four of the county, parted by river and Main St."""
    found = []
    for index, ray in enumerate(RAYS):
        after = RAYS[(index + 1) % 4]
        city, _, _ = _sector(ray, after, city_ring)
        county, _, _ = _sector(ray, after, county_ring)
        out = _steps(ray, 0.0, _leaves(ray, city_ring))
        back = _steps(after, 0.0, _leaves(after, city_ring))
        found.append(
            Area("beat", f"Beat {index + 1}", (*out, *city[1:-1], *reversed(back[1:])))
        )
        out = _steps(ray, _leaves(ray, city_ring), _leaves(ray, county_ring))
        back = _steps(after, _leaves(after, city_ring), _leaves(after, county_ring))
        found.append(
            Area(
                "beat",
                f"Beat {index + 5}",
                (*out, *county[1:-1], *reversed(back), *reversed(city[1:-1])),
            )
        )
    return found
