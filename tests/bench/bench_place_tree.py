"""What the place tree costs, and how near its regions are to what they stand for.

* ``Cambridge``: the real geofile of a city, where it lies beside the checkout.
* ``random``: 100,000 parcels in clusters on a grid of streets, made here.

A line a level: regions, the least and the most parcels in one, and the displacement
from parcel to label point. Seconds are of building the tree, without reading.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from aliquot.console.geo.geofile_fields import layer_kinds
from aliquot.console.geo.geofile_read import Layer, layer_names, read_layer
from aliquot.console.geo.geofile_rows import Rows
from aliquot.console.geo.geofile_tree import tree_of
from aliquot.console.geo.model import Grown, NoTree, Parcel, StreetLine
from aliquot.console.geo.place_index import Locator
from aliquot.console.geo.place_tree import place_tree_of, silent

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT.parent / "shared/data/geo/cambridge_ng911_sta006v3.gpkg"
RANDOM_PARCELS = 100_000
CLUSTERS = 60
BLOCK = 0.0015  # degrees


def table(name: str, found: Grown | NoTree, seconds: float) -> None:
    assert isinstance(found, Grown)
    count = sum(region.parcels for region in found.tree.at_level(1))
    print(f"\n{name}: {count} parcels, {seconds:.1f} s")
    print("level   k  regions  min  max  displacement m: median    p95      max")
    for level in found.tree.reports:
        away = level.displacement
        print(
            f"{level.level:>5} {level.k:>3} {level.regions:>8} {level.min_parcels:>4}"
            f" {level.max_parcels:>4} {away.median:>22.1f} {away.p95:>6.1f}"
            f" {away.max:>8.1f}"
        )
    _locate(found)


def _locate(found: Grown) -> None:
    locator = Locator(found.tree, found.index)
    rng = random.Random(1)
    spots = [(a / 1e7, b / 1e7) for a, b in rng.sample(found.index.points, 2_000)]
    began = time.perf_counter()
    for latitude, longitude in spots:
        locator.locate(latitude, longitude)
    took = (time.perf_counter() - began) / len(spots)
    print(f"locate: {took * 1e6:.0f} microseconds a place")


def cambridge() -> None:
    if not SOURCE.is_file():
        print("Cambridge: not beside this checkout, left out")
        return
    rows = Rows()
    for kind, name in layer_kinds(layer_names(SOURCE)).items():
        layer = read_layer(SOURCE, name, kind)
        assert isinstance(layer, Layer)
        rows.add(layer)
    began = time.perf_counter()
    found = tree_of(rows, "", "1", silent)
    table("Cambridge", found, time.perf_counter() - began)


def scattered(seed: int = 1) -> tuple[list[Parcel], list[StreetLine]]:
    rng = random.Random(seed)
    middles = [(rng.uniform(-0.3, 0.3), rng.uniform(-0.4, 0.4), rng.uniform(0.005, 0.04))
               for _ in range(CLUSTERS)]  # fmt: skip
    parcels = []
    for _ in range(RANDOM_PARCELS):
        north, east, spread = rng.choice(middles)
        north, east = rng.gauss(north, spread), rng.gauss(east, spread)
        street = f"{round(north / BLOCK)} St"
        parcels.append(Parcel(((46.9 + north, -120.5 + east),), street))
    lines = [round(n * BLOCK, 6) for n in range(-300, 301)]
    across = [(46.9 + n, -120.5 + e) for n in (-0.45, 0.45) for e in (-0.5, 0.5)]
    streets = [
        StreetLine(f"{round(n / BLOCK)} St",
                   ((46.9 + n, across[0][1]), (46.9 + n, across[1][1])))
        for n in lines
    ]  # fmt: skip
    return parcels, streets


def main() -> None:
    cambridge()
    parcels, streets = scattered()
    began = time.perf_counter()
    found = place_tree_of(parcels, streets)
    table("random", found, time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
