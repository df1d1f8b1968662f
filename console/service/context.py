"""What a handler of a command has in its hands, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aliquot.console.clock import Stamp
from aliquot.console.domain.cameras import Registered
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import Event, Json
from aliquot.console.domain.people import Role
from aliquot.console.domain.ports import Views
from aliquot.console.domain.rows import IncidentRow


class Lookup(Protocol):
    """What a handler asks of the log beside the views."""

    def incident_by_form(self, form_id: str) -> IncidentRow | None: ...

    def next_incident_number(self) -> int: ...

    def camera(self, camera_id: str) -> Registered | None: ...


class Work(Protocol):
    """One transaction of the log, as a handler uses it."""

    @property
    def views(self) -> Views: ...

    @property
    def lookup(self) -> Lookup: ...

    def append(self, event: Event, stamp: Stamp | None = None) -> int: ...

    def save_draft(self, form_id: str, body: dict[str, Json], at_us: int) -> None: ...

    def drop_draft(self, form_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """``now`` is the time of the command; ``role`` None when nobody is signed in."""

    work: Work
    now: Stamp
    actor: Actor
    role: Role | None
    new_id: Callable[[], str]

    @property
    def at_us(self) -> int:
        """UTC in microseconds."""
        return self.now.utc_us
