"""Which column of another CAD's export is what: TOML, bundled or an agency's own."""

from __future__ import annotations

import tomllib
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from aliquot.drivers.incidents.api import CLOSED, OPEN
from aliquot.drivers.incidents.times import USUAL_FORMATS

WGS84 = "EPSG:4326"

# Field -> what it is, for the manual; several columns are joined where that is said.
FIELDS: Mapping[str, str] = {
    "id": "the other CAD's own number; several columns are one id",
    "type": "the code or word that [types] knows",
    "type_text": "the words to show for the type",
    "priority": "a number, or what [priorities] knows",
    "place": "address or crossing; several columns are joined",
    "place_note": "more of the place",
    "latitude": "or y, in the mapping's crs",
    "longitude": "or x, in the mapping's crs",
    "received": "when the call came; several columns are joined with a blank",
    "closed": "when it was closed",
    "as_of": "when the row was said, for exports that tell of changes",
    "state": "what [states] knows",
    "disposition": "how it ended",
    "units": "the units on it, parted by , ; or blanks",
    "note": "a remark",
    "caller_name": "",
    "callback_number": "",
}
_JOINED = ("id", "place", "place_note", "received", "closed", "as_of")
_TABLES = ("columns", "types", "states", "priorities")
_TEXTS = (
    *("source", "title", "time_zone", "crs", "state"),
    *("place_joint", "place_suffix"),
)


class BadMapping(ValueError):  # noqa: N818 - a sentence for whoever wrote the file
    """What is wrong with a mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMapping:
    """``columns``: field -> columns. ``types``, ``states`` and ``priorities`` have
    their keys in small letters. ``state`` is of rows that say none."""

    name: str
    source: str
    time_zone: str
    columns: Mapping[str, tuple[str, ...]]
    title: str = ""
    crs: str = WGS84
    formats: tuple[str, ...] = USUAL_FORMATS
    types: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, int] = field(default_factory=dict)
    state: str | None = None
    types_are_codes: bool = False
    units_add: bool = False
    place_joint: str = ", "
    place_suffix: str = ""

    @property
    def needed(self) -> frozenset[str]:
        """Columns without which no row can be used: by them a header is known."""
        names = (self.columns.get(field, ()) for field in ("id", "received"))
        return frozenset(name for one in names for name in one)


def parse_mapping(text: str, name: str) -> IncidentMapping:
    """Raises ``BadMapping``."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise BadMapping(f"it is no TOML: {why}") from None
    known = (*_TABLES, *_TEXTS, "formats", "types_are_codes", "units_add")
    _only(found, "a mapping", known)
    for key in _TEXTS:
        if not isinstance(found.get(key, ""), str):
            raise BadMapping(f"{key} is a text")
    for key in ("types_are_codes", "units_add"):
        if not isinstance(found.get(key, False), bool):
            raise BadMapping(f"{key} is true or false")
    return IncidentMapping(
        name=name,
        source=found.get("source") or name,
        title=found.get("title", ""),
        time_zone=_zone(found.get("time_zone")),
        crs=found.get("crs", WGS84),
        formats=_formats(found.get("formats")),
        columns=_columns(found.get("columns")),
        types=_words(found.get("types", {}), "types"),
        states=_states(found.get("states", {})),
        priorities=_priorities(found.get("priorities", {})),
        state=_state(found.get("state"), "state"),
        types_are_codes=found.get("types_are_codes", False),
        units_add=found.get("units_add", False),
        place_joint=found.get("place_joint", ", "),
        place_suffix=found.get("place_suffix", ""),
    )


def _zone(name: Any) -> str:
    if not name:
        raise BadMapping('it names no time_zone, such as "America/Denver" or "UTC"')
    if name not in zoneinfo.available_timezones():
        raise BadMapping(f"there is no time zone {name}")
    return str(name)


def _formats(given: Any) -> tuple[str, ...]:
    if given is None:
        return USUAL_FORMATS
    if not isinstance(given, list) or not all(isinstance(x, str) for x in given):
        raise BadMapping('formats is a list such as ["%m/%d/%Y %H:%M"]')
    return tuple(given)


def _columns(given: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        raise BadMapping("it needs a table [columns]")
    _only(given, "columns", tuple(FIELDS))
    found: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names:
            raise BadMapping(f"columns.{name} is a text or a list of texts")
        if not all(isinstance(x, str) and x for x in names):
            raise BadMapping(f"columns.{name} is a text or a list of texts")
        if len(names) > 1 and name not in _JOINED:
            raise BadMapping(f"columns.{name} is one column")
        found[name] = tuple(names)
    if "id" not in found:
        raise BadMapping("columns.id is missing")
    if not {"received", "as_of"} & set(found):
        raise BadMapping("columns.received is missing")
    if ("latitude" in found) != ("longitude" in found):
        raise BadMapping("columns.latitude and columns.longitude go together")
    return found


def _words(given: Any, name: str) -> dict[str, str]:
    if not isinstance(given, dict):
        raise BadMapping(f"{name} is a table")
    if not all(isinstance(value, str) for value in given.values()):
        raise BadMapping(f"{name} are texts")
    return {key.casefold().strip(): value for key, value in given.items()}


def _states(given: Any) -> dict[str, str]:
    found = _words(given, "states")
    for key, value in found.items():
        _state(value, f"states.{key}")
    return found


def _state(value: Any, name: str) -> str | None:
    if value is not None and value not in (OPEN, CLOSED):
        raise BadMapping(f"{name} is {OPEN} or {CLOSED}")
    return None if value is None else str(value)


def _priorities(given: Any) -> dict[str, int]:
    if not isinstance(given, dict):
        raise BadMapping("priorities is a table")
    for value in given.values():
        if isinstance(value, bool) or value not in (1, 2, 3, 4, 5):
            raise BadMapping("priorities are whole numbers from 1 to 5")
    return {key.casefold().strip(): value for key, value in given.items()}


def _only(found: Mapping[str, Any], name: str, known: Iterable[str]) -> None:
    if unknown := sorted(set(found) - set(known)):
        raise BadMapping(f"{name} has no {unknown[0]}, only {', '.join(known)}")


@cache
def bundled_mappings() -> Mapping[str, IncidentMapping]:
    """Those that come with the program, by name."""
    folder = resources.files("aliquot.resources") / "mappings"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    found: dict[str, IncidentMapping] = {}
    for file in files:
        name = file.name.removesuffix(".toml")
        found[name] = parse_mapping(file.read_text(encoding="utf-8"), name)
    return found
