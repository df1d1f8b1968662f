"""Commands on releases that no window sends: what passwords were turned into, what
workers ask for, and the one of the command line, where nobody is signed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.commands import Command
from aliquot.console.domain.events import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAs(Command):
    """``name`` proves the password and does ``act``: propose (of an incident),
    approve, refuse, withdraw or retract (of a release)."""

    act: str
    name: str
    password: str = field(repr=False)
    incident_id: str | None = None
    release_id: str | None = None
    phrase: str | None = None
    reason: str | None = None
    item_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterApproval(Command):
    """The actor's key has signed ``statement``, which says when: ``at_us``."""

    release_id: str
    at_us: int
    statement: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtRelease(Command):
    """Do what is due for it now: begin its embargo, send it, end it, or nothing."""

    release_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery(Command):
    """What became of a delivery. ``kind``: item or retraction. ``problem`` None: it
    was confirmed, with ``receipt``, or without when there was nothing to take back."""

    release_id: str
    channel: str
    partner: str
    kind: str
    problem: str | None = None
    final: bool = False
    receipt: dict[str, Json] | None = None
