"""Vector tiles of a geofile: whole, told of, and never in the way of an import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyogrio
import pyogrio.errors
import pytest
from geo_samples import write_town

from aliquot.console.clock import ManualClock
from aliquot.console.geo import geofile_tiles
from aliquot.console.geo.geofile_folder import MAP_NAME, REPORT_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.geofile_rows import Place, Rows, Segment
from aliquot.console.geo.geofile_tiles import read_tiles, write_tiles


def segment(name: str, path: list[tuple[float, float]], cls: str | None) -> Segment:
    none = ((None, None, "Z"), (None, None, "Z"))
    return Segment(1, None, name, (tuple(path),), none, (), cls, None)


def grid(count: int, major: str | None) -> Rows:
    """Streets from west to east in blocks, each a little longer than the next."""
    rows = Rows()
    for y in range(count):
        for x in range(count - y // 2):
            west, north = -93.6 + x / 500, 41.5 + y / 500
            path = [(north, west), (north, west + 1 / 500)]
            cls = major if y == 0 else "residential"
            rows.segments.append(segment(f"{y} St", path, cls))
    return rows


def drawn(folder: Path, name: str) -> Any:
    """Names of what GDAL reads of a file at its finest zoom."""
    _, _, _, fields = pyogrio.raw.read(folder / f"{name}.pmtiles", columns=["name"])
    return set(fields[0])


def test_each_street_is_in_one_file_and_majors_are_seen_from_afar(
    tmp_path: Path,
) -> None:
    made = write_tiles(tmp_path, grid(12, "primary"))
    assert not made.failed
    assert drawn(tmp_path, "majors") == {"0 St"}
    assert drawn(tmp_path, "streets") == {f"{y} St" for y in range(1, 12)}
    assert made.files["streets"] == (tmp_path / "streets.pmtiles").stat().st_size


def test_without_classes_the_longest_streets_are_seen_from_afar(tmp_path: Path) -> None:
    write_tiles(tmp_path, grid(12, "residential"))
    far = drawn(tmp_path, "majors")
    assert far <= {"0 St", "1 St"}
    assert far
    assert drawn(tmp_path, "streets").isdisjoint(far)


def test_the_towns_leave_out_a_far_road(tmp_path: Path) -> None:
    rows = grid(12, "primary")
    rows.segments.append(segment("Far Rd", [(42.4, -95.0), (42.5, -95.1)], None))
    towns = write_tiles(tmp_path, rows).towns
    assert towns is not None
    south, west, north, east = towns
    assert 41.4 < south < north < 41.6
    assert -93.7 < west < east < -93.5


def test_places_and_hydrants_are_told_apart(tmp_path: Path) -> None:
    rows = grid(4, "primary")
    for n, kind in enumerate(("school", "Fire Hydrant")):
        place = Place(n, None, kind.upper(), kind, 41.5 + n / 1000, -93.6)
        rows.places.append(place)
    write_tiles(tmp_path, rows)
    info = pyogrio.raw.read(tmp_path / "places.pmtiles", columns=["kind", "name"])
    found = set(zip(*info[3], strict=True))
    assert found == {("place", "SCHOOL"), ("hydrant", "FIRE HYDRANT")}


def test_what_was_written_is_found_and_what_is_broken_is_not(tmp_path: Path) -> None:
    assert read_tiles(tmp_path) is None
    made = write_tiles(tmp_path, grid(4, "primary"))
    found = read_tiles(tmp_path)
    assert found is not None
    assert sorted(found.files) == sorted(made.files) == ["majors", "streets"]
    assert found.towns == pytest.approx(made.towns)
    (tmp_path / "tiles.json").write_text(json.dumps({"format": "other"}))
    assert read_tiles(tmp_path) is None
    (tmp_path / "tiles.json").write_text("{")
    assert read_tiles(tmp_path) is None


def test_a_name_from_the_index_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    write_tiles(tmp_path, grid(4, "primary"))
    index = json.loads((tmp_path / "tiles.json").read_bytes())
    index["files"] += ["../streets", "..", "a/b"]
    (tmp_path / "tiles.json").write_text(json.dumps(index))
    found = read_tiles(tmp_path)
    assert found is not None
    assert sorted(found.files) == ["majors", "streets"]


@pytest.mark.parametrize(
    "problem",
    [pyogrio.errors.DataSourceError("no driver"), RuntimeError("x"), OSError(28, "x")],
)
def test_tiles_that_fail_cost_no_geofile(
    problem: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise problem

    write_town(tmp_path / "town.gpkg")
    folder = GeofileFolder(tmp_path / "geofile")
    monkeypatch.setattr(geofile_tiles.pyogrio.raw, "write", fail)
    report = import_geofile(tmp_path / "town.gpkg", folder, ManualClock())
    assert report["usable"]
    assert report["tiles"]["files"] == {}
    assert "streets" in report["tiles"]["failed"]
    assert folder.file(MAP_NAME).is_file()
    assert read_tiles(folder.file(MAP_NAME).parent) is None


def test_an_import_has_tiles_beside_the_geofile(tmp_path: Path) -> None:
    write_town(tmp_path / "town.gpkg")
    folder = GeofileFolder(tmp_path / "geofile")
    said: list[str] = []
    report = import_geofile(tmp_path / "town.gpkg", folder, ManualClock(), said.append)
    assert "writing map tiles: streets" in said
    assert report["seconds"]["tiles"] > 0
    kept = json.loads(folder.file(REPORT_NAME).read_bytes())
    assert kept["tiles"]["files"] == report["tiles"]["files"]
    found = read_tiles(folder.file(MAP_NAME).parent)
    assert found is not None
    assert all(path.read_bytes()[:7] == b"PMTiles" for path in found.files.values())
