"""The name of a street in its parts, so that two spellings of one are equal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from aliquot.console.geocode.words import (
    joined_highways,
    joined_phrases,
    plain_numbers,
    tokens,
    words,
)

_ROUTE = re.compile(r"(I|US|SR|CR|SH|FM|TR)(\d+)")  # I80
_GRID = re.compile(r"(\d+)([NSEW])")  # 11400S of a grid address
_HIGHWAYS = frozenset(("I", "US", "SR", "CR", "FM", "TR", "FS", "RT"))
_FULL = {"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"}
_FULL |= {a + b: _FULL[a] + _FULL[b] for a in "NS" for b in "EW"}


class StreetName(NamedTuple):
    """``pre`` and ``post`` are directions, ``type`` as in ``street_words.toml``; each
    "" when absent. ``base`` are the words between, never empty."""

    pre: str
    base: str
    type: str
    post: str

    @property
    def compact(self) -> str:
        """The base without blanks."""
        return self.base.replace(" ", "")

    @property
    def full_compact(self) -> str:
        """With the direction in front spelled out: NORTH POINT as NORTHPOINT."""
        return _FULL.get(self.pre, "") + self.compact

    @property
    def highway(self) -> str:
        """The number of a highway, whatever its kind; "" for another street."""
        kind, _, number = self.base.partition(" ")
        return number if kind in _HIGHWAYS else ""


@lru_cache(maxsize=65_536)
def parse_name(text: str) -> StreetName | None:
    """None when there is no word in it."""
    return name_of(tokens(text))


def name_of(raw: Sequence[str]) -> StreetName | None:
    """The same of words that are cut already."""
    parts = [p for token in raw for p in _ungrid(token)]
    parts = joined_highways(joined_phrases(parts))
    parts = _unbound(plain_numbers(parts))
    if len(parts) > 1 and parts[0] == "THE":
        del parts[0]
    if not parts:
        return None
    pre = post = kind = ""
    directions, types = words().directions, words().types
    # HWY 12 E ST is no street of a type; N 5TH ST is one
    numbered = len(parts) == 3 and parts[1].isdigit() and parts[0] not in directions
    if len(parts) > 1 and parts[-1] in directions and not _is_letter_name(parts):
        post = directions[parts.pop()]
    if len(parts) > 1 and parts[-1] in types and not numbered:
        kind = types[parts.pop()]
    if len(parts) > 1 and parts[0] in directions:
        pre = directions[parts.pop(0)]
    return StreetName(pre, _base(parts), kind, post)


def _unbound(parts: list[str]) -> list[str]:
    """I 80 EB as I 80."""
    bounds = words().bounds
    if len(parts) > 1 and (parts[0] in bounds or parts[-1] in bounds):
        return [p for p in parts if p not in bounds] or parts
    return parts


def _is_letter_or_two(parts: Sequence[str]) -> bool:
    return parts[0] not in _HIGHWAYS and len(parts[1]) <= 2


def _is_letter_name(parts: Sequence[str]) -> bool:
    """AVENUE E is a name with a letter, not an avenue that lies east."""
    return len(parts) == 2 and parts[0] in words().types and len(parts[1]) == 1


def _ungrid(token: str) -> tuple[str, ...]:
    match = _GRID.fullmatch(token) or _ROUTE.fullmatch(token)
    return (match[1], match[2]) if match else (token,)


def _base(parts: list[str]) -> str:
    types, directions = words().types, words().directions
    if len(parts) == 2 and parts[0] in types and _is_letter_or_two(parts):
        parts[0] = types[parts[0]]  # AVENUE A
    if len(parts) == 1:
        parts[0] = directions.get(parts[0], parts[0])  # NORTH ST
    same = {"SAINT": "ST", "STREET": "ST", "MOUNT": "MT", "FORT": "FT", "AND": "&"}
    return " ".join(same.get(p, p) for p in parts)


def spellings(name: StreetName) -> set[str]:
    """How the base may be written, without blanks: for finding what was mistyped."""
    found = {name.compact, name.full_compact}
    parts = name.base.split()
    ordinals, cardinals = words().number_forms
    found.add("".join(ordinals.get(part, part) for part in parts))
    if len(parts) > 1:  # 7 PINES; but 5TH ST is no FIVE, which FIRE is like
        found.add("".join(cardinals.get(part, part) for part in parts))
    if name.base.isdigit():
        found.add(ordinal(int(name.base)))
    return found


def ordinal(n: int) -> str:
    """3 as 3RD."""
    if n % 100 in (11, 12, 13):
        return f"{n}TH"
    return str(n) + {1: "ST", 2: "ND", 3: "RD"}.get(n % 10, "TH")
