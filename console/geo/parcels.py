"""Parcels from what an agency has: address points, or ranges along its streets.

What counts is where people are, not how many doors: points on one spot are one
parcel, and so are the flats, lots and halls of one address, however far apart their
points stand. A trailer park on one parcel counts one.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aliquot.console.geo.model import LatLon, Parcel
from aliquot.console.geo.plane import METRES_PER_DEGREE

Spot = tuple[int, int]  # latitude and longitude in 1e-7 degrees

E7 = 10_000_000
SAME_ADDRESS_M = 250.0  # from one point of an address to the next
SET_BACK_M = 12.0  # of a parcel that is only known by its number
MAX_SPAN = 2_000  # a range over more numbers than this is a mistake


@dataclass(frozen=True, slots=True)
class AddressPoint:
    """A point of an address. ``number`` is the whole of it, as "12 1/2" or "4B"."""

    latitude: float
    longitude: float
    street: str = ""
    number: str = ""
    community: str = ""


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Numbers along one side of a run of a street, from its first point on.

    ``side``: -1 left, 1 right. ``parity``: O, E, B (both) or Z (none).
    """

    street: str
    path: tuple[LatLon, ...]
    first: int
    last: int
    parity: str
    side: int


def gather(addresses: Iterable[AddressPoint]) -> tuple[Parcel, ...]:
    """Parcels of address points, sorted by place; the order given does not matter."""
    by_spot: dict[Spot, set[AddressPoint]] = defaultdict(set)
    for address in addresses:
        by_spot[_spot((address.latitude, address.longitude))].add(address)
    spots = sorted(by_spot)
    group = list(range(len(spots)))
    for members in _by_address(spots, by_spot).values():
        _join_chain(members, spots, group)
    return tuple(
        _parcel(members, Counter(a.street for s in members for a in by_spot[s]))
        for members in _groups(spots, group)
    )


def distinct(parcels: Iterable[Parcel]) -> tuple[Parcel, ...]:
    """The parcels, those that share a point made one, sorted by place."""
    by_spot: dict[Spot, list[int]] = defaultdict(list)
    given = list(parcels)
    for n, parcel in enumerate(given):
        for point in parcel.points:
            by_spot[_spot(point)].append(n)
    spots = sorted(by_spot)
    place = {spot: n for n, spot in enumerate(spots)}
    group = list(range(len(spots)))
    for parcel in given:
        for point in parcel.points[1:]:
            _unite(group, place[_spot(parcel.points[0])], place[_spot(point)])
    return tuple(
        _parcel(members, Counter(given[n].street for s in members for n in by_spot[s]))
        for members in _groups(spots, group)
    )


def _spot(place: LatLon) -> Spot:
    return (round(place[0] * E7), round(place[1] * E7))


def _groups(spots: Sequence[Spot], group: list[int]) -> list[list[Spot]]:
    members: dict[int, list[Spot]] = defaultdict(list)
    for n, spot in enumerate(spots):
        members[_root(group, n)].append(spot)
    return sorted(members.values())


def _by_address(
    spots: Sequence[Spot], by_spot: dict[Spot, set[AddressPoint]]
) -> dict[tuple[str, str, str], list[int]]:
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for n, spot in enumerate(spots):
        keys = {(a.community, a.street, a.number) for a in by_spot[spot]}
        for key in keys:
            if key[1] and key[2]:
                found[key].append(n)
    return {key: members for key, members in found.items() if len(members) > 1}


def _join_chain(members: list[int], spots: Sequence[Spot], group: list[int]) -> None:
    """Join the points of one address that steps of 250 m lead to."""
    for i, n in enumerate(members):
        for other in members[i + 1 :]:
            if _apart(spots[n], spots[other]) <= SAME_ADDRESS_M:
                _unite(group, n, other)


def _unite(group: list[int], n: int, other: int) -> None:
    low, high = sorted((_root(group, n), _root(group, other)))
    group[high] = low


def _root(group: list[int], n: int) -> int:
    while group[n] != n:
        group[n] = group[group[n]]
        n = group[n]
    return n


def _apart(a: Spot, b: Spot) -> float:
    narrow = math.cos(math.radians(a[0] / E7))
    north, east = (a[0] - b[0]) / E7, (a[1] - b[1]) / E7 * narrow
    return math.hypot(north, east) * METRES_PER_DEGREE


def _parcel(spots: list[Spot], streets: Counter[str]) -> Parcel:
    named = [name for name in streets if name]
    street = min(named, key=lambda name: (-streets[name], name), default="")
    return Parcel(tuple((s[0] / E7, s[1] / E7) for s in spots), street)


def along_ranges(ranges: Iterable[AddressRange]) -> tuple[Parcel, ...]:
    """A parcel for each number of each range, set back from the street."""
    points = [
        AddressPoint(*place, street=r.street, number=str(number))
        for r in ranges
        for number, place in _numbers(r)
    ]
    return gather(points)


def _numbers(r: AddressRange) -> Iterator[tuple[int, LatLon]]:
    low, high = sorted((r.first, r.last))
    wanted = {"O": (1,), "E": (0,), "B": (0, 1)}.get(r.parity, ())
    if low < 0 or high <= 0 or high - low > MAX_SPAN or len(r.path) < 2:
        return
    numbers = [n for n in range(low, high + 1) if n % 2 in wanted and n > 0]
    if r.first > r.last:
        numbers.reverse()
    for i, number in enumerate(numbers):
        yield number, _beside(r.path, (i + 0.5) / len(numbers), r.side)


def _beside(path: Sequence[LatLon], share: float, side: int) -> LatLon:
    """A point set back from the path at a share (0 to 1) of its length."""
    narrow = max(0.01, math.cos(math.radians(path[0][0])))
    flat = [(p[1] * narrow, p[0]) for p in path]
    steps = [math.dist(a, b) for a, b in itertools.pairwise(flat)]
    left = share * sum(steps)
    back = SET_BACK_M / METRES_PER_DEGREE
    for (a, b), step in zip(itertools.pairwise(flat), steps, strict=True):
        if left <= step and step > 0:
            east, north = (b[0] - a[0]) / step, (b[1] - a[1]) / step
            x = a[0] + east * left + side * north * back
            return (a[1] + north * left - side * east * back, x / narrow)
        left -= step
    return path[-1]
