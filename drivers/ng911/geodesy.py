"""Circles on the earth that hold other shapes. WGS84 degrees, metres."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

Flat = tuple[float, float]  # metres east and north of an origin
Degrees = tuple[float, float]  # latitude, longitude


@cache
def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def distance_m(first: Degrees, second: Degrees) -> float:
    return float(_geod().inv(first[1], first[0], second[1], second[0])[2])


def moved(place: Degrees, azimuth_deg: float, metres: float) -> Degrees:
    """The place that far away in that direction (degrees clockwise from north)."""
    longitude, latitude, _ = _geod().fwd(place[1], place[0], azimuth_deg, metres)
    return float(latitude), float(longitude)


def circle_around(points: Sequence[Degrees]) -> tuple[Degrees, float]:
    """Centre and radius in metres of the smallest circle that holds all points.

    Smallest in the plane that touches the earth at the first point; the radius is
    of the earth, and never too small. At least one point.
    """
    origin = points[0]
    east, north = _flat_centre([_flat(origin, point) for point in points])
    azimuth = math.degrees(math.atan2(east, north))
    centre = _rounded(moved(origin, azimuth, math.hypot(east, north)))
    return centre, _up(max(distance_m(centre, point) for point in points))


def band_around(
    apex: Degrees, inner_m: float, outer_m: float, start_deg: float, opening_deg: float
) -> tuple[Degrees, float]:
    """Centre and radius of the circle around a part of a ring, seen from its apex.

    By symmetry the centre lies on the middle line. From a centre so far out the
    farthest points are the outer corners, or the inner ones.
    """
    half = math.radians(min(abs(opening_deg), 360.0) / 2)
    if half >= math.pi / 2:
        return apex, outer_m
    cosine = math.cos(half)
    out = outer_m * cosine
    if outer_m > 0:
        out = min(out, (outer_m + inner_m) / (2 * cosine))
    square = outer_m**2 + out**2 - 2 * outer_m * out * cosine
    middle = start_deg + opening_deg / 2
    return _rounded(moved(apex, middle, out)), _up(math.sqrt(max(square, 0.0)))


def _up(metres: float) -> float:
    """To the next centimetre: a circle around something is never too small."""
    return math.ceil(metres * 100) / 100


def _rounded(place: Degrees) -> Degrees:
    """To a centimetre: no more is in any of what it was made of."""
    return round(place[0], 7), round(place[1], 7)


def _flat(origin: Degrees, point: Degrees) -> Flat:
    azimuth, _, metres = _geod().inv(origin[1], origin[0], point[1], point[0])
    turn = math.radians(azimuth)
    return metres * math.sin(turn), metres * math.cos(turn)


def _flat_centre(points: list[Flat]) -> Flat:
    """Centre of the smallest circle around points: Welzl's method, without recursion.

    The order is shuffled, always the same way, so that it takes linear time.
    """
    points = sorted(set(points))
    random.Random(len(points)).shuffle(points)
    centre, square = points[0], 0.0
    for i, one in enumerate(points):
        if _outside(one, centre, square):
            centre, square = one, 0.0
            for j in range(i):
                if _outside(points[j], centre, square):
                    centre, square = _through_two(one, points[j])
                    for k in range(j):
                        if _outside(points[k], centre, square):
                            found = _through_three(one, points[j], points[k])
                            centre, square = found
    return centre


def _outside(point: Flat, centre: Flat, square: float) -> bool:
    found = (point[0] - centre[0]) ** 2 + (point[1] - centre[1]) ** 2
    return found > square * (1 + 1e-12) + 1e-12


def _through_two(a: Flat, b: Flat) -> tuple[Flat, float]:
    centre = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    return centre, (a[0] - centre[0]) ** 2 + (a[1] - centre[1]) ** 2


def _through_three(a: Flat, b: Flat, c: Flat) -> tuple[Flat, float]:
    """Around a triangle; on a line, around the two that are farthest apart."""
    bx, by, cx, cy = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    double = 2 * (bx * cy - by * cx)
    if abs(double) < 1e-9:
        pairs = (_through_two(a, b), _through_two(a, c), _through_two(b, c))
        return max(pairs, key=lambda pair: pair[1])
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * b2 - by * c2) / double, (bx * c2 - cx * b2) / double
    return (a[0] + x, a[1] + y), x * x + y * y
