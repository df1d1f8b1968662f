"""What a release needs before the writer sees it: fresh rules, and the password.

Runs in the helper's thread, or straight from the command line. The approver's key is
unsealed here, signs the bytes that lie in the log, and is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    Actor,
    ApproveRelease,
    Command,
    Outcome,
    ProposeRelease,
    Refused,
    RefuseRelease,
    RetractRelease,
    WithdrawRelease,
)
from aliquot.console.domain.policy_commands import ConfirmPolicyAs
from aliquot.console.domain.protected_commands import ConfirmProtectedAs
from aliquot.console.domain.release_commands import EnterApproval, ReleaseAs
from aliquot.console.domain.rows import PersonRow
from aliquot.console.domain.tree_commands import ActivateTreeAs
from aliquot.console.geo.geofile_folder import GeofileFolder
from aliquot.console.release.endings import UNNAMED
from aliquot.console.release.policy_force import PolicyInForce
from aliquot.console.release.protected import InForce
from aliquot.console.release.release_record import StoredRelease
from aliquot.console.release.signing import Objection, approve
from aliquot.console.service.context import Trees
from aliquot.console.service.releases import objected
from aliquot.console.service.releases_policy import PolicySigner
from aliquot.console.service.releases_protected import ProtectedSigner
from aliquot.console.service.trees_prepare import TreeSigner
from aliquot.console.service.vault import Vault

_ACTS = ("propose", "approve", "refuse", "withdraw", "retract")

Prepared = tuple[Command, Actor] | Outcome


class Stored(Protocol):
    """Where frozen releases are read."""

    def get(self, release_id: str) -> StoredRelease | None: ...

    @property
    def trees(self) -> Trees: ...

    @property
    def protected(self) -> InForce: ...

    @property
    def policies(self) -> PolicyInForce: ...


class Preparer:
    """Turns commands on releases into those that the writer carries out.

    ``refresh`` reads policy and place tree again if they changed. ``policy``: the
    file of the profile, None for the one that comes along.
    """

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        refresh: Callable[[], object],
        geofile: GeofileFolder,
        policy: Path | None = None,
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._refresh = refresh
        self._trees = TreeSigner(vault, clock, geofile)
        self._protected = ProtectedSigner(vault, clock, geofile.root)
        self._policies = PolicySigner(vault, clock, policy)

    def prepare(
        self,
        command: Command,
        actor: Actor,
        people: Sequence[PersonRow],
        stored: Stored,
    ) -> Prepared:
        """The command to carry out and who does, or the outcome."""
        match command:
            case ReleaseAs():
                return self._as_named(command, actor, people, stored)
            case ApproveRelease():
                person = _of_id(people, actor.person)
                if person is None:
                    return Refused("not_allowed", "Nobody is signed in: sign in first.")
                return self._sign(command, actor, person, stored)
            case ActivateTreeAs():
                return self._trees.prepare(command, actor, people, stored.trees)
            case ConfirmProtectedAs():
                known = stored.protected
                return self._protected.prepare(command, actor, people, known)
            case ConfirmPolicyAs():
                return self._policies.prepare(command, actor, people, stored.policies)
        self._refresh()
        return command, actor

    def _as_named(
        self,
        command: ReleaseAs,
        actor: Actor,
        people: Sequence[PersonRow],
        stored: Stored,
    ) -> Prepared:
        if command.act not in _ACTS:
            return Refused("no_such_act", f"There is no {command.act}.")
        if command.act == "approve":
            person = self._vault.named(people, command.name)
            if person is None:
                refusal = self._vault.prove(people, command.name, command.password)
                assert isinstance(refusal, Refused)
                return refusal
            acting = Actor(person.person_id, actor.position, actor.joined)
            approval = ApproveRelease(
                release_id=command.release_id or "",
                password=command.password,
                item_sha256=command.item_sha256,
            )
            return self._sign(approval, acting, person, stored)
        proved = self._vault.prove(people, command.name, command.password)
        if isinstance(proved, Refused):
            return proved
        self._refresh()
        return _inner(command), Actor(proved, actor.position, actor.joined)

    def _sign(
        self,
        command: ApproveRelease,
        actor: Actor,
        person: PersonRow,
        stored: Stored,
    ) -> Prepared:
        self._refresh()
        key = self._vault.unseal(person, command.password)
        if isinstance(key, Refused):
            return key
        release = stored.get(command.release_id)
        if release is None:
            text = f"There is no release {command.release_id}."
            return Refused("no_such_release", text)
        proposal = release.proposal()
        if command.item_sha256 not in (None, proposal.item_sha256):
            return objected(Objection.OTHER_BYTES)
        now_us = self._clock.now().utc_us
        signed = approve(proposal, person.person_id, key, now_us)
        if isinstance(signed, Objection):
            return objected(signed)
        entered = EnterApproval(
            release_id=release.release_id,
            at_us=signed.at_us,
            statement=signed.statement,
            signature=signed.signature,
        )
        return entered, actor


def _inner(command: ReleaseAs) -> Command:
    release_id, reason = command.release_id or "", command.reason or UNNAMED
    match command.act:
        case "propose":
            incident_id = command.incident_id or ""
            return ProposeRelease(incident_id=incident_id, phrase=command.phrase)
        case "refuse":
            return RefuseRelease(release_id=release_id, reason=reason)
        case "withdraw":
            return WithdrawRelease(release_id=release_id, reason=reason)
    return RetractRelease(release_id=release_id, reason=reason)


def _of_id(people: Sequence[PersonRow], person_id: str) -> PersonRow | None:
    return next((p for p in people if p.person_id == person_id), None)
