"""What importing a county costs, step by step.

A generated county as a GeoPackage in the names of NENA-STA-006 version 3: towns on
grids of blocks, in each the street names that other towns have too, rural roads
between them, two address points or three a segment, a beat and a fire district a
town. Some rows are wrong as they are wrong in life: overlaps, wrong parity, gaps,
addresses on streets that are not there.

Run: ``python tests/bench/bench_geofile.py [SEGMENTS] [POINTS]`` (125,000, 300,000);
``... --keep FILE`` only writes the county. Memory is the most that was resident.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

from aliquot.console.clock import SystemClock
from aliquot.console.geo.geofile_folder import FOLDER, VERSIONS, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile

SOUTH, WEST = 43.0, -76.0
BLOCK = 0.0011  # degrees, 120 m from south to north
WIDE = 0.0015
SIDE = 40  # blocks of a town from edge to edge
BETWEEN = 0.09  # degrees from town to town
TYPES = ("St", "Ave", "Rd", "Ln", "Dr", "Ct")
WRONG = 200  # one row of so many is wrong somehow


def county(path: Path, segments: int, points: int, seed: int = 5) -> None:
    """Write the county into a new GeoPackage."""
    rng = np.random.default_rng(seed)
    lines, columns = _streets(segments, rng)
    _write(path, "RoadCenterLine", shapely.linestrings(lines), columns, "LineString")
    spots, sites = _points(lines, columns, points, rng)
    shapes = shapely.points(spots)
    _write(path, "SiteStructureAddressPoint", shapes, sites, "Point")
    towns = -(-segments // (2 * SIDE * (SIDE + 1)))
    corners = np.array([_corner(town, towns) for town in range(towns)])
    boxes = shapely.box(
        corners[:, 0] - 0.01,
        corners[:, 1] - 0.01,
        corners[:, 0] + SIDE * WIDE + 0.01,
        corners[:, 1] + SIDE * BLOCK + 0.01,
    )
    for layer, word in (("PolicePolygon", "Beat"), ("FirePolygon", "Fire")):
        names = np.array([f"{word} {n + 1}" for n in range(towns)], object)
        _write(path, layer, boxes, {"DsplayName": names}, "Polygon")


def _corner(town: int, towns: int) -> tuple[float, float]:
    across = int(np.ceil(np.sqrt(towns)))
    return WEST + town % across * BETWEEN, SOUTH + town // across * BETWEEN


def _streets(
    count: int, rng: np.random.Generator
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Lines of two points each (segment, end, xy), and columns."""
    town = np.arange(count) // (2 * SIDE * (SIDE + 1))
    within = np.arange(count) % (2 * SIDE * (SIDE + 1))
    street, block = within // SIDE, within % SIDE
    north = street > SIDE  # the later half of a town's streets run north
    number = np.where(north, street - SIDE - 1, street)
    towns = int(town.max()) + 1
    corners = np.array([_corner(n, towns) for n in range(towns)])[town]
    one = np.where(
        north[:, None],
        np.column_stack([number * WIDE, block * BLOCK]),
        np.column_stack([block * WIDE, number * BLOCK]),
    )
    step = np.where(north[:, None], [[0.0, BLOCK]], [[WIDE, 0.0]])
    lines = np.stack([corners + one, corners + one + step], axis=1)
    low = 100 * (block + 1)
    wrong = rng.random(count) < 1 / WRONG
    low = np.where(wrong, low + rng.integers(-150, 150, count), low)
    # Half of the names are those of other towns too.
    shared = number % 2 == 0
    key = np.where(shared, number, number + 100 * (town + 1)) + 50_000 * north
    names = np.array([f"{_word(int(k))}" for k in key], object)
    city = np.array([f"Town {n + 1}" for n in town], object)
    text = np.char.mod("%d", np.arange(count)).astype(object)
    return lines, {
        "NGUID": "urn:rcl:" + text,
        "St_Name": names,
        "St_PosTyp": np.array(TYPES, object)[key % len(TYPES)],
        "FromAddr_L": (low + 1).astype(np.int32),
        "ToAddr_L": (low + 99).astype(np.int32),
        "FromAddr_R": low.astype(np.int32),
        "ToAddr_R": (low + 98).astype(np.int32),
        "Parity_L": np.full(count, "O", object),
        "Parity_R": np.full(count, "E", object),
        "A3_L": city,
        "A3_R": city,
    }


def _word(key: int) -> str:
    syllables = ("ka", "lo", "mer", "tin", "sa", "bru", "den", "fi", "gor", "hal")
    return "".join(syllables[int(d)] for d in f"{key:03}").capitalize()


def _points(
    lines: np.ndarray,
    streets: dict[str, np.ndarray],
    count: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    which = rng.integers(0, len(lines), count)
    share, right = rng.random(count), rng.random(count) < 0.5
    spots = lines[which, 0] + (lines[which, 1] - lines[which, 0]) * share[:, None]
    spots += np.where(right, -1, 1)[:, None] * [[0.00012, 0.0001]]
    low = streets["FromAddr_R"][which]
    number = low + 2 * (share * 49).astype(int) + ~right
    wrong = rng.random(count) < 1 / WRONG
    names = streets["St_Name"][which]
    names = np.where(wrong & right, "Nowhere", names)
    text = np.char.mod("%d", np.arange(count)).astype(object)
    return spots, {
        "NGUID": "urn:ssap:" + text,
        "Add_Number": np.where(wrong & ~right, number + 1, number).astype(np.int32),
        "St_Name": names.astype(object),
        "St_PosTyp": streets["St_PosTyp"][which],
        "A3": streets["A3_L"][which],
        "ESN": np.full(count, "101", object),
    }


def _write(
    path: Path,
    layer: str,
    shapes: np.ndarray,
    columns: dict[str, np.ndarray],
    geometry: str,
) -> None:
    pyogrio.raw.write(
        path, shapely.to_wkb(shapes), list(columns.values()), list(columns),
        geometry_type=geometry, crs="EPSG:4326", layer=layer, append=path.exists(),
        driver="GPKG",
    )  # fmt: skip


def main(segments: int, points: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "county.gpkg"
        county(source, segments, points)
        measure(source, Path(name) / FOLDER)


def measure(source: Path, root: Path) -> None:
    print(f"{source.name}: {source.stat().st_size / 1e6:.0f} MB")
    said: list[tuple[float, str]] = []
    folder, began = GeofileFolder(root), time.perf_counter()
    report = import_geofile(
        source,
        folder,
        SystemClock(),
        lambda what: said.append((time.perf_counter() - began, what)),
    )
    took = time.perf_counter() - began
    print(", ".join(f"{k} {v:g} s" for k, v in report["seconds"].items()))
    times = [0.0, *(at for at, _ in said), took]
    longest = max(range(1, len(times)), key=lambda n: times[n] - times[n - 1])
    after = said[longest - 2][1] if longest > 1 else "the start"
    print(f"{len(said)} lines of progress, the longest silence "
          f"{times[longest] - times[longest - 1]:.1f} s after {after!r}")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"most memory {peak:.0f} MB")
    for path in sorted((root / VERSIONS).glob("*/*")):
        print(f"{path.name:<20} {path.stat().st_size / 1e6:7.1f} MB")
    print(report["counts"], report["checks"]["counts"], report["place_tree"]["state"])


if __name__ == "__main__":
    if "--keep" in sys.argv:
        at = sys.argv.index("--keep")
        rest = [*sys.argv[1:at], *sys.argv[at + 2 :]]
        given = [*map(int, rest), 125_000, 300_000][:2]
        county(Path(sys.argv[at + 1]), *given)
    elif len(sys.argv) == 2 and not sys.argv[1].isdecimal():
        with tempfile.TemporaryDirectory() as folder_name:
            measure(Path(sys.argv[1]), Path(folder_name) / FOLDER)
    else:
        numbers = [*map(int, sys.argv[1:]), *(125_000, 300_000)[len(sys.argv) - 1 :]]
        main(*numbers)
