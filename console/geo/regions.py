"""From groups of parcels to regions with a label, a point and an outline."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely

from aliquot.console.geo import outlines
from aliquot.console.geo.label_points import LabelPoint, Placer
from aliquot.console.geo.labels import Namer, Naming, told_apart
from aliquot.console.geo.model import (
    REACH_M,
    Displacement,
    Ground,
    Grown,
    LatLon,
    LevelReport,
    ParcelIndex,
    PlaceTree,
    Region,
    Source,
)
from aliquot.console.geo.parcels import E7
from aliquot.console.geo.plane import Floats, Plane
from aliquot.console.geo.progress import Tell, counted, silent
from aliquot.console.geo.streets import Net


@dataclass(frozen=True)
class Soil:
    """The ground, measured. ``degrees`` and ``xy``: one row a parcel."""

    ground: Ground
    plane: Plane
    degrees: Floats
    xy: Floats
    net: Net
    districts: list[int]

    @cached_property
    def streets(self) -> list[str]:
        """The street of each parcel; the nearest, where its address names none."""
        given = [p.street for p in self.ground.parcels]
        if all(given) or not self.net.samples[1]:
            return given
        _, nearest = self.net.nearest_samples(self.xy, 1)
        names = self.net.samples[1]
        near = [names[n] for n in nearest[:, 0].tolist()]
        return [own or other for own, other in zip(given, near, strict=True)]

    @cached_property
    def boundary(self) -> shapely.Geometry | None:
        rings = [r for r in self.ground.boundary if len(r) > 3]
        if not rings:
            return None
        shapes = [shapely.polygons(self.plane.metres(np.array(r))) for r in rings]
        return shapely.union_all([shapely.make_valid(s) for s in shapes])


@dataclass(frozen=True, slots=True)
class Layer:
    """Groups of parcels. ``names``: of the groups of a layer of districts."""

    level: int
    k: int
    members: list[list[int]]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A region before it has a number. ``members``: its parcels."""

    region: Region
    members: list[int]


def describe(
    soil: Soil, layers: Sequence[Layer], levels: tuple[int, ...], source: Source,
    version: str, tell: Tell = silent,
) -> Grown:  # fmt: skip
    """The tree of the layers, numbered from level 1 on, north to south."""
    drafts = _Describer(soil, levels[0], tell).drafts(layers)
    numbered: list[list[_Draft]] = []
    following = 1
    for layer in drafts:
        ordered = sorted(layer, key=_place_order)
        numbered.append([
            replace(d, region=replace(d.region, id=following + n))
            for n, d in enumerate(ordered)
        ])  # fmt: skip
        following += len(ordered)
    regions = _with_parents(numbered)
    tree = PlaceTree(
        version=version,
        source=source,
        parameters=(("reach_m", REACH_M),),
        levels=levels,
        regions=regions,
        reports=tuple(_report(soil, layer, k) for layer, k in
                      zip(numbered, [la.k for la in layers], strict=True)),
    )  # fmt: skip
    return Grown(tree, _index(soil, numbered[0]))


def _place_order(draft: _Draft) -> tuple[float, float, list[int]]:
    latitude, longitude = draft.region.label_point
    return (-latitude, longitude, draft.members)


class _Describer:
    def __init__(self, soil: Soil, k: int, tell: Tell) -> None:
        self._soil = soil
        self._tell = tell
        # Names are counted over addresses, not over what is merely nearest.
        counted = Counter(soil.streets)
        usable = frozenset(n for n, times in counted.items() if n and times >= k)
        self._namer = Namer(soil.net, usable)
        owner = [n for n, p in enumerate(soil.ground.parcels) for _ in p.points]
        points = [q for p in soil.ground.parcels for q in p.points]
        self._placer = Placer(
            soil.net, soil.plane, np.array(points), owner, soil.boundary
        )

    def drafts(self, layers: Sequence[Layer]) -> list[list[_Draft]]:
        """The regions of each layer; outlines of coarser ones are joined finer ones."""
        self._tell("drawing outlines")
        parts = outlines.cells(self._soil.xy, self._soil.boundary, self._tell)
        shapes = outlines.plain(outlines.joined(parts, layers[0].members, self._tell))
        found = [self._layer(layers[0], shapes, layers)]
        for finer, layer in itertools.pairwise(layers):
            inside = _inside(finer.members, layer.members)
            shapes = outlines.joined(shapes, inside, self._tell)
            found.append(self._layer(layer, shapes, layers))
        return found

    def _layer(
        self, layer: Layer, shapes: Sequence[shapely.Geometry], layers: Sequence[Layer]
    ) -> list[_Draft]:
        district = _district_of(layers)
        count, tell = len(layer.members), self._tell
        regions = counted(layer.members, count, "placing regions", tell)
        points = [self._point(members) for members in regions]
        named = zip(
            layer.members, points, layer.names or [""] * len(points), strict=True
        )
        labels = [
            name or self._label(members, point, district(members))
            for members, point, name in counted(named, count, "naming regions", tell)
        ]
        told = told_apart(labels, [p.place for p in points])
        return [
            _Draft(
                Region(
                    id=0,
                    level=layer.level,
                    parent=None,
                    parcels=len(members),
                    label=label,
                    label_point=point.place,
                    on_street=bool(point.street),
                    district=district(members),
                    outline=outlines.rings(shape, self._soil.plane),
                ),
                members,
            )
            for members, label, point, shape in zip(
                layer.members, told, points, shapes, strict=True
            )
        ]

    def _point(self, members: list[int]) -> LabelPoint:
        soil = self._soil
        streets = Counter(soil.streets[n] for n in members)
        return self._placer.place(soil.xy[members], frozenset(members), streets)

    def _label(self, members: list[int], point: LabelPoint, district: str) -> str:
        soil = self._soil
        at = soil.plane.metres(np.array([point.place]))[0]
        streets = [soil.streets[n] for n in members]
        spot = (float(at[0]), float(at[1]))
        return self._namer.label(
            Naming(soil.xy[members], streets, point.street, spot, district)
        )


class _district_of:  # noqa: N801 - used as a function
    """The name of the district that a group of parcels went to, or nothing."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        top = layers[-1]
        self._name = {
            n: name
            for members, name in zip(top.members, top.names, strict=False)
            for n in members
        }

    def __call__(self, members: list[int]) -> str:
        return self._name.get(members[0], "")


def _inside(finer: list[list[int]], coarser: list[list[int]]) -> list[list[int]]:
    """For each coarser group the numbers of the finer groups it is made of."""
    of_parcel = {n: g for g, members in enumerate(finer) for n in members}
    return [sorted({of_parcel[n] for n in members}) for members in coarser]


def _with_parents(layers: list[list[_Draft]]) -> tuple[Region, ...]:
    regions: list[Region] = []
    for n, layer in enumerate(layers):
        above = layers[n + 1] if n + 1 < len(layers) else []
        parent = {p: d.region.id for d in above for p in d.members}
        for draft in layer:
            found = parent.get(draft.members[0])
            regions.append(replace(draft.region, parent=found))
    return tuple(regions)


def _report(soil: Soil, layer: list[_Draft], k: int) -> LevelReport:
    sizes = [len(d.members) for d in layer]
    return LevelReport(
        level=layer[0].region.level,
        k=k,
        regions=len(layer),
        min_parcels=min(sizes),
        max_parcels=max(sizes),
        displacement=displacement(soil, layer),
    )


def displacement(soil: Soil, layer: list[_Draft]) -> Displacement:
    """From each parcel to the label point of its region."""
    points = soil.plane.metres(np.array([d.region.label_point for d in layer]))
    away = np.concatenate([
        np.hypot(*(soil.xy[d.members] - point).T)
        for d, point in zip(layer, points, strict=True)
    ])  # fmt: skip
    median, p95 = np.percentile(away, [50, 95], method="inverted_cdf").tolist()
    return Displacement(round(median, 1), round(p95, 1), round(float(away.max()), 1))


def _index(soil: Soil, layer: list[_Draft]) -> ParcelIndex:
    found = sorted(
        ((round(a * E7), round(b * E7)), draft.region.id)
        for draft in layer
        for n in draft.members
        for a, b in soil.ground.parcels[n].points
    )
    return ParcelIndex(
        points=tuple(spot for spot, _ in found),
        regions=tuple(region for _, region in found),
        boundary=tuple(_e7(ring) for ring in sorted(soil.ground.boundary)),
    )


def _e7(ring: Sequence[LatLon]) -> tuple[tuple[int, int], ...]:
    return tuple((round(a * E7), round(b * E7)) for a, b in ring)
