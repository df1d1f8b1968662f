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
from aliquot.console.geocode.towns import names_other_town, town_named
from aliquot.console.release.constants import PublicPlace

Towns = frozenset[str]
NO_TOWN: Towns = frozenset()

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
        rows: Iterable[tuple[str, str, float, float, Towns]],
        ends: Iterable[tuple[str, float, float, Towns]] = (),
    ) -> None:
        """``rows``: number, street, latitude, longitude, all names of its town.
        ``ends``: street, latitude, longitude of the ends of its segments, where streets
        meet, and all names of the towns on both sides."""
        found: dict[str, dict[LatLon, Towns]] = defaultdict(dict)
        for number, street, latitude, longitude, towns in rows:
            if key := plain(f"{number} {street}"):
                _put(found[key], (latitude, longitude), towns)
        for first, second, spot, towns in _crossings(ends):
            _put(found[_pair(first, second)], spot, towns)
        self._points = {key: tuple(sorted(at.items())) for key, at in found.items()}

    def points(self, address: str) -> Sequence[LatLon]:
        """Where it is, in the town that it names: where its own town cannot be told
        from the table, an address that names one is nowhere. A unit, a state and a
        postal code behind a comma are not looked at."""
        if len(address) > LONGEST_ADDRESS:
            return ()
        found = self._found(address.split(",")[0])
        if not found or not town_named(address):
            return tuple(spot for spot, _ in found)
        return tuple(at for at, here in found if not names_other_town(address, here))

    def _found(self, first: str) -> tuple[tuple[LatLon, Towns], ...]:
        if found := self._points.get(plain(first)):
            return found
        streets = [_street(name) for name in _CROSSING.split(first)]
        return self._points.get(_pair(*streets), ()) if len(streets) == 2 else ()


def _put(found: dict[LatLon, Towns], spot: LatLon, towns: Towns) -> None:
    known = found.setdefault(spot, towns)
    if not towns <= known:
        found[spot] = known | towns


def _crossings(
    ends: Iterable[tuple[str, float, float, Towns]],
) -> Iterable[tuple[str, str, LatLon, Towns]]:
    """Each two streets that meet, by their plain names, where, and in which towns."""
    met: dict[LatLon, dict[str, Towns]] = defaultdict(dict)
    for street, latitude, longitude, towns in ends:
        if name := _street(street):
            streets = met[round(latitude, 6), round(longitude, 6)]
            streets[name] = streets.get(name, NO_TOWN) | towns
    for spot, streets in met.items():
        for first, second in combinations(sorted(streets), 2):
            yield first, second, spot, streets[first] | streets[second]


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
