"""`aliquot geofile import`: streams, exit codes, where things go, interrupts."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from aliquot.console.cli.main import run
from aliquot.console.geo.geofile_folder import GeofileFolder


def write(path: Path, count: int = 60, spread: float = 0.01) -> Path:
    """A GeoPackage of address points on a spiral."""
    turns = np.arange(count) * 2.4
    far = spread * np.sqrt(np.arange(count) + 1) / np.sqrt(count)
    points = shapely.points(-120.5 + far * np.cos(turns), 46.99 + far * np.sin(turns))
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(points),
        field_data=[np.array(["Elm"] * count, dtype=object)],
        fields=["St_Name"],
        layer="SiteStructureAddressPoint",
        geometry_type="Point",
        crs="EPSG:4326",
        driver="GPKG",
    )
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "county.gpkg")


def test_into_the_profile(
    source: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["geofile", "import", str(source), "--json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["source"] == "county.gpkg"
    assert report["place_tree"]["state"] == "active"
    assert "reading" in said.err
    folder = GeofileFolder(own_home / "profile" / "geofile")
    assert folder.in_use().tree == report["place_tree"]["sha256"]


def test_into_a_folder(
    source: Path, own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "out"
    assert run(["geofile", "import", str(source), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "60 address points" in said
    assert "60 address points on no street of that name" in said
    assert "place tree: active" in said
    assert "regions of 8 parcels or more" in said
    assert GeofileFolder(out).in_use().version == "0001"
    assert not (own_home / "profile").exists()


def test_rejected_rows_are_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "odd.gpkg", spread=0.01)
    wkb = shapely.to_wkb(np.array([shapely.Point(0, 0)]))
    pyogrio.raw.write(source, wkb, [np.array(["X"], object)], ["St_Name"],
                      layer="SiteStructureAddressPoint", geometry_type="Point",
                      crs="EPSG:4326", driver="GPKG", append=True)  # fmt: skip
    assert run(["geofile", "import", str(source)]) == 0
    said = capsys.readouterr().out
    assert "1 rows could not be used" in said
    assert "row 61: far_away" in said


def test_nothing_usable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "empty.gpkg"
    square = shapely.to_wkb(np.array([shapely.box(-120.6, 46.9, -120.5, 47)]))
    pyogrio.raw.write(source, square, [np.array(["A"], object)], ["DsplayName"],
                      layer="FirePolygon", geometry_type="Polygon",
                      crs="EPSG:4326", driver="GPKG")  # fmt: skip
    assert run(["geofile", "import", str(source), "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["usable"] is False
    assert "Nothing usable" in said.err


@pytest.mark.parametrize("content", [b"", b"no GeoPackage", b"SQLite format 3\0" * 9])
def test_an_unreadable_source(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "bad.gpkg"
    source.write_bytes(content)
    assert run(["geofile", "import", str(source), "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "bad.gpkg" in said.err
    assert "Traceback" not in said.err


def test_a_missing_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["geofile", "import", "no-such.gpkg"]) == 2
    assert "no-such.gpkg" in capsys.readouterr().err


def test_an_interrupt_changes_nothing(tmp_path: Path) -> None:
    """The signal comes while the tree grows; a second import then runs through."""
    source = write(tmp_path / "large.gpkg", 6_000, 0.05)
    out = tmp_path / "out"
    line = [sys.executable, "-m", "aliquot.console", "geofile", "import"]
    with subprocess.Popen(
        [*line, str(source), "--out", str(out), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        for said in process.stderr:
            if said.startswith("level 1"):
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        assert process.wait(60) == 130
        assert process.stdout.read() == ""
        assert "Traceback" not in rest
    assert GeofileFolder(out).state is None
    assert [p.name for p in out.iterdir()] == ["import.lock"]
    assert run(["geofile", "import", str(source), "--out", str(out)]) == 0
