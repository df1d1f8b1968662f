"""A small town with a place tree, the default policy, and an incident in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.geo.model import Grown, Parcel, StreetLine
from aliquot.console.geo.place_index import Locator
from aliquot.console.geo.place_tree import place_tree_of
from aliquot.console.release.facts import moment_us
from aliquot.console.release.places import AddressBook, TreePlaces
from aliquot.console.release.policy import Policy
from aliquot.console.release.proposal import Under
from aliquot.console.release.sources import default_policy

sys.path.insert(0, str(Path(__file__).parent))  # for release_town

from release_town import Town, town_in

SOUTH, WEST = 41.70, -73.90
ROW, COLUMN = 0.0004, 0.0005  # degrees between parcels
TOWNS = frozenset({"Halden"})
NAMES = ("Oak Street", "Elm Street", "Mill Road", "O'Hara Lane", "Water Street",
         "Dock & Quay Street", "North Avenue", "Hill Road")  # fmt: skip
COLUMNS = 16
TREE_SHA256 = "7" * 64


def spot(row: int, column: int) -> tuple[float, float]:
    return round(SOUTH + row * ROW, 6), round(WEST + column * COLUMN, 6)


def _grown() -> Grown:
    parcels = [
        Parcel((spot(row, column),), NAMES[row // 2])
        for row in range(2 * len(NAMES))
        for column in range(COLUMNS)
    ]
    streets = [
        StreetLine(name, (spot(2 * n, -1), spot(2 * n, COLUMNS)))
        for n, name in enumerate(NAMES)
    ]
    grown = place_tree_of(parcels, streets)
    assert isinstance(grown, Grown)
    return grown


def _book() -> AddressBook:
    return AddressBook(
        (str(100 + 2 * column + row % 2), NAMES[row // 2], *spot(row, column), TOWNS)
        for row in range(2 * len(NAMES))
        for column in range(COLUMNS)
    )


@pytest.fixture(scope="session")
def grown() -> Grown:
    return _grown()


@pytest.fixture(scope="session")
def places(grown: Grown) -> TreePlaces:
    return TreePlaces(grown.tree, Locator(grown.tree, grown.index), _book())


@pytest.fixture(scope="session")
def policy() -> Policy:
    return default_policy()


@pytest.fixture(scope="session")
def under(policy: Policy, places: TreePlaces) -> Under:
    return Under(policy.constants(places.public), policy.sha256, TREE_SHA256)


@pytest.fixture(scope="session")
def now_us() -> int:
    found = moment_us("2026-05-01T23:00:00Z")
    assert found is not None
    return found


@pytest.fixture
def incident() -> dict[str, Any]:
    """A closed burglary of 50 minutes ago at an address that is known."""
    latitude, longitude = spot(4, 5)
    return {
        "type_code": "BURGLARY",
        "apco_code": "BURGLARY",
        "latitude": latitude,
        "longitude": longitude,
        "address": "110 Mill Rd",
        "received_at": "2026-05-01T22:10:00Z",
        "status": "closed",
    }


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A log with the services, in this thread, and a clock that stands."""
    with town_in(tmp_path / "profile") as made:
        yield made
