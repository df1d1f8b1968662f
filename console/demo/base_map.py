"""The county as the base map the window draws: GeoJSON, coarse and compact."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from aliquot.console.demo.county import County
from aliquot.console.demo.ground import Spot, degrees

_ORDER = ("boundary", "beat", "park", "campus", "water")


def feature_collection(county: County) -> dict[str, Any]:
    """Areas first, from the ground up, then streets, majors last.

    ``properties``: kind (street, major, water, park, campus, boundary, beat), name.
    """
    areas = sorted(county.areas, key=lambda a: _ORDER.index(a.kind))
    roads = sorted(county.streets, key=lambda s: s.kind == "major")
    return {
        "type": "FeatureCollection",
        "features": [
            *(_feature(a.kind, a.name, "Polygon", [_ring(a.ring)]) for a in areas),
            *(_feature(s.kind, s.name, "LineString", _line(s.path)) for s in roads),
        ],
    }


def encoded(county: County) -> bytes:
    """The base map as compact JSON, the same bytes for the same county."""
    text = json.dumps(feature_collection(county), separators=(",", ":"))
    return (text + "\n").encode()


def _feature(
    kind: str, name: str, shape: str, coordinates: list[Any]
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kind": kind, "name": name},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def _line(path: Iterable[Spot]) -> list[list[float]]:
    places = [degrees(spot) for spot in path]
    return [[round(longitude, 5), round(latitude, 5)] for latitude, longitude in places]


def _ring(ring: tuple[Spot, ...]) -> list[list[float]]:
    return _line((*ring, ring[0]))
