"""Sources of other shapes and names; what is wrong with them is told, row by row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from aliquot.console.clock import SystemClock
from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.geofile_mapping import load_mapping
from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.load import load
from aliquot.console.geocode.weighing import SURE
from aliquot.console.problems import KnownProblem

WEST, SOUTH = -75.0, 43.0
STEP = 0.002

TIGER = ("LFROMHN", "LTOHN", "RFROMHN", "RTOHN", "PARITYL", "PARITYR", "ZIPL", "ZIPR")
NENA3 = ("FromAddr_L", "ToAddr_L", "FromAddr_R", "ToAddr_R", "Parity_L", "Parity_R",
         "PostCode_L", "PostCode_R")  # fmt: skip
CITY = ("L_From", "L_To", "R_From", "R_To", "P_L", "P_R", "ZIP_Left", "ZIP_Right")


def blocks(names: tuple[str, ...], name: str = "St_Name") -> list[dict[str, Any]]:
    """Four blocks of Elm Street from west to east, and one of Oak Avenue north."""
    rows: list[dict[str, Any]] = []
    for n in range(4):
        base = 100 * (n + 1)
        values = (base + 1, base + 99, base, base + 98, "O", "E", "13601", "13601")
        rows.append({name: "Elm Street", **dict(zip(names, values, strict=True))})
    oak = (101, 199, 100, 198, "O", "E", "13601", "13601")
    rows.append({name: "Oak Avenue", **dict(zip(names, oak, strict=True))})
    return rows


def lines() -> list[Any]:
    made = [
        shapely.LineString([(WEST + n * STEP, SOUTH), (WEST + (n + 1) * STEP, SOUTH)])
        for n in range(4)
    ]
    corner = (WEST + STEP, SOUTH)
    return [*made, shapely.LineString([corner, (corner[0], SOUTH + STEP)])]


def write(
    path: Path,
    rows: list[dict[str, Any]],
    shapes: list[Any],
    geometry: str,
    layer: str | None = None,
    append: bool = False,
) -> None:
    names = list(rows[0])
    columns = [np.array([r.get(n) for r in rows], dtype=object) for n in names]
    for at, column in enumerate(columns):
        if all(isinstance(v, int) for v in column):
            columns[at] = column.astype(np.int64)
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, dtype=object)), columns, names,
        geometry_type=geometry, crs="EPSG:4326", layer=layer, append=append,
    )  # fmt: skip


def _column(values: list[Any]) -> Any:
    return np.array(values, dtype=np.int32 if isinstance(values[0], int) else object)


def imported(
    source: Path, out: Path, mapping: Path | None = None
) -> tuple[dict[str, Any], LocalGeocoder | None]:
    folder = GeofileFolder(out)
    layers = load_mapping(mapping) if mapping else None
    report = import_geofile(source, folder, SystemClock(), mapping=layers)
    if not report["usable"]:
        return report, None
    path = folder.file(SQLITE_NAME)
    return report, LocalGeocoder(load(path), Districts.load(path))


SOURCES = [
    ("roads.shp", NENA3, None),
    ("tl_2025_36045_addrfeat.shp", TIGER, "FULLNAME"),
    ("centerlines.geojson", CITY, "Street"),
    ("county.gpkg", NENA3, "St_Name"),
]


@pytest.mark.parametrize(("file", "names", "street"), SOURCES)
def test_names_of_other_sources(
    tmp_path: Path, file: str, names: tuple[str, ...], street: str | None
) -> None:
    source = tmp_path / file
    rows = blocks(tuple(n[:10] for n in names), (street or "St_Name")[:10])
    write(source, rows, lines(), "LineString")
    report, geocoder = imported(source, tmp_path / "out")
    assert report["usable"]
    assert report["counts"]["segments"] == 5
    assert report["rejected"] == []
    assert geocoder is not None
    (found, *_) = geocoder.geocode("251 elm st")
    assert found.match_kind.value == "range"
    assert found.postal_code == "13601"
    assert geocoder.geocode("elm & oak")[0].match_kind.value == "intersection"


def test_a_folder_and_a_geodatabase(tmp_path: Path) -> None:
    source = tmp_path / "gis"
    source.mkdir()
    write(source / "centerlines.shp", blocks(tuple(n[:10] for n in NENA3)), lines(),
          "LineString")  # fmt: skip
    places = [{"Name": "Town Hall", "Type": "government", "Aliases": "City Hall;Hall"}]
    write(source / "landmarks.geojson", places, [shapely.Point(WEST, SOUTH)], "Point")
    markers = [{"Route": "SR 3", "Milepost": n} for n in (10, 11)]
    spots = [shapely.Point(WEST, SOUTH + 0.01 * n) for n in (1, 2)]
    write(source / "milemarkers.geojson", markers, spots, "Point")
    report, geocoder = imported(source, tmp_path / "out")
    assert report["layers"].keys() == {"centerlines", "landmarks", "milemarkers"}
    assert geocoder is not None
    for text in ("town hall", "city hall"):
        assert geocoder.geocode(text)[0].match_kind.value == "place"
    found = geocoder.geocode("SR 3 mm 10.5")[0]
    assert found.latitude == pytest.approx(SOUTH + 0.015)
    database = tmp_path / "county.gdb"
    rows = blocks(NENA3)
    pyogrio.raw.write(
        database, shapely.to_wkb(np.array(lines(), dtype=object)),
        [_column([r[n] for r in rows]) for n in rows[0]], list(rows[0]),
        geometry_type="MultiLineString", crs="EPSG:4326", layer="RoadCenterLine",
        driver="OpenFileGDB", promote_to_multi=True,
    )  # fmt: skip
    report, _ = imported(database, tmp_path / "out2")
    assert report["counts"]["segments"] == 5


def test_a_mapping_names_what_nobody_could_guess(tmp_path: Path) -> None:
    source = tmp_path / "x.geojson"
    odd = tuple(f"q{n}" for n in range(8))
    write(source, blocks(odd, "what"), lines(), "LineString")
    report, _ = imported(source, tmp_path / "out")
    assert not report["usable"]
    assert report["notices"][0]["code"] == "not_used"
    mapping = tmp_path / "m.toml"
    pairs = ", ".join(f'{a} = "{b}"' for a, b in zip(NENA3, odd, strict=True))
    mapping.write_text(
        f'[layers.x]\nis = "RoadCenterLine"\ncolumns = {{ St_Name = "what", {pairs} }}'
    )
    report, geocoder = imported(source, tmp_path / "out", mapping)
    assert report["counts"]["segments"] == 5
    assert geocoder is not None
    assert geocoder.geocode("251 elm st")[0].match_kind.value == "range"


def test_a_mapping_names_the_town_of_rows_that_name_none(tmp_path: Path) -> None:
    source = tmp_path / "x.geojson"
    rows = [{**row, "Town": None} for row in blocks(NENA3)]
    rows[0]["Town"] = "Eastmere"
    write(source, rows, lines(), "LineString")
    mapping = tmp_path / "m.toml"
    layer = '[layers.x]\nis = "RoadCenterLine"\ncolumns = { A3_L = "Town" }\n'
    mapping.write_text(layer.partition("columns")[0])
    report, geocoder = imported(source, tmp_path / "bare", mapping)
    assert geocoder is not None
    assert "no_community" in {notice["code"] for notice in report["notices"]}
    assert geocoder.geocode("251 elm st, Halden")[0].score < SURE
    mapping.write_text(f'{layer}community = "Halden"')
    report, geocoder = imported(source, tmp_path / "out", mapping)
    assert geocoder is not None
    assert report["communities"] == {"municipal": ["Eastmere", "Halden"]}
    assert "no_community" not in {notice["code"] for notice in report["notices"]}
    assert geocoder.geocode("251 elm st, Halden")[0].score >= SURE
    assert geocoder.geocode("251 elm st, Otherville")[0].score < SURE
    assert geocoder.geocode("151 elm st, Eastmere")[0].score >= SURE


BAD_MAPPINGS = [
    ("x = 1", "write one [layers.NAME]"),
    ("[layers.x]\ny = 1", 'is = "RoadCenterLine"'),
    ('[layers.x]\nis = "Roads"', "none of RoadCenterLine"),
    ('[layers.x]\nis = "RoadCenterLine"\ncolumns = { A = "b" }', "A is none of"),
    ('[layers.x]\nis = "RoadCenterLine"\ncrs = "EPSG:99999999"', "no coordinate"),
    ('[layers.x]\nis = "RoadCenterLine"\ncommunity = ""', "name of a town"),
    ('[layers.x]\nis = "hydrants"\ncommunity = "Halden"', "has no towns"),
    ("[layers", "no TOML"),
]


@pytest.mark.parametrize(("text", "said"), BAD_MAPPINGS)
def test_a_bad_mapping_says_what_to_write(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(KnownProblem, match=r"m\.toml") as raised:
        load_mapping(path)
    assert said in str(raised.value)
    assert raised.value.exit_code == 2


def test_a_layer_that_is_not_there_is_named(tmp_path: Path) -> None:
    source = tmp_path / "x.geojson"
    write(source, blocks(NENA3), lines(), "LineString")
    mapping = tmp_path / "m.toml"
    mapping.write_text('[layers.roads]\nis = "RoadCenterLine"')
    with pytest.raises(KnownProblem, match="no layer roads; it has x"):
        imported(source, tmp_path / "out", mapping)
    mapping.write_text(
        '[layers.x]\nis = "RoadCenterLine"\ncolumns = { St_Name = "nowhere" }'
    )
    report, _ = imported(source, tmp_path / "out", mapping)
    assert not report["usable"]
    assert "no column nowhere" in report["broken"][0]["message"]


def test_what_is_wrong_is_told_and_nothing_is_refused(tmp_path: Path) -> None:
    rows = [{"NGUID": f"u{n}", **row} for n, row in enumerate(blocks(NENA3))]
    rows[1]["NGUID"] = "u0"
    rows[1]["FromAddr_L"] = 150  # of the other parity than the row says
    rows[2]["FromAddr_R"], rows[2]["ToAddr_R"] = 100, 198  # those of the first block
    rows[3].update(FromAddr_L=901, ToAddr_L=999)  # from 399 on nothing
    rows[4].update(FromAddr_L=100, ToAddr_L=198)  # even, said to be odd
    source = tmp_path / "county.gpkg"
    write(source, rows, lines(), "LineString", "RoadCenterLine")
    points = [
        {"NGUID": "p0", "Add_Number": 101, "St_Name": "Elm Street"},
        {"NGUID": "p1", "Add_Number": 5000, "St_Name": "Elm Street"},
        {"NGUID": "p2", "Add_Number": 1, "St_Name": "Nowhere Road"},
        {"NGUID": "p3", "Add_Number": 905, "St_Name": "Elm Street"},
        {"NGUID": "p4", "Add_Number": 906, "St_Name": "Elm Street"},
    ]
    spots = [shapely.Point(WEST + 0.0001 * n, SOUTH + 0.0001) for n in range(5)]
    write(source, points, spots, "Point", "SiteStructureAddressPoint", append=True)
    report, _ = imported(source, tmp_path / "out")
    assert report["rejected"] == []
    assert report["checks"]["counts"] == {
        "bad_range": 1,
        "duplicate_nguid": 1,
        "gap": 2,
        "out_of_range": 1,
        "overlap": 2,
        "range_parity": 1,
        "unknown_street": 1,
        "wrong_parity": 1,
    }
    kept = json.loads(GeofileFolder(tmp_path / "out").file("report.json").read_text())
    assert kept["checks"] == report["checks"]


@pytest.mark.long
def test_a_citys_own_file_imports_without_loss(
    tmp_path: Path, shared_data: Path
) -> None:
    source = shared_data / "geo" / "street_centerlines.geojson"
    report, geocoder = imported(source, tmp_path / "out")
    assert report["layers"]["street_centerlines"] == {
        "rows": 2643,
        "used": 2643,
        "rejected": 0,
    }
    assert geocoder is not None
    aliased = geocoder.geocode("77 mass ave")[0]
    assert aliased.address == "77 Massachusetts Ave"
    assert "alias" in aliased.why
