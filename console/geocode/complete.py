"""What a text typed so far may become."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from aliquot.console.geocode.communities import community_key
from aliquot.console.geocode.gazetteer import Gazetteer
from aliquot.console.geocode.names import ordinal
from aliquot.console.geocode.query import parse
from aliquot.console.geocode.streets import Resolver
from aliquot.console.geocode.words import (
    joined_phrases,
    plain_numbers,
    tokens,
    words,
)

_NUMBER = re.compile(
    r"""^(\s*\#?\d+(?!(?:ST|ND|RD|TH)\b)[A-Z]?(?:\s*[-/&]\s*\d+)?(?:\s+1/2|½)?
        (?:\s+(?:HUNDRED\s+)?(?:BLOCK|BLK)\b\.?(?:\s+OF\b)?)?\s+)(.*)$""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    r"^(.*(?:[&@+]|(?<!\d)/|\b(?:AND|AT|OF|NEAR|BY|OFF|BETWEEN)(?=\s))\s*)(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_CROSSED = re.compile(r"\s*(?:[&@+/]|\b(?:AND|AT)\b)\s*$", re.IGNORECASE)
_FIRST_NUMBER = re.compile(r"\s*#?(\d{1,6})")
_FEWEST_LETTERS_WRONG = 4
_LIKE = 85.0
_MOST_NUMBERED = 60  # so many streets are asked for a number
_PLACES_KEPT = 2
Parts = tuple[str, ...]


class _From(IntEnum):
    """From where on a name was typed, the likeliest first."""

    START = 0
    BEHIND_DIRECTION = 1
    ALIAS = 2
    WORD_INSIDE = 3


@dataclass(frozen=True, slots=True)
class _Entry:
    """One spelling of a name. ``street``: its number; None for a common place."""

    parts: Parts
    begun: _From
    name: str
    street: int | None


class Completer:
    """Over the streets, their other names and the common places of a gazetteer."""

    def __init__(self, gazetteer: Gazetteer, resolver: Resolver) -> None:
        self._all = gazetteer
        self._resolver = resolver
        entries = [e for n in range(len(gazetteer.names)) for e in self._street(n)]
        for place in sorted({p.name for p in gazetteer.places}):
            entries += _spelled(place, place, None)
        self._streets = frozenset(gazetteer.names)
        self._entries = sorted(set(entries), key=lambda e: (e.parts, e.name))
        self._keys = [e.parts[0] for e in self._entries]
        self._size: dict[int, int] = defaultdict(int)
        for segment in gazetteer.segments:
            self._size[segment.street] += 1
        for point in gazetteer.points:
            self._size[point.street] += 1

    def complete(self, text: str, limit: int) -> list[str]:
        """The last street or place of the text made whole; what stands before it is
        kept. Streets that have the number, or cross the first street, come first."""
        if towns := self._towns(text):
            return towns[:limit]
        out = self._ranked(text, (), limit)
        for sign in (_AFTER, _NUMBER):
            match = sign.match(text)
            if match is not None:
                head, tail = match[1], match[2]
                fitting = self._fitting(head)
                names = self._ranked(tail, fitting, limit) if tail.strip() else []
                if isinstance(fitting, _Numbered):
                    names = [n for n in names if n in self._streets]
                if not tail.strip() and _CROSSED.search(head):
                    names = self._largest(fitting, limit)
                out += [head + name for name in names]
                break
        if not out:
            out = self._mistyped(text, limit)
        return list(dict.fromkeys(out))[:limit]

    def _towns(self, text: str) -> list[str]:
        """Behind a comma: the communities that the street in front lies in, then the
        others; by any name, that of the post too."""
        head, comma, tail = text.rpartition(",")
        street = parse(head).streets if comma else ()
        if not street:
            return []
        here = {
            community_key(name)
            for found in self._resolver.find(street[0])[:1]
            for at in self._all.of_street.get(found.street, ())
            for name in self._all.segments[at].names
        }
        keys = self._all.communities.begun(tail)
        kept = [k for k in keys if k in here] or (keys if tail.strip() else [])
        spelled = self._all.communities.spelled
        return [f"{head}, {spelled[key]}" for key in kept]

    def _fitting(self, head: str) -> Collection[int]:
        """Streets that cross the street in front; of a number: as ``_Numbered``."""
        if not _CROSSED.search(head):
            number = _FIRST_NUMBER.match(head)
            return _Numbered(self._all, int(number[1])) if number else ()
        parts = tokens(_CROSSED.sub("", head))
        while parts and parts[0].isdigit():
            del parts[0]
        meant = self._resolver.find(parts)[:1] if parts else ()
        nodes = {n for found in meant for n in self._all.nodes_of[found.street]}
        crossing = {s for node in nodes for s in self._all.streets_at[node]}
        return crossing - {found.street for found in meant}

    def _largest(self, streets: Collection[int], limit: int) -> list[str]:
        ranked = sorted(streets, key=lambda s: (-self._size[s], self._all.names[s]))
        return [self._all.names[s] for s in ranked[:limit]]

    def _ranked(self, text: str, fitting: Collection[int], limit: int) -> list[str]:
        typed = tokens(text)
        if not typed:
            return []
        best: dict[str, tuple[_From, int | None]] = {}
        for parts in {tuple(typed), _plain(typed)}:
            whole = [p not in typed for p in parts]
            for entry in self._begun(parts, whole):
                before = best.get(entry.name)
                if before is None or entry.begun < before[0]:
                    best[entry.name] = (entry.begun, entry.street)
        too_many = len(best) > _MOST_NUMBERED and isinstance(fitting, _Numbered)
        asked: Collection[int] = () if too_many else fitting

        def rank(name: str) -> tuple[int, bool, int, str]:
            begun, street = best[name]
            if street is None:
                return (begun, True, 0, name)
            return (begun, street not in asked, -self._size[street], name)

        ranked = sorted(best, key=rank)
        streets = [n for n in ranked if best[n][1] is not None]
        places = [n for n in ranked if best[n][1] is None]
        kept = max(limit - len(places), limit - _PLACES_KEPT, 0)
        return (streets[:kept] + places)[:limit]

    def _begun(self, parts: Parts, whole: Sequence[bool]) -> Iterable[_Entry]:
        """Entries each of whose words begins as the one that was typed; ``whole``
        says of which words nothing is to come, as of AVE for AVENUE."""
        first = parts[0]
        at = bisect_left(self._keys, first)
        while at < len(self._keys) and self._keys[at].startswith(first):
            entry = self._entries[at]
            if len(entry.parts) >= len(parts) and all(
                word == begun or (word.startswith(begun) and not all_of_it)
                for word, begun, all_of_it in zip(
                    entry.parts, parts, whole, strict=False
                )
            ):
                yield entry
            at += 1

    def _mistyped(self, text: str, limit: int) -> list[str]:
        match = _AFTER.match(text) or _NUMBER.match(text)
        head, tail = (match[1], match[2]) if match else ("", text)
        parts = tokens(tail)
        if sum(map(len, parts)) < _FEWEST_LETTERS_WRONG:
            return []
        found = [f for f in self._resolver.find(parts) if f.score >= _LIKE]
        return [head + self._all.names[f.street] for f in found[:limit]]

    def _street(self, street: int) -> list[_Entry]:
        name = self._all.names[street]
        aliases = self._all.aliases_of.get(street, ())
        found = _spelled(name, name, street)
        for alias in aliases:
            for entry in _spelled(alias, name, street):
                if entry.begun is not _From.WORD_INSIDE:
                    found.append(_Entry(entry.parts, _From.ALIAS, name, street))
        return found


class _Numbered(Collection[int]):
    """The streets that have a house number; asked for one at a time."""

    def __init__(self, gazetteer: Gazetteer, number: int) -> None:
        self._all, self._number = gazetteer, number

    def __contains__(self, street: object) -> bool:
        if not isinstance(street, int):
            return False
        if (street, self._number) in self._all.points_at:
            return True
        ranges = self._all.ranges_of(street)
        return any(r.low <= self._number <= r.high for r in ranges)

    def __iter__(self) -> Iterator[int]:
        return (s for s in range(len(self._all.names)) if s in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _spelled(text: str, name: str, street: int | None) -> list[_Entry]:
    """A name as it is written and in plain words, from each of its words on."""
    typed = tokens(text)
    found: list[_Entry] = []
    directions, types = words().directions, words().types
    for parts in {tuple(typed), _plain(typed), _figures(typed)}:
        for at, part in enumerate(parts):
            if at == 0:
                begun = _From.START
            elif at == 1 and parts[0] in directions:
                begun = _From.BEHIND_DIRECTION
            elif part in types or part in directions:
                continue
            else:
                begun = _From.WORD_INSIDE
            found.append(_Entry(parts[at:], begun, name, street))
    return found


def _plain(typed: Sequence[str]) -> Parts:
    """MOUNT as MT, FIRST as 1, AVENUE as AVE: as names are compared."""
    known = words()
    parts = plain_numbers(joined_phrases(typed))
    same = {"SAINT": "ST", "MOUNT": "MT", "FORT": "FT"}
    tail = [known.types.get(p, p) for p in parts[1:]]
    head = [same.get(p, known.directions.get(p, p)) for p in parts[:1]]
    return tuple(same.get(p, p) for p in (*head, *tail))


def _figures(typed: Sequence[str]) -> Parts:
    """FIRST as 1ST."""
    numbers = words().numbers
    return tuple(ordinal(int(numbers[p])) if p in numbers else p for p in typed)
