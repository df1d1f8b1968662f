"""Importing a geofile: what is read, what is refused, and what stays."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import shapely
from geo_samples import (
    LATITUDE,
    LONGITUDE,
    STEP,
    point_shapes,
    scattered,
    street_shapes,
    town,
    write_layer,
    write_points,
    write_town,
)

from aliquot.console.clock import ManualClock
from aliquot.console.geo.geofile_folder import (
    MAP_NAME,
    REPORT_NAME,
    SQLITE_NAME,
    GeofileFolder,
)
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.geofile_map import base_map
from aliquot.console.geo.geofile_rows import Rows
from aliquot.console.store.database import open_geofile


@pytest.fixture
def folder(tmp_path: Path) -> GeofileFolder:
    return GeofileFolder(tmp_path / "geofile")


def run(source: Path, folder: GeofileFolder) -> dict[str, Any]:
    return import_geofile(source, folder, ManualClock())


def codes(report: dict[str, Any]) -> set[str]:
    return {n["code"] for n in [*report["notices"], *report["broken"]]}


def reasons(report: dict[str, Any]) -> list[str]:
    return sorted(row["reason"] for row in report["rejected"])


def test_a_town(tmp_path: Path, folder: GeofileFolder) -> None:
    parcels, streets = write_town(tmp_path / "town.gpkg")
    report = run(tmp_path / "town.gpkg", folder)
    assert report["usable"]
    assert report["counts"]["segments"] == len(streets)
    assert report["counts"]["streets"] == len({s.name for s in streets})
    assert report["counts"]["addresses"] == len(parcels)
    assert report["unmatched"] == {"addresses": 0, "streets": [], "rows": 0}
    assert report["rejected"] == []
    assert report["place_tree"]["state"] == "active"
    assert report["place_tree"]["kind"] == "points"
    assert report["place_tree"]["parcels"] == len({p.points for p in parcels})
    assert all(report["k"][str(n)] >= k for n, k in enumerate((8, 20, 50), start=1))
    assert report["displacement_m"]["1"]["median"] > 0
    assert "PolicePolygon" in report["missing"]
    assert report["seconds"]["total"] >= report["seconds"]["tree"]
    tree = folder.active_tree()
    assert tree is not None
    assert folder.public_tree() == tree.tree
    assert json.loads(folder.file(REPORT_NAME).read_bytes())["k"] == report["k"]


def test_the_tables(tmp_path: Path, folder: GeofileFolder) -> None:
    parcels, streets = write_town(tmp_path / "town.gpkg")
    run(tmp_path / "town.gpkg", folder)
    database = open_geofile(folder.file(SQLITE_NAME))
    try:
        rows = database.conn.execute(
            "SELECT name, from_left, to_right, parity_left, shape FROM segments"
            " ORDER BY id"
        ).fetchall()
        assert [row[0] for row in rows] == [s.name for s in streets]
        assert {row[1:4] for row in rows} == {(101, 198, "O")}
        line = shapely.from_wkb(rows[0][4]).geoms[0]
        assert list(line.coords) == [(b, a) for a, b in streets[0].path]
        box = (LONGITUDE, LONGITUDE + STEP, LATITUDE - STEP, LATITUDE + STEP)
        (near,) = database.conn.execute(
            "SELECT count(*) FROM addresses_box WHERE west >= ? AND east <= ?"
            " AND south >= ? AND north <= ?", box).fetchone()  # fmt: skip
        assert near == sum(
            box[0] <= p.points[0][1] <= box[1] and box[2] <= p.points[0][0] <= box[3]
            for p in parcels
        )
        with pytest.raises(Exception, match="readonly"):
            database.conn.execute("DELETE FROM addresses")
    finally:
        database.conn.close()


def test_the_base_map(tmp_path: Path, folder: GeofileFolder) -> None:
    source = tmp_path / "town.gpkg"
    _, streets = write_town(source)
    square = shapely.Point(LONGITUDE, LATITUDE).buffer(0.05)
    write_layer(source, "PolicePolygon", [square], {"DsplayName": ["Beat 1"]})
    write_layer(source, "ProvisioningPolygon", [square], {"NGUID": ["urn:p:1"]})
    write_layer(source, "HydrologyPolygon", [square], {"HP_Name": ["Ansel Lake"]})
    report = run(source, folder)
    drawn = json.loads(folder.file(MAP_NAME).read_bytes())["features"]
    kinds = [f["properties"]["kind"] for f in drawn]
    assert kinds[:3] == ["boundary", "beat", "water"]
    names = {
        f["properties"]["name"] for f in drawn if f["properties"]["kind"] == "street"
    }
    assert names == {s.name for s in streets}
    assert report["base_map"]["features"] == len(drawn)
    tree = folder.active_tree()
    assert tree is not None
    assert {r.label for r in tree.tree.at_level(4)} == {"Beat 1"}


def test_the_base_map_keeps_within_its_size() -> None:
    rng = random.Random(1)
    rows = Rows()
    source = [
        [(LONGITUDE + n * 1e-4, LATITUDE + rng.random() * 1e-3) for n in range(400)]
        for _ in range(40)
    ]
    from aliquot.console.geo.geofile_fields import Kind
    from aliquot.console.geo.geofile_read import Layer

    count = len(source)
    shapes = [shapely.LineString(line) for line in source]
    values = {"St_Name": [f"S{n}" for n in range(count)],
              "RoadClass": ["Secondary" if n == 0 else None for n in range(count)]}  # fmt: skip
    rows.add(Layer(Kind.STREETS, "RoadCenterLine", [*range(count)], shapes, values))
    fine = base_map(rows)
    coarse = base_map(rows, len(fine.body) - 1)
    assert len(coarse.body) < len(fine.body)
    assert coarse.tolerance_m > fine.tolerance_m
    assert coarse.features == fine.features
    least = base_map(rows, 2_000)
    assert least.left_out == ("street",)
    assert least.features == 1


def test_names_of_version_1_and_2(tmp_path: Path, folder: GeofileFolder) -> None:
    parcels, streets = town()
    source = tmp_path / "old.gpkg"
    write_layer(source, "RoadCenterlines", street_shapes(streets), {
        "RCL_NGUID": [f"RCL{n}@x" for n in range(len(streets))],
        "ST_NAME": [s.name.split()[0] for s in streets],
        "St_PosTyp": [s.name.split()[1] for s in streets],
        "IncMuni_L": ["Halden"] * len(streets),
    })  # fmt: skip
    write_layer(source, "AddressPoints", point_shapes(parcels), {
        "Site_NGUID": [f"SSAP{n}@x" for n in range(len(parcels))],
        "Add_Number": ["12"] * len(parcels),
        "AddNum_Suf": ["1/2"] * len(parcels),
        "St_Name": [p.street.split()[0] for p in parcels],
        "St_PosTyp": [p.street.split()[1] for p in parcels],
        "Inc_Muni": [str(n) for n in range(len(parcels))],
        "LandmkName": ["Town Hall"] * len(parcels),
    })  # fmt: skip
    report = run(source, folder)
    assert report["unmatched"]["addresses"] == 0
    database = open_geofile(folder.file(SQLITE_NAME))
    try:
        one = database.conn.execute(
            "SELECT nguid, number, street, community, place FROM addresses"
        ).fetchone()
        assert one == ("SSAP0@x", "12 1/2", parcels[0].street, "0", "Town Hall")
        (city,) = database.conn.execute("SELECT city_left FROM segments").fetchone()
        assert city == "Halden"
    finally:
        database.conn.close()


def test_a_tree_of_ranges_where_there_are_no_points(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    write_town(tmp_path / "town.gpkg", points=False)
    report = run(tmp_path / "town.gpkg", folder)
    assert report["place_tree"]["kind"] == "ranges"
    assert report["place_tree"]["parcels"] > 500
    assert report["k"]["1"] >= 8
    assert "SiteStructureAddressPoint" in report["missing"]


def test_addresses_on_unknown_streets_are_counted(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    source = tmp_path / "town.gpkg"
    write_town(source, points=False)
    write_layer(source, "SiteStructureAddressPoint", point_shapes(scattered(30, 1)), {
        "St_Name": ["Lost"] * 20 + ["1"] * 5 + [None] * 5,
        "St_PosTyp": ["Ln"] * 20 + ["St"] * 5 + [None] * 5,
    })  # fmt: skip
    found = run(source, folder)["unmatched"]
    assert found["addresses"] == 25
    assert found["streets"][0] == {"street": "Lost Ln", "addresses": 20}


def test_another_coordinate_system_is_converted(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    parcels, _ = write_town(tmp_path / "utm.gpkg", crs="EPSG:26910")
    report = run(tmp_path / "utm.gpkg", folder)
    assert "reprojected" in codes(report)
    assert report["rejected"] == []
    tree = folder.active_tree()
    assert tree is not None
    north = [a / 1e7 for a, _ in tree.index.points]
    assert min(north) == pytest.approx(min(p.points[0][0] for p in parcels), abs=1e-5)


def test_exchanged_axes_are_said_and_put_right(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    shapes = [shapely.Point(a, b) for p in scattered(30, 1) for a, b in p.points]
    write_points(tmp_path / "x.gpkg", shapes)
    report = run(tmp_path / "x.gpkg", folder)
    assert "swapped_axes" in codes(report)
    tree = folder.active_tree()
    assert tree is not None
    assert all(a > 0 > b for a, b in tree.index.points)


def test_a_wrong_statement_of_the_system_is_said(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    write_points(tmp_path / "x.gpkg", point_shapes(scattered(30, 1)), "EPSG:3857")
    report = run(tmp_path / "x.gpkg", folder)
    assert "wrong_crs" in codes(report)
    assert report["counts"]["addresses"] == 30


def test_metres_called_degrees_are_refused(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    shapes = [shapely.Point(230_000 + n, 900_000) for n in range(30)]
    write_points(tmp_path / "x.gpkg", shapes)
    report = run(tmp_path / "x.gpkg", folder)
    assert not report["usable"]
    assert "wrong_crs" in codes(report)
    assert reasons(report) == ["wrong_crs"] * 30
    assert folder.state is None


def test_no_system_at_all_is_taken_for_degrees(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    with pytest.warns(UserWarning, match="crs"):
        write_points(tmp_path / "x.gpkg", point_shapes(scattered(30, 1)), None)
    report = run(tmp_path / "x.gpkg", folder)
    assert "no_crs" in codes(report)
    assert report["counts"]["addresses"] == 30


def test_every_row_that_cannot_be_used_is_named(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    source = tmp_path / "x.gpkg"
    good = shapely.LineString([(LONGITUDE, LATITUDE), (LONGITUDE + STEP, LATITUDE)])
    lines = [
        *(good, None, shapely.LineString(), shapely.Point(LONGITUDE, LATITUDE), good),
        shapely.LineString([(LONGITUDE, LATITUDE), (LONGITUDE, LATITUDE)]),
        shapely.LineString([(LONGITUDE, LATITUDE), (LONGITUDE + 60, LATITUDE)]),
    ]
    write_layer(source, "RoadCenterLine", lines, {
        "NGUID": ["a", "b", "c", "d", "a", "e", "f"],
        "St_Name": ["Elm", "B", "C", "D", None, "E", "F"],
    })  # fmt: skip
    points = [*point_shapes(scattered(9, 1)), shapely.Point(LONGITUDE, 95.0),
              shapely.Point(), shapely.MultiPoint([(LONGITUDE, LATITUDE)])]  # fmt: skip
    write_points(source, points)
    report = run(source, folder)
    assert report["counts"]["segments"] == 2
    assert report["counts"]["addresses"] == 10
    assert reasons(report) == [
        *("empty_geometry", "empty_geometry", "empty_geometry", "far_away"),
        *("outside_world", "wrong_geometry", "zero_length"),
    ]
    named = {row["nguid"] for row in report["rejected"] if "nguid" in row}
    assert named == {"b", "c", "d", "e", "f"}
    assert {"duplicate_nguid", "nameless_street"} <= codes(report)
    layers = report["layers"].values()
    assert all(x["rows"] == x["used"] + x["rejected"] for x in layers)


def test_a_boundary_that_crosses_itself_is_mended(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    source = tmp_path / "x.gpkg"
    write_points(source, point_shapes(scattered(60, 1)))
    w, e, s, n = LONGITUDE - 1, LONGITUDE + 1, LATITUDE - 1, LATITUDE + 1
    bow = shapely.Polygon([(w, s), (e, n), (e, s), (w, n)])
    flat = shapely.Polygon([(w, s), (e, s), (w, s)])
    write_layer(source, "PolicePolygon", [bow, flat], {"DsplayName": ["Bow", "Flat"]})
    report = run(source, folder)
    assert "mended_outline" in codes(report)
    assert reasons(report) == ["wrong_geometry"]
    assert report["counts"]["areas"] == {"PolicePolygon": 1}
