"""The place tree: nested regions of at least 8, 20 and 50 parcels. No I/O.

Whatever leaves the console about where something happened is one of these regions.
All channels draw from the one tree, so no two of them together say more than the
finer one. What the tree is for and what it promises: docs/place-tree.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import shapely

from aliquot.console.geo.agglomerate import Units, grow, summed
from aliquot.console.geo.mesh import Mesh, contracted, mesh_of
from aliquot.console.geo.model import (
    LEVELS,
    District,
    Ground,
    Grown,
    LatLon,
    NoTree,
    Parcel,
    Source,
    StreetLine,
)
from aliquot.console.geo.parcels import distinct
from aliquot.console.geo.place_index import outline_of
from aliquot.console.geo.plane import Floats, Ints, Plane
from aliquot.console.geo.progress import Tell, silent
from aliquot.console.geo.regions import Layer, Soil, describe
from aliquot.console.geo.smooth import smooth
from aliquot.console.geo.streets import Net

Groups = list[list[int]]
NO_DISTRICT = -1


def place_tree_of(
    parcels: Iterable[Parcel],
    streets: Iterable[StreetLine] = (),
    districts: Iterable[District] = (),
    *,
    water: Iterable[tuple[LatLon, ...]] = (),
    boundary: Iterable[tuple[LatLon, ...]] = (),
    levels: Sequence[int] = LEVELS,
    source: Source | None = None,
    version: str = "1",
    tell: Tell = silent,
) -> Grown | NoTree:
    """Grow the tree; the same parcels give the same tree in whatever order.

    ``levels`` are the least numbers of parcels, ascending. Water and streets marked
    as barriers part regions where that leaves them large enough. Parcels outside of
    the boundary count for nothing: no place there is ever located. Levels that all
    parcels together do not reach are left out; fewer than the first: ``NoTree``.
    """
    whole = distinct(parcels)
    rings = tuple(boundary)
    inside = within(whole, rings)
    ground = Ground(
        inside,
        tuple(streets),
        tuple(sorted(districts, key=lambda d: (d.name, d.rings))),
        tuple(water),
        rings,
    )
    reached = tuple(k for k in levels if k <= len(ground.parcels))
    if not reached:
        return _too_few(len(inside), len(whole), levels[0])
    tell(f"{len(inside):,} parcels: finding neighbours")
    soil = _soil(ground)
    layers = _layers(soil, _mesh(soil), reached, tell)
    tell("describing regions")
    found = describe(soil, layers, reached, source or Source(), version, tell)
    return replace(found, outside=len(whole) - len(inside))


def within(
    parcels: tuple[Parcel, ...], boundary: Sequence[tuple[LatLon, ...]]
) -> tuple[Parcel, ...]:
    """The parcels whose middle lies inside of one of the rings; all if there are
    none."""
    edge = outline_of(boundary)
    if edge is None or not parcels:
        return parcels
    spots = np.array([p.middle for p in parcels], np.float64)
    kept = shapely.intersects_xy(edge, spots[:, 1], spots[:, 0])
    return tuple(p for p, inside in zip(parcels, kept.tolist(), strict=True) if inside)


def _too_few(count: int, given: int, k: int) -> NoTree:
    of = f" of {given} within the boundary" if given > count else ""
    message = (
        f"{count} parcels{of} cannot make a region of {k}: there is no place tree, and "
        "nothing can be released with a place."
    )
    return NoTree("too_few_parcels", message, count)


def _soil(ground: Ground) -> Soil:
    degrees = np.array([p.middle for p in ground.parcels], np.float64)
    plane = Plane.around(degrees)
    xy = plane.metres(degrees)
    return Soil(
        ground=ground,
        plane=plane,
        degrees=degrees,
        xy=xy,
        net=Net(ground.streets, plane),
        districts=_districts(ground.districts, plane, xy),
    )


def _mesh(soil: Soil) -> Mesh:
    plane = soil.plane
    water = [shapely.polygons(plane.metres(np.array(ring)))
             for ring in sorted(soil.ground.water) if len(ring) > 3]  # fmt: skip
    return mesh_of(soil.xy, [*soil.net.barriers, *map(shapely.make_valid, water)])


def _districts(districts: Sequence[District], plane: Plane, xy: Floats) -> list[int]:
    """The district of each parcel by number; the first that holds it."""
    found = np.full(len(xy), NO_DISTRICT, np.int64)
    points = shapely.points(xy)
    for n in range(len(districts) - 1, -1, -1):
        shapes = [shapely.polygons(plane.metres(np.array(ring)))
                  for ring in districts[n].rings if len(ring) > 3]  # fmt: skip
        shape = shapely.union_all([shapely.make_valid(s) for s in shapes])
        shapely.prepare(shape)
        found[shapely.intersects(shape, points)] = n
    return [int(n) for n in found]


def _layers(soil: Soil, mesh: Mesh, levels: Sequence[int], tell: Tell) -> list[Layer]:
    """Layers of regions as groups of parcels, finest first, districts last."""
    units = Units(
        mesh,
        [1] * len(soil.ground.parcels),
        [{p.street: 1} if p.street else {} for p in soil.ground.parcels],
        soil.districts,
    )
    members: Groups = [[n] for n in range(len(soil.ground.parcels))]
    layers: list[Layer] = []
    for level, k in enumerate(levels, start=1):
        tell(f"level {level}: regions of {k} parcels or more")
        groups = smooth(units, grow(units, k, tell), k, tell)
        members = [sorted(p for n in g for p in members[n]) for g in groups]
        layers.append(Layer(level, k, members))
        units = _above(units, groups, soil, members)
    if soil.ground.districts:
        layers.append(_district_layer(soil, layers[-1]))
    return layers


def _above(units: Units, groups: Groups, soil: Soil, members: Groups) -> Units:
    """The groups of a level as the units of the next."""
    group_of: Ints = np.zeros(len(units.weights), np.int64)
    for number, group in enumerate(groups):
        group_of[group] = number
    xy = np.array([soil.xy[m].mean(axis=0) for m in members])
    return Units(
        contracted(units.mesh, group_of, xy),
        [len(m) for m in members],
        [reduce(summed, [units.streets[n] for n in g]) for g in groups],
        [_most([soil.districts[n] for n in m]) for m in members],
    )


def _most(numbers: Sequence[int]) -> int:
    """The number that comes most often; the smaller of two."""
    counted = Counter(numbers)
    return min(counted, key=lambda n: (-counted[n], n))


def _district_layer(soil: Soil, finer: Layer) -> Layer:
    """Each region goes whole to the district that holds most of its parcels."""
    of_district: dict[int, list[int]] = {}
    for members in finer.members:
        number = _most([soil.districts[n] for n in members])
        of_district.setdefault(number, []).extend(members)
    numbers = sorted(of_district)
    names = [soil.ground.districts[n].name if n >= 0 else "" for n in numbers]
    groups = [sorted(of_district[n]) for n in numbers]
    return Layer(finer.level + 1, finer.k, groups, tuple(names))
