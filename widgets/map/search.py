"""What a text means as a place: one spot, several candidates, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from aliquot.console.domain.geocoding import Candidate, Geocoder
from aliquot.widgets.map.model import MapSpot

SHOWN = 8
SOON_MS = 60
LEAST_LETTERS = 2
SURE = 97.0
NO_STREETS = (
    "There is no geofile yet, so no place can be found. Type a point: 42.36, -71.1"
)
NOTHING = "No place here is called that."


def point_of(text: str) -> MapSpot | None:
    """``42.3601, -71.0942`` as it was typed or pasted, or None."""
    parts = text.replace(",", " ").split()
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    return MapSpot(latitude=latitude, longitude=longitude) if inside else None


def spot_of(found: Candidate) -> MapSpot:
    return MapSpot(
        latitude=found.latitude, longitude=found.longitude, text=found.address
    )


def line_of(found: Candidate) -> str:
    """``212 Elm St, Halden  ·  point  ·  98``."""
    place = ", ".join(part for part in (found.address, found.community) if part)
    kind = found.match_kind.value.replace("_", " ")
    return f"{place}  ·  {kind}  ·  {found.score:.0f}"


def completions(text: str, places: Geocoder | None) -> list[str]:
    """What the text may become, while it is typed."""
    text = text.strip()
    if places is None or len(text) < LEAST_LETTERS:
        return []
    return list(places.complete(text, SHOWN))


def _begun(
    text: str, places: Geocoder, near: tuple[float, float] | None
) -> Sequence[Candidate]:
    """Of a name that was only begun: what each of its completions means."""
    whole = (places.geocode(name, near, 1) for name in completions(text, places))
    return [found[0] for found in whole if found]


def look_up(
    text: str, places: Geocoder | None, near: tuple[float, float] | None
) -> MapSpot | Sequence[Candidate] | str:
    """The one place that is meant; else candidates, best first; else a sentence."""
    text = text.strip()
    spot = point_of(text)
    if spot is not None:
        return spot
    if places is None:
        return NO_STREETS
    found = places.geocode(text, near, SHOWN) or _begun(text, places, near)
    if not found:
        return NOTHING
    if len(found) == 1 or found[0].score >= SURE > found[1].score:
        return spot_of(found[0])
    return found
