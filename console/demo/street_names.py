"""Street names in the parts that GIS keeps: words in full, and as they were before."""

from __future__ import annotations

from dataclasses import dataclass

_TYPES = {
    "St": "Street",
    "Rd": "Road",
    "Ave": "Avenue",
    "Ln": "Lane",
    "Ct": "Court",
    "Dr": "Drive",
    "Cir": "Circle",
    "Way": "Way",
    "Loop": "Loop",
}
_ROUTES = {"State Rte": "State Route", "County Rte": "County Route"}
_DIRECTIONS = {"N": "North", "S": "South", "E": "East", "W": "West"}


@dataclass(frozen=True, slots=True)
class StreetName:
    """Parts as NENA-STA-006 has them; absent is None. ``legacy``: direction, name
    and type in the capitals of an ALI database."""

    direction: str | None
    type_before: str | None
    name: str
    type_after: str | None
    legacy: tuple[str | None, str, str | None]

    @property
    def whole(self) -> str:
        parts = (self.direction, self.type_before, self.name, self.type_after)
        return " ".join(part for part in parts if part)


def street_name(short: str) -> StreetName:
    """Of a name as it is spoken at the desk: "W Main St", "State Rte 583"."""
    for abbreviated, route in _ROUTES.items():
        if short.startswith(f"{abbreviated} "):
            number = short.removeprefix(f"{abbreviated} ")
            return StreetName(None, route, number, None, (None, short.upper(), None))
    words = short.split()
    direction = words.pop(0) if words[0] in _DIRECTIONS else None
    kind = words.pop() if words[-1] in _TYPES else None
    name = " ".join(words)
    legacy = (direction, name.upper(), kind.upper() if kind else None)
    full = _DIRECTIONS[direction] if direction else None
    return StreetName(full, None, name, _TYPES[kind] if kind else None, legacy)
