"""The place tree as release control sees it: regions by place, places by address.

An address is only ever a key to look up. What the agency's own table does not hold
has no place, and so has what lies too near to a protected one: both answers are the
same, and cost the same.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Protocol

from aliquot.console.geo.model import LatLon, PlaceTree, Region
from aliquot.console.release.constants import PublicPlace

PROTECTED_M = 60.0  # around a protected place nothing has a region
LONGEST_ADDRESS = 200
_DEGREE_M = 111_195.0

_SHORT = {
    "ALLEY": "ALY",
    "AVENUE": "AVE",
    "AV": "AVE",
    "BOULEVARD": "BLVD",
    "CIRCLE": "CIR",
    "COURT": "CT",
    "DRIVE": "DR",
    "EXPRESSWAY": "EXPY",
    "FREEWAY": "FWY",
    "HIGHWAY": "HWY",
    "LANE": "LN",
    "PARKWAY": "PKWY",
    "PLACE": "PL",
    "PLAZA": "PLZ",
    "ROAD": "RD",
    "ROUTE": "RTE",
    "RT": "RTE",
    "SQUARE": "SQ",
    "STREET": "ST",
    "TERRACE": "TER",
    "TERR": "TER",
    "TRAIL": "TRL",
    "TURNPIKE": "TPKE",
    "NORTH": "N",
    "SOUTH": "S",
    "EAST": "E",
    "WEST": "W",
    "SAINT": "ST",
    "MOUNT": "MT",
}
_NUMBER = re.compile(r"^\d+[A-Z]?(?:-\d+[A-Z]?)?(?: ?1/2)?(?= )")
_CROSSING = re.compile(r" *[&/@] *| +(?:AND|AT) +", re.IGNORECASE)
_UNIT = re.compile(
    r"(?: (?:APT|APARTMENT|UNIT|STE|SUITE|LOT|RM|ROOM|FL|FLOOR) ?\S*| #.*)$"
)


class Locator(Protocol):
    """What finds regions; ``geo.place_index.Locator`` does."""

    def region_ids(self, latitude: float, longitude: float) -> dict[int, int] | None:
        """Region ids by level."""


class AddressBook:
    """The agency's own address points by number and street."""

    def __init__(
        self,
        rows: Iterable[tuple[str, str, float, float]],
        ends: Iterable[tuple[str, float, float]] = (),
    ) -> None:
        """``rows``: number, street, latitude, longitude. ``ends``: street, latitude,
        longitude of the ends of its segments, where streets meet."""
        found: dict[str, set[LatLon]] = defaultdict(set)
        for number, street, latitude, longitude in rows:
            if key := plain(f"{number} {street}"):
                found[key].add((latitude, longitude))
        for first, second, spot in _crossings(ends):
            found[_pair(first, second)].add(spot)
        self._points = {key: tuple(sorted(spots)) for key, spots in found.items()}

    def points(self, address: str) -> Sequence[LatLon]:
        """Where it is. What follows a comma (unit, community) is not looked at."""
        if len(address) > LONGEST_ADDRESS:
            return ()
        first = address.split(",")[0]
        if found := self._points.get(plain(first)):
            return found
        streets = [_street(name) for name in _CROSSING.split(first)]
        return self._points.get(_pair(*streets), ()) if len(streets) == 2 else ()


def _crossings(
    ends: Iterable[tuple[str, float, float]],
) -> Iterable[tuple[str, str, LatLon]]:
    """Each two streets that meet, by their plain names, and where."""
    met: dict[LatLon, set[str]] = defaultdict(set)
    for street, latitude, longitude in ends:
        if name := _street(street):
            met[round(latitude, 6), round(longitude, 6)].add(name)
    for spot, names in met.items():
        for first, second in combinations(sorted(names), 2):
            yield first, second, spot


def _pair(first: str, second: str) -> str:
    """No address of a number is spelled so."""
    return " & ".join(sorted((first, second)))


def _spelled(address: str) -> str:
    return re.sub(r"[.\s]+", " ", address.upper()).strip()


def _street(name: str) -> str:
    return " ".join(_SHORT.get(word, word) for word in _spelled(name).split())


def plain(address: str) -> str:
    """One spelling of a number and a street: capitals, short words, no unit."""
    words = _UNIT.sub("", _spelled(address))
    number = _NUMBER.match(words)
    if number is None:
        return ""  # no address without a number
    half = number[0].replace(" ", "")  # 12 1/2 and 121/2 are both written
    return f"{half} {_street(words[number.end() :])}"


class TreePlaces:
    """Regions of places by a tree, its private part and the agency's addresses."""

    def __init__(
        self,
        tree: PlaceTree,
        locator: Locator,
        addresses: AddressBook,
        protected: Sequence[LatLon] = (),
    ) -> None:
        self._tree = tree
        self._locator = locator
        self._addresses = addresses
        self.protected = tuple(protected)

    @cached_property
    def public(self) -> Mapping[int, PublicPlace]:
        """The public part of the tree: regions by id."""
        return public_places(self._tree)

    def region(self, region_id: int) -> Region | None:
        """A region as the map shows it."""
        return self._by_id.get(region_id)

    @cached_property
    def _by_id(self) -> Mapping[int, Region]:
        return {region.id: region for region in self._tree.regions}

    def region_ids(self, latitude: float, longitude: float) -> dict[int, int] | None:
        """Region ids by level; None where there is no region, or must be none."""
        found = self._locator.region_ids(latitude, longitude)
        near = [_metres(spot, (latitude, longitude)) for spot in self.protected]
        return None if min(near, default=math.inf) <= PROTECTED_M else found

    def address_points(self, address: str) -> Sequence[LatLon]:
        """Where an address is; () when it is not one of the agency's."""
        return self._addresses.points(address)


def public_places(tree: PlaceTree) -> dict[int, PublicPlace]:
    """All that may be known of the regions of a tree, by id."""
    return {
        region.id: PublicPlace(
            level=region.level,
            label=region.label,
            latitude=round(region.label_point[0], 4),
            longitude=round(region.label_point[1], 4),
            parcels=region.parcels,
            reviewed=region.reviewed,
        )
        for region in tree.regions
    }


def _metres(a: LatLon, b: LatLon) -> float:
    east = (a[1] - b[1]) * math.cos(math.radians(b[0]))
    return math.hypot(a[0] - b[0], east) * _DEGREE_M
