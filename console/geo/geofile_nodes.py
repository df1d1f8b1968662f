"""Nodes: where segments end. Ends that lie within some two metres are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from aliquot.console.geo.model import LatLon
from aliquot.console.geo.plane import Floats

if TYPE_CHECKING:
    from aliquot.console.geo.geofile_rows import Segment

SNAP_DEG = 2e-5


def node_places(
    segments: Sequence[Segment],
) -> tuple[list[LatLon], list[tuple[int, int]]]:
    """Places of nodes, and for each segment the numbers (from 1) of its two nodes."""
    ends = [(s.paths[0][0], s.paths[-1][-1]) for s in segments]
    spots = np.array([spot for pair in ends for spot in pair]).reshape(-1, 2)
    places, of = joined_ends(spots)
    return places, [(a + 1, b + 1) for a, b in zip(of[::2], of[1::2], strict=True)]


def joined_ends(spots: Floats) -> tuple[list[LatLon], list[int]]:
    """Nodes of the ends of segments, which are rows (latitude, longitude): their
    places, and for each end the number (from 0) of its node."""
    if not len(spots):
        return [], []
    unique, inverse = np.unique(spots.round(7), axis=0, return_inverse=True)
    roots = _joined(len(unique), cKDTree(unique).query_pairs(SNAP_DEG))
    numbers = {root: n for n, root in enumerate(dict.fromkeys(roots))}
    places = [(float(unique[r][0]), float(unique[r][1])) for r in numbers]
    return places, [numbers[roots[at]] for at in inverse.reshape(-1).tolist()]


def _joined(count: int, pairs: set[tuple[int, int]]) -> list[int]:
    """For each spot the first of those that it is one with."""
    group = list(range(count))

    def root(n: int) -> int:
        while group[n] != n:
            group[n] = group[group[n]]
            n = group[n]
        return n

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        group[high] = low
    return [root(n) for n in range(count)]
