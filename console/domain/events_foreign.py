"""What another CAD says of its incidents. Part of ``domain.events``; import it there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from aliquot.console.domain.event_base import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignIncidentReceived(Event):
    """Another CAD told of one of its incidents.

    ``source`` names that CAD, ``source_id`` is its own number. ``join``: ``opened``
    (the first that was heard of it), ``changed``, ``same`` (nothing new) or ``old``
    (said before what is known, so it changes nothing). ``changes`` has what became
    different, name -> [old, new], names of ``INCIDENT_FIELDS`` only. ``state`` is
    ``open`` or ``closed``, None when nothing was said of it; ``opened_at_us`` and
    ``closed_at_us`` are as the other CAD says, ``as_of_us`` when it said so.
    ``digest`` is of what was said: an import leaves out what it had before. From a
    line: ``line``, ``raw`` and offsets are as of a record.
    """

    TYPE: ClassVar[str] = "incident.foreign_received"
    incident_id: str
    number: int
    source: str
    source_id: str
    join: str
    changes: dict[str, Json]
    type_text: str | None = None
    state: str | None = None
    opened_at_us: int | None = None
    closed_at_us: int | None = None
    as_of_us: int | None = None
    disposition: str | None = None
    units: list[Json] | None = None
    note: str | None = None
    digest: str = ""
    at_us: int
    line: str | None = None
    layout: str = ""
    warnings: list[Json] = field(default_factory=list)
    raw: str = ""
    start: int = 0
    end: int = 0

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"
