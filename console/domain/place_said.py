"""The place of an incident in words: as the geofile writes it once it is verified,
with the dispatcher's own text beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data

from aliquot.console.domain.events import Json


@dataclass(frozen=True, slots=True)
class PlaceSaid:
    """``text``: what is shown first. ``typed``: the dispatcher's own text where that
    is another one, else empty. ``says_more``: it is no mere shorter spelling."""

    text: str
    typed: str = ""
    says_more: bool = False

    @property
    def whole(self) -> str:
        return f"{self.text} (typed “{self.typed}”)" if self.typed else self.text


def place_said(fields: Mapping[str, Json]) -> PlaceSaid | None:
    """None where no place is wanted yet. Not verified: the text as it was typed."""
    typed, address = _text(fields.get("place")), _text(fields.get("place_address"))
    if not typed:
        return None
    if fields.get("place_verified") is not True or not address:
        return PlaceSaid(typed)
    if _one_case(typed) == _one_case(address):
        return PlaceSaid(address)
    return PlaceSaid(address, typed, not _begins(_words(address), _words(typed)))


def _begins(whole: list[str], part: list[str]) -> bool:
    return whole[: len(part)] == part


def _words(text: str) -> list[str]:
    """Compared as they are abbreviated: ST is STREET, ``and`` is ``&``."""
    table = _spellings()
    plain = text.upper().replace("&", " AND ").replace(",", " ").replace(".", " ")
    return [table.get(word, word) for word in plain.split()]


@cache
def _spellings() -> Mapping[str, str]:
    data = get_data("aliquot.resources", "codes/street_words.toml")
    assert data is not None, "codes/street_words.toml is not installed"
    tables = tomllib.loads(data.decode("utf-8"))
    known = {**tables["types"], **tables["directions"]}
    return {s: form for form, spellings in known.items() for s in spellings}


def _one_case(text: str) -> str:
    return " ".join(text.casefold().split())


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""
