"""What is said beside an address: 12 ELM ST AT OAK AVE. It makes nothing surer, but
where it contradicts, nothing is sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from aliquot.console.geocode.crossings import Crossings
from aliquot.console.geocode.gazetteer import LatLon
from aliquot.console.geocode.places import PlaceFinder
from aliquot.console.geocode.plane import metres
from aliquot.console.geocode.query import Query
from aliquot.console.geocode.streets import Found, Resolver
from aliquot.console.geocode.weighing import Draft, doubted

_LIKELY = 88.0
_FURTHEST_M = 500.0
_MOST_WORDS = 3
ELSEWHERE = "cross_street_elsewhere"


class Hints:
    """Of one gazetteer."""

    def __init__(
        self, resolver: Resolver, crossings: Crossings, places: PlaceFinder
    ) -> None:
        self._resolver, self._meet, self._places = resolver, crossings, places

    def town(self, query: Query) -> Query:
        """12 ELM ST - OTHERVILLE: what is neither street nor place is a town."""
        if query.community or query.number is None or not query.hints:
            return query
        last = query.hints[-1]
        alone = len(last) <= _MOST_WORDS and all(word.isalpha() for word in last)
        if not alone or self._streets(last) or self._is_place(last):
            return query
        return replace(query, community=" ".join(last), hints=query.hints[:-1])

    def held(self, drafts: Iterable[Draft], query: Query) -> list[Draft]:
        """Doubtful where a street that is named beside it does not come near."""
        found = list(drafts)
        for hint in query.hints if query.number is not None else ():
            streets = self._streets(hint)
            if streets:
                found = [self._near(draft, streets) for draft in found]
        return found

    def _near(self, draft: Draft, streets: Sequence[Found]) -> Draft:
        if draft.street is None or any(
            metres(at, draft.at) <= _FURTHEST_M
            for other in streets
            for at in self._met(draft.street, other.street)
        ):
            return draft
        return doubted(draft, ELSEWHERE)

    def _met(self, one: int, other: int) -> list[LatLon]:
        found = [crossing.at for crossing in self._meet.shared(one, other)]
        near = None if found else self._meet.approach(one, other)
        return found if near is None else [near.at]

    def _streets(self, parts: Sequence[str]) -> list[Found]:
        return [f for f in self._resolver.find(parts) if f.score >= _LIKELY]

    def _is_place(self, parts: Sequence[str]) -> bool:
        text = " ".join(parts)
        return any(True for _ in self._places.find((text,), exact=False))
