"""Which street is meant: the exact name first, then what people make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
_ALIAS_TYPO = 96.0
_ANY_CLASS, _OTHER_CLASS = 98.0, 95.0  # HWY 3 where there is one 3; SR 3 for US 3
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
        self._types: dict[str, list[str]] = {}
        for base in gazetteer.by_base:  # that are words of types: COURT STREET
            if kind := words().types.get(base):
                self._types.setdefault(kind, []).append(base)

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
        known = [(street, self._all.parsed[street]) for street in streets]
        ways = (name.pre, name.post)
        same = [k for _, k in known if k is not None and (k.pre, k.post) == ways]
        many = len(same) if any(ways) and same else len(streets)
        found: list[Found] = []
        for street, parsed in known:
            assert parsed is not None
            cost, said = _difference(name, parsed, many)
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
        for found in self._mistyped_aliases(name):
            _keep(best, found)
        same_number = self._all.by_highway.get(name.highway, ())
        any_class = name.base.startswith("RT ") and len(same_number) == 1
        for street in same_number:
            score = _ANY_CLASS if any_class else _OTHER_CLASS
            _keep(best, Found(street, score, ("other_class",)))

    def _mistyped_aliases(self, name: StreetName) -> Iterator[Found]:
        """MAS AVE for the alias MASS AVE: never sure."""
        near = self._all.alias_vocabulary.near(name.compact)
        for base, lost in near.items():
            for street, alias in self._all.by_alias_base[base]:
                cost, said = _difference(name, alias, 1)
                score = _ALIAS_TYPO - lost - cost
                yield Found(street, score, ("alias", "typo", *said))

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
        kind = words().types.get(name.base, "")  # CT ST for COURT ST
        found += [
            (b, 1.5, "short") for b in self._types.get(kind, ()) if b != name.base
        ]
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
    lost, said = _ways_differ((asked.pre, asked.post), (known.pre, known.post), many)
    return cost + lost, (*why, *said)


def _ways_differ(
    asked: tuple[str, str], known: tuple[str, str], many: int
) -> tuple[float, tuple[str, ...]]:
    """By directions in front and behind. E 400 S and S 400 E are two streets of a
    grid; MAIN ST N is most often N MAIN ST."""
    if asked == known:
        return 0.0, ()
    if asked == known[::-1] and not all(asked):
        return 1.5, ("other_direction",)
    if not any(asked):
        return (1.0 if many == 1 else 4.0), ("no_direction",)
    if all(a == k or not a for a, k in zip(asked, known, strict=True)):
        return 1.0, ("no_direction",)  # 400 E for S 400 E
    if not any(known):
        return 3.5, ("other_direction",)
    return _OTHER_DIRECTION, ("other_direction",)
