"""What ``render`` puts in for the codes: reviewed, frozen before any incident.

The words of the codes themselves are in ``codes``. Here is what differs by agency:
its name and the public part of its place tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ITEM_FORMAT = "aliquot.release/1"

RELEASE_ID_LETTERS = "abcdefghijklmnop"  # no digit: it can look like no number
RELEASE_ID_LENGTH = 32  # 128 random bits

ITEM_KEYS: tuple[str, ...] = (
    "agency",
    "agency_code",
    "category",
    "category_code",
    "format",
    "latitude",
    "level",
    "longitude",
    "place",
    "policy_version",
    "published_at",
    "region",
    "release_id",
    "replaces",
    "replaces_published_at",
    "status",
    "status_code",
    "text",
    "time",
)
"""Every key an item can have. A retraction has fewer; nothing has more."""


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A region as the public may know it. The label point has four decimals."""

    level: int
    label: str
    latitude: float
    longitude: float
    parcels: int
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Constants:
    """What is the same for every release under one policy and one tree."""

    agency: str
    agency_code: str
    policy_version: int
    places: Mapping[int, PublicPlace]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The only two things in an item that are from no table: a random id and the
    time of publication (UTC, µs since 1970), both fixed at proposal.

    ``replaces`` is what a correction or a retraction refers to.
    """

    release_id: str
    published_us: int
    replaces: Frozen | None = None

    def __post_init__(self) -> None:
        letters = set(self.release_id) <= set(RELEASE_ID_LETTERS)
        if not letters or len(self.release_id) != RELEASE_ID_LENGTH:
            raise ValueError("release_id: 32 letters from a to p")


PLACEHOLDER = Frozen("a" * RELEASE_ID_LENGTH, 0)
"""What a preview shows in their stead."""


def release_id_of(random: bytes) -> str:
    """The id of 16 random bytes. Raises ``ValueError`` for another number."""
    if len(random) * 2 != RELEASE_ID_LENGTH:
        raise ValueError("a release id is made of 16 bytes")
    return "".join(
        RELEASE_ID_LETTERS[half] for b in random for half in (b >> 4, b & 15)
    )


def utc_text(us: int, suffix: str = "Z") -> str:
    """ISO 8601 to the second."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=us // 10**6)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + suffix
