"""Which of some cameras are near a place, how far, where, and whether they face it.

Pure: cameras in, answers out. Distances are geodesics on WGS84.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from aliquot.console.cameras.cells import Box
from aliquot.console.domain.cameras import TOUCHING_M, nearest_first
from aliquot.console.domain.rows import CameraNear

# A little less than the shortest degree of latitude and of longitude at the equator,
# so that a box made with them is never too small.
_DEGREE_M = 110_000.0
_MARGIN_M = 1.0

Listed = tuple[str, float, float, float | None, float | None]
"""Id, latitude, longitude, azimuth and field of view in degrees; None is unknown."""


def nearest(
    cameras: Sequence[Listed], latitude: float, longitude: float, reach_m: float
) -> tuple[CameraNear, ...]:
    """Cameras at most ``reach_m`` metres from a place in WGS84 degrees, nearest first.

    ``bearing_deg`` is from the place to the camera.
    """
    if not cameras:
        return ()
    ids, latitudes, longitudes, azimuths, angles = zip(*cameras, strict=True)
    here = np.full(len(ids), longitude), np.full(len(ids), latitude)
    there = np.array(longitudes), np.array(latitudes)
    out, back, metres = _ellipsoid().inv(*here, *there)
    near = np.flatnonzero(metres <= reach_m)
    near = near[np.argsort(metres[near], kind="stable")]
    seen = metres[near]
    found = tuple(
        CameraNear(
            camera_id=ids[at],
            latitude=latitudes[at],
            longitude=longitudes[at],
            distance_m=away,
            bearing_deg=bearing,
            facing=facing,
        )
        for at, away, bearing, facing in zip(
            near.tolist(),
            seen.tolist(),
            # A tiny negative one is 360.0 after the first.
            (out[near] % 360.0 % 360.0).tolist(),
            _facing(azimuths, angles, near, back[near], seen),
            strict=True,
        )
    )
    tied = bool((seen[1:] == seen[:-1]).any())
    return nearest_first(found) if tied else found


def _facing(
    azimuths: Sequence[float | None],
    angles: Sequence[float | None],
    which: Any,
    back: Any,
    metres: Any,
) -> list[bool | None]:
    """``domain.cameras.faces`` for many; ``back`` is from the camera to the place."""
    azimuth = np.array(azimuths, dtype=np.float64)[which]  # None becomes NaN
    angle = np.array(angles, dtype=np.float64)[which]
    known = ~np.isnan(azimuth) & ~np.isnan(angle) & (metres >= TOUCHING_M)
    turn = np.abs((back - azimuth + 180.0) % 360.0 - 180.0)
    facing: list[bool | None] = (turn <= angle / 2).tolist()
    for at in np.flatnonzero(~known).tolist():
        facing[at] = None
    return facing


def boxes_around(latitude: float, longitude: float, reach_m: float) -> tuple[Box, ...]:
    """Boxes that hold every place within ``reach_m`` metres: one, or two where the
    circle crosses 180°."""
    high = (reach_m + _MARGIN_M) / _DEGREE_M
    south, north = max(-90.0, latitude - high), min(90.0, latitude + high)
    narrow = math.cos(math.radians(min(90.0, abs(latitude) + high)))
    wide = high / narrow if narrow > 1e-6 else 360.0
    if wide >= 180.0:
        return ((south, -180.0, north, 180.0),)
    west, east = longitude - wide, longitude + wide
    if west < -180.0:
        return (
            (south, -180.0, north, east),
            (south, west + 360.0, north, 180.0),
        )
    if east > 180.0:
        return (
            (south, west, north, 180.0),
            (south, -180.0, north, east - 360.0),
        )
    return ((south, west, north, east),)


@lru_cache(maxsize=1)
def _ellipsoid() -> Any:
    from pyproj import Geod  # a tenth of a second that only cameras cost

    return Geod(ellps="WGS84")
