"""The words of streets and addresses, and text cut into them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TENS = {
    "TWENTY": 20,
    "THIRTY": 30,
    "FORTY": 40,
    "FIFTY": 50,
    "SIXTY": 60,
    "SEVENTY": 70,
    "EIGHTY": 80,
    "NINETY": 90,
}
_TENTHS = {
    "THIRTIETH": 30,
    "FORTIETH": 40,
    "FIFTIETH": 50,
    "SIXTIETH": 60,
    "SEVENTIETH": 70,
    "EIGHTIETH": 80,
    "NINETIETH": 90,
}
_WAY_WORDS = (("HWY", "HIGHWAY", "RT", "RTE", "ROUTE"), ("RD", "ROAD"))
_DROPPED = re.compile(r"['’`.]")
_BLANKED = re.compile(r"[^\w/#&@+]|_")
_ORDINAL = re.compile(r"(\d+)(?:ST|ND|RD|TH|D)")
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The tables of ``street_words.toml``, turned for looking up."""

    types: Mapping[str, str]  # any spelling -> the form compared in
    directions: Mapping[str, str]
    phrases: Mapping[str, tuple[tuple[Phrase, str], ...]]  # by first word
    highways: Mapping[str, tuple[tuple[Phrase, str], ...]]
    numbers: Mapping[str, str]
    number_forms: tuple[
        Mapping[str, str], Mapping[str, str]
    ]  # "3" -> "THIRD"; "3" -> "THREE"
    unit_words: frozenset[str]
    units_alone: frozenset[str]
    floors: frozenset[str]
    usual_types: frozenset[str]  # the form compared in, of the types most met
    community_words: frozenset[str]  # CITY, TOWN: no part of a community's name
    community_spelled: Mapping[str, str]
    bounds: frozenset[str]  # EB, WESTBOUND
    places: Mapping[str, tuple[tuple[Phrase, str], ...]]  # as ``phrases``
    states: frozenset[str]  # of two letters


@cache
def words() -> Words:
    path = files("aliquot.resources") / "codes" / "street_words.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    numbers = {form: n for n, forms in data["numbers"].items() for form in forms}
    return Words(
        types=_turned(data["types"]),
        directions=_turned(data["directions"]),
        phrases=_phrases(data["spelled"]),
        highways=_phrases({k: _ways(v) for k, v in data["highways"].items()}),
        numbers=numbers | {k: str(v) for k, v in _TENTHS.items()},
        number_forms=(
            {n: forms[0] for n, forms in data["numbers"].items()},
            {n: forms[1] for n, forms in data["numbers"].items() if len(forms) > 1},
        ),
        unit_words=frozenset(data["units"]["words"]),
        units_alone=frozenset(data["units"]["alone"]),
        floors=frozenset(data["units"]["floors"]),
        usual_types=frozenset(data["usual"]["types"]),
        community_words=frozenset(data["communities"]["left_out"]),
        community_spelled=_turned(data["communities"]["spelled"]),
        bounds=frozenset(data["bounds"]["words"]),
        places=_phrases(data["places"]),
        states=frozenset(data["states"]["letters"]),
    )


def _turned(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for form, spellings in table.items():
        for spelling in (form, *spellings):
            found.setdefault(spelling.replace(".", ""), form)
    return found


def _ways(spellings: Sequence[str]) -> list[str]:
    """STATE RT stands for STATE ROUTE and STATE HWY too, COUNTY RD for COUNTY ROAD."""
    found: list[str] = []
    for spelling in spellings:
        head, _, last = spelling.rpartition(" ")
        same = next((words for words in _WAY_WORDS if head and last in words), (last,))
        found += [f"{head} {word}".strip() for word in same]
    return list(dict.fromkeys(found))


def _phrases(
    table: Mapping[str, Sequence[str]],
) -> dict[str, tuple[tuple[Phrase, str], ...]]:
    """Longest first, by their first word."""
    found: dict[str, list[tuple[Phrase, str]]] = {}
    for form, spellings in table.items():
        own = form.replace("_", " ")
        for spelling in (own, *spellings):
            phrase = tuple(spelling.replace(".", "").split())
            found.setdefault(phrase[0], []).append((phrase, form))
    return {
        first: tuple(sorted(all_of, key=lambda item: -len(item[0])))
        for first, all_of in found.items()
    }


def tokens(text: str) -> list[str]:
    """Words in capitals; points and apostrophes gone, hyphens are blanks."""
    upper = _DROPPED.sub("", text.upper())
    if not upper.isascii():
        upper = _unaccented(upper)
    return _BLANKED.sub(" ", upper).split()


def _unaccented(text: str) -> str:
    """PEÑA as PENA: keyboards and exports lose the signs."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def joined_phrases(parts: Sequence[str]) -> list[str]:
    """With phrases such as MARTIN LUTHER KING as one word each."""
    return _replaced(parts, words().phrases, before_number=False)


def joined_places(parts: Sequence[str]) -> list[str]:
    """The same for common places: HS as HIGH_SCHOOL."""
    return _replaced(parts, words().places, before_number=False)


def joined_highways(parts: Sequence[str]) -> list[str]:
    """STATE ROUTE 3 as SR 3; only in front of a number."""
    return _replaced(parts, words().highways, before_number=True)


def _replaced(
    parts: Sequence[str],
    table: Mapping[str, tuple[tuple[Phrase, str], ...]],
    before_number: bool,
) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(parts):
        for phrase, form in table.get(parts[at], ()):
            end = at + len(phrase)
            if tuple(parts[at:end]) != phrase:
                continue
            if before_number and not (end < len(parts) and parts[end][0].isdigit()):
                continue
            out.append(form)
            at = end
            break
        else:
            out.append(parts[at])
            at += 1
    return out


def plain_numbers(parts: Sequence[str]) -> list[str]:
    """THIRD and 3RD as 3, TWENTY FIRST as 21."""
    table = words().numbers
    out: list[str] = []
    for part in parts:
        ordinal = _ORDINAL.fullmatch(part)
        value = ordinal[1] if ordinal else table.get(part)
        if value and out and out[-1] in _TENS and int(value) < 10:
            out[-1] = str(_TENS[out[-1]] + int(value))
        else:
            out.append(value or part)
    return out
