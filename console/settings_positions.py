"""`[[positions]]`: where the positions of units come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aliquot.console.domain.positions import STALE_S
from aliquot.drivers.positions.decoder import FORMATS

NEEDS = ("name", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionConfig:
    """One source of positions; see ``drivers.positions.sources`` for ``source``.

    ``units``: name at the source (an id, a talker, an address) -> unit. ``unit``:
    everything that comes here is of this one. With neither, ids are units' names.
    ``stale_s``: seconds after which a fix is shown as old. ``checksum``: whether
    sentences without one are used.
    """

    name: str
    source: str
    format: str = "auto"
    units: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    stale_s: float = STALE_S
    checksum: str = "required"
    baud: int = 4800
    framing: str = "8N1"


def _one_of(*names: str) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        return None if value in names else f"write one of {', '.join(names)}"

    return check


def check_units(value: Any) -> str | None:
    todo = 'write a table such as { "GP" = "2A11", "0042" = "2A12" }'
    if not isinstance(value, dict) or not value:
        return todo
    fits = all(
        isinstance(x, str) and x.strip() and len(x) <= 64 for x in value.values()
    )
    return None if fits else todo


def check_unit(value: Any) -> str | None:
    fits = isinstance(value, str) and value.strip() and len(value) <= 64
    return None if fits else "write the name of a unit"


def check_seconds(value: Any) -> str | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = is_number and 1 <= value <= 86_400
    return None if fits else "write seconds from 1 to 86400"


OWN_CHECKS: Mapping[str, Callable[[Any], str | None]] = {
    "format": _one_of(*FORMATS),
    "units": check_units,
    "unit": check_unit,
    "stale_s": check_seconds,
    "checksum": _one_of("required", "optional"),
}


def complaints(rows: list[Any], lines: Any) -> list[str]:
    """What is wrong between keys, and with names that lines have; each key by itself
    was checked before."""
    given = lines if isinstance(lines, list) else []
    named = {x.get("name") for x in given if isinstance(x, dict)} - {None}
    found = []
    for number, row in enumerate(rows, 1):
        if "unit" in row and "units" in row:
            found.append(f"positions[{number}]: give unit or units, not both.")
        if row.get("name") in named:
            found.append(f"positions[{number}].name: a line is called {row['name']!r}.")
    return found


def build(row: Mapping[str, Any]) -> PositionConfig:
    return PositionConfig(**row)


def render(config: PositionConfig, value: Callable[[Any], str]) -> list[str]:
    """The lines of a table; ``value`` writes a TOML value."""
    usual = PositionConfig(name="", source="")
    rendered = []
    for key in PositionConfig.__slots__:
        found = getattr(config, key)
        if found == getattr(usual, key):
            continue
        if key == "units":
            pairs = (f"{value(name)} = {value(unit)}" for name, unit in found.items())
            rendered.append("units = { " + ", ".join(pairs) + " }")
        else:
            rendered.append(f"{key} = {value(found)}")
    return rendered
