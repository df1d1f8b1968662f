"""Commands on releases: propose, approve, refuse, withdraw, retract."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from aliquot.console.domain.commands import (
    Outcome,
    ProposeRelease,
    Refused,
    RefuseRelease,
    RetractRelease,
    WithdrawRelease,
)
from aliquot.console.domain.events import (
    ReleaseApproved,
    ReleaseProposed,
    ReleaseRefused,
    ReleaseWithdrawn,
)
from aliquot.console.domain.people import Act, Role, may
from aliquot.console.domain.release_commands import EnterApproval
from aliquot.console.domain.rows import IncidentRow
from aliquot.console.release.codes import Phrase
from aliquot.console.release.constants import Frozen
from aliquot.console.release.eligibility import Places, Stage, Withheld
from aliquot.console.release.endings import REFUSE, RETRACT, WITHDRAW, choices, label
from aliquot.console.release.leaf import LeafKind
from aliquot.console.release.maker import maker
from aliquot.console.release.policy import Policy
from aliquot.console.release.proposal import Proposal, Standing, Under, rendered
from aliquot.console.release.reasons import reason_words
from aliquot.console.release.release_record import LEFT, StoredRelease
from aliquot.console.release.signing import Approval, Objection, objection
from aliquot.console.release.states import ReleaseEvent, ReleaseState
from aliquot.console.release.stored import input_body
from aliquot.console.release.workflow import (
    Now,
    answers_for,
    facts_known,
    known,
    look,
    make_proposal,
    publication,
)
from aliquot.console.service.context import Context
from aliquot.console.service.releases_common import (
    STANDS,
    find_release,
    incident_known,
    leaf,
    new_release_id,
    one_key,
    public_key,
    retracted,
    text,
    texts,
    told_now,
)
from aliquot.console.service.releases_protected import note_if_new

_JITTER_STEPS = 300


# Propose.


def propose_release(context: Context, command: ProposeRelease) -> Outcome:
    row = context.work.views.incident(command.incident_id)
    if row is None:
        text = f"There is no incident {command.incident_id}. See: aliquot calls export"
        return Refused("no_such_incident", text)
    phrase = phrase_of(command.phrase)
    if phrase is None:
        known_ones = ", ".join(p.name.lower() for p in Phrase)
        text = f"There is no phrase {command.phrase}. There are: {known_ones}."
        return Refused("no_such_phrase", text)
    rules = context.release.rules()
    if rules.policy is None or rules.places is None or rules.under is None:
        return Refused("nothing_released", rules.problem or "Nothing can be released.")
    if alone := _alone(context):
        return alone
    if refusal := _elsewhere(context, row, rules.under):
        return refusal
    if refusal := _make_room(context, row, phrase):
        return refusal
    made = _propose(context, row, phrase, rules.policy, rules.places, rules.under)
    if isinstance(made, Withheld):
        return not_eligible(row.number, made)
    note_if_new(context)
    _append_proposed(context, row, made, rules.places)
    return told_now(context, made.frozen.release_id)


def phrase_of(code: str | None) -> Phrase | None:
    """None for what is no phrase's code."""
    if code is None:
        return Phrase.PLAIN
    return next((p for p in Phrase if p.name.lower() == code), None)


def not_eligible(number: int, withheld: Withheld) -> Refused:
    """The code is that of the first reason."""
    words = " ".join(reason_words(reason.value) for reason in withheld.reasons)
    text = f"Incident {number} cannot be released. {words}"
    return Refused(withheld.reasons[0].value, text)


def _alone(context: Context) -> Refused | None:
    """Who is to approve it, if there is nobody else?"""
    others = second_persons(context.work.views.people(), context.actor.person)
    if others:
        return None
    text = "There is nobody else who may approve a release, so nothing can leave."
    return Refused("no_second_person", text)


def second_persons(people: Iterable[object], proposer: str) -> tuple[str, ...]:
    """Ids of those who may approve what ``proposer`` proposes."""
    return tuple(
        person_id
        for person_id, role in (
            (getattr(p, "person_id", ""), getattr(p, "role", "")) for p in people
        )
        if person_id != proposer and approves(role)
    )


def approves(role: str) -> bool:
    """Whether a person of that role may approve."""
    known_role = next((r for r in Role if r.value == role), None)
    return known_role is not None and may(known_role, Act.APPROVE_RELEASES)


def _elsewhere(context: Context, row: IncidentRow, under: Under) -> Refused | None:
    """Regions of two trees together could say more than either: what was once sent by
    one is never sent by another, taken back or not."""
    sent = context.work.releases.left_under_another(under.tree_sha256)
    if row.incident_id not in sent:
        return None
    text = f"Incident {row.number} was released under another place tree."
    return Refused("other_tree", text)


def _make_room(context: Context, row: IncidentRow, phrase: Phrase) -> Refused | None:
    """One release of an incident at a time. Other words, while nobody has signed,
    are a new proposal in place of the old one."""
    for release in context.work.releases.live_of(row.incident_id):
        if release.state in LEFT:
            text = f"Incident {row.number} was released. Retract that first."
            return Refused("already_released", text)
        if release.state is not ReleaseState.PROPOSED or release.phrase is phrase:
            text = (
                f"Incident {row.number} has release {release.release_id} already. "
                f"{STANDS[release.state]}"
            )
            return Refused("release_open", text)
        context.work.append(
            ReleaseWithdrawn(
                release_id=release.release_id,
                by=context.actor.person,
                reason="proposed_anew",
                at_us=context.at_us,
            )
        )
    return None


def _propose(
    context: Context,
    row: IncidentRow,
    phrase: Phrase,
    policy: Policy,
    places: Places,
    under: Under,
) -> Proposal | Withheld:
    incident = known(row.fields, row.state, row.opened_at_us)
    share = secrets.randbelow(_JITTER_STEPS) / _JITTER_STEPS
    opened = context.work.releases.opened(row.incident_id)
    heard_us = None if opened is None else opened[0]
    published = publication(incident, heard_us, policy, context.at_us, share)
    answers = answers_for(
        facts_known(incident),
        policy,
        places,
        Now(context.at_us, published),
        phrase,
        policy.channels,
    )
    frozen = Frozen(new_release_id(), published)
    return make_proposal(answers, under, frozen, context.actor.person)


def _append_proposed(
    context: Context, row: IncidentRow, made: Proposal, places: Places
) -> None:
    place = places.public[made.given.region]
    incident = known(row.fields, row.state, row.opened_at_us)
    context.work.append(
        ReleaseProposed(
            release_id=made.frozen.release_id,
            incident_id=row.incident_id,
            proposer=made.proposer,
            published_us=made.frozen.published_us,
            given=input_body(made.given),
            facts=incident.fields,
            label=place.label,
            parcels=place.parcels,
            item=text(made.item),
            bodies=texts(made.bodies),
            policy_sha256=made.policy_sha256,
            tree_sha256=made.tree_sha256,
            maker=maker(),
            at_us=context.at_us,
        )
    )


# Approve.


def enter_approval(context: Context, command: EnterApproval) -> Outcome:
    """Everything is looked at once more; what came with the command proves itself."""
    release = find_release(context, command.release_id, ReleaseEvent.APPROVED)
    if isinstance(release, Refused):
        return release
    rules = context.release.rules()
    if rules.policy is None or rules.under is None:
        return Refused("nothing_released", rules.problem or "Nothing can be released.")
    approval = Approval(
        context.actor.person, command.at_us, command.statement, command.signature
    )
    against = objection(
        release.proposal(),
        approval,
        public_key(context, context.actor.person) or b"",
        rules.under,
        context.at_us,
        rules.policy.approval_us,
    )
    if against is None and one_key(context, release.proposer, approval.approver):
        against = Objection.SAME_PERSON
    if against is not None:
        return objected(against)
    if not rendered(release.proposal(), rules.under):
        return Refused(Objection.OTHER_BYTES.value, _NOT_OURS)
    if refusal := _still_so(context, release):
        return refusal
    context.work.append(
        ReleaseApproved(
            release_id=release.release_id,
            approver=approval.approver,
            statement=text(approval.statement),
            signature=text(approval.signature),
            at_us=approval.at_us,
        )
    )
    return told_now(context, release.release_id)


def _still_so(context: Context, release: StoredRelease) -> Refused | None:
    """Nobody is asked to approve what could not be sent any more."""
    rules = context.release.rules()
    assert rules.policy is not None
    found = look(
        release,
        incident_known(context, release.incident_id),
        rules.under,
        rules.policy,
        rules.places,
        context.now,
        Stage.PROPOSE,
    )
    if found.standing is Standing.STANDS:
        return None
    if found.reason is None:
        return Refused("nothing_released", rules.problem or "It has to wait.")
    text = f"{label(found.reason)}: it is over. Propose the incident anew."
    return Refused(found.reason, text)


_OBJECTIONS = {
    Objection.SAME_PERSON: "Who proposed it cannot approve it: ask a second person.",
    Objection.OTHER_BYTES: "What was signed is not what was proposed.",
    Objection.BAD_SIGNATURE: "The signature is not one of this person's key.",
    Objection.OTHER_POLICY: "The policy, or a table that comes with the program, "
    "changed since it was proposed: withdraw it and propose the incident anew.",
    Objection.OTHER_TREE: "The place tree changed since it was proposed.",
    Objection.FROM_THE_FUTURE: "The clock was set back since it was signed.",
    Objection.LAPSED: "The approval is too old.",
}


_NOT_OURS = (
    "This program would write it otherwise: it was updated since this was proposed, or "
    "another one wrote it. Withdraw it and propose the incident anew."
)


def objected(against: Objection) -> Refused:
    return Refused(against.value, _OBJECTIONS[against])


# Refuse, withdraw, retract.


def _reason(code: str, act: str) -> Refused | None:
    if any(ending.code == code for ending in choices(act)):
        return None
    codes = ", ".join(ending.code for ending in choices(act))
    text = f"{code} is no reason to {act} a release. There are: {codes}."
    return Refused("no_such_reason", text)


def refuse_release(context: Context, command: RefuseRelease) -> Outcome:
    release = find_release(context, command.release_id, ReleaseEvent.REFUSED)
    if isinstance(release, Refused):
        return release
    if release.proposer == context.actor.person:
        return Refused("same_person", "You proposed it: withdraw it instead.")
    if bad := _reason(command.reason, REFUSE):
        return bad
    context.work.append(
        ReleaseRefused(
            release_id=release.release_id,
            by=context.actor.person,
            reason=command.reason,
            leaf=leaf(context, LeafKind.REFUSED, release.proposal(), None),
            at_us=context.at_us,
        )
    )
    return told_now(context, release.release_id)


def withdraw_release(context: Context, command: WithdrawRelease) -> Outcome:
    """Who proposed it may, and who may approve."""
    release = find_release(context, command.release_id, ReleaseEvent.WITHDRAWN)
    if isinstance(release, Refused):
        return release
    person, role = context.actor.person, context.role
    right = may(role, Act.APPROVE_RELEASES, context.actor.joined)
    if release.proposer != person and not right:
        return Refused("not_allowed", "Another person proposed it.")
    if bad := _reason(command.reason, WITHDRAW):
        return bad
    context.work.append(
        ReleaseWithdrawn(
            release_id=release.release_id,
            by=person,
            reason=command.reason,
            at_us=context.at_us,
        )
    )
    return told_now(context, release.release_id)


def retract_release(context: Context, command: RetractRelease) -> Outcome:
    """Of one that has not left nothing is taken back: it is withdrawn."""
    release = find_release(context, command.release_id, ReleaseEvent.RETRACTED)
    if isinstance(release, Refused):
        return release
    if bad := _reason(command.reason, RETRACT):
        return bad
    if release.state not in LEFT:
        withdrawal = WithdrawRelease(
            release_id=release.release_id, reason=command.reason
        )
        return withdraw_release(context, withdrawal)
    context.work.append(
        retracted(context, release, context.actor.person, command.reason)
    )
    return told_now(context, release.release_id)
