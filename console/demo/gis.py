"""Halden County as its GIS department would hand it out: a NENA-STA-006 GeoPackage.

Layers and columns have the names of version 3 of the standard; parks, campuses and
hydrants are layers of their own, as many agencies add them. What nobody fills in is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from aliquot.console.demo import names, points
from aliquot.console.demo.county import Address, County, Street
from aliquot.console.demo.ground import Spot, degrees, distance
from aliquot.console.demo.people import DISTRICTS
from aliquot.console.demo.street_names import StreetName, street_name

AGENCY = "gis.haldencounty.example"
STATE = "NY"
WRITTEN = "2026-03-01T00:00:00Z"  # the same each time, so that the bytes are too
AMBULANCE = "North Valley Ambulance"
VILLAGE_REACH_M = 350.0  # of a village's fire district beyond its streets

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GisLayer:
    """``shapes``: WGS84 degrees, x the longitude; one for each row."""

    name: str
    geometry: str
    shapes: list[shapely.Geometry]
    rows: list[Row]


def write_geopackage(county: County, path: Path) -> None:
    """All layers into one new file; the same county gives the same bytes."""
    with _fixed_date():
        for number, layer in enumerate(layers(county)):
            columns = list(layer.rows[0])
            pyogrio.raw.write(
                path,
                np.array(shapely.to_wkb(layer.shapes), dtype=object),
                [_column([row[name] for row in layer.rows]) for name in columns],
                columns,
                layer=layer.name,
                driver="GPKG",
                geometry_type=layer.geometry,
                crs="EPSG:4326",
                append=number > 0,
            )


def layers(county: County) -> Iterator[GisLayer]:
    """What is in the file, in its order."""
    yield _layer("RoadCenterLine", "LineString", _roads(county.streets))
    yield _layer("SiteStructureAddressPoint", "Point", _points(county.addresses))
    yield _layer("LocationMarkerPoint", "Point", _places(county))
    spots = [shapely.Point(x, y) for y, x in points.hydrants(county)]
    yield _layer("HydrantPoint", "Point", [({}, spot) for spot in spots])
    areas = {kind: [(a.name, _polygon(a.ring)) for a in county.areas if a.kind == kind]
             for kind in ("beat", "water", "park", "campus", "boundary")}  # fmt: skip
    whole = next(shape for name, shape in areas["boundary"] if name == names.COUNTY)
    yield _boundaries("PolicePolygon", "police", areas["beat"])
    yield _boundaries("FirePolygon", "fire", _fire_districts(county, whole))
    yield _boundaries("EmsPolygon", "ambulance", [(AMBULANCE, whole)])
    yield _boundaries("PsapPolygon", "psap", [(names.COUNTY, whole)])
    yield _boundaries("ProvisioningPolygon", "", [(names.COUNTY, whole)])
    for name, kind in (("Hydrology", "water"), ("Park", "park"), ("Campus", "campus")):
        rows = [({"HP_Type": kind, "HP_Name": n}, s) for n, s in areas[kind]]
        yield _layer(f"{name}Polygon", "Polygon", rows)


@contextmanager
def _fixed_date() -> Iterator[None]:
    """GDAL writes into the file when it was written."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": WRITTEN})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _column(values: list[Any]) -> Any:
    whole = all(isinstance(v, int) for v in values)
    return np.array(values, dtype=np.int64 if whole else object)


def _layer(
    name: str, geometry: str, rows: Iterable[tuple[Row, shapely.Geometry]]
) -> GisLayer:
    """Each row with the agency and an id of its own in front."""
    found = list(rows)
    made = [
        {
            "DiscrpAgID": AGENCY,
            "DateUpdate": WRITTEN[:10],
            "NGUID": f"urn:emergency:uid:gis:{name}:{number}:{AGENCY}",
            **row,
        }
        for number, (row, _) in enumerate(found, 1)
    ]
    return GisLayer(name, geometry, [shape for _, shape in found], made)


def _boundaries(
    name: str, service: str, areas: Sequence[tuple[str, shapely.Geometry]]
) -> GisLayer:
    urn = f"urn:emergency:service:responder.{service}" if service else ""
    return _layer(
        name,
        "MultiPolygon",
        [
            (
                {"Agency_ID": AGENCY, "ServiceURN": urn, "DsplayName": named},
                shapely.multipolygons(shapely.get_parts(shape)),
            )
            for named, shape in areas
        ],
    )


# Streets and houses


def _roads(streets: Iterable[Street]) -> Iterator[tuple[Row, shapely.Geometry]]:
    for street in streets:
        base = _named(street_name(street.name))
        road = "Secondary" if street.kind == "major" else "Local"
        esn, _ = DISTRICTS[street.community]
        for path, ranges in _pieces(street):
            sides = {
                f"{name}_{side}": value
                for side in "LR"
                for name, value in (
                    ("ESN", esn),
                    ("MSAGComm", street.community.upper()),
                    ("Country", "US"),
                    ("A1", STATE),
                    ("A2", names.COUNTY),
                    ("A3", street.community),
                )
            }
            yield {**ranges, **base, **sides, "RoadClass": road}, _line(path)


def _pieces(street: Street) -> Iterator[tuple[Sequence[Spot], Row]]:
    """A row for each block; a country road is one; the rest has no numbers."""
    if street.blocks:
        for block, pair in zip(
            street.blocks, itertools.pairwise(street.path), strict=True
        ):
            yield pair, _ranges(block, block + 98)
    elif street.spacing_m > 100:
        length = sum(distance(a, b) for a, b in itertools.pairwise(street.path))
        yield street.path, _ranges(1000, 1000 + 2 * int(length / 20))
    else:
        yield street.path, _ranges(None, None)


def _ranges(first: int | None, last: int | None) -> Row:
    """Even numbers to the right, odd ones to the left, from the first point on."""
    if first is None or last is None:
        none = dict.fromkeys(("FromAddr_L", "ToAddr_L", "FromAddr_R", "ToAddr_R"), 0)
        return {**none, "Parity_L": "Z", "Parity_R": "Z"}
    return {
        "FromAddr_L": first + 1,
        "ToAddr_L": last + 1,
        "FromAddr_R": first,
        "ToAddr_R": last,
        "Parity_L": "O",
        "Parity_R": "E",
    }


def _named(name: StreetName) -> Row:
    return {
        "St_PreDir": name.direction,
        "St_PreTyp": name.type_before,
        "St_Name": name.name,
        "St_PosTyp": name.type_after,
        "LSt_PreDir": name.legacy[0],
        "LSt_Name": name.legacy[1],
        "LSt_Typ": name.legacy[2],
    }


def _points(addresses: Iterable[Address]) -> Iterator[tuple[Row, shapely.Geometry]]:
    for address in addresses:
        word, _, value = (address.unit or "").partition(" ")
        row = {
            "Country": "US",
            "A1": STATE,
            "A2": names.COUNTY,
            "A3": address.community,
            "Add_Number": address.number,
            **_named(street_name(address.street)),
            "ESN": address.esn,
            "MSAGComm": address.community.upper(),
            "Unit": f"{word.capitalize()} {value}" if value else None,
            "UnitPreTyp": word.capitalize() or None,
            "UnitValue": value or None,
            "Placement": "Structure",
        }
        yield row, shapely.Point(address.longitude, address.latitude)


def _places(county: County) -> Iterator[tuple[Row, shapely.Geometry]]:
    for name, kind, others, house in points.places(county):
        row = {
            "LMNamePart": name,
            "Place_Type": kind,
            "Alias": others or None,
            "Address": f"{house.number} {house.street}",
            "A3": house.community,
        }
        yield row, shapely.Point(house.longitude, house.latitude)


# Areas


def _fire_districts(
    county: County, whole: shapely.Geometry
) -> list[tuple[str, shapely.Geometry]]:
    """The city's own, one about each village, and the rest of the county."""
    city = next(a.ring for a in county.areas if a.name == f"City of {names.CITY}")
    found = [(DISTRICTS[names.CITY][1], _polygon(city))]
    rest = shapely.difference(whole, found[0][1])
    for community, (_, district) in DISTRICTS.items():
        spots = [
            s for st in county.streets if st.community == community for s in st.path
        ]
        if community in names.VILLAGES:
            reach = shapely.MultiPoint(spots).convex_hull.buffer(VILLAGE_REACH_M, 4)
            shape = _polygon([*reach.exterior.coords][:-1])
            found.append((district, shapely.intersection(rest, shape)))
            rest = shapely.difference(rest, shape)
    return [*found, (DISTRICTS[f"Town of {names.CITY}"][1], rest)]


def _lon_lat(spots: Iterable[Spot]) -> list[tuple[float, float]]:
    return [(longitude, latitude) for latitude, longitude in map(degrees, spots)]


def _line(path: Sequence[Spot]) -> shapely.Geometry:
    return shapely.LineString(_lon_lat(path))


def _polygon(ring: Sequence[Spot]) -> shapely.Geometry:
    return shapely.make_valid(shapely.Polygon(_lon_lat(ring)))
