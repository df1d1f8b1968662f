"""Streets as the tree needs them: points along them, and where they cross."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy.spatial import cKDTree

from aliquot.console.geo.model import StreetLine
from aliquot.console.geo.plane import Floats, Ints, Plane

STEP_M = 12.0  # between two points along a street
NODE_M = 2.0  # ends of lines as near as this meet


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of one name that join end to end. ``crossings``: (metres along, name)."""

    name: str
    line: shapely.LineString
    crossings: tuple[tuple[float, str], ...]


class Net:
    """All named streets of a county on the plane."""

    def __init__(self, streets: Sequence[StreetLine], plane: Plane) -> None:
        named = sorted((s for s in streets if len(s.path) > 1), key=_order)
        self._lines = [(s, plane.metres(np.array(s.path))) for s in named]

    @property
    def barriers(self) -> list[shapely.Geometry]:
        return [shapely.linestrings(xy) for s, xy in self._lines if s.barrier]

    @cached_property
    def samples(self) -> tuple[Floats, list[str]]:
        """Points along streets that houses may stand on, and the name at each."""
        spots: list[Floats] = []
        names: list[str] = []
        for street, xy in self._lines:
            if street.name and not street.barrier:
                line = shapely.linestrings(xy)
                count = max(1, math.ceil(line.length / STEP_M))
                along = (np.arange(count) + 0.5) / count
                points = shapely.line_interpolate_point(line, along, normalized=True)
                spots.append(shapely.get_coordinates(points))
                names += [street.name] * count
        flat = np.vstack(spots) if spots else np.empty((0, 2))
        return flat, names

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.samples[0])

    def nearest_samples(self, xy: Floats, count: int) -> tuple[Floats, Ints]:
        """Distance and number of the nearest samples, a row each; fewer if so few.

        There must be one at least.
        """
        count = min(count, len(self.samples[1]))
        distance, found = self._tree.query(xy, k=[*range(1, count + 1)])
        return np.asarray(distance), np.asarray(found, np.int64)

    @cached_property
    def nodes(self) -> dict[tuple[int, int], frozenset[str]]:
        """Where lines end or bend, in cells of two metres: the names that meet."""
        found: dict[tuple[int, int], set[str]] = defaultdict(set)
        for street, xy in self._lines:
            if street.name:
                for x, y in np.round(xy / NODE_M).astype(int).tolist():
                    found[x, y].add(street.name)
        return {spot: frozenset(n) for spot, n in found.items() if len(n) > 1}

    @cached_property
    def runs(self) -> dict[str, tuple[Run, ...]]:
        """The runs of each street."""
        of_name: dict[str, list[Floats]] = defaultdict(list)
        for street, xy in self._lines:
            if street.name:
                of_name[street.name].append(xy)
        return {name: tuple(self._runs(name, parts)) for name, parts in of_name.items()}

    def _runs(self, name: str, parts: list[Floats]) -> list[Run]:
        snapped = [shapely.linestrings(np.round(xy / NODE_M) * NODE_M) for xy in parts]
        merged = shapely.line_merge(shapely.multilinestrings(snapped))
        lines = [line for line in shapely.get_parts(merged) if line.length > 0]
        return [Run(name, line, self._crossings(name, line)) for line in lines]

    def _crossings(
        self, name: str, line: shapely.LineString
    ) -> tuple[tuple[float, str], ...]:
        met: list[tuple[float, float]] = []
        others: list[frozenset[str]] = []
        for x, y in shapely.get_coordinates(line).tolist():
            names = self.nodes.get((round(x / NODE_M), round(y / NODE_M)), frozenset())
            if names - {name}:
                met.append((x, y))
                others.append(names - {name})
        if not met:
            return ()
        along = shapely.line_locate_point(line, shapely.points(met)).tolist()
        pairs = zip(along, others, strict=True)
        return tuple(sorted({(at, other) for at, names in pairs for other in names}))


def _order(street: StreetLine) -> tuple[str, tuple[tuple[float, float], ...]]:
    return (street.name, street.path)
