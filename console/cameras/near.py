"""Which of some cameras are near a place, how far, where, and whether they face it.

Pure: cameras in, answers out. Distances are geodesics on WGS84.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from aliquot.console.domain.cameras import faces, nearest_first
from aliquot.console.domain.rows import CameraNear, CameraRow

# A little less than the shortest degree of latitude and of longitude at the equator,
# so that a box made with them is never too small.
_DEGREE_M = 110_000.0
_MARGIN_M = 1.0

Box = tuple[float, float, float, float]
"""South, west, north, east in WGS84 degrees."""


def nearest(
    cameras: Sequence[CameraRow], latitude: float, longitude: float, reach_m: float
) -> tuple[CameraNear, ...]:
    """Cameras at most ``reach_m`` metres from a place in WGS84 degrees, nearest first.

    ``bearing_deg`` is from the place to the camera.
    """
    if not cameras:
        return ()
    places = np.array([(c.longitude, c.latitude) for c in cameras], dtype=np.float64)
    here = np.full(len(cameras), longitude), np.full(len(cameras), latitude)
    out, back, metres = _ellipsoid().inv(*here, places[:, 0], places[:, 1])
    return nearest_first(
        _answer(cameras[int(at)], float(metres[at]), float(out[at]), float(back[at]))
        for at in np.flatnonzero(metres <= reach_m)
    )


def _answer(camera: CameraRow, metres: float, out: float, back: float) -> CameraNear:
    """``out``: direction from the place to the camera; ``back``: the other way."""
    angles = camera.azimuth_deg, camera.field_of_view_deg
    return CameraNear(
        camera_id=camera.camera_id,
        latitude=camera.latitude,
        longitude=camera.longitude,
        distance_m=metres,
        bearing_deg=out % 360.0 % 360.0,  # a tiny negative one is 360.0 after the first
        facing=faces(*angles, back, metres),
    )


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
