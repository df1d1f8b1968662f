"""Street grids: uneven blocks, some streets missing, some blocks given to a park."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aliquot.console.demo.county import Area, Street
from aliquot.console.demo.ground import Spot, Turn, along


@dataclass(frozen=True, slots=True)
class SuperBlock:
    """Several blocks in one: columns i0..i1 and rows j0..j1, no street within."""

    kind: str
    name: str
    i0: int
    i1: int
    j0: int
    j1: int


@dataclass(frozen=True, slots=True)
class Grid:
    """``us``/``vs`` are where the streets along and across run, metres, unturned."""

    community: str
    turn: Turn
    us: tuple[float, ...]
    vs: tuple[float, ...]
    along_names: tuple[str, ...]
    across_names: tuple[str, ...]
    majors: frozenset[str]
    holes: tuple[SuperBlock, ...]
    keep: Callable[[Spot], bool]
    spacing_m: float = 22.0

    def node(self, i: int, j: int) -> Spot:
        return self.turn(self.us[i], self.vs[j])

    def streets(self, rng: random.Random) -> list[Street]:
        found: list[Street] = []
        for i, name in enumerate(self.along_names):
            line = [(i, j) for j in range(len(self.vs))]
            found.extend(self._runs(rng, name, line))
        for j, name in enumerate(self.across_names):
            line = [(i, j) for i in range(len(self.us))]
            found.extend(self._runs(rng, name, line))
        return found

    def areas(self) -> list[Area]:
        return [Area(h.kind, h.name, self._outline(h)) for h in self.holes]

    def _runs(
        self, rng: random.Random, name: str, line: Sequence[tuple[int, int]]
    ) -> list[Street]:
        runs: list[Street] = []
        path: list[Spot] = []
        blocks: list[int] = []
        for number, (here, there) in enumerate(itertools.pairwise(line), 1):
            missing = name not in self.majors and rng.random() < 0.05
            if missing or not self._open(here, there):
                runs.extend(self._run(name, path, blocks))
                path, blocks = [], []
                continue
            path = path or [self.node(*here)]
            path.append(self.node(*there))
            blocks.append(100 * number)
        runs.extend(self._run(name, path, blocks))
        return runs

    def _run(self, name: str, path: list[Spot], blocks: list[int]) -> list[Street]:
        if len(path) < 2:
            return []
        kind = "major" if name in self.majors else "street"
        return [
            Street(
                name, kind, self.community, tuple(path), tuple(blocks), self.spacing_m
            )
        ]

    def _open(self, here: tuple[int, int], there: tuple[int, int]) -> bool:
        if not (self.keep(self.node(*here)) and self.keep(self.node(*there))):
            return False
        return not any(_within(hole, here, there) for hole in self.holes)

    def _outline(self, hole: SuperBlock) -> tuple[Spot, ...]:
        """The ring of nodes about a super block, drawn in by the street's half."""
        i0, i1, j0, j1 = hole.i0, hole.i1, hole.j0, hole.j1
        ring = [(i, j0) for i in range(i0, i1)]
        ring += [(i1, j) for j in range(j0, j1)]
        ring += [(i, j1) for i in range(i1, i0, -1)]
        ring += [(i0, j) for j in range(j1, j0, -1)]
        spots = [self.node(i, j) for i, j in ring]
        middle = (
            sum(s[0] for s in spots) / len(spots),
            sum(s[1] for s in spots) / len(spots),
        )
        return tuple(along(spot, middle, 0.07) for spot in spots)


def _within(hole: SuperBlock, here: tuple[int, int], there: tuple[int, int]) -> bool:
    """Whether an edge runs through the inside of a super block."""
    i = (here[0] + there[0]) / 2
    j = (here[1] + there[1]) / 2
    return hole.i0 < i < hole.i1 and hole.j0 < j < hole.j1


def uneven(
    rng: random.Random, start: float, count: int, least: float, most: float
) -> tuple[float, ...]:
    """Rising positions with gaps between ``least`` and ``most`` metres."""
    at = start
    found = []
    for _ in range(count):
        found.append(at)
        at += rng.uniform(least, most)
    return tuple(found)
