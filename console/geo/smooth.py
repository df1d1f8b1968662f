"""Makes grown groups smaller and rounder, without any falling under k.

A group of 2 k or more is cut in two where the cut helps most; then units on an edge
change sides while that brings them nearer. Groups stay connected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from aliquot.console.geo.agglomerate import Units
from aliquot.console.geo.progress import Tell, counted, silent

ANGLES = 8  # directions in which a cut is tried
PASSES = 6  # over all units, at most; it ends when nothing moves

Beside = list[dict[int, bool]]


def beside_of(units: Units) -> Beside:
    """The neighbours of each unit, and whether the edge to it is barred."""
    found: Beside = [{} for _ in units.weights]
    pairs = zip(units.mesh.edges.tolist(), units.mesh.barred.tolist(), strict=True)
    for (a, b), barred in pairs:
        found[a][b] = barred
        found[b][a] = barred
    return found


def smooth(
    units: Units, groups: list[list[int]], k: int, tell: Tell = silent
) -> list[list[int]]:
    """Better groups of the same units, each still k or more. Sorted lists, sorted."""
    beside = beside_of(units)

    def cut(whole: list[list[int]]) -> list[list[int]]:
        each = counted(whole, len(whole), "cutting regions", tell)
        return sorted(p for group in each for p in _cut_up(units, beside, group, k))

    mover = _Mover(units, beside, cut(groups), k)
    for _ in range(PASSES):
        if not mover.sweep(tell):
            break
    return cut(mover.members())


def connected(beside: Beside, members: set[int]) -> bool:
    """Whether one can walk from any member to any other, and stay inside."""
    if not members:
        return False
    start = next(iter(members))
    seen, waiting = {start}, [start]
    while waiting:
        for n in beside[waiting.pop()]:
            if n in members and n not in seen:
                seen.add(n)
                waiting.append(n)
    return len(seen) == len(members)


def _cut_up(
    units: Units, beside: Beside, group: Sequence[int], k: int
) -> Iterator[list[int]]:
    """The parts of a group that is cut as long as it can be."""
    weight = sum(units.weights[n] for n in group)
    parts = _cut(units, beside, group, k) if weight >= 2 * k else None
    if parts is None:
        yield sorted(group)
        return
    for part in parts:
        yield from _cut_up(units, beside, part, k)


def _cut(
    units: Units, beside: Beside, group: Sequence[int], k: int
) -> tuple[list[int], list[int]] | None:
    """The straight cut that lowers the sum of squares most, or None."""
    xy, weights = units.mesh.xy[list(group)].tolist(), units.weights
    spots = {n: (x, y, weights[n]) for n, (x, y) in zip(group, xy, strict=True)}
    tried = [c for turn in range(ANGLES) for c in _cuts(spots, turn, k)]
    for _, order, at in sorted(tried, key=_best_first):
        one, other = list(order[:at]), list(order[at:])
        if connected(beside, set(one)) and connected(beside, set(other)):
            return one, other
    return None


_Cut = tuple[float, tuple[int, ...], int]


def _best_first(cut: _Cut) -> tuple[float, tuple[int, ...], int]:
    return (-cut[0], cut[1], cut[2])


def _cuts(
    spots: Mapping[int, tuple[float, float, int]], turn: int, k: int
) -> Iterator[_Cut]:
    """(gain, order, where) of the cuts across one direction that leave k each.
    ``spots``: x, y and weight of each unit of the group."""
    angle = math.pi * turn / ANGLES
    east, north = math.cos(angle), math.sin(angle)
    along = sorted((x * east + y * north, n) for n, (x, y, _) in spots.items())
    order = tuple(n for _, n in along)
    whole = sum(w for _, _, w in spots.values())
    all_x = sum(x * w for x, _, w in spots.values())
    all_y = sum(y * w for _, y, w in spots.values())
    weight, x, y = 0, 0.0, 0.0
    for at, n in enumerate(order[:-1], start=1):
        one_x, one_y, w = spots[n]
        weight += w
        x += one_x * w
        y += one_y * w
        rest = whole - weight
        if weight >= k and rest >= k:
            dx, dy = x / weight - (all_x - x) / rest, y / weight - (all_y - y) / rest
            yield weight * rest / whole * (dx * dx + dy * dy), order, at


class _Mover:
    """Units that change sides. ``group_of[n]`` is the group of unit n."""

    def __init__(
        self, units: Units, beside: Beside, groups: list[list[int]], k: int
    ) -> None:
        self.k = k
        self.beside = beside
        self.weights = units.weights
        self.districts = units.districts
        self.xy = [(x, y) for x, y in units.mesh.xy.tolist()]
        self.sets = [set(g) for g in groups]
        self.open = [[m for m, barred in b.items() if not barred] for b in beside]
        self.group_of = [0] * len(self.xy)
        for group, members in enumerate(groups):
            for n in members:
                self.group_of[n] = group
        self.sums = [self._sum(members) for members in groups]

    def _sum(self, members: Sequence[int]) -> tuple[int, float, float]:
        weights, xy = self.weights, self.xy
        return (
            sum(weights[n] for n in members),
            math.fsum(weights[n] * xy[n][0] for n in members),
            math.fsum(weights[n] * xy[n][1] for n in members),
        )

    def members(self) -> list[list[int]]:
        return [sorted(members) for members in self.sets]

    def sweep(self, tell: Tell = silent) -> int:
        """Let each unit that lies on an edge move once. The number that did."""
        moved, count = 0, len(self.xy)
        for n in counted(range(count), count, "rounding regions", tell):
            home = self.group_of[n]
            goals = {self.group_of[m] for m in self.open[n]}
            goals.discard(home)
            if goals and self.sums[home][0] - self.weights[n] >= self.k:
                moved += self._move(n, home, sorted(goals))
        return moved

    def _move(self, n: int, home: int, goals: list[int]) -> bool:
        leaving = self._pull(n, home, -1)
        joining, goal = min((self._pull(n, goal, 1), goal) for goal in goals)
        if joining >= leaving * 0.999:
            return False
        rest = self.sets[home] - {n}
        if not connected(self.beside, rest):
            return False
        self.sets[home] = rest
        self.sets[goal].add(n)
        self.group_of[n] = goal
        self._count(n, home, -1)
        self._count(n, goal, 1)
        return True

    def _pull(self, n: int, group: int, sign: int) -> float:
        """What the sum of squares changes by when a unit leaves (-1) or joins (1)."""
        weight, x, y = self.sums[group]
        (px, py), w = self.xy[n], self.weights[n]
        dx, dy = px - x / weight, py - y / weight
        return float(weight * w / (weight + sign * w) * (dx * dx + dy * dy))

    def _count(self, n: int, group: int, sign: int) -> None:
        weight, x, y = self.sums[group]
        w = self.weights[n] * sign
        px, py = self.xy[n]
        self.sums[group] = (weight + w, x + w * px, y + w * py)
