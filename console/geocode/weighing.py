"""Drafts of candidates: how sure each is beside the others, and which comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aliquot.console.domain.geocoding import MatchKind
from aliquot.console.geocode.gazetteer import Gazetteer, LatLon
from aliquot.console.geocode.numbers import Spot
from aliquot.console.geocode.plane import metres
from aliquot.console.geocode.query import Query

SURE = 97.0  # a candidate of this score may be taken without asking
UNSURE = 95.0
_APART_M = 150.0
_OTHER_COMMUNITY = 6.0
_OTHER_CODE = 4.0  # more than what makes a rival
_AS_GOOD = 2.0
_ONLY_CROSSING = 97.5
_LEFT_OUT = {"no_type", "no_direction"}
_ELSEWHERE, _CODE = "other_community", "other_postal_code"
_UNKNOWN, _LIKE = "unknown_community", "similar_community"
DOUBTED_TOWN = frozenset((_ELSEWHERE, _UNKNOWN, _LIKE))


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate before the costly parts of it are looked up."""

    kind: MatchKind
    score: float
    at: LatLon
    address: str
    why: tuple[str, ...]
    spot: Spot | None = None
    node: int | None = None
    street: int | None = None
    community: str | None = None
    communities: frozenset[str] = frozenset()  # keys of all names of where it lies


class Weigher:
    """Of one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._all = gazetteer

    def ranked(
        self, found: Iterable[Draft], query: Query, near: LatLon | None
    ) -> list[Draft]:
        """Each once, best first."""
        drafts = _distinct(found)
        if query.community:
            drafts = self._held_to_town(drafts, query)
        if query.postal and self._all.postal_codes:
            drafts = self._held_to_code(drafts, query)
        drafts = _only_crossing(drafts)
        drafts.sort(key=lambda d: (-round(d.score, 3), _away(d, near)))
        return _less_sure_of_twins(drafts)

    def _held_to_town(self, drafts: Sequence[Draft], query: Query) -> list[Draft]:
        """A town that the geofile does not have, or that it cannot confirm, leaves
        nothing sure; that is the first that is said of the place."""
        towns = self._all.communities
        meant = towns.meant(query.community)
        if not towns:
            return [self._unconfirmed(draft, query.postal) for draft in drafts]
        drafts = [self._weighed(draft, meant) for draft in drafts]
        if meant and not towns.spelled_out(query.community):
            return [d if _ELSEWHERE in d.why else doubted(d, _LIKE) for d in drafts]
        return drafts

    def _weighed(self, draft: Draft, meant: frozenset[str]) -> Draft:
        """Less sure when it lies in another community than the text says, which may
        be one that the geofile does not have at all."""
        where = draft.communities
        if draft.node is not None:
            where = self._all.communities_at(draft.node)
        if where & meant or (meant and not where):
            return draft
        why = (_ELSEWHERE, *draft.why)
        return replace(draft, score=draft.score - _OTHER_COMMUNITY, why=why)

    def _unconfirmed(self, draft: Draft, postal: str) -> Draft:
        """In a geofile without towns: only the code of the post can confirm one."""
        if postal and postal in self._codes(draft):
            return draft
        return doubted(draft, _UNKNOWN)

    def _held_to_code(self, drafts: Sequence[Draft], query: Query) -> list[Draft]:
        """Less sure where the post has another code. In the town of the text the code
        only chooses among equals: it is what people get wrong."""
        fits = [not (c := self._codes(d)) or query.postal in c for d in drafts]
        pairs = list(zip(drafts, fits, strict=True))
        best = max((d.score for d, fit in pairs if fit), default=0.0)
        found: list[Draft] = []
        for draft, fit in pairs:
            town = query.community and _ELSEWHERE not in draft.why
            lost = _OTHER_CODE if town else _OTHER_COMMUNITY
            if fit or (town and draft.score - best >= _AS_GOOD):
                found.append(draft)
            else:
                why = (*draft.why, _CODE)
                found.append(replace(draft, score=draft.score - lost, why=why))
        return found

    def _codes(self, draft: Draft) -> frozenset[str]:
        """Postal codes of five digits of where a draft lies, as far as known."""
        if draft.node is not None:
            return self._all.codes_at(draft.node)
        spot = draft.spot
        if spot is None:
            return frozenset()
        codes = {spot.point.postal} if spot.point else set()
        if spot.segment is not None:
            codes.add(spot.segment.postal[1 if spot.side == "right" else 0])
        return frozenset(code[:5] for code in codes if code)


def doubted(draft: Draft, code: str) -> Draft:
    """Never sure, by whatever else."""
    score = min(draft.score, UNSURE)
    return replace(draft, score=score, why=(code, *draft.why))


def _away(draft: Draft, near: LatLon | None) -> float:
    return 0.0 if near is None else metres(draft.at, near)


def _distinct(drafts: Iterable[Draft]) -> list[Draft]:
    """Of drafts with one address at one place the best."""
    best: dict[tuple[str, int, int], Draft] = {}
    for draft in drafts:
        key = (draft.address, round(draft.at[0] * 1e4), round(draft.at[1] * 1e4))
        if key not in best or best[key].score < draft.score:
            best[key] = draft
    return list(best.values())


def _only_crossing(drafts: list[Draft]) -> list[Draft]:
    """CONCORD & BIRCH: of all streets of these names two cross, and only once; so
    nothing is lost by what was left out of their names."""
    here = [d for d in drafts if d.node is not None and _ELSEWHERE not in d.why]
    if not here:
        return drafts
    best = max(here, key=lambda d: d.score)
    if best.score >= SURE or not set(best.why) <= _LEFT_OUT:
        return drafts
    if any(metres(best.at, d.at) > _APART_M for d in here):
        return drafts
    score = max(best.score, _ONLY_CROSSING)
    return [replace(d, score=score) if d is best else d for d in drafts]


def _less_sure_of_twins(drafts: list[Draft]) -> list[Draft]:
    """Two good ones far apart: a person must choose."""
    if len(drafts) < 2 or drafts[0].score < SURE:
        return drafts
    first = drafts[0]
    rivals = (d for d in drafts[1:] if first.score - d.score < _AS_GOOD)
    if all(metres(first.at, rival.at) <= _APART_M for rival in rivals):
        return drafts
    return [replace(d, score=min(d.score, UNSURE)) for d in drafts]
