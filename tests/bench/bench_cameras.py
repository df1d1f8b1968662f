"""What a question for cameras near a place costs, beside what else there is.

Cameras at random over 60 km by 60 km, four of five in clusters as in a town; places
near cameras; all listed within 250 m, with distance, bearing and facing. In one run:

* ``views``: ``SqlViews.cameras_near`` on a log on the disk: cells, geodesics, answers.
* ``within``: ``SqlViews.cameras_within``, a map of 1 km by 1 km.
* ``R*Tree``: SQLite's, with the same table beside it; rows of the box, flat distances.
* ``STRtree``: shapely's, in memory; flat distances.
* ``cKDTree``: scipy's, in memory; flat distances.
* ``numpy``: brute force, flat distance to every camera in one array.

``build`` is what it takes to put all cameras into the index: the listed table from the
registry in the order of its cells; the R*Tree and the trees from the same places.
``fold`` is registry and listed table made from the events of some of the cameras, as
a log is rebuilt, without reading and checking the log. ``size`` is on the disk for tables, else in memory.
Run with how many cameras: ``python tests/bench/bench_cameras.py 1000000``.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from aliquot.console.cameras.cells import cell_of
from aliquot.console.domain import events as ev
from aliquot.console.store import folds_cameras, migrations
from aliquot.console.store.database import open_database
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.views import SqlViews

LATITUDE, LONGITUDE = 42.33, -83.05
RADIUS_M = 250.0
QUERIES = 300
METRES = 111_195.0
NARROW = math.cos(math.radians(LATITUDE))
FOLDED = 100_000  # events of so many cameras are folded, however many there are
TERMS = "0" * 64

_ENTRY = Entry(1, *([""] * (len(Entry._fields) - 1)))


@dataclass(slots=True)
class Built:
    """``size``: bytes."""

    seconds: float = 0.0
    cpu: float = 0.0
    size: int = 0


def places(count: int, seed: int = 7) -> np.ndarray:
    """Rows of metres east and north of the middle."""
    random = np.random.default_rng(seed)
    heaps = random.uniform(-30_000, 30_000, (200, 2))
    near = heaps[random.integers(0, 200, count)] + random.normal(0, 900, (count, 2))
    loose = random.uniform(-30_000, 30_000, (count, 2))
    return np.where(random.random((count, 1)) < 0.8, near, loose)


def degrees(metres: np.ndarray) -> np.ndarray:
    """Rows of latitude and longitude."""
    scaled = metres / (METRES * np.array([NARROW, 1.0]))
    return scaled[:, ::-1] + np.array([LATITUDE, LONGITUDE])


@contextmanager
def building(size: Callable[[], int]) -> Iterator[Built]:
    built, before, began = Built(), size(), time.perf_counter()
    began_cpu = time.process_time()
    yield built
    built.cpu = time.process_time() - began_cpu
    built.seconds = time.perf_counter() - began
    built.size = size() - before


def in_memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def registry(run: Any, where: np.ndarray, azimuths: np.ndarray) -> None:
    """All cameras as they are registered and listed; not timed."""
    run.execute("BEGIN")
    run.executemany(
        "INSERT INTO cameras VALUES(?, ?, ?, ?, ?, 90, NULL, 'fixed', NULL, 1,"
        " NULL, NULL, NULL, NULL)",
        (
            (f"c{n:07}", n, *map(float, place), float(azimuth))
            for n, (place, azimuth) in enumerate(zip(where, azimuths, strict=True), 1)
        ),
    )
    run.execute("COMMIT")


def on_disk(run: Any) -> Callable[[], int]:
    return lambda: int(run.execute("PRAGMA page_count").fetchone()[0]) * 4096


def cells(connection: Any) -> Built:
    """As a log is rebuilt: the product's own pass over the registry."""
    run = connection.execute
    with building(on_disk(connection)) as built:
        run("BEGIN")
        folds_cameras.show_all(Tables(connection))
        run("COMMIT")
    some = run("SELECT cell, latitude, longitude FROM cameras_listed LIMIT 99")
    assert all(cell_of(*place) == at for at, *place in some)
    return built


def folded(where: np.ndarray, azimuths: np.ndarray) -> float:
    """Seconds for one camera, registered and listed."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "log.sqlite")
        migrations.apply(database)
        tables, count = Tables(database.conn), min(FOLDED, len(where))
        began = time.perf_counter()
        database.conn.execute("BEGIN")
        for n in range(count):
            code, (latitude, longitude) = f"c{n:07}", where[n].tolist()
            folds_cameras.registered(
                tables,
                _ENTRY._replace(n=2 * n),
                ev.CameraRegistered(
                    camera_id=code,
                    latitude=latitude,
                    longitude=longitude,
                    azimuth_deg=float(azimuths[n]),
                    field_of_view_deg=90,
                    at_us=0,
                ),
            )
            listing = ev.CameraListed(
                camera_id=code, terms_sha256=TERMS, said_by=None, channel="import",
                at_us=0,
            )  # fmt: skip
            folds_cameras.listed(tables, _ENTRY._replace(n=2 * n + 1), listing)
        tables.settle()
        database.conn.execute("COMMIT")
        took = time.perf_counter() - began
        database.conn.close()
    return took / count


def rstar(run: Any) -> Built:
    run.execute("CREATE VIRTUAL TABLE points USING rtree(key, s, n, w, e)")
    run.execute(
        "CREATE TABLE spots (key INTEGER PRIMARY KEY, camera_id TEXT NOT NULL,"
        " latitude REAL, longitude REAL, azimuth_deg REAL, field_of_view_deg REAL)"
    )
    with building(on_disk(run)) as built:
        run.execute("BEGIN")
        run.execute(
            "INSERT INTO points SELECT key, latitude, latitude, longitude, longitude"
            " FROM cameras WHERE listed = 1 ORDER BY key"
        )
        run.execute(
            f"INSERT INTO spots SELECT {folds_cameras._SEEN} FROM cameras"
            " WHERE listed = 1 ORDER BY key"
        )
        run.execute("COMMIT")
    return built


@dataclass(slots=True)
class Timed:
    """Milliseconds. ``cpu``: median of processor time, which other work on the
    machine does not lengthen; ``p50``, ``p99``: of the clock on the wall."""

    cpu: float
    p50: float
    p99: float
    found: int


def timed(ask: Callable[[np.ndarray], int], asked: np.ndarray) -> Timed:
    took, used, found = [], [], 0
    for place in asked:
        began, began_cpu = time.perf_counter(), time.thread_time()
        found += ask(place)
        used.append((time.thread_time() - began_cpu) * 1e3)
        took.append((time.perf_counter() - began) * 1e3)
    took.sort()
    used.sort()
    last = math.ceil(len(took) * 0.99) - 1
    return Timed(used[len(used) // 2], took[len(took) // 2], took[last], found)


def facing(metres: np.ndarray, place: np.ndarray, azimuths: np.ndarray) -> np.ndarray:
    back = np.degrees(np.arctan2(*(place - metres).T)) % 360
    return np.abs((back - azimuths + 180) % 360 - 180) <= 45


def main(count: int) -> None:
    metres = places(count)
    where = degrees(metres)
    azimuths = np.random.default_rng(8).uniform(0, 360, count)
    asked = metres[np.random.default_rng(9).integers(0, count, QUERIES)] + 40.0
    print(f"{count:,} cameras, {QUERIES} questions, {RADIUS_M:g} m")
    in_tables(where, azimuths, degrees(asked))
    with building(in_memory) as built:
        strtree = shapely.STRtree(shapely.points(metres))
    say("STRtree", timed(lambda p: by_str(strtree, metres, azimuths, p), asked), built)
    with building(in_memory) as built:
        tree = cKDTree(metres)
    say("cKDTree", timed(lambda p: by_tree(tree, metres, azimuths, p), asked), built)
    say("numpy", timed(lambda p: brute(metres, azimuths, p), asked), None)
    each = folded(where, azimuths)
    print(f"{'fold':<8} {each * 1e6:.1f} µs a camera, {each * count:.1f} s for all")


def in_tables(where: np.ndarray, azimuths: np.ndarray, asked: np.ndarray) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        database = open_database(path)
        migrations.apply(database)
        registry(database.conn, where, azimuths)
        made = cells(database.conn)
        beside = rstar(database.conn)
        database.conn.close()
        views = SqlViews(open_database(path, read_only=True))
        near(views, asked[0])
        say("views", timed(lambda p: near(views, p), asked), made)
        say("within", timed(lambda p: within(views, p), asked), None)
        views.close()
        database = open_database(path, read_only=True)
        say("R*Tree", timed(lambda p: by_rstar(database.conn, p), asked), beside)
        database.conn.close()


def near(views: SqlViews, place: np.ndarray) -> int:
    return len(views.cameras_near(float(place[0]), float(place[1]), RADIUS_M))


def within(views: SqlViews, place: np.ndarray) -> int:
    north, east = 500 / METRES, 500 / METRES / NARROW
    latitude, longitude = float(place[0]), float(place[1])
    box = latitude - north, longitude - east, latitude + north, longitude + east
    return len(views.cameras_within(*box))


def by_rstar(run: Any, place: np.ndarray) -> int:
    north, east = RADIUS_M / METRES, RADIUS_M / METRES / NARROW
    latitude, longitude = float(place[0]), float(place[1])
    rows = run.execute(
        "SELECT camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
        " FROM points JOIN spots USING (key)"
        " WHERE n >= ? AND s <= ? AND e >= ? AND w <= ?",
        (latitude - north, latitude + north, longitude - east, longitude + east),
    ).fetchall()
    if not rows:
        return 0
    there = np.array([(row[2], row[1]) for row in rows])
    metres = (there - place[::-1]) * METRES * np.array([NARROW, 1.0])
    away = np.hypot(*metres.T)
    found = np.flatnonzero(away <= RADIUS_M)
    facing(metres[found], np.zeros(2), np.array([rows[n][3] for n in found]))
    return len(found[np.argsort(away[found])])


def by_str(
    tree: shapely.STRtree, metres: np.ndarray, azimuths: np.ndarray, place: np.ndarray
) -> int:
    found = tree.query(shapely.Point(place), "dwithin", RADIUS_M)
    return _ordered(metres, azimuths, place, found)


def by_tree(
    tree: cKDTree, metres: np.ndarray, azimuths: np.ndarray, place: np.ndarray
) -> int:
    found = np.array(tree.query_ball_point(place, RADIUS_M), dtype=int)
    return _ordered(metres, azimuths, place, found)


def brute(metres: np.ndarray, azimuths: np.ndarray, place: np.ndarray) -> int:
    found = np.flatnonzero(np.hypot(*(metres - place).T) <= RADIUS_M)
    return _ordered(metres, azimuths, place, found)


def _ordered(
    metres: np.ndarray, azimuths: np.ndarray, place: np.ndarray, found: np.ndarray
) -> int:
    away = np.hypot(*(metres[found] - place).T)
    facing(metres[found], place, azimuths[found])
    return len(found[np.argsort(away)])


def say(name: str, result: Timed, built: Built | None) -> None:
    made = ""
    if built is not None:
        made = f"  build {built.seconds:5.1f} s (cpu {built.cpu:4.1f})  size {built.size / 1e6:6.1f} MB"
    print(
        f"{name:<8} p50 {result.p50:7.3f}  p99 {result.p99:7.3f}"
        f"  cpu {result.cpu:7.3f} ms  {result.found:>9,} found{made}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
