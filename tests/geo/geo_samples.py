"""Parcels, streets and small GeoPackages for the tests of the geography."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from aliquot.console.geo.model import Parcel, StreetLine

LATITUDE, LONGITUDE = 46.99, -120.54
STEP = 0.0002  # degrees, some 20 m
BLOCK = 10  # parcels from one street to the next


def scattered(count: int, seed: int, spread: float = 0.02) -> list[Parcel]:
    """Parcels anywhere, without streets."""
    rng = random.Random(seed)
    return [
        Parcel(((LATITUDE + rng.gauss(0, spread), LONGITUDE + rng.gauss(0, spread)),))
        for _ in range(count)
    ]


def town(rows: int = 4, columns: int = 4) -> tuple[list[Parcel], list[StreetLine]]:
    """A grid of streets a block apart, with houses on both sides of those that run
    east. Streets are "1st St", "2nd St", ...; avenues are "A Ave", "B Ave", ..."""
    parcels, streets = [], []
    wide, high = columns * BLOCK * STEP, rows * BLOCK * STEP
    for r in range(rows + 1):
        at, name = LATITUDE + r * BLOCK * STEP, f"{r + 1} St"
        corners = [LONGITUDE + c * BLOCK * STEP for c in range(columns + 1)]
        streets.append(StreetLine(name, tuple((at, east) for east in corners)))
        for c in range(columns * BLOCK):
            east = LONGITUDE + (c + 0.5) * STEP
            parcels += [Parcel(((at + s * STEP * 0.9, east),), name) for s in (-1, 1)]
    for c in range(columns + 1):
        east, name = LONGITUDE + c * BLOCK * STEP, f"{chr(65 + c)} Ave"
        norths = [LATITUDE + r * BLOCK * STEP for r in range(rows + 1)]
        streets.append(StreetLine(name, tuple((north, east) for north in norths)))
        middle = LATITUDE + high / 2
        parcels += [Parcel(((middle + (n - 4) * STEP * 1.1, east + wide * 1e-4),), name)
                    for n in range(9)]  # fmt: skip
    return parcels, streets


def write_layer(
    path: Path,
    layer: str,
    shapes: list[Any],
    columns: dict[str, list[Any]],
    crs: str | None = "EPSG:4326",
    kind: str = "Unknown",
) -> None:
    """Add a layer to a GeoPackage. A shape of None is a row without a geometry."""
    wkb = np.array(
        [None if s is None else shapely.to_wkb(s, flavor="iso") for s in shapes],
        dtype=object,
    )
    pyogrio.raw.write(
        path,
        geometry=wkb,
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=np.array(list(columns), dtype=object),
        layer=layer,
        geometry_type=kind,
        crs=crs,
        append=path.exists(),
        driver="GPKG",
    )


def street_shapes(streets: list[StreetLine]) -> list[Any]:
    return [shapely.LineString([(b, a) for a, b in s.path]) for s in streets]


def point_shapes(parcels: list[Parcel]) -> list[Any]:
    return [shapely.Point(p.points[0][1], p.points[0][0]) for p in parcels]


def write_town(
    path: Path, *, points: bool = True, streets: bool = True, crs: str = "EPSG:4326"
) -> tuple[list[Parcel], list[StreetLine]]:
    """A town as a GeoPackage of version 3, in the coordinate system ``crs``."""
    parcels, roads = town()
    shapes, lines = point_shapes(parcels), street_shapes(roads)
    if crs != "EPSG:4326":
        shapes, lines = _moved(shapes, crs), _moved(lines, crs)
    if streets:
        count = len(roads)
        write_layer(path, "RoadCenterLine", lines, {
            "NGUID": [f"urn:rcl:{n}" for n in range(count)],
            "St_Name": [s.name.split()[0] for s in roads],
            "St_PosTyp": [s.name.split()[1] for s in roads],
            "FromAddr_L": ["101"] * count, "ToAddr_L": ["199"] * count,
            "FromAddr_R": ["100"] * count, "ToAddr_R": ["198"] * count,
            "Parity_L": ["O"] * count, "Parity_R": ["E"] * count,
        }, crs)  # fmt: skip
    if points:
        write_layer(path, "SiteStructureAddressPoint", shapes, {
            "NGUID": [f"urn:ssap:{n}" for n in range(len(parcels))],
            "Add_Number": [str(n + 1) for n in range(len(parcels))],
            "St_Name": [p.street.split()[0] for p in parcels],
            "St_PosTyp": [p.street.split()[1] for p in parcels],
        }, crs)  # fmt: skip
    return parcels, roads


def _moved(shapes: list[Any], crs: str) -> list[Any]:
    import pyproj

    change = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return list(
        shapely.transform(
            np.array(shapes, object),
            lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])),
        )
    )


def write_points(path: Path, shapes: list[Any], crs: str | None = "EPSG:4326") -> None:
    """A GeoPackage of address points only, all on one street."""
    names = ["Elm"] * len(shapes)
    write_layer(path, "SiteStructureAddressPoint", shapes, {"St_Name": names}, crs)


def content(root: Path) -> dict[str, bytes]:
    """All files below a folder but the lock."""
    files = (p for p in root.rglob("*") if p.is_file() and p.suffix != ".lock")
    return {str(p.relative_to(root)): p.read_bytes() for p in files}
