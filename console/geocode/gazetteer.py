"""What the geofile holds, in memory, in the order in which it is asked for.

Streets are numbered from 0 in the order of their names; segments, address points
and nodes have the numbers of their rows here. Places are (latitude, longitude).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aliquot.console.geocode.communities import Communities, community_key
from aliquot.console.geocode.fuzzy import Vocabulary
from aliquot.console.geocode.names import StreetName, parse_name, spellings
from aliquot.console.geocode.words import tokens, words

LatLon = tuple[float, float]
Range = tuple[int, int, str]  # from, to, parity: O, E, B (both) or Z (none)
NO_RANGE: Range = (0, 0, "Z")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of a street between two nodes. ``first``, ``last``: its vertices in
    ``Gazetteer.vertices``; left and right are as seen along them. ``postal``: codes;
    ``others``: what else the community of a side is called, as by the post."""

    street: int
    left: Range
    right: Range
    first: int
    last: int
    start_node: int
    end_node: int
    esn: tuple[str | None, str | None] = (None, None)
    community: tuple[str | None, str | None] = (None, None)
    postal: tuple[str | None, str | None] = (None, None)
    msag: tuple[str | None, str | None] = (None, None)  # community of the MSAG
    others: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def called(self, side: str | None) -> Iterator[str]:
        """All names of the community of a side, of whatever list."""
        yield from self.own_names(side)
        yield from self.others[1 if side == "right" else 0]

    def own_names(self, side: str | None) -> Iterator[str]:
        """Without those that neighbouring communities may share, as by the post."""
        at = 1 if side == "right" else 0
        return (name for name in (self.community[at], self.msag[at]) if name)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the communities of both sides."""
        return (*self.called("left"), *self.called("right"))


class SideRange(NamedTuple):
    """The numbers of one side of a segment, which is given by its number."""

    low: int
    high: int
    start: int
    end: int
    parity: str
    segment: int
    side: str


@dataclass(frozen=True, slots=True)
class AddressPoint:
    street: int
    number: int
    suffix: str
    latitude: float
    longitude: float
    text: str  # the number as the geofile writes it
    unit: str | None = None
    esn: str | None = None
    community: str | None = None
    postal: str | None = None
    city: str | None = None  # the municipality, where ``community`` is the MSAG's
    others: tuple[str, ...] = ()  # what else its community is called

    @property
    def own_names(self) -> tuple[str, ...]:
        """Of its community; not those that neighbours share, as by the post."""
        return tuple(name for name in (self.community, self.city) if name)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.own_names, *self.others)


@dataclass(frozen=True, slots=True)
class Place:
    """A common place. ``kind``: of the agency's own; ``mile_marker`` for those.
    ``others``: what else its community is called."""

    name: str
    latitude: float
    longitude: float
    kind: str = ""
    address: str = ""
    community: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """A mile marker of a route."""

    route: str
    mile: float
    latitude: float
    longitude: float


def _last_of(street: str) -> str:
    """The last word of a name as it stands there: KENNEDY of JOHN F KENNEDY ST."""
    known = words()
    parts = [p for p in tokens(street) if p not in known.types]
    parts = [p for p in parts if p not in known.directions]
    return parts[-1] if parts else ""


@dataclass(slots=True)
class Gazetteer:
    """All of it. Made once, never changed; one thread at a time."""

    names: Sequence[str]  # of streets, as the geofile writes them
    segments: Sequence[Segment]
    vertices: NDArray[np.float64]  # (n, 2): longitude, latitude
    nodes: Sequence[LatLon]
    points: Sequence[AddressPoint] = ()
    places: Sequence[Place] = ()
    markers: Sequence[Marker] = ()
    street_aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    # streets

    parsed: list[StreetName | None] = field(init=False)
    by_name: dict[StreetName, list[int]] = field(init=False)
    by_base: dict[str, list[int]] = field(init=False)
    by_alias: dict[StreetName, list[int]] = field(init=False)
    by_alias_base: dict[str, list[tuple[int, StreetName]]] = field(init=False)
    aliases_of: dict[int, list[str]] = field(init=False)
    alias_vocabulary: Vocabulary = field(init=False)
    by_last_word: dict[str, list[str]] = field(init=False)
    by_highway: dict[str, list[int]] = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    of_street: dict[int, list[int]] = field(init=False)
    points_at: dict[tuple[int, int], list[int]] = field(init=False)
    streets_at: dict[int, set[int]] = field(init=False)
    nodes_of: dict[int, set[int]] = field(init=False)
    _ranges: dict[int, list[SideRange]] = field(init=False, default_factory=dict)
    communities: Communities = field(init=False)
    postal_codes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.parsed = [parse_name(name) for name in self.names]
        self._index_names()
        self._index_aliases()
        self.of_street = defaultdict(list)
        self.streets_at = defaultdict(set)
        self.nodes_of = defaultdict(set)
        for at, segment in enumerate(self.segments):
            self.of_street[segment.street].append(at)
            for node in (segment.start_node, segment.end_node):
                self.streets_at[node].add(segment.street)
                self.nodes_of[segment.street].add(node)
        self.points_at = defaultdict(list)
        for at, point in enumerate(self.points):
            self.points_at[point.street, point.number].append(at)

        found: Counter[str] = Counter()
        for segment in self.segments:
            found.update(segment.names)
        for of_point in self.points:
            found.update(of_point.names)
        self.communities = Communities(found)
        codes = {code for segment in self.segments for code in segment.postal}
        codes |= {of_point.postal for of_point in self.points}
        self.postal_codes = frozenset(code[:5] for code in codes if code)

    def _index_names(self) -> None:
        self.by_name = defaultdict(list)
        self.by_base = defaultdict(list)
        self.by_highway = defaultdict(list)
        last_words: dict[str, set[str]] = defaultdict(set)
        spelled: list[tuple[str, str]] = []
        for at, name in enumerate(self.parsed):
            if name is None:
                continue
            self.by_name[name].append(at)
            self.by_base[name.base].append(at)
            if name.highway:
                self.by_highway[name.highway].append(at)
            spelled += [(s, name.base) for s in spellings(name)]
            last = name.base.rpartition(" ")[2]
            for word in (last, _last_of(self.names[at])):
                if word != name.base and len(word) >= 5:
                    last_words[word].add(name.base)
        self.by_last_word = {k: sorted(v) for k, v in last_words.items()}
        self.vocabulary = Vocabulary(spelled)

    def _index_aliases(self) -> None:
        self.by_alias = defaultdict(list)
        self.by_alias_base = defaultdict(list)
        self.aliases_of = defaultdict(list)
        known = {name: at for at, name in enumerate(self.names)}
        for alias, streets in self.street_aliases.items():
            parsed = parse_name(alias)
            for street in streets:
                if parsed is not None and street in known:
                    self.by_alias[parsed].append(known[street])
                    self.aliases_of[known[street]].append(alias)
                    self.by_alias_base[parsed.base].append((known[street], parsed))
        self.alias_vocabulary = Vocabulary(
            (spelling, parsed.base)
            for aliases in self.by_alias_base.values()
            for _, parsed in aliases
            for spelling in spellings(parsed)
        )

    def path(self, segment: Segment) -> NDArray[np.float64]:
        return self.vertices[segment.first : segment.last]

    def ranges_of(self, street: int) -> list[SideRange]:
        """Both sides of all segments of a street that have numbers."""
        found = self._ranges.get(street)
        if found is None:
            found = [
                SideRange(
                    min(start, end), max(start, end), start, end, parity, at, side
                )
                for at in self.of_street.get(street, ())
                for side, (start, end, parity) in self._sides(at)
                if parity != "Z" and max(start, end) > 0
            ]
            self._ranges[street] = found
        return found

    def _sides(self, at: int) -> tuple[tuple[str, Range], tuple[str, Range]]:
        segment = self.segments[at]
        return ("left", segment.left), ("right", segment.right)

    def communities_at(self, node: int) -> frozenset[str]:
        """Keys of the communities whose streets end at a node."""
        return frozenset(
            community_key(name)
            for segment in self._segments_at(node)
            for name in segment.names
        )

    def codes_at(self, node: int) -> frozenset[str]:
        """Postal codes of the segments that end at a node."""
        codes = {c for segment in self._segments_at(node) for c in segment.postal}
        return frozenset(code[:5] for code in codes if code)

    def _segments_at(self, node: int) -> Iterator[Segment]:
        for street in self.streets_at[node]:
            for at in self.of_street[street]:
                segment = self.segments[at]
                if node in (segment.start_node, segment.end_node):
                    yield segment
