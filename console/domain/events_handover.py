"""A hand-over happened. Part of ``domain.events``; import it from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentHandedOver(Event):
    """An incident was handed over to ``to``; who did is in the entry's head.

    ``eido`` is the document itself, which a subscriber of that name may fetch, and
    ``sha256`` the lower-case hex of its UTF-8. Erased with the body.
    """

    TYPE: ClassVar[str] = "incident.handed_over"
    incident_id: str
    handover_id: str
    to: str
    sha256: str
    eido: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverDelivered(Event):
    """The document of a hand-over is where it was to go.

    ``how``: ``file`` or ``post``; ``where``: the file, or the receiver's address.
    """

    TYPE: ClassVar[str] = "incident.handover_delivered"
    incident_id: str
    handover_id: str
    to: str
    how: str
    where: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverNotDelivered(Event):
    """The document could not be written, or the receiver did not take it. ``reason``:
    a sentence."""

    TYPE: ClassVar[str] = "incident.handover_not_delivered"
    incident_id: str
    handover_id: str
    to: str
    reason: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"
