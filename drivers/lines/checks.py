"""What is checked before a point, a radius or a time of a record is used.

Pure functions. Each gives the value to use, or None where there is none, and the
warning codes of ``api.Warnings``. A repair always has its warning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aliquot.drivers.lines.api import Extent

AREA_ONLY_M = 3000  # larger than this it is the size of a cell, never a pin
USELESS_M = 50_000
STALE_S = 180
FUTURE_DAYS = 2  # more than any clock's zone explains
EXTENT_MARGIN_KM = 50.0
_KM_PER_DEGREE = 111.32
_FAR_ZONE_S = 26 * 3600  # no two clocks on earth are further apart

# Countries that lie west of Greenwich and north of the equator: their latitudes, and
# their longitudes counted to the west.
_NORTH_WEST = {
    "US": ((13.0, 72.0), (64.0, 180.0)),
    "CA": ((41.0, 84.0), (52.0, 141.5)),
}
_ALL_NORTH_WEST = ((13.0, 84.0), (52.0, 180.0))
# Guam and the Northern Marianas have counties' lines and lie east of Greenwich. What is
# mirrored there is open sea, so no sign is missing.
_MARIANAS = Extent(south=13.0, west=144.4, north=20.8, east=146.5)


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84 degrees that may be used, or None for both; and what to say of it."""

    latitude: float | None
    longitude: float | None
    warnings: tuple[str, ...] = ()


def check_point(
    latitude: float, longitude: float, extent: Extent | None, country: str = "US"
) -> Point:
    """Repairs and judges a point as a line sent it.

    A point inside the agency's own extent is taken as it is, so that a site east
    of Greenwich is never mirrored. A county's line fills what it does not know with
    zeros, in one value alone too; ``country`` is empty for points of a handset, which
    may stand on the equator.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return Point(None, None, ("bad_value",))
    if max(abs(latitude), abs(longitude)) > 180:
        return Point(None, None, ("not_wgs84",))
    zeros = (abs(latitude) < 1e-9) + (abs(longitude) < 1e-9)
    if zeros == 2 or (zeros and country):
        return Point(None, None, ("no_fix",))
    if extent is not None and distance_outside_km(latitude, longitude, extent) == 0:
        return Point(latitude, longitude)
    latitude, longitude, warnings = _repair(latitude, longitude, country)
    if abs(latitude) > 90:
        return Point(None, None, (*warnings, "not_wgs84"))
    swapped = extent is None and "lat_lon_swapped" in warnings
    if swapped and country in _NORTH_WEST and not latitude > 0 > longitude:
        # Without the agency's own ground a swap is believed in one quarter only.
        return Point(None, None, ("not_wgs84",))
    if _is_far(latitude, longitude, extent, country):
        warnings = (*warnings, "outside_extent")
    return Point(latitude, longitude, warnings)


def _is_far(
    latitude: float, longitude: float, extent: Extent | None, country: str
) -> bool:
    """Away from the agency's ground; where none is known, from all of its continent."""
    if extent is not None:
        return distance_outside_km(latitude, longitude, extent) > EXTENT_MARGIN_KM
    if country == "US" and is_in_marianas(latitude, longitude):
        return False
    return country in _NORTH_WEST and not _on_ground(
        latitude, -longitude, _ALL_NORTH_WEST
    )


def _repair(
    latitude: float, longitude: float, country: str
) -> tuple[float, float, tuple[str, ...]]:
    warnings: tuple[str, ...] = ()
    if _swapped(latitude, longitude, country):
        latitude, longitude = longitude, latitude
        warnings = ("lat_lon_swapped",)
    if country == "US" and is_in_marianas(latitude, longitude):
        return latitude, longitude, warnings
    if country in _NORTH_WEST and longitude > 0 and abs(latitude) <= 90:
        longitude = -longitude
        warnings = (*warnings, "west_sign_missing")
    return latitude, longitude, warnings


def _swapped(latitude: float, longitude: float, country: str) -> bool:
    if abs(latitude) > 90 >= abs(longitude):
        return True
    if country not in _NORTH_WEST:
        return False
    if latitude < 0 < longitude:
        return True
    if latitude < 0 or longitude < 0:
        return False
    # Neither has a sign: they are swapped where only that gives a place on its ground.
    ground = _NORTH_WEST[country]
    as_sent = _on_ground(latitude, longitude, ground)
    return not as_sent and _on_ground(longitude, latitude, ground)


def _on_ground(
    latitude: float,
    west: float,
    ground: tuple[tuple[float, float], tuple[float, float]],
) -> bool:
    """``west``: degrees of longitude, counted to the west."""
    (low, high), (near, far) = ground
    return low <= latitude <= high and near <= west <= far


def is_in_marianas(latitude: float, longitude: float) -> bool:
    """Whether a point lies on Guam or the Northern Marianas, or the sea between."""
    return distance_outside_km(latitude, longitude, _MARIANAS) == 0


def distance_outside_km(latitude: float, longitude: float, extent: Extent) -> float:
    """How far a point is outside the extent, in kilometres; 0 inside."""
    south = max(extent.south - latitude, 0.0)
    north = max(latitude - extent.north, 0.0)
    west = max(extent.west - longitude, 0.0)
    east = max(longitude - extent.east, 0.0)
    across = max(west, east) * math.cos(math.radians(max(-90, min(90, latitude))))
    return math.hypot(max(south, north), across) * _KM_PER_DEGREE


def same_point(first: Point, second: Point) -> bool:
    """Two points of one record that are the same: the tower said twice, no fix."""
    return (first.latitude, first.longitude) == (second.latitude, second.longitude)


def check_uncertainty(metres: float | None) -> tuple[float | None, tuple[str, ...]]:
    """Metres; 0 and None are *not given*, never *exact*."""
    if metres is None or metres == 0:
        return None, ("uncertainty_not_given",)
    if not math.isfinite(metres) or metres < 0:
        return None, ("bad_value",)
    if metres > USELESS_M:
        return metres, ("uncertainty_useless",)
    return metres, ("area_only",) if metres > AREA_ONLY_M else ()


def check_confidence(percent: float | None) -> tuple[float | None, tuple[str, ...]]:
    """Percent; 0 and None are *not given*."""
    if percent is None or percent == 0:
        return None, ("confidence_not_given",)
    if not 0 < percent <= 100:
        return None, ("bad_value",)
    return percent, ()


def infer_year(
    month: int, day: int, hour: int, minute: int, arrived_us: int
) -> date | None:
    """The date nearest to the arrival (UTC microseconds), None for no such day."""
    arrived = datetime.fromtimestamp(arrived_us / 1e6, UTC)
    # 29 February may be four years away.
    years = range(max(arrived.year - 4, 1), min(arrived.year + 5, 9999))
    found = [at for y in years if (at := _moment(y, month, day, hour, minute))]
    if not found:
        return None
    return min(found, key=lambda at: abs(at - arrived)).date()


def _moment(y: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(y, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None


def is_stale(record: datetime, arrived_us: int, time_zone: str) -> bool:
    """Whether a record's own time (no zone) is over 3 minutes before its arrival.

    ``time_zone`` is an IANA name. Without one only what no zone explains is stale.
    """
    zone = _zone(time_zone)
    arrived = datetime.fromtimestamp(arrived_us / 1e6, UTC)
    age = arrived - record.replace(tzinfo=zone or UTC)
    return age > timedelta(seconds=STALE_S if zone else _FAR_ZONE_S)


def is_future(day: date, arrived_us: int) -> bool:
    """Whether a record's date is over two days after its arrival."""
    arrived = datetime.fromtimestamp(arrived_us / 1e6, UTC).date()
    return day - arrived > timedelta(days=FUTURE_DAYS)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
