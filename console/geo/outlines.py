"""Outlines of regions for the map: the cells of their parcels, joined and made plain.

A cell is what is nearer to a parcel than to any other. Joined cells are simplified
together, so that neighbours still fit, and rounded to four decimals (about 10 m).
No ring encloses less than what the region's parcels together fill: holes are
dropped, and islands of less than the level's least number of parcels too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import QhullError, Voronoi

from aliquot.console.geo.model import Ring
from aliquot.console.geo.plane import Floats, Plane
from aliquot.console.geo.progress import Tell, counted, silent

MARGIN_M = 150.0  # beyond the outermost parcels, where no boundary is given
SIMPLIFY_M = 12.0
DECIMALS = 4
CUTTING = "cutting outlines at the boundary"


def cells(
    xy: Floats, boundary: shapely.Geometry | None, tell: Tell = silent
) -> list[shapely.Geometry]:
    """The cell of each point, cut off at the boundary or at a margin."""
    edge = _edge(xy, boundary)
    low, high = xy.min(axis=0), xy.max(axis=0)
    far = 4.0 * max(2 * MARGIN_M, float((high - low).max()))
    middle = (low + high) / 2
    corners = middle + far * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    # With four points far outside every cell that counts is finite.
    try:
        diagram = Voronoi(np.vstack([xy, corners]))
    except QhullError:
        return [shapely.Point(*p).buffer(MARGIN_M) for p in xy]
    found = _drawn(xy, diagram, tell)
    shapely.prepare(edge)
    inside = shapely.contains_properly(edge, found).tolist()
    each = counted(zip(found, inside, strict=True), len(found), CUTTING, tell)
    return [c if i else shapely.intersection(c, edge) for c, i in each]


def _drawn(xy: Floats, diagram: Voronoi, tell: Tell) -> NDArray[np.object_]:
    """The cells of a diagram; a small circle where a point has none."""
    corners: list[int] = []
    counts: list[int] = []
    whole = np.zeros(len(xy), np.bool_)
    of_point = diagram.point_region.tolist()
    for n in counted(range(len(xy)), len(xy), "drawing outlines", tell):
        around = diagram.regions[of_point[n]]
        if len(around) > 2 and -1 not in around:
            corners += around
            counts.append(len(around))
            whole[n] = True
    found = np.empty(len(xy), object)
    rings = np.repeat(np.arange(len(counts)), counts)
    if len(counts):
        drawn = shapely.linearrings(diagram.vertices[corners], indices=rings)
        found[whole] = shapely.polygons(drawn)
    for n in np.flatnonzero(~whole).tolist():
        found[n] = shapely.Point(*xy[n]).buffer(1.0)
    return found


def _edge(xy: Floats, boundary: shapely.Geometry | None) -> shapely.Geometry:
    around = shapely.convex_hull(shapely.multipoints(xy)).buffer(MARGIN_M)
    if boundary is None or boundary.is_empty:
        return around
    # Parcels outside of the boundary still need a cell.
    outside = xy[~shapely.contains_xy(boundary, xy[:, 0], xy[:, 1])]
    spots = shapely.multipoints(outside).buffer(MARGIN_M / 3)
    return shapely.union(boundary, shapely.intersection(spots, around))


def joined(
    parts: Sequence[shapely.Geometry],
    groups: Sequence[Sequence[int]],
    tell: Tell = silent,
) -> list[shapely.Geometry]:
    """One shape a group; ``groups`` number the parts."""
    each = counted(groups, len(groups), "joining outlines", tell)
    return [_whole(shapely.union_all([parts[n] for n in group])) for group in each]


def _whole(shape: shapely.Geometry) -> shapely.Geometry:
    polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    if not polygons:
        return shape.buffer(MARGIN_M / 3)
    return shapely.multipolygons(polygons)


def plain(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """The shapes with fewer corners, still side by side."""
    together = np.array(shapes, object)
    if shapely.coverage_is_valid(together):
        return list(shapely.coverage_simplify(together, SIMPLIFY_M))
    return list(shapely.simplify(together, SIMPLIFY_M))


def rings(shape: shapely.Geometry, plane: Plane) -> tuple[Ring, ...]:
    """The outer rings in degrees, rounded, the largest first."""
    polygons = [p for p in shapely.get_parts(shape) if p.area > 0]
    order = polygons
    if len(polygons) > 1:
        order = sorted(polygons, key=lambda p: (-p.area, p.wkb))
    found = [_ring(p, plane) for p in order if p.area >= 0.25 * order[0].area]
    kept = tuple(ring for ring in found if len(ring) >= 4)
    return kept or (_ring(shapely.envelope(shape.buffer(MARGIN_M / 3)), plane),)


def _ring(polygon: shapely.Polygon, plane: Plane) -> Ring:
    degrees = plane.degrees(shapely.get_coordinates(polygon.exterior))
    found: list[tuple[float, float]] = []
    for place in np.round(degrees, DECIMALS).tolist():
        spot = (place[0] + 0.0, place[1] + 0.0)
        if not found or found[-1] != spot:
            found.append(spot)
    return tuple(found)
