"""What a handler of a command has in its hands, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aliquot.console.clock import Stamp
from aliquot.console.domain.cameras import Registered
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import Event, Json
from aliquot.console.domain.foreign import ForeignNow
from aliquot.console.domain.people import Role
from aliquot.console.domain.ports import Views
from aliquot.console.domain.rows import IncidentRow
from aliquot.console.domain.tree_change import TreeChange
from aliquot.console.release.policy_force import PolicyInForce
from aliquot.console.release.protected import InForce
from aliquot.console.release.release_record import OutboxRow, StoredRelease
from aliquot.console.service.releases_book import NO_RELEASES, ReleaseSide


class Lookup(Protocol):
    """What a handler asks of the log beside the views."""

    def incident_by_form(self, form_id: str) -> IncidentRow | None: ...

    def picked_place(self, plain: str) -> tuple[str, str, float, float] | None: ...

    def next_incident_number(self) -> int: ...

    def camera(self, camera_id: str) -> Registered | None: ...

    def cameras(self, camera_ids: Sequence[str]) -> dict[str, Registered]: ...

    def foreign(self, source: str, source_id: str) -> ForeignNow | None: ...

    def foreign_seen(self, digest: str) -> bool: ...


class Trees(Protocol):
    """What is asked of the changes of the place tree in the log."""

    def decided(self) -> str | None: ...

    def open(self) -> TreeChange | None: ...

    def last_activated(self) -> TreeChange | None: ...

    def lapsed(self) -> tuple[TreeChange, ...]: ...


class Releases(Protocol):
    """What a handler asks of the releases in the log."""

    @property
    def trees(self) -> Trees: ...

    @property
    def protected(self) -> InForce: ...

    @property
    def policies(self) -> PolicyInForce: ...

    def open(self) -> tuple[StoredRelease, ...]: ...

    def left_under_another(self, tree_sha256: str) -> frozenset[str]: ...

    def get(self, release_id: str) -> StoredRelease | None: ...

    def live_of(self, incident_id: str) -> tuple[StoredRelease, ...]: ...

    def delivery(
        self, release_id: str, channel: str, partner: str
    ) -> OutboxRow | None: ...

    def leaf_hashes(self) -> list[bytes]: ...

    def opened(self, incident_id: str) -> tuple[int, int] | None: ...

    def says(self, release: StoredRelease) -> bool: ...

    def maker_of(self, release_id: str) -> str: ...

    def public_key(self, person_id: str) -> bytes | None: ...


class Work(Protocol):
    """One transaction of the log, as a handler uses it."""

    @property
    def views(self) -> Views: ...

    @property
    def lookup(self) -> Lookup: ...

    @property
    def releases(self) -> Releases: ...

    @property
    def subjects(self) -> frozenset[str]:
        """Subjects that this work has changed so far, as in event heads."""
        ...

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
    release: ReleaseSide = NO_RELEASES

    @property
    def at_us(self) -> int:
        """UTC in microseconds."""
        return self.now.utc_us
