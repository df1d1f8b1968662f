"""Nodes: where segments end. Ends that lie within some two metres are one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from aliquot.console.geo.geofile_rows import Segment
from aliquot.console.geo.model import LatLon

SNAP_DEG = 2e-5


def node_places(
    segments: Sequence[Segment],
) -> tuple[list[LatLon], list[tuple[int, int]]]:
    """Places of nodes, and for each segment the numbers (from 1) of its two nodes."""
    ends = [(s.paths[0][0], s.paths[-1][-1]) for s in segments]
    if not ends:
        return [], []
    spots = np.array([spot for pair in ends for spot in pair]).round(7)
    unique, inverse = np.unique(spots, axis=0, return_inverse=True)
    roots = _joined(len(unique), cKDTree(unique).query_pairs(SNAP_DEG))
    numbers = {root: n for n, root in enumerate(dict.fromkeys(roots), start=1)}
    of = [numbers[roots[at]] for at in inverse.reshape(-1).tolist()]
    places = [(float(unique[r][0]), float(unique[r][1])) for r in numbers]
    return places, list(zip(of[::2], of[1::2], strict=True))


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
