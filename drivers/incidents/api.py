"""An incident as another CAD tells of it, and as it is heard on a line. Pure, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

OPEN, CLOSED = "open", "closed"
_NOT_SAID = ("repairs", "warnings", "add_units")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignIncident:
    """What one message or row says of one incident; None is not said.

    ``source_id`` is the other CAD's own number. ``type_code`` is one of our codes,
    ``type_text`` the other CAD's word. Degrees WGS84; times are UTC µs since 1970;
    ``as_of_us`` is when the other CAD said this. ``state`` is ``open`` or
    ``closed``. ``units``: those that work it; with ``add_units`` those named are
    more of them. ``repairs`` says in words what was put right, ``warnings`` in codes
    of ``lines.api.Warnings`` what to say of it.
    """

    source_id: str
    type_code: str | None = None
    type_text: str | None = None
    priority: int | None = None
    place: str | None = None
    place_note: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    caller_name: str | None = None
    callback_number: str | None = None
    received_us: int | None = None
    closed_us: int | None = None
    as_of_us: int | None = None
    state: str | None = None
    disposition: str | None = None
    units: tuple[str, ...] | None = None
    add_units: bool = False
    note: str | None = None
    repairs: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignHeard:
    """What a line said of another CAD's incident; beside ``AliRecord`` in ``Heard``.

    ``source`` is the name of the other CAD; "" is the line's own name. Of several in
    one frame only the last has the frame's ``end``, so that none is lost when the
    program ends between them.
    """

    incident: ForeignIncident
    source: str
    layout: str
    warnings: tuple[str, ...]
    raw: bytes
    start: int
    end: int
    utc_us: int
    mono_ns: int

    @property
    def fields(self) -> Mapping[str, str | int | float]:
        """What was said, by the names of ``ForeignIncident``; times in UTC µs."""
        said: dict[str, str | int | float] = {}
        for name in self.incident.__slots__:
            value = getattr(self.incident, name)
            if name == "units" and value is not None:
                said[name] = " ".join(value)
            elif value is not None and name not in _NOT_SAID:
                said[name] = value
        return said

    @property
    def spans(self) -> Mapping[str, tuple[int, int]]:
        """None are kept."""
        return {}


@dataclass(frozen=True, slots=True)
class Told:
    """What ``Read`` makes of a document: incidents with the bytes of each, and in
    words what could not be read."""

    incidents: tuple[tuple[ForeignIncident, bytes], ...]
    faults: tuple[str, ...] = field(default=())


class Read(Protocol):
    """Reads a whole document (a CSV file, JSON, an EIDO) for a line or an import.
    Never raises on what it is given."""

    def __call__(self, data: bytes) -> Told: ...


class Unusable(ValueError):  # noqa: N818 - an answer, not a fault
    """Why a row or message is no incident, in words."""


def faulty(why: Sequence[str]) -> Told:
    return Told((), tuple(why))
