"""Commands on the policy of releases: from the command line, and as the writer gets
them. What is new and not looser is noted by ``NoteProtected``."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.commands import Command
from aliquot.console.domain.event_base import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPolicyAs(Command):
    """``name`` proves the password and signs that the policy in the file is meant.

    ``sha256``: of that policy, or how it begins; another one than is found is refused.
    Done: ``{"policy_sha256", "changed", "confirmed_by"}``."""

    name: str
    password: str = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterPolicy(Command):
    """The actor's key has signed ``statement``, which says when: ``at_us``.

    ``policy``, ``changed``, ``after``: see ``events_policies``."""

    policy: dict[str, Json]
    changed: tuple[str, ...]
    after: str
    at_us: int
    statement: bytes = field(repr=False)
    signature: bytes = field(repr=False)
