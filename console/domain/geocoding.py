"""What a geocoder is asked and what it answers. Degrees WGS84, metres, score 0-100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class MatchKind(Enum):
    """How a place was found, best first. The value is what the command line prints."""

    POINT = "point"  # an address point of that number
    RANGE = "range"  # interpolated in a range of the right parity
    INTERSECTION = "intersection"
    PLACE = "place"  # a common place, or an alias of one
    MILE_MARKER = "mile_marker"
    RANGE_OTHER_SIDE = "range_other_side"  # in a range of the other parity
    BLOCK = "block"  # a hundred block
    NEAREST_RANGE = "nearest_range"  # the number is in no range of the street
    STREET = "street"  # the street alone
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One place that the text may mean.

    ``score`` 97 or more may be taken without asking. ``address`` is how the geofile
    writes it. ``side``: ``left`` or ``right`` of the segment's direction, if known.
    ``districts`` by kind (``police``, ``fire``, ``ems``, ``psap``) give names;
    ``cross_streets`` are the streets at both ends of the block. ``why`` are codes of
    what was repaired: ``typo``, ``other_type``, ``other_direction``, ``alias`` ...
    """

    match_kind: MatchKind
    score: float
    latitude: float
    longitude: float
    address: str
    side: str | None = None
    esn: str | None = None
    community: str | None = None
    postal_code: str | None = None
    unit: str | None = None
    districts: Mapping[str, str] = field(default_factory=dict)
    cross_streets: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """What a point is near to. ``bearing``: of the point seen from the intersection,
    one of N, NE, E, SE, S, SW, W, NW."""

    address: str | None = None
    address_m: float | None = None
    block: str | None = None
    street: str | None = None
    street_m: float | None = None
    intersection: str | None = None
    intersection_m: float | None = None
    bearing: str | None = None
    districts: Mapping[str, str] = field(default_factory=dict)
    esn: str | None = None
    text: str = ""  # one line for a person: "80 ft NE of Elm St & 3rd St"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedPlace:
    """What somebody chose for a text, of entry ``n`` of the log."""

    n: int
    text: str
    address: str
    kind: str
    latitude: float
    longitude: float


def plain_text(text: str) -> str:
    """By what a text is known again: capitals, single blanks."""
    return " ".join(text.upper().split())


class Geocoder(Protocol):
    """In process, no server. Safe to use from one thread at a time."""

    def geocode(
        self, text: str, near: tuple[float, float] | None = None, limit: int = 10
    ) -> Sequence[Candidate]:
        """Candidates, best first; none for a text that means no place here."""
        ...

    def geocode_fields(
        self, fields: Mapping[str, object], limit: int = 10
    ) -> Sequence[Candidate]:
        """The same for the fields of an ALI record, as they come."""
        ...

    def complete(self, text: str, limit: int = 8) -> Sequence[str]:
        """What the text typed so far may become, best first."""
        ...

    def reverse(self, latitude: float, longitude: float) -> Nearby: ...
