"""The point that stands for a region: on a street, on no parcel, four decimals.

Of the points along the streets nearby the one is taken that is nearest to the
parcels of the region on the whole; its own neighbours are parcels of the region
where that can be had. The point says which region it is, and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from aliquot.console.geo.model import LatLon
from aliquot.console.geo.plane import Floats, Ints, Plane
from aliquot.console.geo.streets import Net

DECIMALS = 4
TRIED = 64  # points along streets, the nearest to the middle
FIRST = 12  # of them the cheapest, which nearly always hold the best
STRANGE_STREET_M = 15.0  # what it counts to stand on a street that nobody lives on
ASIDE = ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1))


@dataclass(frozen=True, slots=True)
class LabelPoint:
    place: LatLon
    street: str  # empty when it is on none


def rounded(place: LatLon) -> LatLon:
    return (round(place[0], DECIMALS), round(place[1], DECIMALS))


class Placer:
    """Finds label points. ``degrees`` and ``xy``: all points that parcels stand on;
    ``owner[i]`` is the number of the parcel of point i."""

    def __init__(
        self,
        net: Net,
        plane: Plane,
        degrees: Floats,
        owner: Sequence[int],
        boundary: shapely.Geometry | None = None,
    ) -> None:
        self._boundary = boundary
        if boundary is not None:
            shapely.prepare(boundary)
        self._net = net
        self._plane = plane
        self._taken = {rounded((a, b)) for a, b in degrees.tolist()}
        self._owner = owner
        self._near = cKDTree(plane.metres(degrees))

    def place(
        self, xy: Floats, members: frozenset[int], streets: Counter[str]
    ) -> LabelPoint:
        """For a region of parcels ``members`` at ``xy`` (metres)."""
        middle = np.median(xy, axis=0)
        if not self._net.samples[1]:
            return LabelPoint(self._free(middle), "")
        _, found = self._net.nearest_samples(middle[None, :], TRIED)
        spots = self._net.samples[0][found[0]]
        names = [self._net.samples[1][n] for n in found[0].tolist()]
        away = np.hypot(*(spots[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
        cost = away.mean(axis=1)
        cost += [0.0 if name in streets else STRANGE_STREET_M for name in names]
        return self._best(spots, names, cost, members) or LabelPoint(
            self._free(spots[int(np.argmin(cost))]), ""
        )

    def _best(
        self, spots: Floats, names: list[str], cost: Floats, members: frozenset[int]
    ) -> LabelPoint | None:
        """The cheapest whose nearest parcel is of the region, else the cheapest; inside
        of the boundary before outside. Of equal cost the southernmost."""
        order = np.argsort(cost, kind="stable")
        few = order[:FIRST]
        found: tuple[int, LatLon] | None = None
        if len(order) > FIRST and cost[few[-1]] < cost[order[FIRST]]:
            found, _ = self._choice(few, spots[few], cost[few], members)
        if found is None:
            own, other = self._choice(order, spots[order], cost[order], members)
            found = own or other
        return None if found is None else LabelPoint(found[1], names[found[0]])

    def _choice(
        self, which: Ints, spots: Floats, cost: Floats, members: frozenset[int]
    ) -> tuple[tuple[int, LatLon] | None, tuple[int, LatLon] | None]:
        """The best of some spots that is the region's own, and the best that is not;
        each as its number of ``which`` and its place."""
        degrees = self._plane.degrees(spots).tolist()
        places = [(round(a, DECIMALS), round(b, DECIMALS)) for a, b in degrees]
        snapped = self._plane.metres(np.array(places))
        inside = self._inside(snapped)
        nearest = np.asarray(self._near.query(snapped)[1], np.int64).tolist()
        order = sorted(zip(cost.tolist(), places, range(len(places)), strict=True))
        free = [n for _, place, n in order if place not in self._taken]
        home = [n for n in free if inside[n]]
        own = (n for n in home if self._owner[nearest[n]] in members)
        firsts = next(own, None), next(iter(home or free), None)
        one, other = (None if n is None else (int(which[n]), places[n]) for n in firsts)
        return one, other

    def _inside(self, xy: Floats) -> list[bool]:
        """Which places lie where the agency provisions."""
        if self._boundary is None:
            return [True] * len(xy)
        found = shapely.intersects_xy(self._boundary, xy[:, 0], xy[:, 1])
        return [bool(inside) for inside in found]

    def _free(self, spot: Floats) -> LatLon:
        """The place of four decimals nearest to a spot on which no parcel stands."""
        latitude, longitude = self._plane.degrees(spot[None, :])[0].tolist()
        ring = 0
        while True:
            for north, east in ((0, 0), *ASIDE) if ring == 0 else ASIDE:
                step = max(1, ring) / 10**DECIMALS
                place = rounded((latitude + north * step, longitude + east * step))
                if place not in self._taken:
                    return place
            ring += 1
