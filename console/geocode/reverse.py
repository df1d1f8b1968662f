"""From a point to words: the address, the block and the crossing it is near to."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from aliquot.console.domain.geocoding import Nearby
from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.gazetteer import Gazetteer, Segment
from aliquot.console.geocode.plane import METRES_PER_DEGREE, metres

FEET = 3.28084
FURTHEST_M = 2000.0
_WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


class Reverse:
    """Asked for one point at a time."""

    def __init__(self, gazetteer: Gazetteer, districts: Districts) -> None:
        self._all = gazetteer
        self._districts = districts
        spots = [(p.latitude, p.longitude) for p in gazetteer.points]
        middle = _middle(gazetteer)
        self._scale = np.array([1.0, math.cos(math.radians(middle))])
        self._points = cKDTree(np.array(spots).reshape(-1, 2) * self._scale)
        crossed = [n for n, streets in gazetteer.streets_at.items() if len(streets) > 1]
        self._crossed = crossed
        places = np.array([gazetteer.nodes[n] for n in crossed]).reshape(-1, 2)
        self._nodes = cKDTree(places * self._scale)
        lines = [
            shapely.linestrings(gazetteer.path(s)[:, ::-1] * self._scale)
            for s in gazetteer.segments
        ]
        self._lines = np.array(lines, dtype=object)
        self._tree = shapely.STRtree(self._lines)

    def at(self, latitude: float, longitude: float) -> Nearby:
        flat = np.array([latitude, longitude]) * self._scale
        address, address_m, point_esn = self._address(flat, (latitude, longitude))
        segment, street_m, share = self._street(flat)
        crossing, crossing_m, wind = self._crossing(flat, (latitude, longitude))
        number = _number(segment, share, self._side(segment, flat)) if segment else None
        street = self._all.names[segment.street] if segment else None
        esn = point_esn or (segment.esn[0] if segment else None)
        found = Nearby(
            address=address,
            address_m=address_m,
            block=f"{number // 100 * 100} block of {street}"
            if number is not None
            else None,
            street=street,
            street_m=street_m,
            intersection=crossing,
            intersection_m=crossing_m,
            bearing=wind,
            districts=self._districts.at(latitude, longitude),
            esn=esn,
            text=_text(address, address_m, crossing, crossing_m, wind, street),
        )
        return found

    def _address(
        self,
        flat: NDArray[np.float64],
        at: tuple[float, float],
    ) -> tuple[str | None, float | None, str | None]:
        if not self._all.points:
            return None, None, None
        _, n = self._points.query(flat)
        point = self._all.points[int(n)]
        away = metres(at, (point.latitude, point.longitude))
        if away > FURTHEST_M:
            return None, None, None
        text = f"{point.text} {self._all.names[point.street]}"
        return text, round(away, 1), point.esn

    def _street(
        self,
        flat: NDArray[np.float64],
    ) -> tuple[Segment | None, float | None, float]:
        if not len(self._lines):
            return None, None, 0.0
        spot = shapely.Point(flat)
        n = int(self._tree.nearest(spot))
        line = self._lines[n]
        away = float(shapely.distance(line, spot)) * METRES_PER_DEGREE
        if away > FURTHEST_M:
            return None, None, 0.0
        share = float(shapely.line_locate_point(line, spot, normalized=True))
        return self._all.segments[n], round(away, 1), share

    def _side(self, segment: Segment | None, flat: NDArray[np.float64]) -> str:
        """Left or right of the whole run: good enough to choose a range."""
        if segment is None:
            return "left"
        path = self._all.path(segment)[:, ::-1] * self._scale
        (ay, ax), (by, bx) = path[0], path[-1]
        turn = (bx - ax) * (flat[0] - ay) - (by - ay) * (flat[1] - ax)
        return "left" if turn > 0 else "right"

    def _crossing(
        self,
        flat: NDArray[np.float64],
        at: tuple[float, float],
    ) -> tuple[str | None, float | None, str | None]:
        if not self._crossed:
            return None, None, None
        _, n = self._nodes.query(flat)
        node = self._crossed[int(n)]
        spot = self._all.nodes[node]
        away = metres(at, spot)
        if away > FURTHEST_M:
            return None, None, None
        names = sorted(self._all.names[s] for s in self._all.streets_at[node])
        return " & ".join(names[:2]), round(away, 1), wind(spot, at)


def wind(start: tuple[float, float], end: tuple[float, float]) -> str:
    """The direction from ``start`` to ``end``, one of eight."""
    narrow = math.cos(math.radians(start[0]))
    east, north = (end[1] - start[1]) * narrow, end[0] - start[0]
    return _WINDS[round(math.degrees(math.atan2(east, north)) / 45) % 8]


def _middle(gazetteer: Gazetteer) -> float:
    if gazetteer.nodes:
        return gazetteer.nodes[len(gazetteer.nodes) // 2][0]
    return gazetteer.points[0].latitude if gazetteer.points else 0.0


def _number(segment: Segment, share: float, side: str) -> int | None:
    """The number at that place, by the range of its side, else of the other."""
    ranges = [segment.left, segment.right]
    for start, end, parity in ranges if side == "left" else ranges[::-1]:
        if parity != "Z" and start > 0 and end > 0:
            return round(start + (end - start) * share)
    return None


def _text(
    address: str | None,
    address_m: float | None,
    crossing: str | None,
    crossing_m: float | None,
    direction: str | None,
    street: str | None,
) -> str:
    if crossing and crossing_m is not None and crossing_m < 15:
        return f"at {crossing}"
    parts: list[str] = []
    if address and address_m is not None and address_m <= 100:
        parts.append(f"near {address}")
    if crossing and crossing_m is not None:
        feet = max(10, round(crossing_m * FEET / 10) * 10)
        parts.append(f"{feet} ft {direction} of {crossing}")
    if not parts and street:
        parts.append(f"on {street}")
    return ", ".join(parts)
