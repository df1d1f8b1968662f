"""The policy in force: what the log is told of it, and who may say that a looser one
is meant. What is not looser is noted by the console itself; see ``note_if_new``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Actor, Command, Done, Outcome, Refused
from aliquot.console.domain.events import ReleasePolicyConfirmed, ReleasePolicyNoted
from aliquot.console.domain.people import Act, may, parse_role
from aliquot.console.domain.policy_commands import ConfirmPolicyAs, EnterPolicy
from aliquot.console.domain.rows import PersonRow
from aliquot.console.problems import KnownProblem
from aliquot.console.release.policy import Policy
from aliquot.console.release.policy_change import plain_sha256
from aliquot.console.release.policy_force import SHORTEST, PolicyInForce, statement
from aliquot.console.release.signing import signed_by
from aliquot.console.release.sources import read_policy
from aliquot.console.service.context import Context
from aliquot.console.service.releases_common import public_key, text
from aliquot.console.service.vault import Vault

NOT_ALLOWED = "Only supervisors and administrators say that a looser policy is meant."
NOTHING = "The policy is in nothing looser than the one in force: nothing to confirm."


def note_policy(context: Context, policy: Policy) -> None:
    """Let the log know a policy that it does not have as the last one, unless somebody
    has to sign for it."""
    known = context.work.releases.policies
    if known.lost or known.knows(policy) or known.looser(policy):
        return
    context.work.append(
        ReleasePolicyNoted(
            sha256=policy.sha256,
            policy=policy.plain(),
            changed=list(known.changed(policy)),
            at_us=context.at_us,
        )
    )


class PolicySigner:
    """Turns ``ConfirmPolicyAs`` into what the writer carries out. It reads the policy at
    ``path``, None for the one that comes along; for the helper's thread."""

    def __init__(self, vault: Vault, clock: Clock, path: Path | None) -> None:
        self._vault = vault
        self._clock = clock
        self._path = path

    def prepare(
        self,
        command: ConfirmPolicyAs,
        actor: Actor,
        people: Sequence[PersonRow],
        known: PolicyInForce,
    ) -> tuple[Command, Actor] | Outcome:
        """The command to carry out and who does, or the outcome."""
        opened = self._vault.key_of(people, command.name, command.password)
        if isinstance(opened, Refused):
            return opened
        person, key = opened
        if not may(parse_role(person.role), Act.CHANGE_POLICY, actor.joined):
            return Refused("not_allowed", NOT_ALLOWED)
        try:
            policy = read_policy(self._path)
        except KnownProblem as why:
            return Refused(why.code, str(why))
        if (no := _unasked(command, known, policy)) is not None:
            return no
        changed, at_us = known.looser(policy), self._clock.now().utc_us
        said = statement(policy.sha256, changed, known.head, person.person_id, at_us)
        entered = EnterPolicy(
            policy=policy.plain(),
            changed=changed,
            after=known.head,
            at_us=at_us,
            statement=said,
            signature=key.sign(said),
        )
        return entered, Actor(person.person_id, actor.position, actor.joined)


def _unasked(
    command: ConfirmPolicyAs, known: PolicyInForce, policy: Policy
) -> Refused | None:
    """Why nobody signs for the policy as it is."""
    if not known.lost and not known.looser(policy):
        return Refused("nothing_to_confirm", NOTHING)
    wanted = command.sha256.lower()
    if len(wanted) < SHORTEST or not policy.sha256.startswith(wanted):
        said = f"The policy is {policy.sha256[:SHORTEST]}: look at it again."
        return Refused("other_policy", said)
    return None


def enter_policy(context: Context, command: EnterPolicy) -> Outcome:
    """What came with the command proves itself, and comes after what was looked at."""
    person, sha256 = context.actor.person, plain_sha256(command.policy)
    said = statement(sha256, command.changed, command.after, person, command.at_us)
    key = public_key(context, person) or b""
    if command.statement != said or not signed_by(key, command.signature, said):
        return Refused("bad_signature", "This person's key has not signed it.")
    if command.after != context.work.releases.policies.head:
        text_ = "Something was said of the policy meanwhile: look at it again."
        return Refused("policy_changed", text_)
    context.work.append(
        ReleasePolicyConfirmed(
            sha256=sha256,
            policy=command.policy,
            changed=list(command.changed),
            by=person,
            after=command.after,
            statement=text(command.statement),
            signature=text(command.signature),
            at_us=command.at_us,
        )
    )
    names = {p.person_id: p.name for p in context.work.views.people()}
    return Done(
        {
            "policy_sha256": sha256,
            "changed": list(command.changed),
            "confirmed_by": names.get(person, person),
        }
    )
