"""Which parcels are neighbours: the edges of their Delaunay triangulation.

An edge that crosses water or a limited-access road is kept, but marked: regions
merge across it only when nothing else is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay, QhullError, cKDTree

from aliquot.console.geo.plane import Floats, Ints


@dataclass(frozen=True, slots=True)
class Mesh:
    """``xy``: metres, one row a unit. ``edges``: pairs a < b, sorted, each once.
    ``barred[i]``: edge i crosses a barrier."""

    xy: Floats
    edges: Ints
    barred: np.ndarray[tuple[int], np.dtype[np.bool_]]


def mesh_of(xy: Floats, barriers: Sequence[shapely.Geometry] = ()) -> Mesh:
    """The mesh of distinct points. It is connected, whatever the points are."""
    edges = neighbours(xy)
    return Mesh(xy, edges, crossing(xy, edges, barriers))


def neighbours(xy: Floats) -> Ints:
    """Sorted pairs of neighbours; a chain where all points lie on one line."""
    if len(xy) < 2:
        return np.empty((0, 2), np.int64)
    if len(xy) < 4:
        return _chain(xy)
    try:
        triangles = Delaunay(xy)
    except QhullError:
        return _chain(xy)
    corners = triangles.simplices.astype(np.int64)
    sides = [corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]
    # A point that Qhull left out of the triangles is named with its nearest corner.
    left_out = triangles.coplanar[:, [0, 2]].astype(np.int64)
    return _connected(xy, _tidy(np.vstack([*sides, left_out])))


def _tidy(pairs: Ints) -> Ints:
    pairs = np.sort(pairs, axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _chain(xy: Floats) -> Ints:
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    return _tidy(np.column_stack([order[:-1], order[1:]]))


def _connected(xy: Floats, edges: Ints) -> Ints:
    """The edges, with the shortest added that join what they leave apart."""
    while True:
        part = parts_of(len(xy), edges)
        if part.max() == 0:
            return edges
        apart = np.flatnonzero(part != part[0])
        joined = np.flatnonzero(part == part[0])
        distance, nearest = cKDTree(xy[joined]).query(xy[apart])
        closest = int(np.argmin(distance))
        bridge = np.array([[apart[closest], joined[nearest[closest]]]])
        edges = _tidy(np.vstack([edges, bridge]))


def parts_of(count: int, edges: Ints) -> Ints:
    """The number of the connected part of each of ``count`` points."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges), np.int8)
    graph = coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def contracted(mesh: Mesh, group_of: Ints, xy: Floats) -> Mesh:
    """The mesh of groups at ``xy``; barred where every edge between two is."""
    ends = np.sort(group_of[mesh.edges], axis=1)
    between = ends[:, 0] != ends[:, 1]
    pairs, which = np.unique(ends[between], axis=0, return_inverse=True)
    barred = np.ones(len(pairs), np.bool_)
    np.logical_and.at(barred, which.reshape(-1), mesh.barred[between])
    return Mesh(xy, pairs, barred)


def crossing(
    xy: Floats, edges: Ints, barriers: Sequence[shapely.Geometry]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which edges meet one of the barriers (geometries in metres)."""
    barred = np.zeros(len(edges), np.bool_)
    if len(barriers) and len(edges):
        tree = shapely.STRtree(shapely.linestrings(xy[edges]))
        hit = tree.query(np.array(barriers, object), predicate="intersects")
        barred[hit[1]] = True
    return barred
