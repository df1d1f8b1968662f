"""Neighbouring units grow together until every group weighs enough.

Cheapest first, after Ward: joining two groups costs n1 * n2 / (n1 + n2) * d², with
n their weights and d the distance of their centroids. Only pairs of which one is
still too light are joined. Pairs that a barrier parts come after all others.
Equal costs go by number, and units are numbered by place: the order in which they
were given never shows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aliquot.console.geo.mesh import Mesh
from aliquot.console.geo.progress import Tell, counted, silent

STREET_SHARE = 3.0  # how much dearer it is to join what has no street in common
DISTRICT_FACTOR = 1.5  # and what lies in two districts

Join = tuple[bool, float, int, int]
"""Whether it is barred, its cost, and the numbers of the two, the smaller first."""


@dataclass(frozen=True, slots=True)
class Units:
    """What is grouped: parcels, or groups of a finer level.

    ``streets[i]`` counts the parcels of unit i by street, ``districts[i]`` is the
    number of its district.
    """

    mesh: Mesh
    weights: Sequence[int]
    streets: Sequence[Mapping[str, int]]
    districts: Sequence[int]


@dataclass(slots=True)
class Group:
    """Units that have grown together. ``beside`` maps a neighbour that it may still be
    joined with to that join; ``best`` is the one of them that waits in the heap."""

    members: list[int]
    weight: int
    x: float  # weighted sums, so that centroids need no rounding on the way
    y: float
    streets: Mapping[str, int]
    named: int  # parcels with a street: the sum of ``streets``
    district: int
    beside: dict[int, Join] = field(default_factory=dict)
    best: Join | None = None


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
        m = more.get(name)
        if m is not None:
            common += min(n, m)
    least = min(b.named, a.named)
    return common / least if least > 1 else float(common)


def summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Counts by name, of both together."""
    found = dict(one)
    for name, n in other.items():
        found[name] = found.get(name, 0) + n
    return found


class _Growth:
    """One run.

    ``heap`` holds for each group that has a neighbour to be joined with its cheapest
    join, as it was when it was last looked for. A join that comes up after, with a
    group that was made later, waits with that group, if not here too; so none that is
    possible is cheaper than the first of the heap. Two groups that weigh enough each
    are never joined again, nor is what they grow to: they are no neighbours here.
    """

    def __init__(self, units: Units, k: int) -> None:
        self.k = k
        self.groups = _alone(units)
        self.following = len(self.groups)
        self.heap: list[Join] = []
        self._meet(units)
        for group in self.groups.values():
            self._wait(group)

    def _meet(self, units: Units) -> None:
        edges = units.mesh.edges.tolist()
        for (a, b), barred in zip(edges, units.mesh.barred.tolist(), strict=True):
            one, other = self.groups[a], self.groups[b]
            if one.weight < self.k or other.weight < self.k:
                join = (barred, _cost(one, other), a, b)
                one.beside[b] = other.beside[a] = join

    def _wait(self, group: Group) -> None:
        """Put the cheapest join of a group into the heap."""
        group.best = min(group.beside.values(), default=None)
        if group.best is not None:
            heapq.heappush(self.heap, group.best)

    def run(self, tell: Tell = silent) -> list[list[int]]:
        """``tell``: how many joins were looked at."""
        for join in counted(self._cheapest(), None, "joining parcels", tell):
            one, other = self.groups.get(join[2]), self.groups.get(join[3])
            if one is not None and other is not None:
                self._join(join[2], join[3])
            elif one is not None and one.best is join:
                self._wait(one)
            elif other is not None and other.best is join:
                self._wait(other)
        return sorted(sorted(g.members) for g in self.groups.values())

    def _cheapest(self) -> Iterator[Join]:
        while self.heap:
            yield heapq.heappop(self.heap)

    def _join(self, a: int, b: int) -> None:
        groups = self.groups
        one, other = groups.pop(a), groups.pop(b)
        heavier = one if one.weight >= other.weight else other
        new = self.following
        self.following += 1
        joined = Group(
            one.members + other.members,
            one.weight + other.weight,
            one.x + other.x,
            one.y + other.y,
            summed(one.streets, other.streets),
            one.named + other.named,
            heavier.district,
        )
        groups[new] = joined
        light = joined.weight < self.k
        for n, barred in _merged(one.beside, other.beside, a, b).items():
            group = groups[n]
            beside = group.beside
            beside.pop(a, None)
            beside.pop(b, None)
            if light or group.weight < self.k:
                beside[new] = joined.beside[n] = (barred, _cost(joined, group), n, new)
        self._wait(joined)


def _alone(units: Units) -> dict[int, Group]:
    """A group of each unit; nobody is its neighbour yet."""
    groups: dict[int, Group] = {}
    for n, (x, y) in enumerate(units.mesh.xy.tolist()):
        w, streets = units.weights[n], units.streets[n]
        named, district = sum(streets.values()), units.districts[n]
        groups[n] = Group([n], w, x * w, y * w, streets, named, district)
    return groups


def _merged(
    one: dict[int, Join], other: dict[int, Join], a: int, b: int
) -> dict[int, bool]:
    """The neighbours of both but themselves, and whether every way there is barred."""
    found = {n: join[0] for n, join in one.items() if n != b}
    for n, join in other.items():
        if n != a:
            found[n] = join[0] and found.get(n, True)
    return found


def grow(units: Units, k: int, tell: Tell = silent) -> list[list[int]]:
    """Groups of units that weigh k or more each, as sorted lists, sorted.

    Units of which all together weigh less than k become one group of all.
    """
    return _Growth(units, k).run(tell)
