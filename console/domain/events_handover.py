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
