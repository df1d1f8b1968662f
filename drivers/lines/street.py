"""Splits the text of a street, only where there is one way to do it."""

from __future__ import annotations

import re

from aliquot.drivers.lines.field_text import FieldText

# Words that end a street's name and are hardly ever part of it.
_SUFFIXES = frozenset(
    (
        "ALY",
        "AV",
        "AVE",
        "AVENUE",
        "BLVD",
        "CIR",
        "CT",
        "DR",
        "DRIVE",
        "HWY",
        "LN",
        "LANE",
        "PKWY",
        "PL",
        "PLZ",
        "RD",
        "ROAD",
        "SQ",
        "ST",
        "STREET",
        "TER",
        "TPKE",
        "TRL",
        "WAY",
    )
)
# These are as often the name itself: PIKE ST.
_LAST_WORDS = _SUFFIXES | {"PIKE"}
_UNIT = re.compile(
    r" +(?P<unit>(?:APT|STE|SUITE|UNIT|LOT|RM|TRLR|BLDG)[ .#]{1,3}[A-Z0-9-]{1,6}"
    r"|# ?[A-Z0-9-]{1,6})$",
    re.IGNORECASE,
)
_DIRECTIONS = frozenset(("N", "S", "E", "W", "NE", "NW", "SE", "SW"))
# After a direction these make the name: W END AVE is no street called END.
_NAME_WITH_DIRECTION = frozenset(("END", "GATE", "POINT", "POLE", "SHORE", "SIDE"))
_NO_STREET = re.compile(r"[/&@]| (?:AT|OF|AND|NEAR|BETWEEN) ", re.IGNORECASE)
_SECTOR = re.compile(
    r"(?:^|[\s-])\s*(?P<sector>[NSEW]{1,2}\s*SECTOR|SECTOR\s*[NSEW]{1,2}|OMNI"
    r"|(?<=\s-\s)[NSEW]{1,2})\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")


def is_direction(text: str) -> bool:
    return text.strip().upper() in _DIRECTIONS


def cut_sector(text: FieldText) -> tuple[FieldText, FieldText | None]:
    """The street without the sector of a tower, and the sector."""
    found = _SECTOR.search(text.text)
    if found is None:
        return text.strip(), None
    at = found.start("sector")
    return text[:at].strip(" -"), text[at:].strip()


def cut_unit(text: FieldText) -> tuple[FieldText, FieldText | None]:
    """The street without the unit behind its suffix, and the unit."""
    found = _UNIT.search(text.text)
    if found is None:
        return text, None
    street = text[: found.start()].strip()
    if "street_suffix" not in split_street(street):
        return text, None  # where the street ends is not certain
    return street, text[found.start("unit") :].strip()


def split_street(text: FieldText) -> dict[str, FieldText]:
    """Field names and texts. At least ``street_name``, unless the text is blank."""
    text = text.strip()
    if text.blank:
        return {}
    words = list(_WORD.finditer(text.text))
    cut = None if _NO_STREET.search(text.text) else _cut([w.group() for w in words])
    if cut is None:
        return {"street_name": text}
    first, last = cut
    parts = {
        "street_name": text[words[first].start() : words[last - 1].end()],
        "street_suffix": text[words[last].start() : words[last].end()],
    }
    if first:
        parts["prefix_directional"] = text[: words[0].end()]
    if last < len(words) - 1:
        parts["post_directional"] = text[words[-1].start() :]
    return parts


def _cut(words: list[str]) -> tuple[int, int] | None:
    """Index of the name's first word and of the suffix."""
    upper = [word.upper().rstrip(".") for word in words]
    after = len(upper) > 2 and upper[-1] in _DIRECTIONS and upper[-2] in _SUFFIXES
    last = len(upper) - (2 if after else 1)
    if last < 1 or upper[last] not in _LAST_WORDS or upper[last - 1] in _SUFFIXES:
        return None
    has_prefix = last > 1 and upper[0] in _DIRECTIONS
    if has_prefix and (upper[1] in _NAME_WITH_DIRECTION or upper[1] in _DIRECTIONS):
        return None
    return int(has_prefix), last
