"""A county to measure the map on: streets, listed cameras, moving units."""

from __future__ import annotations

import math
import random

from aliquot.console.domain.rows import CameraRow
from aliquot.console.geo.geofile_rows import Rows, Segment
from aliquot.widgets.map.model import MapUnit

SOUTH, WEST, HIGH, WIDE = 41.30, -93.90, 0.70, 0.90
MIDDLE = (SOUTH + HIGH / 2, WEST + WIDE / 2)


def county(count: int) -> Rows:
    """A crooked grid: one street in twelve is a major, blocks of 80 to 200 m."""
    chance = random.Random(5)
    side = math.isqrt(count // 2)
    spots = [
        [
            (
                SOUTH + (y + chance.gauss(0, 0.1)) * HIGH / side,
                WEST + (x + chance.gauss(0, 0.1)) * WIDE / side,
            )
            for x in range(side + 1)
        ]
        for y in range(side + 1)
    ]
    rows = Rows()
    none = ((None, None, "Z"), (None, None, "Z"))

    def add(name: str, major: bool, path: tuple[tuple[float, float], ...]) -> None:
        kind = "primary" if major else "residential"
        fid = len(rows.segments) + 1
        rows.segments.append(Segment(fid, None, name, (path,), none, (), kind, None))

    for y in range(side + 1):
        for x in range(side + 1):
            # A name lasts a few miles, as it does.
            if x < side:
                east = (spots[y][x], spots[y][x + 1])
                add(f"{y} Street {x // 40}", y % 12 == 0, east)
            if y < side:
                north = (spots[y][x], spots[y + 1][x])
                add(f"Avenue {x} {y // 40}", x % 12 == 0, north)
    return rows


def cameras(count: int) -> list[CameraRow]:
    chance = random.Random(6)
    towns = [(chance.random(), chance.random()) for _ in range(30)]
    found = []
    for n in range(count):
        north, east = towns[n % len(towns)]
        found.append(
            CameraRow(
                camera_id=f"C{n:06d}",
                latitude=SOUTH + HIGH * min(1, max(0, chance.gauss(north, 0.06))),
                longitude=WEST + WIDE * min(1, max(0, chance.gauss(east, 0.06))),
                azimuth_deg=chance.random() * 360,
            )
        )
    return found


def units(count: int, second: int) -> tuple[MapUnit, ...]:
    chance = random.Random(7)
    tones = ("available", "en_route", "dispatched", "on_scene")
    found = []
    for n in range(count):
        heading = chance.random() * 360
        away = 0.0002 * second
        found.append(
            MapUnit(
                unit_id=f"{n % 9}A{n:03d}",
                latitude=MIDDLE[0]
                + chance.gauss(0, 0.02)
                + away * math.cos(math.radians(heading)),
                longitude=MIDDLE[1]
                + chance.gauss(0, 0.03)
                + away * math.sin(math.radians(heading)),
                tone=tones[n % 4],
                shape=("dot", "triangle", "square", "ring")[n % 4],
                word="en route",
                busy=n % 5 == 0,
                heading_deg=heading,
                old="2 min old" if n % 10 == 0 else None,
            )
        )
    return tuple(found)
