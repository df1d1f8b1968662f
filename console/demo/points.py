"""Halden's hydrants and the places that everybody knows by name. All invented."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from aliquot.console.demo.county import Address, County
from aliquot.console.demo.ground import along, degrees

EVERY = 4  # blocks; one hydrant
KERB_M = 7.0  # from the middle of the street

# Name, what it is, other names, street at which it stands.
PLACES = (
    ("Halden Police Department", "police", "HPD", "Court St"),
    ("Fire Headquarters", "fire station", "Station 1", "Foundry St"),
    ("Fire Station 2", "fire station", "Northside Station", "Vine St"),
    ("Fire Station 3", "fire station", "Southside Station", "Kiln St"),
    ("Tannery Valley Hospital", "hospital", "TVH;The Hospital", "Prospect St"),
    ("Halden City Hall", "government", "City Hall", "Main St"),
    ("Halden Public Library", "library", "", "Academy St"),
    ("Winslow Street School", "school", "", "Winslow St"),
    ("Granite Avenue School", "school", "", "Granite Ave"),
    ("Halden Depot", "station", "Train Station", "Depot St"),
    ("Loom Street Laundry", "shop", "", "Loom St"),
    ("Larch Market", "shop", "", "Larch Ave"),
    ("Orchard Hill Church", "church", "", "Orchard Hill Rd"),
    ("Ansel Harbor", "harbor", "", "Harbor St"),
    ("Eastmere Grange", "hall", "", "Grange St"),
    ("Corley Sawmill", "works", "The Mill", "Sawmill Rd"),
)


def hydrants(county: County) -> Iterator[tuple[float, float]]:
    """(latitude, longitude) at the kerb, near the beginning of a block."""
    blocks = (
        pair
        for street in county.streets
        if street.blocks
        for pair in itertools.pairwise(street.path)
    )
    for n, (here, there) in enumerate(blocks):
        if n % EVERY == 0:
            yield degrees(along(here, there, 0.12, KERB_M))


def places(county: County) -> Iterator[tuple[str, str, str, Address]]:
    """Name, kind, other names and the house of each."""
    for name, kind, others, street in PLACES:
        houses = [a for a in county.addresses if a.street == street]
        yield name, kind, others, houses[len(houses) // 2]
