"""Common places, mile markers, and what a text typed so far may become."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from aliquot.console.geocode.gazetteer import Gazetteer, LatLon, Place
from aliquot.console.geocode.names import name_of
from aliquot.console.geocode.words import joined_phrases, tokens

_LEAST = 85.0
_MOST = 5
_SHORTEST = 4
_FURTHEST_MILES = 3.0
_HEAD = re.compile(r"^\s*(\d+[A-Za-z]?(?:\s+1/2)?\s+)(.*)$|^(.*(?:&|@|\bAND\b|/)\s*)(.*)$",
                   re.IGNORECASE | re.DOTALL)  # fmt: skip


class PlaceFinder:
    """Finds what is no address."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._all = gazetteer
        self._by_key: dict[str, list[Place]] = defaultdict(list)
        for place in gazetteer.places:
            self._by_key[_key(place.name)].append(place)
        self._keys = list(self._by_key)
        words = sorted({*gazetteer.names, *(p.name for p in gazetteer.places)})
        self._typed = sorted((name.upper(), name) for name in words)
        self._miles: dict[str, list[tuple[float, LatLon]]] = defaultdict(list)
        for marker in gazetteer.markers:
            spot = (marker.latitude, marker.longitude)
            self._miles[marker.route].append((marker.mile, spot))
        for markers in self._miles.values():
            markers.sort()

    def find(self, text: str, exact: bool) -> Iterator[tuple[Place, float]]:
        """Places of that name with their scores; unless ``exact`` also of a like one."""
        key = _key(text)
        same = self._by_key.get(key)
        if same:
            yield from ((place, 99.0) for place in same)
            return
        if exact or len(key) < _SHORTEST:
            return
        found = process.extract(
            key, self._keys, scorer=fuzz.token_sort_ratio, limit=_MOST,
            score_cutoff=_LEAST,
        )  # fmt: skip
        for name, score, _ in found:
            yield from ((place, score - 4) for place in self._by_key[name])

    def mile(self, route: Sequence[str], mile: float) -> Iterator[tuple[LatLon, str]]:
        """Between the two markers around it, or at one within three miles."""
        name = name_of(route)
        if name is None:
            return
        for known, markers in self._miles.items():
            number = known.rpartition(" ")[2]
            if known == name.base or (name.highway and name.highway == number):
                spot = _between(markers, mile)
                if spot is not None:
                    yield spot, f"{known} mile {mile:g}"

    def complete(self, text: str, limit: int) -> list[str]:
        """The last street of the text made whole; what stands before it is kept."""
        found = _HEAD.match(text)
        head, tail = "", text
        if found:
            head = found[1] or found[3] or ""
            tail = found[2] if found[1] else found[4] or ""
        wanted = " ".join(tail.upper().split())
        if not wanted:
            return []
        at = bisect_left(self._typed, (wanted, ""))
        out: list[str] = []
        while at < len(self._typed) and len(out) < limit:
            upper, name = self._typed[at]
            if not upper.startswith(wanted):
                break
            out.append(head + name)
            at += 1
        return out


def _key(text: str) -> str:
    return " ".join(joined_phrases(tokens(text)))


def _between(markers: Sequence[tuple[float, LatLon]], mile: float) -> LatLon | None:
    at = bisect_left(markers, (mile, (-90.0, -180.0)))
    below = markers[at - 1] if at else None
    above = markers[at] if at < len(markers) else None
    if above and above[0] == mile:
        return above[1]
    if below and above:
        part = (mile - below[0]) / (above[0] - below[0])
        (a, b), (c, d) = below[1], above[1]
        return a + (c - a) * part, b + (d - b) * part
    only = below or above
    return only[1] if only and abs(only[0] - mile) <= _FURTHEST_MILES else None
