"""Where two streets meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from aliquot.console.geocode.gazetteer import Gazetteer, LatLon
from aliquot.console.geocode.plane import METRES_PER_DEGREE, metres

ONE_CROSSING_M = 70.0  # nodes nearer than this are one crossing of a divided road
APPROACH_M = 150.0
FAR_APPROACH_M = 400.0
_CROSSED_M = 1.0  # they cross without a node, one above the other


@dataclass(frozen=True, slots=True)
class Crossing:
    """``lost``: 0 where both share a node, more where they only come near."""

    at: LatLon
    lost: float
    node: int | None = None


class Crossings:
    """Answers for pairs of streets of one ``Gazetteer``."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._all = gazetteer
        self._lines: dict[int, shapely.Geometry | None] = {}
        middle = gazetteer.nodes[len(gazetteer.nodes) // 2][0] if gazetteer.nodes else 0
        self._narrow = float(np.cos(np.radians(middle)))

    def shared(self, one: int, other: int) -> list[Crossing]:
        """Crossings at common nodes, one for each place where they meet."""
        if one == other:
            return []
        nodes = self._all.nodes_of[one] & self._all.nodes_of[other]
        return [self._middle(group) for group in self._groups(sorted(nodes))]

    def approach(self, one: int, other: int) -> Crossing | None:
        """Where two streets without a common node are nearest, up to 400 m."""
        a, b = self._line(one), self._line(other)
        if one == other or a is None or b is None:
            return None
        between = shapely.shortest_line(a, b)
        apart = float(between.length) * METRES_PER_DEGREE
        if apart > FAR_APPROACH_M:
            return None
        middle = between.interpolate(0.5, normalized=True)
        lost = 3.0 if apart < _CROSSED_M else 6.0 + apart / 15
        lost += 10.0 if apart > APPROACH_M else 0.0
        return Crossing((middle.y, middle.x / self._narrow), lost)

    def _line(self, street: int) -> shapely.Geometry | None:
        """All of a street on a plane, in degrees of latitude."""
        if street not in self._lines:
            scale = np.array([self._narrow, 1.0])
            segments = self._all.of_street.get(street, ())
            paths = [self._all.path(self._all.segments[at]) * scale for at in segments]
            runs = [shapely.linestrings(path) for path in paths if len(path) > 1]
            self._lines[street] = shapely.multilinestrings(runs) if runs else None
        return self._lines[street]

    def _groups(self, nodes: list[int]) -> list[list[int]]:
        groups: list[list[int]] = []
        for node in nodes:
            spot = self._all.nodes[node]
            for group in groups:
                at = (self._all.nodes[n] for n in group)
                if any(metres(spot, other) <= ONE_CROSSING_M for other in at):
                    group.append(node)
                    break
            else:
                groups.append([node])
        return groups

    def _middle(self, group: list[int]) -> Crossing:
        spots = [self._all.nodes[n] for n in group]
        north = sum(s[0] for s in spots) / len(spots)
        east = sum(s[1] for s in spots) / len(spots)
        return Crossing((north, east), 0.0, group[0])
