"""Commands on the place tree: two owners, each with a signature, put a candidate in
use.

The entry of the second is what activates it. From that commit on the rules of release
are those of the new tree, and what was proposed under the old one is void.
"""

from __future__ import annotations

from aliquot.console.domain.commands import Done, Outcome, Refused
from aliquot.console.domain.events import (
    Json,
    ReleaseVoided,
    TreeChangeAsked,
    TreeChangeConfirmed,
    TreeChangeWithdrawn,
)
from aliquot.console.domain.people import Act, may, parse_role
from aliquot.console.domain.rows import PersonRow
from aliquot.console.domain.tree_change import (
    Signed,
    TreeChange,
    TreeEvent,
    TreeState,
    next_state,
)
from aliquot.console.domain.tree_commands import EnterTreeSignature, WithdrawTreeChange
from aliquot.console.service.context import Context
from aliquot.console.service.releases_common import text
from aliquot.console.service.tree_signing import counts

TREE_CHANGED = "tree_changed"  # why a release is void: an ending's code


def enter_tree_signature(context: Context, command: EnterTreeSignature) -> Outcome:
    """The first asks, the second activates. What came with the command proves itself."""
    person = context.actor.person
    signed = Signed(person, command.at_us, command.statement, command.signature)
    if not _counts(context, signed, command.tree_sha256, command.replaces):
        return Refused("bad_signature", "The signature is not one of this owner's key.")
    trees = context.work.releases.trees
    if trees.decided() not in (None, command.replaces):
        said = "Another place tree was activated since this one was looked at."
        return Refused(TREE_CHANGED, said)
    change = trees.open()
    if change is None:
        return _ask(context, command)
    return _objection(context, change, command) or _confirm(context, change, command)


def _ask(context: Context, command: EnterTreeSignature) -> Outcome:
    context.work.append(
        TreeChangeAsked(
            tree_sha256=command.tree_sha256,
            replaces=command.replaces,
            by=context.actor.person,
            statement=text(command.statement),
            signature=text(command.signature),
            at_us=command.at_us,
        )
    )
    found = context.work.releases.trees.open()
    assert found is not None
    return _told(context, found)


def _objection(
    context: Context, change: TreeChange, command: EnterTreeSignature
) -> Refused | None:
    """Why this is no second signature for what was asked."""
    if change.tree_sha256 != command.tree_sha256:
        said = "The candidate is not the one that was asked for."
        return Refused("candidate_changed", said)
    if change.replaces not in (None, command.replaces):
        said = "It was asked for under a place tree that is not in use any more."
        return Refused(TREE_CHANGED, f"{said} It is void: withdraw it, and ask anew.")
    if change.asked.person == context.actor.person:
        return Refused(
            "same_person", "You asked for it: a second owner has to confirm."
        )
    replaces = change.replaces or ""
    if next_state(change.state, TreeEvent.CONFIRMED) is None or not _counts(
        context, change.asked, change.tree_sha256, replaces
    ):
        said = "The first signature does not count any more: withdraw, and ask anew."
        return Refused("bad_signature", said)
    return None


def _confirm(
    context: Context, change: TreeChange, command: EnterTreeSignature
) -> Outcome:
    context.work.append(
        TreeChangeConfirmed(
            tree_sha256=command.tree_sha256,
            replaces=command.replaces,
            by=context.actor.person,
            statement=text(command.statement),
            signature=text(command.signature),
            at_us=command.at_us,
        )
    )
    voided: list[Json] = []
    for release in context.work.releases.open():
        if release.tree_sha256 != command.tree_sha256:
            _void(context, release.release_id)
            voided.append(release.release_id)
    found = context.work.releases.trees.last_activated()
    assert found is not None
    return _told(context, found, voided)


def _void(context: Context, release_id: str) -> None:
    context.work.append(
        ReleaseVoided(release_id=release_id, reason=TREE_CHANGED, at_us=context.at_us)
    )


def withdraw_tree_change(context: Context, command: WithdrawTreeChange) -> Outcome:
    """Any owner may: that nothing changes needs no second one."""
    change = context.work.releases.trees.open()
    if change is None:
        return Refused("nothing_asked", "Nobody has asked for another place tree.")
    context.work.append(
        TreeChangeWithdrawn(
            tree_sha256=change.tree_sha256,
            by=context.actor.person,
            at_us=context.at_us,
        )
    )
    result = _told(context, change).result
    return Done({**result, "state": TreeState.WITHDRAWN.value})


def _told(
    context: Context, change: TreeChange, voided: list[Json] | None = None
) -> Done:
    """What every command on a place tree answers; persons by name."""
    names = {person.person_id: person.name for person in context.work.views.people()}
    result: dict[str, Json] = {
        "sha256": change.tree_sha256,
        "state": change.state.value,
        "asked_by": names.get(change.asked.person, change.asked.person),
    }
    if change.replaces is not None:
        result["replaces"] = change.replaces
    if change.confirmed is not None:
        second = change.confirmed.person
        result["confirmed_by"] = names.get(second, second)
        result["voided"] = voided or []
        if lapsed := context.work.releases.trees.lapsed():
            result["lapsed"] = [other.tree_sha256 for other in lapsed]
    return Done(result)


def _counts(context: Context, signed: Signed, tree_sha256: str, replaces: str) -> bool:
    """Of an owner who is one still."""
    people = context.work.views.people()
    person = next((p for p in people if p.person_id == signed.person), None)
    if person is None or not owns(person):
        return False
    return counts(signed, tree_sha256, replaces, person.public_key)


def owns(person: PersonRow) -> bool:
    """Whether a person may sign for a place tree."""
    return may(parse_role(person.role), Act.CHANGE_PLACE_TREE)
