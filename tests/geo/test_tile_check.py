"""Tiles that a full disk cost are counted, and a map with holes is never shown."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from geo_samples import write_layer, write_town
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.clock import ManualClock
from aliquot.console.geo import geofile_tiles
from aliquot.console.geo.geofile_folder import MAP_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.geofile_tiles import MAX_ZOOM, TileLayer, read_tiles
from aliquot.console.geo.tile_check import (
    BadTilesError,
    entries,
    ids_of,
    missing,
    present,
)

WHOLE_WRITE = geofile_tiles._write


def points(count: int) -> list[Any]:
    return [
        shapely.Point(-93.6 + n % 40 / 50, 41.5 + n // 40 / 50) for n in range(count)
    ]


def layer(shapes: Sequence[Any], kind: str = "Point") -> TileLayer:
    count = len(shapes)
    return TileLayer("streets", kind, 10, tuple(shapes), ("x",) * count, ("",) * count)


def write(path: Path, made: TileLayer) -> None:
    assert WHOLE_WRITE(path, made) is None


def test_the_numbers_of_tiles_are_those_of_the_format() -> None:
    """From the description of version 3: z/x/y and their number."""
    for zoom, x, y, number in (
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (1, 0, 1, 2),
        (1, 1, 1, 3),
        (1, 1, 0, 4),
        (2, 0, 0, 5),
        (12, 3423, 1763, 19078479),
    ):
        spot = (np.array([[x, y]]) + 0.5) / 2**zoom
        assert ids_of(zoom, spot).tolist() == [number]


@given(st.integers(1, 6))
def test_each_tile_has_a_number_of_its_own_beside_its_neighbour(zoom: int) -> None:
    side = 2**zoom
    cells = [(x, y) for x in range(side) for y in range(side)]
    numbers = ids_of(zoom, (np.array(cells) + 0.5) / side).tolist()
    first = (4**zoom - 1) // 3
    assert sorted(numbers) == list(range(first, first + side * side))
    by_number = dict(zip(numbers, cells, strict=True))
    for number in range(first, first + side * side - 1):
        (x, y), (u, v) = by_number[number], by_number[number + 1]
        assert abs(x - u) + abs(y - v) == 1


def test_a_file_that_is_whole_lacks_nothing(tmp_path: Path) -> None:
    made = layer(points(400))
    write(tmp_path / "p.pmtiles", made)
    assert missing(tmp_path / "p.pmtiles", made.shapes, 10, MAX_ZOOM) == {}
    lines = [shapely.LineString([a.coords[0], b.coords[0]])
             for a, b in zip(points(300), points(320)[20:], strict=True)]  # fmt: skip
    write(tmp_path / "l.pmtiles", layer(lines, "LineString"))
    assert missing(tmp_path / "l.pmtiles", lines, 10, MAX_ZOOM) == {}
    areas = [a.buffer(0.004) for a in points(200)]
    write(tmp_path / "a.pmtiles", layer(areas, "Polygon"))
    assert missing(tmp_path / "a.pmtiles", areas, 10, MAX_ZOOM) == {}


def test_what_is_missing_is_counted_by_zoom(tmp_path: Path) -> None:
    """Points are 0.02 degrees apart: a tile of its own each, from zoom 14."""
    whole = layer(points(400))
    write(tmp_path / "half.pmtiles", layer(whole.shapes[:200]))
    lost = missing(tmp_path / "half.pmtiles", whole.shapes, 10, MAX_ZOOM)
    count, needed = lost[14]
    assert needed == len({tuple(ids_of(14, unit(p))) for p in whole.shapes})
    assert count == needed - len(
        {tuple(ids_of(14, unit(p))) for p in whole.shapes[:200]}
    )
    assert 0 < lost[12][0] < lost[14][0]


def unit(point: Any) -> Any:
    y = np.log(np.tan(np.pi / 4 + np.radians(point.y) / 2)) / (2 * np.pi)
    return np.array([[point.x / 360 + 0.5, 0.5 - y]])


def test_a_file_that_is_cut_short_or_no_tiles_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "p.pmtiles"
    write(path, layer(points(40)))
    body = path.read_bytes()
    for bad in (
        b"",
        body[:60],
        b"SQLite" + body[6:],
        body[:-1],
        body[: len(body) // 2],
    ):
        path.write_bytes(bad)
        with pytest.raises(BadTilesError):
            present(path)
    path.write_bytes(body[:127] + bytes(len(body) - 127))
    with pytest.raises(BadTilesError, match="list of tiles"):
        present(path)


def test_a_run_of_alike_tiles_and_offsets_that_follow_are_read() -> None:
    directory = bytes([2, 5, 4, 3, 1, 10, 20, 1, 0])
    assert list(entries(directory)) == [(5, 3, 0, 10), (9, 1, 10, 20)]


def town(folder: Path) -> Path:
    source = folder / "town.gpkg"
    write_town(source)
    spots = [shapely.Point(-120.54 + n * 0.01, 46.99) for n in range(12)]
    write_layer(source, "Hydrants", spots, {"HydrantID": [f"H{n}" for n in range(12)]})
    return source


@pytest.mark.parametrize("name", ["streets", "places"])
def test_the_report_says_which_layer_which_zoom_and_how_many(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(path: Path, made: TileLayer) -> str | None:
        shapes = list(made.shapes)
        if made.name == name:  # all but one lie elsewhere, so tiles are missing
            shapes[1:] = [shapely.transform(s, lambda xy: xy + 2) for s in shapes[1:]]
        moved = TileLayer(made.name, made.geometry, made.from_zoom, tuple(shapes),
                          made.kinds, made.names)  # fmt: skip
        return WHOLE_WRITE(path, moved)

    monkeypatch.setattr(geofile_tiles, "_write", short)
    folder = GeofileFolder(tmp_path / "geofile")
    report = import_geofile(town(tmp_path), folder, ManualClock())
    assert report["usable"]
    (count,) = {n for zoom, n in report["tiles"]["missing"][name].items() if zoom == 14}
    (notice,) = [n for n in report["notices"] if n["code"] == "tiles_left_out"]
    assert notice["layer"] == name
    assert f"{count} of " in notice["message"]
    assert "of zoom 14" in notice["message"]
    found = read_tiles(folder.file(MAP_NAME).parent)
    files = {} if found is None else found.files
    assert (found is None) is (name == "streets"), "streets with holes are not drawn"
    assert name not in files
    assert not (folder.file(MAP_NAME).parent / f"{name}.pmtiles").exists()


LIMITED = """
import json, resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_tile_check import layer, points
import shapely
from aliquot.console.geo import geofile_tiles
from aliquot.console.geo.geofile_rows import Rows
from aliquot.console.geo.tile_check import missing
spots = points(900)
lines = [shapely.LineString([(p.x, p.y), (p.x + 0.003, p.y + 0.002)]) for p in spots]
made = layer(lines, "LineString")
geofile_tiles._layers = lambda rows: [made]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
told = geofile_tiles.write_tiles(Path(sys.argv[1]), Rows())
path = Path(sys.argv[1]) / "streets.pmtiles"
whole = path.exists() and not missing(path, made.shapes, 10, 14)
print(json.dumps([told.as_json(), whole]))
"""


@pytest.mark.parametrize("kilobytes", [40, 100, 160, 220, 280])
def test_a_disk_that_takes_no_more_costs_no_tile_silently(
    kilobytes: int, tmp_path: Path
) -> None:
    """The system refuses what is longer, wherever the writer is by then."""
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", LIMITED, str(tmp_path), str(kilobytes << 10), here]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told, whole = json.loads(done.stdout.splitlines()[-1])
    assert whole or "streets" in told["failed"]
    assert whole is ("streets" in told["files"])
