"""The base map of a geofile: GeoJSON for the map page, no larger than it can draw.

``properties``: kind (street, major, water, park, campus, boundary, beat, place,
hydrant) and name. Areas come first, from the ground up, then streets, majors last, and
points, for which there must be room beside all streets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import shapely

from aliquot.console.geo.geofile_fields import Kind
from aliquot.console.geo.geofile_rows import Area, Rows, Segment
from aliquot.console.geo.geofile_tree import provisioned

MAX_BYTES = 8_000_000
TOLERANCES_M = (1.0, 3.0, 8.0, 20.0, 50.0)
DEGREE_M = 111_195.0
DECIMALS = 5


@dataclass(frozen=True, slots=True)
class BaseMap:
    """``tolerance_m``: how far lines may lie from the source. ``left_out``: kinds
    that found no room."""

    body: bytes
    features: int
    tolerance_m: float
    left_out: tuple[str, ...] = ()


Drawn = tuple[str, str, shapely.Geometry]  # kind, name, shape


def base_map(rows: Rows, max_bytes: int = MAX_BYTES) -> BaseMap:
    """The finest map within the size; without minor streets if even that is not."""
    drawn = [*_grounds(rows), *_streets(rows.segments)]
    spots = [*map_points(rows)]
    kinds = tuple(sorted({kind for kind, _, _ in spots}))
    for tolerance in TOLERANCES_M:
        made = _encoded([*drawn, *spots], tolerance)
        if len(made.body) <= max_bytes:
            return made
        made = _encoded(drawn, tolerance) if spots else made
        if len(made.body) <= max_bytes:
            return BaseMap(made.body, made.features, tolerance, kinds)
    plain = [d for d in drawn if d[0] != "street"]
    made = _encoded(plain, TOLERANCES_M[-1])
    return BaseMap(made.body, made.features, made.tolerance_m, ("street", *kinds))


def map_points(rows: Rows) -> Iterable[Drawn]:
    """Common places and hydrants, those that are out of service as a kind of their
    own; a place whose kind says so is a hydrant, too."""
    for place in rows.places:
        kind = "hydrant" if "hydrant" in place.kind.casefold() else "place"
        yield kind, place.name, shapely.Point(place.longitude, place.latitude)
    for one in rows.hydrants:
        kind = "hydrant_out" if one.in_service is False else "hydrant"
        yield kind, "", shapely.Point(one.longitude, one.latitude)


def _grounds(rows: Rows) -> Iterable[Drawn]:
    layers: Sequence[tuple[str, list[Area]]] = (
        ("boundary", provisioned(rows)),
        ("beat", rows.of_kind(Kind.POLICE)),
        ("park", rows.of_kind(Kind.PARK)),
        ("campus", rows.of_kind(Kind.CAMPUS)),
        ("water", rows.of_kind(Kind.WATER)),
    )
    for kind, areas in layers:
        yield from ((kind, area.name, area.shape) for area in areas)


def _streets(segments: Sequence[Segment]) -> Iterable[Drawn]:
    """One feature a street and kind: fewer to draw, and one name to place."""
    lines: dict[tuple[bool, str], list[shapely.Geometry]] = defaultdict(list)
    for segment in segments:
        for path in segment.paths:
            line = shapely.linestrings([(p[1], p[0]) for p in path])
            lines[segment.major, segment.name].append(line)
    for (major, name), parts in sorted(lines.items(), key=_street_order):
        merged = shapely.line_merge(shapely.multilinestrings(parts))
        yield ("major" if major else "street", name, merged)


def _street_order(item: tuple[tuple[bool, str], Any]) -> tuple[bool, str]:
    return item[0]


def _encoded(drawn: Sequence[Drawn], tolerance_m: float) -> BaseMap:
    features = []
    for kind, name, shape in drawn:
        simple = shapely.simplify(shape, tolerance_m / DEGREE_M)
        if not simple.is_empty:
            features.append({
                "type": "Feature",
                "properties": {"kind": kind, "name": name},
                "geometry": _geometry(simple),
            })  # fmt: skip
    whole = {"type": "FeatureCollection", "features": features}
    body = msgspec.json.encode(whole) + b"\n"
    return BaseMap(body, len(features), tolerance_m)


def _geometry(shape: shapely.Geometry) -> dict[str, Any]:
    found: dict[str, Any] = shapely.geometry.mapping(shape)
    return {"type": found["type"], "coordinates": _rounded(found["coordinates"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    return [_rounded(part) for part in value]
