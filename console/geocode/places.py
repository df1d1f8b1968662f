"""Common places and mile markers."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from aliquot.console.geocode.gazetteer import Gazetteer, LatLon, Place
from aliquot.console.geocode.names import name_of
from aliquot.console.geocode.words import joined_phrases, joined_places, tokens

_LEAST = 85.0
_MOST = 5
_SHORTEST = 4
_NO_NOTE = 95.0  # what stood in brackets may have been a part of the name
_SPACING, _PART = 96.0, 90.0
_FURTHEST_MILES = 3.0


class PlaceFinder:
    """Finds what is no address."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._all = gazetteer
        self._by_key: dict[str, list[Place]] = defaultdict(list)
        for place in gazetteer.places:
            self._by_key[_key(place.name)].append(place)
        self._keys = list(self._by_key)
        self._squashed: dict[str, list[str]] = defaultdict(list)
        self._with_word: dict[str, set[str]] = defaultdict(set)
        for key in self._keys:
            self._squashed[_squashed(key)].append(key)
            for word in key.split():
                self._with_word[word].add(key)
        self._miles: dict[str, list[tuple[float, LatLon]]] = defaultdict(list)
        for marker in gazetteer.markers:
            spot = (marker.latitude, marker.longitude)
            self._miles[marker.route].append((marker.mile, spot))
        for markers in self._miles.values():
            markers.sort()

    def find(self, texts: Sequence[str], exact: bool) -> Iterator[tuple[Place, float]]:
        """Places of that name with their scores; unless ``exact`` also of a like one.

        ``texts``: the text, and what of it may be the name alone."""
        keys = list(dict.fromkeys(_key(text) for text in texts))
        for key, text in zip(keys, texts, strict=False):
            same = self._by_key.get(key)
            if same:
                score = 99.0 if text == texts[0] or "(" not in texts[0] else _NO_NOTE
                yield from ((place, score) for place in same)
                return
        for key in () if exact else keys:
            if found := self._alike(key):
                yield from found
                return

    def _alike(self, key: str) -> list[tuple[Place, float]]:
        if len(key) < _SHORTEST:
            return []
        same = self._squashed.get(_squashed(key))
        if same:
            return [(p, _SPACING) for name in same for p in self._by_key[name]]
        return self._partly(key) or self._mistyped(key)

    def _partly(self, key: str) -> list[tuple[Place, float]]:
        """Names with all words of the text: WALMART for WALMART SUPERCENTER."""
        sets = [self._with_word.get(w, set()) for w in key.split()]
        names = sorted(set.intersection(*sets)) if sets else []
        names = names or sorted(self._with_word.get(_squashed(key), ()))  # WAL MART
        if len(names) > _MOST:
            return []
        return [(place, _PART) for name in names for place in self._by_key[name]]

    def _mistyped(self, key: str) -> list[tuple[Place, float]]:
        found = process.extract(
            key, self._keys, scorer=fuzz.token_sort_ratio, limit=_MOST,
            score_cutoff=_LEAST,
        )  # fmt: skip
        return [
            (place, score - 4)
            for name, score, _ in found
            for place in self._by_key[name]
        ]

    def mile(self, route: Sequence[str], mile: float) -> Iterator[tuple[LatLon, str]]:
        """Between the two markers around it, or at one within three miles."""
        name = name_of(route)
        if name is None:
            return
        asked = name.base if name.base.isdigit() else name.highway
        for known, markers in self._miles.items():
            number = known.rpartition(" ")[2]
            if known == name.base or (asked and asked == number):
                spot = _between(markers, mile)
                if spot is not None:
                    yield spot, f"{known} mile {mile:g}"


def _key(text: str) -> str:
    parts = joined_places(joined_phrases(tokens(text)))
    if len(parts) > 1 and parts[0] == "THE":
        del parts[0]
    return " ".join(parts).replace("_", " ")


def _squashed(key: str) -> str:
    return key.replace(" ", "")


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
