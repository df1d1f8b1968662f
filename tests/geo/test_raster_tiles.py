"""Pictures of the ground: what is read of MBTiles, and what is left out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from aliquot.console.geo.raster_tiles import RasterTiles, open_rasters
from aliquot.console.problems import KnownProblem

PNG = b"\x89PNG\r\n\x1a\n picture"


def write(path: Path, data: bytes = PNG) -> None:
    with sqlite3.connect(path) as made:
        made.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER,"
            " tile_row INTEGER, tile_data BLOB)"
        )
        made.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(3, 1, 5, data), (4, 2, 10, data + b" closer")],
        )
    made.close()


def test_rows_are_counted_from_the_north(tmp_path: Path) -> None:
    write(tmp_path / "photo.mbtiles")
    photo = RasterTiles(tmp_path / "photo.mbtiles")
    assert photo.zooms == (3, 4)
    assert photo.mime == "image/png"
    assert photo.tile(3, 1, 2) == PNG
    assert photo.tile(4, 2, 5) == PNG + b" closer"
    assert photo.tile(3, 1, 5) is None
    photo.close()


@pytest.mark.parametrize("data", [b"\x1f\x8b vector", b"", b"<svg>"])
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    write(tmp_path / "x.mbtiles", data)
    with pytest.raises(KnownProblem, match="no pictures"):
        RasterTiles(tmp_path / "x.mbtiles")


def test_broken_files_are_left_out_and_the_others_stay(tmp_path: Path) -> None:
    write(tmp_path / "photo.mbtiles")
    (tmp_path / "text.mbtiles").write_text("this is no database at all" * 100)
    write(tmp_path / "Bad Name.mbtiles")
    with sqlite3.connect(tmp_path / "empty.mbtiles") as other:
        other.execute("CREATE TABLE other (x)")
    other.close()
    found = open_rasters(tmp_path)
    assert sorted(found) == ["photo"]
    found["photo"].close()


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert open_rasters(tmp_path / "none") == {}
