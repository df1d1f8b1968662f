"""Reads layers of a GIS file, and puts what is wrong with their places in words.

Every layer comes out in WGS84 degrees, x the longitude. What had to be done for
that, and what could not be, is told in notices.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from pyogrio import errors as ogr

from aliquot.console.geo.geofile_fields import TOWN_NAMES, TOWNED, Kind, columns
from aliquot.console.geo.plane import Floats
from aliquot.console.problems import EXIT_USAGE, KnownProblem

WGS84 = pyproj.CRS.from_epsg(4326)
OLD_ENCODING = "ISO-8859-1"  # what text is in that is not in UTF-8
# 9-1-1 centres lie here: (south, west, north, east), Guam and Samoa aside.
SERVED = (13.0, -180.0, 72.5, -52.0)
_BROKEN = (ogr.DataSourceError, ogr.DataLayerError, ogr.FeatureError,
           ogr.GeometryError, ogr.FieldError, ogr.CRSError, RuntimeError, ValueError)  # fmt: skip


# Without what says that it has heights or measures.
_GEOMETRY = re.compile(r"(Multi)?(Point|LineString|Polygon)|Unknown")
_ALIAS_KEYS = ("nguid_rcl", "rcl_nguid", "nguid")
_ALIAS_NAMES = ("alias", "ast_name", "aliasname", "alias_name")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should know of a layer. ``code`` is stable."""

    layer: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows of a layer. ``shapes``: one a row, None where it could not be read.
    ``values``: by name of version 3; absent columns are absent."""

    kind: Kind
    name: str
    fids: list[int]
    shapes: list[shapely.Geometry | None]
    values: dict[str, list[Any]]
    notices: list[Notice] = field(default_factory=list)
    degrees: bool = True  # False: the places are no degrees and cannot be made so

    def in_town(self, town: str | None) -> Layer:
        """With a town where a row names none."""
        if town is None:
            return self
        values = dict(self.values)
        for end in TOWNED[self.kind]:
            nothing: list[Any] = [None] * len(self.fids)
            names = [values.get(f"{name}{end}", nothing) for name in TOWN_NAMES]
            values[f"A3{end}"] = [
                row[0] if any(str(name or "").strip() for name in row) else town
                for row in zip(*names, strict=True)
            ]
        return replace(self, values=values)


def _opened(source: Path) -> str | Path:
    """As GDAL opens it, which needs to be told of a file within a zip."""
    packed = any(p.suffix.lower() == ".zip" and p.is_file() for p in source.parents)
    return f"/vsizip/{source.absolute()}" if packed else source


def layer_names(source: Path) -> list[str]:
    """The layers of a file. Raises ``KnownProblem`` ``unreadable`` (exit 2)."""
    try:
        with _quiet():
            return [str(name) for name, _ in pyogrio.list_layers(_opened(source))]
    except _BROKEN as why:
        text = f"{source} cannot be read: {_first_line(why)}"
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why


def layer_shape(source: Path, name: str) -> tuple[str, list[str]] | None:
    """The geometry type and the columns of a layer; None when it cannot be read."""
    try:
        with _quiet():
            info = pyogrio.read_info(_opened(source), layer=name)
    except _BROKEN:
        return None
    found = _GEOMETRY.search(str(info["geometry_type"] or ""))
    return (found[0] if found else ""), [str(f) for f in info["fields"]]


def read_aliases(source: Path, name: str) -> list[tuple[str, str]]:
    """(NGUID of the centreline, alias) of a table without shapes."""
    try:
        with _quiet():
            meta, _, _, fields = pyogrio.raw.read(
                _opened(source), layer=name, read_geometry=False
            )
    except _BROKEN:
        return []
    by_name = {
        str(f).casefold(): c for f, c in zip(meta["fields"], fields, strict=True)
    }
    keys = next((by_name[k] for k in _ALIAS_KEYS if k in by_name), None)
    names = next((by_name[k] for k in _ALIAS_NAMES if k in by_name), None)
    if keys is None or names is None:
        return []
    pairs = zip(keys.tolist(), names.tolist(), strict=True)
    return [(str(k), str(n)) for k, n in pairs if k and n]


def read_layer(
    source: Path,
    name: str,
    kind: Kind,
    given: Mapping[str, str] | None = None,
    crs: str | None = None,
) -> Layer | Notice:
    """A layer, or a notice ``broken_layer`` that says why it cannot be read.

    ``given``: columns of a mapping, over those found by name; ``crs``: what the file
    should have stated.
    """
    try:
        with _quiet() as said:
            info = pyogrio.read_info(
                _opened(source), layer=name, force_feature_count=True
            )
            has = [str(f) for f in info["fields"]]
            missing = [c for c in (given or {}).values() if c not in has]
            if missing:
                text = (
                    f"It has no column {', '.join(missing)}; it has {', '.join(has)}."
                )
                return Notice(name, "broken_layer", text)
            wanted = columns(kind, has) | dict(given or {})
            (meta, fids, wkb, fields), encoding = _rows(source, name, wanted)
    except _BROKEN as why:
        return Notice(name, "broken_layer", _first_line(why))
    notices = [Notice(name, "said_by_gdal", text) for text in said]
    notices += [Notice(name, "encoding", encoding)] if encoding else []
    if not len(fids):
        notices.append(Notice(name, "empty_layer", "The layer has no rows."))
    if len(fids) != info["features"]:
        text = f"Only {len(fids)} of {info['features']} rows could be read."
        return Notice(name, "broken_layer", text)
    if wkb is None:
        return Notice(name, "no_geometry", "The layer has no geometry.")
    with np.errstate(invalid="ignore"):  # NaN is told of when rows are taken
        shapes = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
        shapes, degrees = _in_degrees(name, shapes, crs or meta.get("crs"), notices)
    by_column = dict(zip([str(f) for f in meta["fields"]], fields, strict=True))
    values = {k: by_column[column].tolist() for k, column in wanted.items()}
    return Layer(
        kind, name, fids.tolist(), list(shapes), values, notices, degrees
    )  # fmt: skip


def _rows(source: Path, name: str, wanted: Mapping[str, str]) -> tuple[Any, str]:
    """What pyogrio read, and in words what had to be done for it."""
    only, place = [*dict.fromkeys(wanted.values())], _opened(source)
    try:
        whole = pyogrio.raw.read(place, layer=name, columns=only, return_fids=True)
        return whole, ""
    except UnicodeDecodeError:
        whole = pyogrio.raw.read(
            place, layer=name, columns=only, return_fids=True, encoding=OLD_ENCODING
        )
        return (
            whole,
            f"Its text is not in the encoding it states: read as {OLD_ENCODING}.",
        )


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Keeps GDAL's warnings from the screen and hands them over."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
        said.extend(sorted({str(warning.message) for warning in caught}))


def _first_line(why: BaseException) -> str:
    return (str(why).splitlines() or [type(why).__name__])[0]


def _in_degrees(
    name: str, shapes: Any, stated: str | None, notices: list[Notice]
) -> tuple[Any, bool]:
    """The shapes in WGS84, and whether they are."""
    spots = shapely.get_coordinates(shapes)
    spots = spots[np.isfinite(spots).all(axis=1)]
    if not len(spots):
        return shapes, True
    crs = _crs(stated)
    if crs is None:
        notices.append(Notice(name, "no_crs", "States no coordinate system."))
    looks = _like_degrees(spots)
    if crs is not None and not crs.is_geographic and not looks:
        shapes = _transformed(shapes, crs)
        text = f"Converted from {crs.name} to WGS 84."
        notices.append(Notice(name, "reprojected", text))
        spots = shapely.get_coordinates(shapes)
        looks = _like_degrees(spots[np.isfinite(spots).all(axis=1)])
    elif crs is not None and not crs.is_geographic:
        text = f"States {crs.name}, but holds degrees: taken for WGS 84."
        notices.append(Notice(name, "wrong_crs", text))
    if not looks:
        text = "Holds no degrees, and states no system to convert them from."
        notices.append(Notice(name, "wrong_crs", text))
        return shapes, False
    shapes = _unswapped(name, shapes, notices)
    spots = shapely.get_coordinates(shapes)
    if _served(spots[:, 1], spots[:, 0]) < 0.5:
        text = "Lies where nobody dials 9-1-1: is the coordinate system right?"
        notices.append(Notice(name, "odd_place", text))
    return shapes, True


def _crs(stated: str | None) -> pyproj.CRS | None:
    if not stated or "undefined" in stated.lower():
        return None
    try:
        return pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError:
        return None


def _transformed(shapes: Any, crs: pyproj.CRS) -> Any:
    change = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)

    def spots(xy: Floats) -> Floats:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return shapely.transform(shapes, spots)


def _like_degrees(spots: Floats) -> bool:
    """Whether most of the coordinates could be degrees, either way round."""
    if not len(spots):
        return False
    low, high = np.sort(np.abs(spots), axis=1).T
    return float(np.mean((low <= 90) & (high <= 180))) > 0.5


def _served(latitudes: Floats, longitudes: Floats) -> float:
    south, west, north, east = SERVED
    inside = (latitudes >= south) & (latitudes <= north)
    return float(np.mean(inside & (longitudes >= west) & (longitudes <= east)))


def _unswapped(name: str, shapes: Any, notices: list[Notice]) -> Any:
    """Latitude first is against the format, but seen; where it is plain that the
    axes were exchanged, they are put right and it is said."""
    spots = shapely.get_coordinates(shapes)
    x, y = spots[:, 0], spots[:, 1]
    if _served(y, x) >= 0.5 or _served(x, y) < 0.5:
        return shapes
    text = "Longitude and latitude were exchanged; they were put right."
    notices.append(Notice(name, "swapped_axes", text))
    return shapely.transform(shapes, _exchanged)


def _exchanged(xy: Floats) -> Floats:
    return np.ascontiguousarray(xy[:, ::-1])
