"""Which street is meant: the exact name first, then what people make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from aliquot.console.geocode.fuzzy import Vocabulary
from aliquot.console.geocode.gazetteer import Gazetteer
from aliquot.console.geocode.names import StreetName, name_of
from aliquot.console.geocode.words import words

_MOST = 8
_LEAST = 55.0
_OTHER_TYPE = 8.0
_OTHER_DIRECTION = 7.0
_EXACT = 99.0
_NOT_THE_EXACT = 16.0
_TYPE_TYPO = 3.5
_SHORTEST_TYPE = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A street, how sure it is (100: as the geofile writes it), and what differs."""

    street: int
    score: float
    why: tuple[str, ...] = ()


class Resolver:
    """Finds streets of a ``Gazetteer``."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._all = gazetteer

    def find(self, parts: Sequence[str], wide: bool = False) -> list[Found]:
        """Best first, at most eight; none for words that are no street here.

        ``wide``: what was found first did not fit, so more is tried.
        """
        name = name_of(parts)
        if name is None:
            return []
        best: dict[int, Found] = {}
        for found in (*self._exact(name), *self._same_base(name, name.base, 0.0, ())):
            _keep(best, found)
        if wide or not best or max(f.score for f in best.values()) < _EXACT:
            self._looser(name, best, wide)
        if any(f.score >= _EXACT for f in best.values()) and name.type:
            _set_back(best)
        ranked = sorted(best.values(), key=lambda f: (-f.score, f.street))
        return [f for f in ranked if f.score >= _LEAST][:_MOST]

    def _exact(self, name: StreetName) -> list[Found]:
        found = [Found(s, 100.0) for s in self._all.by_name.get(name, ())]
        found += [Found(s, 99.5, ("alias",)) for s in self._all.by_alias.get(name, ())]
        if name.type:
            return found
        for street, alias in self._all.by_alias_base.get(name.base, ()):
            same = (name.pre, name.post) == (alias.pre, alias.post)
            score = 98.0 if same else 98.0 - _OTHER_DIRECTION
            found.append(Found(street, score, ("alias",)))
        return found

    def _same_base(
        self, name: StreetName, base: str, lost: float, why: tuple[str, ...]
    ) -> list[Found]:
        """Streets called ``base``, less what type and directions differ by."""
        streets = self._all.by_base.get(base, ())
        found: list[Found] = []
        for street in streets:
            known = self._all.parsed[street]
            assert known is not None
            cost, said = _difference(name, known, len(streets))
            found.append(Found(street, 100.0 - lost - cost, (*why, *said)))
        return found

    def _looser(self, name: StreetName, best: dict[int, Found], wide: bool) -> None:
        typed = _mistyped_type(name)
        if typed is not None:
            for found in self._same_base(typed, typed.base, _TYPE_TYPO, ("typo",)):
                _keep(best, found)
        for base, lost, said in self._bases(name, wide):
            for found in self._same_base(name, base, lost, (said,)):
                _keep(best, found)
        for street in self._all.by_highway.get(name.highway, ()):
            _keep(best, Found(street, 95.0, ("other_class",)))

    def _bases(self, name: StreetName, wide: bool) -> list[tuple[str, float, str]]:
        """(base, what is lost, why) of names that are not written quite so."""
        vocabulary, found = self._all.vocabulary, []
        whole = {name.compact, name.full_compact, _with_type(name)}
        for spelling in whole:
            found += [(b, 1.5, "spacing") for b in vocabulary.exact(spelling)]
        for spelling in whole:
            found += [
                (b, lost, "typo") for b, lost in vocabulary.near(spelling).items()
            ]
        found += [
            (b, lost, "short") for b, lost in vocabulary.begun(name.compact).items()
        ]
        last = name.base.rpartition(" ")[2]
        found += [(b, 6.0, "part") for b in self._all.by_last_word.get(last, ())]
        if last != name.base and last in self._all.by_base:
            found.append((last, 8.0, "part"))
        if wide or not any(lost < 9 for _, lost, _ in found):
            for b, lost in vocabulary.alike(name.compact).items():
                found.append((b, lost, "typo"))
        return found


def _keep(best: dict[int, Found], found: Found) -> None:
    before = best.get(found.street)
    if before is None or before.score < found.score:
        best[found.street] = found


def _set_back(best: dict[int, Found]) -> None:
    """The very street is there: another is meant only if the number says so loudly."""
    for street, found in best.items():
        if found.score < _EXACT:
            best[street] = replace(found, score=found.score - _NOT_THE_EXACT)


def _mistyped_type(name: StreetName) -> StreetName | None:
    """ELLERY STREEA: the last word is a type with a wrong letter."""
    base, _, last = name.base.rpartition(" ")
    if name.type or not base or len(last) < _SHORTEST_TYPE:
        return None
    near = _type_spellings().near(last)
    if not near:
        return None
    kind = min(near, key=lambda form: (near[form], form))
    return StreetName(name.pre, base, kind, name.post)


@cache
def _type_spellings() -> Vocabulary:
    """Of the types that are common enough to be meant by a word that is none."""
    known = words()
    return Vocabulary(
        (spelling, form)
        for spelling, form in known.types.items()
        if len(spelling) >= _SHORTEST_TYPE and form in known.usual_types
    )


def _with_type(name: StreetName) -> str:
    """PARKWAY may be part of a name: RIVERWAY typed as RIVER WAY."""
    return name.compact + name.type


def _difference(
    asked: StreetName, known: StreetName, many: int
) -> tuple[float, tuple[str, ...]]:
    cost, why = 0.0, []
    if asked.type != known.type:
        if not asked.type:
            cost += 0.5 if many == 1 else 4.0
            why.append("no_type")
        elif not known.type:
            cost += 3.0
            why.append("other_type")
        else:
            cost += _OTHER_TYPE
            why.append("other_type")
    asked_ways, known_ways = (asked.pre, asked.post), (known.pre, known.post)
    if asked_ways == known_ways:
        return cost, tuple(why)
    if asked_ways == known_ways[::-1]:
        return cost + 1.5, (*why, "other_direction")
    if not any(asked_ways):
        return cost + (1.0 if many == 1 else 4.0), (*why, "no_direction")
    if not any(known_ways):
        return cost + 3.5, (*why, "other_direction")
    return cost + _OTHER_DIRECTION, (*why, "other_direction")
