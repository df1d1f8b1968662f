"""What the place tree is made of, and what it consists of. No I/O, no clock.

Places are WGS84 degrees, always (latitude, longitude). Distances are metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

LatLon = tuple[float, float]

FORMAT = "aliquot.place-tree/1"
ALGORITHM = "ward-delaunay/1"
LEVELS = (8, 20, 50)  # the least number of parcels of a region, level 1 first
REACH_M = 300.0  # a place farther than this from every parcel is in no region
DISTRICT = "district"


def _apart(a: LatLon, b: LatLon) -> float:
    """A measure to compare by, not metres."""
    narrow = math.cos(math.radians(b[0]))
    return math.hypot(a[0] - b[0], (a[1] - b[1]) * narrow)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel: a distinct place that people live or work at.

    ``points`` are the address points that stand on it, at least one; flats, lots
    and halls of one address are points of one parcel. ``street`` is the name of the
    street of its address, empty when unknown.
    """

    points: tuple[LatLon, ...]
    street: str = ""

    @property
    def middle(self) -> LatLon:
        """The point that stands for all: the one nearest to their mean."""
        if len(self.points) == 1:
            return self.points[0]
        n = len(self.points)
        north = sum(p[0] for p in self.points) / n
        east = sum(p[1] for p in self.points) / n
        return min(self.points, key=lambda p: (_apart(p, (north, east)), p))


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A run of a street. ``barrier``: limited access, houses on its two sides are
    no neighbours."""

    name: str
    path: tuple[LatLon, ...]
    barrier: bool = False


@dataclass(frozen=True, slots=True)
class District:
    """A beat or the like. Each ring is an outline; holes are not needed here."""

    name: str
    rings: tuple[tuple[LatLon, ...], ...]


Ring = tuple[LatLon, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """One region, as the public may see it.

    ``level`` 1 is the finest. ``parent`` is the id of the region of the next level,
    or None. ``label_point`` has four decimals; ``on_street`` says whether it lies on
    a street. ``outline`` is a multipolygon without holes: rings of four decimals.
    ``reviewed`` is False until a person has agreed to the label.
    """

    id: int
    level: int
    parent: int | None
    parcels: int
    label: str
    label_point: LatLon
    on_street: bool
    district: str
    outline: tuple[Ring, ...]
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Displacement:
    """How far parcels lie from the label point of their region, metres."""

    median: float
    p95: float
    max: float


@dataclass(frozen=True, slots=True)
class LevelReport:
    """A level in figures. ``k`` is what was asked, ``min_parcels`` what there is."""

    level: int
    k: int
    regions: int
    min_parcels: int
    max_parcels: int
    displacement: Displacement


@dataclass(frozen=True, slots=True)
class Source:
    """What a tree was made from. ``kind``: points, ranges or both."""

    kind: str = "points"
    sha256: str = ""


@dataclass(frozen=True)
class PlaceTree:
    """The public part: nested regions. ``levels[i]`` is the k of level i + 1.

    The last level in ``regions`` may be one above: the districts.
    ``index_sha256`` ties the private part to it.
    """

    version: str
    source: Source
    parameters: tuple[tuple[str, float], ...]
    levels: tuple[int, ...]
    regions: tuple[Region, ...]
    reports: tuple[LevelReport, ...]
    index_sha256: str = ""

    @cached_property
    def by_id(self) -> dict[int, Region]:
        return {region.id: region for region in self.regions}

    def at_level(self, level: int) -> tuple[Region, ...]:
        return tuple(r for r in self.regions if r.level == level)

    def chain(self, region_id: int) -> tuple[Region, ...]:
        """The region and all above it, finest first."""
        found: list[Region] = []
        following: int | None = region_id
        while following is not None:
            found.append(self.by_id[following])
            following = found[-1].parent
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ParcelIndex:
    """The private part: which point is of which region of level 1.

    ``points``: (latitude, longitude) in 1e-7 degrees, sorted, each once;
    ``regions[i]`` is the level 1 region of ``points[i]``. ``boundary`` are the rings
    of the area that the agency provisions for, same unit, empty for none.
    """

    points: tuple[tuple[int, int], ...]
    regions: tuple[int, ...]
    boundary: tuple[tuple[tuple[int, int], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree and its private part. ``outside``: parcels beyond the boundary, which
    belong to no region."""

    tree: PlaceTree
    index: ParcelIndex
    outside: int = 0


@dataclass(frozen=True, slots=True)
class NoTree:
    """Why there is no tree. ``code``: too_few_parcels."""

    code: str
    message: str
    parcels: int


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a tree grows from."""

    parcels: tuple[Parcel, ...]
    streets: tuple[StreetLine, ...] = ()
    districts: tuple[District, ...] = ()
    water: tuple[Ring, ...] = ()
    boundary: tuple[Ring, ...] = field(default=())
