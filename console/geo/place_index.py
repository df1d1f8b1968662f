"""Which regions a place is in. Needs the private part of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from aliquot.console.geo.model import REACH_M, LatLon, ParcelIndex, PlaceTree, Region
from aliquot.console.geo.parcels import E7
from aliquot.console.geo.plane import Plane


@dataclass(frozen=True, slots=True)
class Found:
    """Where a place is. ``regions``: finest first, the district last if there is
    one. ``distance_m``: to the nearest parcel."""

    regions: tuple[Region, ...]
    distance_m: float

    def at_level(self, level: int) -> Region | None:
        return next((r for r in self.regions if r.level == level), None)


class Locator:
    """Finds regions of places. Build it once, it holds a search tree."""

    def __init__(self, tree: PlaceTree, index: ParcelIndex) -> None:
        degrees = np.array(index.points, np.float64).reshape(-1, 2) / E7
        self._tree = tree
        self._regions = index.regions
        self._reach = dict(tree.parameters).get("reach_m", REACH_M)
        self._plane = Plane.around(degrees)
        self._near = cKDTree(self._plane.metres(degrees))
        self._boundary = outline_of([_degrees(ring) for ring in index.boundary])

    def locate(self, latitude: float, longitude: float) -> Found | None:
        """The regions of the nearest parcel.

        None when that is farther away than the tree's reach (``reach_m``), when the
        place is outside of the boundary, or when it is no place at all.
        """
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return None
        spot = self._plane.metres(np.array([[latitude, longitude]]))[0]
        distance, nearest = self._near.query(spot)
        if distance > self._reach or not self._inside(latitude, longitude):
            return None
        chain = self._tree.chain(self._regions[int(nearest)])
        return Found(chain, float(distance))

    def region_ids(self, latitude: float, longitude: float) -> dict[int, int] | None:
        """Region ids by level, or None as ``locate``."""
        found = self.locate(latitude, longitude)
        return None if found is None else {r.level: r.id for r in found.regions}

    def _inside(self, latitude: float, longitude: float) -> bool:
        if self._boundary is None:
            return True
        return bool(shapely.intersects_xy(self._boundary, longitude, latitude))


def outline_of(boundary: Sequence[Sequence[LatLon]]) -> shapely.Geometry | None:
    """The area of rings of (latitude, longitude), x the longitude; None for none."""
    rings = [np.array(ring, np.float64)[:, ::-1] for ring in boundary if len(ring) > 3]
    if not rings:
        return None
    # What is stored has seven decimals; what counts must be what is located later.
    shapes = [shapely.polygons(np.round(ring * E7) / E7) for ring in rings]
    found = shapely.union_all([shapely.make_valid(shape) for shape in shapes])
    shapely.prepare(found)
    return found


def _degrees(ring: tuple[tuple[int, int], ...]) -> list[LatLon]:
    return [(a / E7, b / E7) for a, b in ring]
