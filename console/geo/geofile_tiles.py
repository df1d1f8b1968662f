"""The base map of a geofile as PMTiles: vector tiles, one layer a file.

| file | geometry | properties | from zoom |
|---|---|---|---|
| ground.pmtiles | areas | kind (water, park, campus), name | 8 |
| beats.pmtiles | lines | kind (beat, boundary), name | 8 |
| majors.pmtiles | lines | kind, name: what is seen from afar | 8 |
| streets.pmtiles | lines | kind (street), name | 12; 10 of a small county |
| names.pmtiles | points | kind (water, park, campus, beat), name | 10 |
| places.pmtiles | points | kind (place, hydrant), name | 13 |

``tiles.json`` beside them names the files and the built-up ground. GDAL writes the
tiles. A file that it cannot write, or that lacks a tile which its shapes need, is told of
and left out; where that is one of the streets' the page draws ``base_map.json``.
"""

from __future__ import annotations

import json
import os
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.errors
import pyogrio.raw
import shapely

from aliquot.console.geo.geofile_fields import Kind
from aliquot.console.geo.geofile_map import map_points
from aliquot.console.geo.geofile_rows import Area, Rows, Segment
from aliquot.console.geo.geofile_tree import provisioned
from aliquot.console.geo.progress import Tell, silent
from aliquot.console.geo.tile_check import BadTilesError, missing

INDEX_NAME = "tiles.json"
FORMAT = "aliquot.tiles/1"
MAX_ZOOM = 14  # 0.5 m a step of a tile; the page draws closer ones from these
FAR_ZOOM = 8
STREET_ZOOM = 12
SMALL_COUNTY = 20_000  # segments; so many may be seen at once
NAME_ZOOM = 10
PLACE_ZOOM = 13
SCARCE_MAJORS = 0.02  # of all length: below it the longest streets stand in
SEEN_FROM_AFAR = 0.08
TOWNS = (6, 94)  # percent of all street points

STREETS = frozenset({"majors", "streets"})

Box = tuple[float, float, float, float]  # south, west, north, east


@dataclass(frozen=True, slots=True)
class TileLayer:
    """One file to write. ``geometry`` is OGR's name of the type."""

    name: str
    geometry: str
    from_zoom: int
    shapes: tuple[shapely.Geometry, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(slots=True)
class TilesMade:
    """``files``: bytes of each by name. ``failed``: names, and in words why and what
    that means. ``missing``: by name and zoom how many tiles could not be written."""

    files: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    missing: dict[str, dict[int, int]] = field(default_factory=dict)
    towns: Box | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "bytes": sum(self.files.values()),
            "files": self.files,
            "failed": self.failed,
            "missing": self.missing,
        }


@dataclass(frozen=True, slots=True)
class TileSet:
    """Tiles that lie ready. ``towns``: WGS84 degrees."""

    files: dict[str, Path]
    towns: Box | None


def write_tiles(folder: Path, rows: Rows, tell: Tell = silent) -> TilesMade:
    """Write all layers into a folder that exists; what fails is left out.

    Raises ``OSError`` when the disk does not take the index.
    """
    made = TilesMade(towns=_towns(rows.segments))
    for layer in _layers(rows):
        tell(f"writing map tiles: {layer.name}")
        path = folder / f"{layer.name}.pmtiles"
        problem = _write(path, layer) or _check(path, layer, made)
        if problem:
            made.failed[layer.name] = f"{problem}; {_instead(layer.name)}"
            path.unlink(missing_ok=True)
        else:
            made.files[layer.name] = path.stat().st_size
    if not STREETS.isdisjoint(made.failed):
        _drop(folder, made)
    index = {"format": FORMAT, "files": sorted(made.files), "towns": made.towns}
    with (folder / INDEX_NAME).open("w", encoding="utf-8") as file:
        json.dump(index, file)
        file.flush()
        os.fsync(file.fileno())
    return made


def _check(path: Path, layer: TileLayer, made: TilesMade) -> str | None:
    """Whether all is there, read back; zooms and numbers of what is not."""
    try:
        lost = missing(path, layer.shapes, layer.from_zoom, MAX_ZOOM)
    except (BadTilesError, OSError) as why:
        return str(why)
    if not lost:
        return None
    made.missing[layer.name] = {zoom: count for zoom, (count, _) in lost.items()}
    told = [f"{n} of {of} of zoom {zoom}" for zoom, (n, of) in lost.items()]
    return f"tiles are missing: {', '.join(told)}"


def _instead(name: str) -> str:
    if name in STREETS:
        return "the map is drawn from the plain map instead, slower and coarser"
    return "the map is drawn without it"


def _drop(folder: Path, made: TilesMade) -> None:
    """A map with a part of its streets is worse than a coarse one with all."""
    for name in made.files:
        (folder / f"{name}.pmtiles").unlink(missing_ok=True)
    made.files.clear()


def read_tiles(folder: Path) -> TileSet | None:
    """The tiles in a folder; None when there are none that can be used."""
    try:
        index = json.loads((folder / INDEX_NAME).read_bytes())
        if index["format"] != FORMAT:
            return None
        names = [str(name) for name in index["files"]]
        towns = tuple(map(float, index["towns"])) if index["towns"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    files = {name: folder / f"{name}.pmtiles" for name in names if name.isalpha()}
    whole = {name: path for name, path in files.items() if path.is_file()}
    if "streets" not in whole and "majors" not in whole:
        return None
    return TileSet(whole, towns if towns and len(towns) == 4 else None)


def _layers(rows: Rows) -> Iterable[TileLayer]:
    found = [*_lines(rows), _ground(rows), _edges(rows), _names(rows)]
    found.append(_layer("places", "Point", PLACE_ZOOM, map_points(rows)))
    return (layer for layer in found if layer.shapes)


def _write(path: Path, layer: TileLayer) -> str | None:
    """What GDAL could not do, in its words; None when the file is whole."""
    path.unlink(missing_ok=True)  # GDAL adds to what is there
    columns = [np.array(layer.kinds, object), np.array(layer.names, object)]
    try:
        with warnings.catch_warnings():
            # A tile that is too full is made coarser, and GDAL says so.
            warnings.simplefilter("ignore", RuntimeWarning)
            pyogrio.raw.write(
                path,
                shapely.to_wkb(np.array(layer.shapes, object)),
                columns,
                ["kind", "name"],
                geometry_type=layer.geometry,
                crs="EPSG:4326",
                layer=layer.name,
                driver="PMTiles",
                MINZOOM=layer.from_zoom,
                MAXZOOM=MAX_ZOOM,
            )
        with path.open("rb") as file:
            os.fsync(file.fileno())
    except (pyogrio.errors.DataSourceError, RuntimeError, ValueError, OSError) as why:
        return str(why) or type(why).__name__
    return None


def _layer(
    name: str,
    geometry: str,
    from_zoom: int,
    drawn: Iterable[tuple[str, str, shapely.Geometry]],
) -> TileLayer:
    whole = [one for one in drawn if not shapely.is_empty(one[2])]
    kinds, names, shapes = zip(*whole, strict=True) if whole else ((), (), ())
    return TileLayer(name, geometry, from_zoom, shapes, kinds, names)


def _lines(rows: Rows) -> tuple[TileLayer, TileLayer]:
    """Majors, then all else; one feature a street, so that a name has room."""
    merged = _merged(rows.segments)
    far = _far(merged)
    small = len(rows.segments) <= SMALL_COUNTY
    from_zoom = FAR_ZOOM + 2 if small else STREET_ZOOM
    majors = [one for one, is_far in zip(merged, far, strict=True) if is_far]
    others = [one for one, is_far in zip(merged, far, strict=True) if not is_far]
    return (
        _layer("majors", "MultiLineString", FAR_ZOOM, majors),
        _layer("streets", "MultiLineString", from_zoom, others),
    )


def _merged(segments: Sequence[Segment]) -> list[tuple[str, str, shapely.Geometry]]:
    parts: dict[tuple[bool, str], list[shapely.Geometry]] = defaultdict(list)
    for segment in segments:
        for path in segment.paths:
            line = shapely.linestrings([(p[1], p[0]) for p in path])
            parts[segment.major, segment.name].append(line)
    return [
        ("major" if major else "street", name, _multi(lines))
        for (major, name), lines in parts.items()
    ]


def _multi(lines: list[shapely.Geometry]) -> shapely.Geometry:
    whole = shapely.line_merge(shapely.multilinestrings(lines))
    return shapely.multilinestrings(shapely.get_parts(whole))


def _far(merged: Sequence[tuple[str, str, shapely.Geometry]]) -> list[bool]:
    """What is seen from afar: majors, and the longest where there are hardly any."""
    lengths = [float(shape.length) for _, _, shape in merged]
    majors = [kind == "major" for kind, _, _ in merged]
    total = sum(lengths)
    if sum(n for n, is_major in zip(lengths, majors, strict=True) if is_major) > (
        SCARCE_MAJORS * total
    ):
        return majors
    left = SEEN_FROM_AFAR * total
    for n in sorted(range(len(merged)), key=lambda n: -lengths[n]):
        if left <= 0:
            break
        if merged[n][1]:  # a path without a name is no landmark
            majors[n] = True
            left -= lengths[n]
    return majors


GROUND = ((Kind.PARK, "park"), (Kind.CAMPUS, "campus"), (Kind.WATER, "water"))


def _areas(rows: Rows) -> Iterable[tuple[str, Area]]:
    return ((word, area) for kind, word in GROUND for area in rows.of_kind(kind))


def _ground(rows: Rows) -> TileLayer:
    drawn = [(word, area.name, area.shape) for word, area in _areas(rows)]
    return _layer("ground", "MultiPolygon", FAR_ZOOM, drawn)


def _names(rows: Rows) -> TileLayer:
    """Where the name of an area stands: a point that surely lies in it."""
    beats = [("beat", area) for area in rows.of_kind(Kind.POLICE)]
    drawn = [
        (word, area.name, shapely.point_on_surface(area.shape))
        for word, area in [*_areas(rows), *beats]
        if area.name
    ]
    return _layer("names", "Point", NAME_ZOOM, drawn)


def _edges(rows: Rows) -> TileLayer:
    """Edges as lines: an area that is cut into tiles has edges of its own."""
    drawn = [
        (word, area.name, _outline(area.shape))
        for word, areas in (
            ("beat", rows.of_kind(Kind.POLICE)),
            ("boundary", provisioned(rows)),
        )
        for area in areas
    ]
    return _layer("beats", "MultiLineString", FAR_ZOOM, drawn)


def _outline(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.boundary(shape))
    return shapely.multilinestrings([p for p in parts if p.geom_type == "LineString"])


def _towns(segments: Sequence[Segment]) -> Box | None:
    """Where nearly all streets are: a county's map begins with its towns."""
    spots = [spot for segment in segments for path in segment.paths for spot in path]
    if len(spots) < 2:
        return None
    (south, west), (north, east) = np.percentile(np.array(spots), TOWNS, axis=0)
    return (float(south), float(west), float(north), float(east))
