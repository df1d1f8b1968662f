"""What is pointed at on the map. Sent by the map, taken by the form in front."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlacePointed:
    """A person chose a point for the incident. WGS84 degrees; ``text`` is what the
    map says of it, if anything."""

    latitude: float
    longitude: float
    text: str = ""
