"""What the log knows of protected places. Part of ``domain.events``; import it from there.

No place stands in it: each is known by SHA-256 of the entry's own salt and the place.
Who reads a body can try out places, so bodies are for those who may see the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event

SUBJECT = "protected_places"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedPlacesNoted(Event):
    """The console found these in force: none that was known is missing, some are new.

    ``salt`` is base64, ``places`` are hashes in lower-case hex, in order."""

    TYPE: ClassVar[str] = "protected_places.noted"
    salt: str
    places: list[str]
    at_us: int

    @property
    def subject(self) -> str:
        return SUBJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedPlacesConfirmed(Event):
    """A person (``by``, an id) signed that these are all: ``missing`` places that were
    protected before are so no more.

    ``after`` is the head of the entry of this kind before it, in hex, or nothing: a
    signature counts in one place of the log only. ``statement`` and ``signature`` are
    base64."""

    TYPE: ClassVar[str] = "protected_places.confirmed"
    salt: str
    places: list[str]
    missing: int
    by: str
    after: str
    statement: str
    signature: str
    at_us: int

    @property
    def subject(self) -> str:
        return SUBJECT


PROTECTED_EVENTS: tuple[type[Event], ...] = (
    ProtectedPlacesNoted,
    ProtectedPlacesConfirmed,
)
