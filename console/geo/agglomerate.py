"""Neighbouring units grow together until every group weighs enough.

Cheapest first, after Ward: joining two groups costs n1 * n2 / (n1 + n2) * d², with
n their weights and d the distance of their centroids. Only pairs of which one is
still too light are joined. Pairs that a barrier parts come after all others.
Equal costs go by number, and units are numbered by place: the order in which they
were given never shows.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aliquot.console.geo.mesh import Mesh
from aliquot.console.geo.progress import Tell, counted, silent

STREET_SHARE = 3.0  # how much dearer it is to join what has no street in common
DISTRICT_FACTOR = 1.5  # and what lies in two districts

Entry = tuple[bool, float, int, int]


@dataclass(frozen=True, slots=True)
class Units:
    """What is grouped: parcels, or groups of a finer level.

    ``streets[i]`` counts the parcels of unit i by street, ``districts[i]`` is the
    number of its district.
    """

    mesh: Mesh
    weights: Sequence[int]
    streets: Sequence[Counter[str]]
    districts: Sequence[int]


@dataclass(slots=True)
class Group:
    """Units that have grown together. ``beside`` maps a neighbour to whether every
    edge to it is barred."""

    members: list[int]
    weight: int
    x: float  # weighted sums, so that centroids need no rounding on the way
    y: float
    streets: dict[str, int]
    named: int  # parcels with a street: the sum of ``streets``
    district: int
    beside: dict[int, bool] = field(default_factory=dict)


def _start(units: Units) -> dict[int, Group]:
    groups: dict[int, Group] = {}
    for n, (x, y) in enumerate(units.mesh.xy.tolist()):
        w = units.weights[n]
        streets, district = dict(units.streets[n]), units.districts[n]
        named = sum(streets.values())
        groups[n] = Group([n], w, x * w, y * w, streets, named, district)
    pairs = zip(units.mesh.edges.tolist(), units.mesh.barred.tolist(), strict=True)
    for (a, b), barred in pairs:
        groups[a].beside[b] = barred
        groups[b].beside[a] = barred
    return groups


def _cost(a: Group, b: Group) -> float:
    dx = a.x / a.weight - b.x / b.weight
    dy = a.y / a.weight - b.y / b.weight
    cost = a.weight * b.weight / (a.weight + b.weight) * (dx * dx + dy * dy)
    if a.district != b.district:
        cost *= DISTRICT_FACTOR
    return cost * (1.0 + STREET_SHARE * (1.0 - _shared(a, b)))


def _shared(a: Group, b: Group) -> float:
    """The share (0 to 1) of the smaller whose streets the other has too."""
    fewer, more = a.streets, b.streets
    if len(more) < len(fewer):
        fewer, more = more, fewer
    common = 0
    for name, n in fewer.items():
        if (m := more.get(name)) is not None:
            common += min(m, n)
    return common / max(1, min(a.named, b.named))


def _summed(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    found = dict(one)
    for name, n in other.items():
        found[name] = found.get(name, 0) + n
    return found


class _Growth:
    """One run. ``heap`` holds joins that are still possible, and stale ones."""

    def __init__(self, units: Units, k: int) -> None:
        self.k = k
        self.groups = _start(units)
        self.following = len(self.groups)
        self.heap: list[Entry] = []
        for a, group in self.groups.items():
            for b, barred in group.beside.items():
                if a < b:
                    self._offer(a, b, barred)
        heapq.heapify(self.heap)

    def _offer(self, a: int, b: int, barred: bool) -> None:
        """Before the heap is one, order does not matter."""
        one, other = self.groups[a], self.groups[b]
        if one.weight < self.k or other.weight < self.k:
            self.heap.append((barred, _cost(one, other), a, b))

    def run(self, tell: Tell = silent) -> list[list[int]]:
        """``tell``: how many joins were looked at."""
        for a, b in counted(self._cheapest(), None, "joining parcels", tell):
            if a in self.groups and b in self.groups:
                self._join(a, b)
        return sorted(sorted(g.members) for g in self.groups.values())

    def _cheapest(self) -> Iterator[tuple[int, int]]:
        while self.heap:
            _, _, a, b = heapq.heappop(self.heap)
            yield a, b

    def _join(self, a: int, b: int) -> None:
        one, other = self.groups.pop(a), self.groups.pop(b)
        heavier = one if one.weight >= other.weight else other
        new = self.following
        self.following += 1
        joined = Group(
            one.members + other.members,
            one.weight + other.weight,
            one.x + other.x,
            one.y + other.y,
            _summed(one.streets, other.streets),
            one.named + other.named,
            heavier.district,
            _merged(one.beside, other.beside, a, b),
        )
        self.groups[new] = joined
        for n, barred in joined.beside.items():
            beside = self.groups[n].beside
            beside.pop(a, None)
            beside.pop(b, None)
            beside[new] = barred
            if joined.weight < self.k or self.groups[n].weight < self.k:
                cost = _cost(joined, self.groups[n])
                heapq.heappush(self.heap, (barred, cost, n, new))


def _merged(
    one: dict[int, bool], other: dict[int, bool], a: int, b: int
) -> dict[int, bool]:
    """The neighbours of both but themselves; open where either has it open."""
    found = {n: barred for n, barred in one.items() if n != b}
    for n, barred in other.items():
        if n != a:
            found[n] = barred and found.get(n, True)
    return found


def grow(units: Units, k: int, tell: Tell = silent) -> list[list[int]]:
    """Groups of units that weigh k or more each, as sorted lists, sorted.

    Units of which all together weigh less than k become one group of all.
    """
    return _Growth(units, k).run(tell)
