"""Units and reference systems by the names that documents have for them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from enum import Enum

_SRS = re.compile(
    r"(?:urn:ogc:def:crs:|https?://www\.opengis\.net/(?:def/crs/|gml/srs/))?"
    r"(EPSG|OGC)(?:\.xml)?[:/#]+(?:[\d.]*[:/])?(4326|4979|CRS84h?)",
    re.IGNORECASE,
)
_UOM = re.compile(r"(?:EPSG:+)?(\d{4,5})$", re.IGNORECASE)
_RADIAN = math.degrees(1.0)

METRES: Mapping[str, float] = {
    "9001": 1.0,
    "m": 1.0,
    "metre": 1.0,
    "meter": 1.0,
    "metres": 1.0,
    "9036": 1000.0,
    "km": 1000.0,
    "9002": 0.3048,
    "ft": 0.3048,
    "9003": 1200 / 3937,
}
DEGREES: Mapping[str, float] = {
    "9102": 1.0,
    "9122": 1.0,
    "deg": 1.0,
    "degree": 1.0,
    "degrees": 1.0,
    "9101": _RADIAN,
    "rad": _RADIAN,
    "radian": _RADIAN,
    "radians": _RADIAN,
    "9105": 0.9,
}


class Axes(Enum):
    """Which number of a position comes first."""

    LAT_LON = "lat_lon"
    LON_LAT = "lon_lat"


def axes(name: str) -> Axes | None:
    """Of a reference system; None for one that is not WGS84, or unknown."""
    found = _SRS.fullmatch(name.strip())
    if found is None:
        return None
    return Axes.LON_LAT if found[2].upper().startswith("CRS84") else Axes.LAT_LON


def factor(uom: str, units: Mapping[str, float]) -> float | None:
    """What one of this unit is in metres or degrees; None for another kind."""
    code = _UOM.search(uom.strip())
    return units.get(code[1] if code else uom.strip().lower())
