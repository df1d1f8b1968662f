"""What was picked for which text. Part of ``domain.events``; import it from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePicked(Event):
    """A person chose what a text means. Who: the actor of the entry.

    ``address`` as the geofile writes it, ``kind`` a value of ``MatchKind``; WGS84
    degrees. The subject names no text: heads outlive what is erased."""

    TYPE: ClassVar[str] = "place.picked"
    text: str
    address: str
    kind: str
    latitude: float
    longitude: float
    at_us: int

    @property
    def subject(self) -> str:
        return "places"
