"""What a question for cameras near a place costs, beside what else there is.

Cameras at random over 60 km by 60 km, four of five in clusters as in a town; places
near cameras; all listed within 250 m, with distance, bearing and facing. Compared:

* ``views``: ``SqlViews.cameras_near`` on a log on the disk: R-tree, table, geodesics.
* ``within``: ``SqlViews.cameras_within``, a map of 1 km by 1 km.
* ``numpy``: brute force, flat distance to every camera in one array.
* ``cKDTree``: scipy's tree in memory, flat distances.

``build`` fills the tables with the statements of the fold, in one transaction.
Run with how many cameras: ``python tests/bench/bench_cameras.py 1000000``.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from aliquot.console.store import folds_cameras, migrations
from aliquot.console.store.database import open_database
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.views import SqlViews

LATITUDE, LONGITUDE = 42.33, -83.05
RADIUS_M = 250.0
QUERIES = 300
METRES = 111_195.0
NARROW = math.cos(math.radians(LATITUDE))


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


def build(path: Path, where: np.ndarray, azimuths: np.ndarray) -> float:
    database = open_database(path)
    migrations.apply(database)
    tables = Tables(database.conn)
    began = time.perf_counter()
    database.conn.execute("BEGIN")
    for number, (place, azimuth) in enumerate(zip(where, azimuths, strict=True), 1):
        code = f"c{number}"
        tables.run(
            "INSERT INTO cameras VALUES(?, ?, ?, ?, ?, 90, NULL, 'fixed', NULL, 1,"
            " NULL, NULL, NULL, NULL)",
            (code, number, float(place[0]), float(place[1]), float(azimuth)),
        )
        folds_cameras._show(tables, code)
    database.conn.execute("COMMIT")
    took = time.perf_counter() - began
    database.conn.close()
    return took


def timed(ask: Callable[[np.ndarray], int], asked: np.ndarray) -> tuple[float, int]:
    """Median milliseconds a question, and how many cameras were found in all."""
    took, found = [], 0
    for place in asked:
        began = time.perf_counter()
        found += ask(place)
        took.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took), found


def facing(metres: np.ndarray, place: np.ndarray, azimuths: np.ndarray) -> np.ndarray:
    back = np.degrees(np.arctan2(*(place - metres).T)) % 360
    return np.abs((back - azimuths + 180) % 360 - 180) <= 45


def main(count: int) -> None:
    metres = places(count)
    azimuths = np.random.default_rng(8).uniform(0, 360, count)
    asked = metres[np.random.default_rng(9).integers(0, count, QUERIES)] + 40.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        built = build(path, degrees(metres), azimuths)
        views = SqlViews(open_database(path, read_only=True))
        in_degrees = degrees(asked)
        views.cameras_near(*in_degrees[0], RADIUS_M)
        print(f"{count:,} cameras, {QUERIES} questions, {RADIUS_M:g} m")
        say("views", built, timed(lambda p: near(views, p), in_degrees))
        say("within", None, timed(lambda p: within(views, p), in_degrees))
        views.close()
    say("numpy", None, timed(lambda p: brute(metres, azimuths, p), asked))
    began = time.perf_counter()
    tree = cKDTree(metres)
    took = time.perf_counter() - began
    say("cKDTree", took, timed(lambda p: by_tree(tree, metres, azimuths, p), asked))


def near(views: SqlViews, place: np.ndarray) -> int:
    return len(views.cameras_near(float(place[0]), float(place[1]), RADIUS_M))


def within(views: SqlViews, place: np.ndarray) -> int:
    north, east = 500 / METRES, 500 / METRES / NARROW
    latitude, longitude = float(place[0]), float(place[1])
    box = latitude - north, longitude - east, latitude + north, longitude + east
    return len(views.cameras_within(*box))


def brute(metres: np.ndarray, azimuths: np.ndarray, place: np.ndarray) -> int:
    away = np.hypot(*(metres - place).T)
    found = np.flatnonzero(away <= RADIUS_M)
    facing(metres[found], place, azimuths[found])
    return len(found[np.argsort(away[found])])


def by_tree(
    tree: cKDTree, metres: np.ndarray, azimuths: np.ndarray, place: np.ndarray
) -> int:
    found = np.array(tree.query_ball_point(place, RADIUS_M), dtype=int)
    away = np.hypot(*(metres[found] - place).T)
    facing(metres[found], place, azimuths[found])
    return len(found[np.argsort(away)])


def say(name: str, built: float | None, result: tuple[float, int]) -> None:
    took = "" if built is None else f"  build {built:6.1f} s"
    print(f"{name:<8} p50 {result[0]:7.3f} ms  {result[1]:>9,} found{took}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
