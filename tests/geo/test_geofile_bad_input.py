"""What GIS files have wrong with them: named in the report, never lost, no crash."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from geo_samples import (
    LATITUDE,
    LONGITUDE,
    STEP,
    content,
    point_shapes,
    scattered,
    street_shapes,
    town,
    write_layer,
    write_points,
    write_town,
)

from aliquot.console.clock import ManualClock
from aliquot.console.geo import geofile_import
from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.problems import KnownProblem
from aliquot.console.store.database import open_geofile

LINE = [(LONGITUDE, LATITUDE), (LONGITUDE + STEP, LATITUDE)]


@pytest.fixture
def folder(tmp_path: Path) -> GeofileFolder:
    return GeofileFolder(tmp_path / "geofile")


def run(source: Path, folder: GeofileFolder) -> dict[str, Any]:
    report = import_geofile(source, folder, ManualClock())
    for layer in report["layers"].values():
        assert layer["rows"] == layer["used"] + layer["rejected"]
    return report


def codes(report: dict[str, Any]) -> set[str]:
    return {n["code"] for n in [*report["notices"], *report["broken"]]}


def reasons(report: dict[str, Any]) -> list[str]:
    return [row["reason"] for row in report["rejected"]]


def write_lines(path: Path, shapes: list[Any], **columns: list[Any]) -> None:
    names = {"St_Name": ["Elm"] * len(shapes)}
    write_layer(path, "RoadCenterLine", shapes, names | columns)


# Places


def test_numbers_that_are_none_are_refused(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    """One vertex is enough: bounds would not show it."""
    lines = ["(-120.5 46.9, -120.4 46.9, -120.5 NaN)",
             "(-120.5 46.9, -120.4 46.9, Inf 46.9)", "(-120.5 46.9, -120.4 46.9)"]  # fmt: skip
    with np.errstate(invalid="ignore"):
        shapes = [shapely.from_wkt(f"LINESTRING {line}") for line in lines]
    write_lines(tmp_path / "x.gpkg", shapes)
    report = run(tmp_path / "x.gpkg", folder)
    assert reasons(report) == ["broken_geometry", "broken_geometry"]
    assert report["counts"]["segments"] == 1


def test_heights_and_measures_are_left_off(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    parcels, streets = town()
    high = [shapely.force_3d(s, 12.5) for s in street_shapes(streets)]
    names = {"St_Name": [s.name for s in streets]}
    write_layer(tmp_path / "x.gpkg", "centerlines", high, names, kind="LineString Z")
    measured = [shapely.from_wkt(f"POINT ZM ({p.points[0][1]} {p.points[0][0]} 7 3)")
                for p in parcels]  # fmt: skip
    columns = {"Add_Number": ["1"] * len(parcels),
               "St_Name": [p.street for p in parcels]}  # fmt: skip
    write_layer(tmp_path / "x.gpkg", "SiteStructureAddressPoint", measured, columns)
    report = run(tmp_path / "x.gpkg", folder)
    assert report["counts"]["segments"] == len(streets)
    assert report["counts"]["addresses"] == len(parcels)
    assert report["rejected"] == []


def test_one_vertex_far_away(tmp_path: Path, folder: GeofileFolder) -> None:
    far = shapely.LineString([*LINE, (LONGITUDE + 70, LATITUDE)])
    write_lines(tmp_path / "x.gpkg", [shapely.LineString(LINE)] * 3 + [far])
    report = run(tmp_path / "x.gpkg", folder)
    assert reasons(report) == ["far_away"]
    assert report["counts"]["segments"] == 3


def test_a_layer_in_the_wrong_system_lies_apart(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    """UTM of one zone that is said to be of another is a place, but not this one."""
    source = tmp_path / "x.gpkg"
    write_points(source, point_shapes(scattered(30, 1)))
    here = [shapely.LineString([(687_000 + n, 5_207_000), (687_100, 5_207_100 + n)])
            for n in range(3)]  # fmt: skip
    write_layer(source, "RoadCenterLine", here, {"St_Name": ["Elm"] * 3}, "EPSG:26914")
    report = run(source, folder)
    assert "lies_apart" in codes(report)
    assert report["counts"]["segments"] == 3


def test_a_system_that_leads_to_another_continent_is_told(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    shapes = [shapely.Point(10.0 + n * 1e-4, 50.0) for n in range(9)]
    write_points(tmp_path / "x.gpkg", shapes)
    report = run(tmp_path / "x.gpkg", folder)
    assert "odd_place" in codes(report)
    assert report["counts"]["addresses"] == 9


def test_metres_without_a_system_leave_the_other_layers(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    source = tmp_path / "x.gpkg"
    write_points(source, point_shapes(scattered(30, 1)))
    lines = [shapely.LineString([(230_000 + n, 9e5), (231_000, 9e5)]) for n in range(4)]
    with pytest.warns(UserWarning, match="crs"):
        write_layer(source, "RoadCenterLine", lines, {"St_Name": ["Elm"] * 4}, None)
    report = run(source, folder)
    assert report["usable"]
    assert {"no_crs", "wrong_crs"} <= codes(report)
    assert reasons(report) == ["wrong_crs"] * 4
    assert report["counts"]["addresses"] == 30


# Files


def shapefile(path: Path, names: list[str]) -> None:
    wkb = shapely.to_wkb(np.array([shapely.LineString(LINE)] * len(names), object))
    pyogrio.raw.write(
        path, wkb, [np.array(names, object)], ["St_Name"],
        geometry_type="LineString", crs="EPSG:4326", encoding="UTF-8",
    )  # fmt: skip


def test_a_shapefile_without_its_prj(tmp_path: Path, folder: GeofileFolder) -> None:
    source = tmp_path / "centerlines.shp"
    shapefile(source, ["Elm St", "Oak St"])
    source.with_suffix(".prj").unlink()
    report = run(source, folder)
    assert "no_crs" in codes(report)
    assert report["counts"]["segments"] == 2


def test_a_shapefile_without_its_dbf(tmp_path: Path, folder: GeofileFolder) -> None:
    source = tmp_path / "centerlines.shp"
    shapefile(source, ["Elm St", "Oak St"])
    source.with_suffix(".dbf").unlink()
    report = run(source, folder)
    assert "nameless_street" in codes(report)
    assert report["counts"]["segments"] == 2


def test_a_shapefile_without_its_index(tmp_path: Path, folder: GeofileFolder) -> None:
    source = tmp_path / "centerlines.shp"
    shapefile(source, ["Elm St", "Oak St"])
    source.with_suffix(".shx").unlink()
    with pytest.raises(KnownProblem, match="cannot be read") as caught:
        run(source, folder)
    assert (caught.value.code, caught.value.exit_code) == ("unreadable", 2)
    assert folder.state is None


def test_text_that_is_not_in_the_encoding_it_states(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    source = tmp_path / "centerlines.shp"
    shapefile(source, ["Cañada Rd", "Elm St"])
    table = source.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace("ñ".encode(), b"\xf1 "))
    report = run(source, folder)
    assert "encoding" in codes(report)
    assert names_in(folder) == {"Ca\xf1 ada Rd", "Elm St"}


def names_in(folder: GeofileFolder) -> set[str]:
    database = open_geofile(folder.file(SQLITE_NAME))
    try:
        return {name for (name,) in database.conn.execute("SELECT name FROM segments")}
    finally:
        database.conn.close()


def zipped(path: Path, members: dict[str, Path], junk: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, file in members.items():
            packed.write(file, name)
        for name, data in junk.items():
            packed.writestr(name, data)
    return path


def test_a_zip_of_a_shapefile_in_a_folder(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    source = tmp_path / "centerlines.shp"
    shapefile(source, ["Elm St", "Oak St"])
    parts = {f"gis/2026/{p.name}": p for p in tmp_path.glob("centerlines.*")}
    del parts["gis/2026/centerlines.prj"]
    junk = {"__MACOSX/gis/._centerlines.shp": b"x", "read.json": b"x"}
    report = run(zipped(tmp_path / "gis.zip", parts, junk), folder)
    assert "no_crs" in codes(report)
    assert report["source"] == "gis.zip"
    assert names_in(folder) == {"Elm St", "Oak St"}


def test_a_zip_of_a_file_geodatabase(tmp_path: Path, folder: GeofileFolder) -> None:
    database = tmp_path / "town.gdb"
    wkb = shapely.to_wkb(np.array([shapely.LineString(LINE)] * 2, object))
    pyogrio.raw.write(
        database, wkb, [np.array(["Elm St", "Oak St"], object)], ["St_Name"],
        geometry_type="LineString", crs="EPSG:4326", layer="RoadCenterLine",
        driver="OpenFileGDB",
    )  # fmt: skip
    parts = {f"{database.name}/{p.name}": p for p in database.iterdir()}
    run(zipped(tmp_path / "gdb.zip", parts, {}), folder)
    assert names_in(folder) == {"Elm St", "Oak St"}


def test_a_zip_that_cannot_be_read_leaves_the_old_one(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    source = tmp_path / "centerlines.shp"
    shapefile(source, ["Elm St"])
    run(source, folder)
    before = content(folder.root)
    parts = {p.name: p for p in tmp_path.glob("centerlines.*")}
    whole = zipped(tmp_path / "whole.zip", parts, {}).read_bytes()
    (tmp_path / "torn.zip").write_bytes(whole[: len(whole) // 2])
    zipped(tmp_path / "empty.zip", {}, {"readme.txt": b"nothing"})
    for name, said in (("torn", "no whole zip file"), ("empty", r"holds no \.gpkg")):
        with pytest.raises(KnownProblem, match=said) as caught:
            run(tmp_path / f"{name}.zip", folder)
        assert (caught.value.code, caught.value.exit_code) == ("unreadable", 2)
    assert content(folder.root) == before


def test_two_layers_of_one_kind(tmp_path: Path, folder: GeofileFolder) -> None:
    source = tmp_path / "gis"
    source.mkdir()
    write_lines(source / "a.gpkg", [shapely.LineString(LINE)] * 2)
    write_lines(source / "b.gpkg", [shapely.LineString(LINE)] * 5)
    report = run(source, folder)
    assert report["counts"]["segments"] == 2
    (notice,) = [n for n in report["notices"] if n["code"] == "duplicate_layer"]
    assert "a.gpkg" in notice["message"]


def test_a_layer_of_no_rows(tmp_path: Path, folder: GeofileFolder) -> None:
    source = tmp_path / "x.gpkg"
    write_points(source, point_shapes(scattered(9, 1)))
    write_layer(source, "RoadCenterLine", [], {"St_Name": []}, kind="LineString")
    report = run(source, folder)
    assert "empty_layer" in codes(report)
    assert report["layers"]["RoadCenterLine"] == {"rows": 0, "used": 0, "rejected": 0}
    assert report["counts"]["addresses"] == 9


def test_a_folder_without_gis_files(tmp_path: Path, folder: GeofileFolder) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "readme.txt").write_text("nothing")
    with pytest.raises(KnownProblem, match=r"holds no \.gpkg") as caught:
        run(tmp_path / "empty", folder)
    assert caught.value.exit_code == 2
    assert folder.state is None


def test_a_source_that_changes_while_it_is_read(
    tmp_path: Path, folder: GeofileFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "town.gpkg"
    write_town(source)
    run(source, folder)
    before = content(folder.root)
    read = geofile_import.read_layer

    def and_written_to(*given: Any) -> Any:
        found = read(*given)
        with source.open("ab") as file:
            file.write(b"more")
        return found

    monkeypatch.setattr(geofile_import, "read_layer", and_written_to)
    with pytest.raises(KnownProblem, match="changed while it was read") as caught:
        run(source, folder)
    assert (caught.value.code, caught.value.exit_code) == ("source_changed", 2)
    assert content(folder.root) == before


# Numbers


def test_what_ranges_say_instead_of_numbers(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    values = {
        "FromAddr_L": ["-1", "0", "199", "101A", "101.0", "N/A"],
        "ToAddr_L": ["-1", "0", "101", "199", "199.0", "199"],
        "Parity_L": ["O"] * 6,
    }
    write_lines(tmp_path / "x.gpkg", [shapely.LineString(LINE)] * 6, **values)
    report = run(tmp_path / "x.gpkg", folder)
    assert report["rejected"] == []
    database = open_geofile(folder.file(SQLITE_NAME))
    rows = database.conn.execute(
        "SELECT from_left, to_left FROM segments ORDER BY row"
    ).fetchall()
    database.conn.close()
    assert rows == [
        *((None, None), (0, 0), (199, 101), (101, 199), (101, 199), (None, 199))
    ]
    told = [f["text"] for f in report["checks"]["findings"] if f["code"] == "bad_range"]
    assert any("101A is no number" in text for text in told)
    assert any("N/A is no number" in text for text in told)
    assert any("only one end" in text for text in told)
    assert len(told) == 3


def test_one_huge_range_does_not_bury_the_rest(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    count = 60
    low = [str(100 * n + 1) for n in range(1, count)]
    write_lines(
        tmp_path / "x.gpkg",
        [shapely.LineString(LINE)] * count,
        FromAddr_L=["1", *low],
        ToAddr_L=["99999", *(str(int(n) + 98) for n in low)],
        Parity_L=["O"] * count,
    )
    report = run(tmp_path / "x.gpkg", folder)
    told = [f for f in report["checks"]["findings"] if f["code"] == "overlap"]
    assert len(told) == 21
    assert "1-99999 and 39 more ranges" in told[-1]["text"]


def test_addresses_of_letters_and_of_none(
    tmp_path: Path, folder: GeofileFolder
) -> None:
    numbers = ["12A", "N123", "12 1/2", "", None, "45-12", "0", "99999999999999"]
    count = len(numbers)
    write_layer(
        tmp_path / "x.gpkg", "SiteStructureAddressPoint",
        point_shapes(scattered(count, 1)),
        {"Add_Number": numbers, "St_Name": ["Elm"] * count},
    )  # fmt: skip
    report = run(tmp_path / "x.gpkg", folder)
    assert report["counts"]["addresses"] == count
    assert report["checks"]["counts"]["no_number"] == 2
