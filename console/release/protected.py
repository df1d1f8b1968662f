"""Protected places as the log knows them: by salted hashes, and none may go missing.

What was once in force is in force until a person signs that it is not: a file that was
taken away, emptied or cut short protects what it protected before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import rfc8785

Spot = tuple[float, float]
FORMAT = "aliquot.protected-places/1"


@dataclass(frozen=True, slots=True)
class Known:
    """What one entry says is in force. ``places``: hashes by ``mark``."""

    salt: bytes
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class InForce:
    """What the log says since a person signed last.

    ``head``: of the last entry, in hex; empty when there is none. ``lost``: an entry
    was erased or does not prove itself, so nobody knows what was in force.
    """

    known: tuple[Known, ...] = ()
    lost: bool = False
    head: str = ""

    def missing(self, spots: Iterable[Spot]) -> int:
        """How many places that were in force are not among ``spots``."""
        there = tuple(spots)
        found = (len(k.places - marks(k.salt, there)) for k in self.known)
        return max(found, default=0)

    def knows(self, spots: Iterable[Spot]) -> bool:
        """Whether none of ``spots`` is new."""
        there = frozenset(spots)
        if not there:
            return True
        return any(marks(k.salt, there) <= k.places for k in self.known)


def mark(salt: bytes, spot: Spot) -> str:
    """The hash of a place, hex: of the salt and its RFC 8785 bytes."""
    return hashlib.sha256(salt + rfc8785.dumps(list(spot))).hexdigest()


def marks(salt: bytes, spots: Iterable[Spot]) -> frozenset[str]:
    return frozenset(mark(salt, spot) for spot in spots)


def statement(
    salt: bytes,
    places: Iterable[str],
    missing: int,
    after: str,
    person: str,
    at_us: int,
) -> bytes:
    """The canonical bytes that ``person`` (an id) signs at that time (UTC µs)."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "salt": salt.hex(),
            "places": sorted(places),
            "missing": missing,
            "after": after,
            "person": person,
            "at_us": at_us,
        }
    )
