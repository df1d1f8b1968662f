"""What the log knows of the policy of releases. Part of ``domain.events``; import it
from there.

``policy`` is all that it says, as ``Policy.plain``, and has ``sha256``; ``changed`` is
in words what was other in the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event, Json

SUBJECT = "release_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePolicyNoted(Event):
    """The console found it in force: the first one, or in nothing looser than the one
    before."""

    TYPE: ClassVar[str] = "release_policy.noted"
    sha256: str
    policy: dict[str, Json]
    changed: list[str]
    at_us: int

    @property
    def subject(self) -> str:
        return SUBJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePolicyConfirmed(Event):
    """A person (``by``, an id) signed that it is in force, though it is looser.

    ``after`` is the head of the entry of this kind before it, in hex, or nothing: a
    signature counts in one place of the log only. ``statement`` and ``signature`` are
    base64."""

    TYPE: ClassVar[str] = "release_policy.confirmed"
    sha256: str
    policy: dict[str, Json]
    changed: list[str]
    by: str
    after: str
    statement: str
    signature: str
    at_us: int

    @property
    def subject(self) -> str:
        return SUBJECT


POLICY_EVENTS: tuple[type[Event], ...] = (ReleasePolicyNoted, ReleasePolicyConfirmed)
