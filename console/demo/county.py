"""Halden County: an invented town and its county, the same for the same seed.

Nothing in it is real but the spot on the globe. Streets follow two grids that meet
at a river, an orchard estate of curves, three villages and country roads; houses
stand along the streets and are numbered as a county would number them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from aliquot.console.demo import names
from aliquot.console.demo.ground import Spot, degrees, inside

SEED = 1968


@dataclass(frozen=True, slots=True)
class Street:
    """One unbroken run of a street. ``kind``: street or major. Metres."""

    name: str
    kind: str
    community: str
    path: tuple[Spot, ...]
    blocks: tuple[int, ...] = ()
    spacing_m: float = 22.0


@dataclass(frozen=True, slots=True)
class Area:
    """``kind``: water, park, campus, boundary or beat. A ring in metres."""

    kind: str
    name: str
    ring: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """An address point, WGS84 degrees. ``unit`` is a lot or flat, or None."""

    number: int
    street: str
    community: str
    unit: str | None
    latitude: float
    longitude: float
    beat: str
    fire: str
    esn: str


@dataclass(frozen=True, slots=True)
class Tower:
    """A cell tower with three sectors; its address is a place on a road."""

    number: int
    street: str
    community: str
    company: str
    name: str
    pani: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class CountyUnit:
    """A unit and its home. ``service``: law, fire or ems."""

    unit_id: str
    service: str
    kind: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class County:
    streets: tuple[Street, ...]
    areas: tuple[Area, ...]
    addresses: tuple[Address, ...]
    towers: tuple[Tower, ...]
    units: tuple[CountyUnit, ...]

    def extent(self) -> tuple[float, float, float, float]:
        """South, west, north, east of the county's boundary, degrees."""
        ring = next(a.ring for a in self.areas if a.kind == "boundary")
        corners = [degrees(spot) for spot in ring]
        latitudes = [c[0] for c in corners]
        longitudes = [c[1] for c in corners]
        return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


@lru_cache(maxsize=2)
def halden(seed: int = SEED) -> County:
    """The county. The same seed gives the same county, byte for byte."""
    from aliquot.console.demo import people, streets

    rng = random.Random(seed)
    areas = streets.areas(rng)
    roads = streets.streets(rng, areas)
    return County(
        streets=roads,
        areas=areas,
        addresses=people.addresses(rng, roads, areas),
        towers=people.towers(),
        units=people.units(),
    )


def area_of(kind: str, spot: Spot, areas: tuple[Area, ...]) -> str:
    """Name of the area of a kind that holds the spot, or an empty string."""
    for area in areas:
        if area.kind == kind and inside(spot, area.ring):
            return area.name
    return ""


__all__ = [
    "SEED",
    "Address",
    "Area",
    "County",
    "CountyUnit",
    "Street",
    "Tower",
    "area_of",
    "halden",
    "names",
]
