"""The geocoder: every reading of a text is tried, and the best are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aliquot.console.domain.geocoding import Candidate, MatchKind, Nearby
from aliquot.console.geocode import query as queries
from aliquot.console.geocode.communities import community_key
from aliquot.console.geocode.complete import Completer
from aliquot.console.geocode.crossings import Crossing, Crossings
from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.gazetteer import Gazetteer, LatLon
from aliquot.console.geocode.hints import Hints
from aliquot.console.geocode.numbers import Spot, blocks, communities_of, spots
from aliquot.console.geocode.places import PlaceFinder
from aliquot.console.geocode.plane import along, metres
from aliquot.console.geocode.query import Query
from aliquot.console.geocode.readings import Readings
from aliquot.console.geocode.reverse import Reverse
from aliquot.console.geocode.streets import Found, Resolver
from aliquot.console.geocode.weighing import (
    DOUBTED_TOWN,
    SURE,
    UNSURE,
    Draft,
    Weigher,
    doubted,
)
from aliquot.console.geocode.words import tokens

_MOST_STREETS = 5
_STREET_ALONE = 42.0
_GOOD = 90.0
_POOR = 75.0
_MORE = 4.0


class LocalGeocoder:
    """``Geocoder`` over a ``Gazetteer``. ``learned``: what dispatchers picked before,
    by the text in capitals."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        districts: Districts,
        learned: Mapping[str, Candidate] | None = None,
    ) -> None:
        self._all = gazetteer
        self._resolver = Resolver(gazetteer)
        self._places = PlaceFinder(gazetteer)
        self._completer = Completer(gazetteer, self._resolver)
        self._meet = Crossings(gazetteer)
        self._readings = Readings(gazetteer)
        self._weigher = Weigher(gazetteer)
        self._hints = Hints(self._resolver, self._meet, self._places)
        self._districts = districts
        self._reverse = Reverse(gazetteer, districts)
        self._learned = dict(learned or {})

    def learn(self, text: str, picked: Candidate) -> None:
        """What was picked for a text comes first when it is typed again."""
        self._learned[_plain(text)] = picked

    def geocode(
        self, text: str, near: LatLon | None = None, limit: int = 10
    ) -> Sequence[Candidate]:
        known = self._learned.get(_plain(text))
        found = self._answer(queries.parse(text), near, limit)
        if known is None:
            return found
        others = [c for c in found if _apart(c, known) > 1.0]
        here = next((c for c in found if c not in others), None)
        first = replace(known, score=100.0, why=(*known.why, "picked_before"))
        if here is not None and set(here.why) & DOUBTED_TOWN:  # whoever picked it
            why = (*here.why, "picked_before")
            first = replace(known, score=max(here.score, UNSURE), why=why)
        return (first, *others)[:limit]

    def geocode_fields(
        self, fields: Mapping[str, object], limit: int = 10
    ) -> Sequence[Candidate]:
        return self._answer(queries.of_fields(fields), None, limit)

    def complete(self, text: str, limit: int = 8) -> Sequence[str]:
        return self._completer.complete(text, limit)

    def reverse(self, latitude: float, longitude: float) -> Nearby:
        return self._reverse.at(latitude, longitude)

    def _answer(
        self, query: Query, near: LatLon | None, limit: int
    ) -> tuple[Candidate, ...]:
        drafts, query = self._ranked(query, near)
        inner = queries.address_within(query)
        if inner is not None and _best(drafts) < _POOR:
            within, inner = self._ranked(inner, near)
            within = [doubted(d, "words_before") for d in within if d.spot is not None]
            if _best(within) > _best(drafts):
                drafts, query = within, inner
        return tuple(self._candidate(d, query) for d in drafts[:limit] if d.score > 0)

    def _ranked(self, query: Query, near: LatLon | None) -> tuple[list[Draft], Query]:
        """Best first, and the query as it was understood."""
        query = self._hints.town(self._readings.of(self._behind_comma(query)))
        found = self._hints.held(self._drafts(query), query)
        return self._weigher.ranked(found, query, near), query

    def _drafts(self, query: Query) -> list[Draft]:
        if query.mile is not None and query.streets:
            return list(self._miles(query))
        if len(query.streets) >= 2:
            found = self._crossings(query.streets[0], query.streets[1])
            if len(query.streets) > 2:  # on the first between the others, perhaps
                found = [_of_more(draft) for draft in found]
        else:
            found = list(self._on_street(query)) if query.streets else []
        sure = max((draft.score for draft in found), default=0.0) >= _GOOD
        found += self._named(query, exact=sure)
        if not sure and query.number is None:
            spoken = queries.spoken_number(query)
            found += list(self._on_street(spoken)) if spoken else []
        return found

    def _behind_comma(self, query: Query) -> Query:
        """ELM ST, OAK AVE: no community of that name, but a street that crosses."""
        asked = query.community
        if query.number or not asked or len(query.streets) != 1:
            return query
        if self._all.communities.meant(asked):
            return query
        other = tuple(tokens(asked))
        first, second = (self._resolver.find(s) for s in (query.streets[0], other))
        if not self._met(first, second):
            return query
        return replace(query, streets=(query.streets[0], other), community="")

    def _on_street(self, query: Query) -> Iterator[Draft]:
        streets = self._resolver.find(query.streets[0])
        found = list(self._numbered_on(streets, query))
        if query.number and max((d.score for d in found), default=0) < _GOOD:
            streets = self._resolver.find(query.streets[0], wide=True)
            found = list(self._numbered_on(streets, query))
        yield from found
        best = max((s.score for s in streets), default=0.0)
        for street in streets[:_MOST_STREETS]:
            if query.number is None or (not found and street.score >= best - 4):
                yield from self._whole(street, query)

    def _numbered_on(self, streets: Sequence[Found], query: Query) -> Iterator[Draft]:
        for street in streets:
            for spot in self._spots(street.street, query):
                yield self._numbered(street, spot, query)

    def _spots(self, street: int, query: Query) -> list[Spot]:
        if query.number is None:
            return []
        if query.block:
            return blocks(self._all, street, query.number)
        return spots(self._all, street, query.number)

    def _numbered(self, street: Found, spot: Spot, query: Query) -> Draft:
        assert query.number is not None
        name = self._all.names[street.street]
        head = f"{query.number.value} block of" if query.block else query.number.text
        point = spot.point
        if point is not None and query.number.text != point.text:
            head = point.text if point.number == query.number.value else head
        return Draft(
            spot.kind,
            street.score - spot.lost,
            spot.at,
            f"{head} {name}",
            (*street.why, *spot.why),
            spot,
            None,
            street.street,
            _community(spot),
            communities_of(spot) if query.community else frozenset(),
        )

    def _whole(self, street: Found, query: Query) -> Iterator[Draft]:
        """The street alone: between two others if the text says so, else its middle."""
        ends = [self._resolver.find(words)[:2] for words in query.between or ()]
        ends += [self._resolver.find(query.near)[:2]] if query.near else []
        spots = [
            crossing.at
            for found in ends
            for other in found
            for crossing in self._meet.shared(street.street, other.street)
        ]
        name = self._all.names[street.street]
        if spots:
            at = (
                sum(s[0] for s in spots) / len(spots),
                sum(s[1] for s in spots) / len(spots),
            )
            yield Draft(
                MatchKind.STREET, street.score - 8, at, name, street.why,
                street=street.street,
            )  # fmt: skip
            return
        segments = self._all.of_street.get(street.street, ())
        if segments:
            middle = self._all.segments[segments[len(segments) // 2]]
            latitude, longitude, _, _ = along(self._all.path(middle), 0.5)
            score = street.score - _STREET_ALONE
            yield Draft(
                MatchKind.STREET, score, (latitude, longitude), name, street.why,
                street=street.street,
            )  # fmt: skip

    def _crossings(self, one: Sequence[str], other: Sequence[str]) -> list[Draft]:
        first, second = self._resolver.find(one), self._resolver.find(other)
        found = self._met(first, second)
        if not found:
            found = self._nearly(first[:2], second[:2], least=_GOOD - 10)
        if not found:
            first = self._resolver.find(one, wide=True)
            second = self._resolver.find(other, wide=True)
            found = self._met(first, second)
            found = found or self._nearly(first[:3], second[:3], least=0.0)
        if not found:
            for street in (*first[:1], *second[:1]):
                found += self._whole(street, Query(""))
        return found

    def _met(self, first: Sequence[Found], second: Sequence[Found]) -> list[Draft]:
        return [
            self._crossed(a, b, crossing)
            for a in first
            for b in second
            for crossing in self._meet.shared(a.street, b.street)
        ]

    def _nearly(
        self, first: Sequence[Found], second: Sequence[Found], least: float
    ) -> list[Draft]:
        found: list[Draft] = []
        for a in first:
            for b in second:
                crossing = self._meet.approach(a.street, b.street)
                if crossing is not None:
                    found.append(self._crossed(a, b, crossing))
        return [draft for draft in found if draft.score >= least]

    def _crossed(self, a: Found, b: Found, crossing: Crossing) -> Draft:
        score = 100.0 - (100 - a.score) - (100 - b.score) - crossing.lost
        return Draft(
            MatchKind.INTERSECTION,
            score,
            crossing.at,
            f"{self._all.names[a.street]} & {self._all.names[b.street]}",
            tuple(dict.fromkeys((*a.why, *b.why))),
            node=crossing.node,
            street=a.street,
        )

    def _miles(self, query: Query) -> Iterator[Draft]:
        assert query.mile is not None
        for at, text in self._places.mile(query.streets[0], query.mile):
            yield Draft(MatchKind.MILE_MARKER, 99.0, at, text, ())

    def _named(self, query: Query, exact: bool) -> Iterator[Draft]:
        for place, score in self._places.find((query.text, query.bare), exact):
            names = (place.community, *place.others)
            yield Draft(
                MatchKind.PLACE,
                score,
                (place.latitude, place.longitude),
                place.name,
                () if score >= SURE else ("typo",),
                community=place.community,
                communities=frozenset(community_key(n) for n in names if n),
            )

    def _candidate(self, draft: Draft, query: Query) -> Candidate:
        spot = draft.spot
        segment = spot.segment if spot else None
        at = 1 if spot and spot.side == "right" else 0
        point = spot.point if spot else None
        districts = self._districts.at(*draft.at)
        return Candidate(
            match_kind=draft.kind,
            score=round(min(100.0, max(0.0, draft.score)), 1),
            latitude=round(draft.at[0], 7),
            longitude=round(draft.at[1], 7),
            address=draft.address,
            side=spot.side if spot else None,
            esn=(point.esn if point else None)
            or (segment.esn[at] if segment else None),
            community=draft.community,
            postal_code=(point.postal if point else None)
            or (segment.postal[at] if segment else None),
            unit=query.unit,
            districts=districts,
            cross_streets=self._cross_streets(draft),
            why=draft.why,
        )

    def _cross_streets(self, draft: Draft) -> tuple[str, ...]:
        segment = draft.spot.segment if draft.spot else None
        if segment is None:
            return ()
        found: list[str] = []
        for node in (segment.start_node, segment.end_node):
            others = self._all.streets_at[node] - {segment.street}
            found += [self._all.names[s] for s in sorted(others)[:1]]
        return tuple(dict.fromkeys(found))


def _best(drafts: Sequence[Draft]) -> float:
    return drafts[0].score if drafts else 0.0


def _of_more(draft: Draft) -> Draft:
    """A crossing of two of three streets that are named."""
    return replace(draft, score=draft.score - _MORE, why=(*draft.why, "more_streets"))


def _community(spot: Spot) -> str | None:
    if spot.point is not None and spot.point.community:
        return spot.point.community
    if spot.segment is None:
        return None
    return spot.segment.community[1 if spot.side == "right" else 0]


def _plain(text: str) -> str:
    return " ".join(text.upper().split())


def _apart(a: Candidate, b: Candidate) -> float:
    return metres((a.latitude, a.longitude), (b.latitude, b.longitude))
