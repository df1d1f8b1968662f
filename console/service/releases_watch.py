"""Releases are looked at again: when their incident changes, and when time goes on.

A change of an incident and what it does to its releases are one transaction, so that
the queue shows it at once. But a call comes first: a fault in here lets the change
stand, and the release is stopped when it is looked at before it is sent.
"""

from __future__ import annotations

import logging

from aliquot.console.domain.commands import Done, Outcome, Refused
from aliquot.console.domain.events import (
    Event,
    ReleaseConfirmed,
    ReleaseDelivered,
    ReleaseDeliveryFailed,
    ReleaseDied,
    ReleaseEmbargoBegan,
    ReleaseSent,
    ReleaseVoided,
)
from aliquot.console.domain.release_commands import LookAtRelease, RecordDelivery
from aliquot.console.problems import KnownProblem
from aliquot.console.release.codes import Channel
from aliquot.console.release.eligibility import Stage
from aliquot.console.release.leaf import LeafKind
from aliquot.console.release.maker import maker
from aliquot.console.release.never import never_code
from aliquot.console.release.policy_change import changes
from aliquot.console.release.proposal import Standing, rendered
from aliquot.console.release.release_record import LEFT, StoredRelease
from aliquot.console.release.signing import Objection, objection
from aliquot.console.release.states import OPEN_STATES, ReleaseState
from aliquot.console.release.tripwire import scan
from aliquot.console.release.workflow import Known, Look, embargo_end, item_of, look
from aliquot.console.service.context import Context
from aliquot.console.service.releases import approves
from aliquot.console.service.releases_common import (
    incident_known,
    leaf,
    one_key,
    public_key,
    retracted,
    told,
)

_log = logging.getLogger(__name__)
_INCIDENT = "incident:"
_PROGRAM = "program_changed"
RETRACTION = "retraction"
DELIVERY_STATES = {"item": "waiting", RETRACTION: "retraction_waiting"}


def incidents_changed(context: Context) -> None:
    """After a command: what became of the incidents it touched."""
    for subject in sorted(context.work.subjects):
        if not subject.startswith(_INCIDENT):
            continue
        incident_id = subject.removeprefix(_INCIDENT)
        for release in context.work.releases.live_of(incident_id):
            if (event := _decided(context, release)) is not None:
                context.work.append(event)


def _decided(context: Context, release: StoredRelease) -> Event | None:
    try:
        return _ending(context, release, _look(context, release, Stage.PROPOSE))
    except KnownProblem:  # of the log: nothing can be written
        raise
    except Exception:  # noqa: BLE001 - the call comes first; see above
        _log.exception("Release %s cannot be looked at again.", release.release_id)
        return None


def _look(context: Context, release: StoredRelease, stage: Stage) -> Look:
    rules = context.release.rules()
    incident = incident_known(context, release.incident_id)
    if rules.policy is None:
        return _without_policy(release, incident)
    return look(
        release,
        incident,
        rules.under,
        rules.policy,
        rules.places,
        context.now,
        stage,
    )


def _without_policy(release: StoredRelease, incident: Known | None) -> Look:
    """Nothing leaves without a policy; what ends does not need one."""
    if incident is None:
        return Look(Standing.CHANGED, "incident_gone")
    if never_code(str(incident.fields.get("type_code"))):
        return Look(Standing.BARRED, "class_never")
    if incident.fields != release.facts:
        return Look(Standing.CHANGED, "incident_changed")
    return Look(Standing.WAITS)


def _ending(context: Context, release: StoredRelease, found: Look) -> Event | None:
    """What a look does to a release: None when it goes on."""
    if found.reason is None:
        return _remade(context, release)
    barred = found.standing is Standing.BARRED
    if release.state in LEFT:
        return retracted(context, release, None, found.reason) if barred else None
    if release.state not in OPEN_STATES:
        return None
    reason = found.reason
    if reason == "policy_changed" and _only_tables(context, release):
        reason = _PROGRAM
    return _ended(context, release, found.standing, reason)


def _only_tables(context: Context, release: StoredRelease) -> bool:
    """Whether the policy says what it said, and a table that comes with the program is
    another."""
    known = context.work.releases.policies.of(release.policy_sha256)
    now = context.release.rules().policy
    return known is not None and now is not None and not changes(known.policy, now)


def _remade(context: Context, release: StoredRelease) -> Event | None:
    """Ends what this program would write otherwise, whoever signed it: as soon as it is
    looked at, so that whoever answers for it need not wait for the embargo's end."""
    under = context.release.rules().under
    if under is None or release.state not in OPEN_STATES:
        return None
    if rendered(release.proposal(), under):
        return None
    same = context.work.releases.maker_of(release.release_id) == maker()
    return _ended(context, release, Standing.CHANGED, "not_ours" if same else _PROGRAM)


def _ended(
    context: Context, release: StoredRelease, standing: Standing, reason: str
) -> Event:
    if standing is Standing.CHANGED:
        return ReleaseVoided(
            release_id=release.release_id, reason=reason, at_us=context.at_us
        )
    return ReleaseDied(
        release_id=release.release_id,
        reason=reason,
        barred=standing is Standing.BARRED,
        at_us=context.at_us,
    )


# What time brings.


def look_at_release(context: Context, command: LookAtRelease) -> Outcome:
    release = context.work.releases.get(command.release_id)
    if release is None:
        return Refused("no_such_release", f"There is no release {command.release_id}.")
    due = release.embargo is not None and release.embargo.over(context.now)
    due = due and context.at_us >= release.published_us  # which the item says
    sending = release.state is ReleaseState.EMBARGOED and due
    stage = Stage.SEND if sending else Stage.PROPOSE
    found = _look(context, release, stage)
    event = _ending(context, release, found)
    if event is None and release.state is ReleaseState.APPROVED:
        event = _begin(context, release)
    if event is None and sending and found.standing is Standing.STANDS:
        event = _send(context, release, found.channels)
    if event is not None:
        context.work.append(event)
    again = context.work.releases.get(command.release_id)
    assert again is not None
    return told(again)


def _begin(context: Context, release: StoredRelease) -> Event | None:
    """From when the incident was opened here: the clocks' own entry in the log."""
    opened = context.work.releases.opened(release.incident_id)
    policy = context.release.rules().policy
    incident = incident_known(context, release.incident_id)
    if opened is None or policy is None or incident is None:
        return None
    over_us = embargo_end(incident, opened[0], policy)
    until_us = max(release.published_us, over_us)
    return ReleaseEmbargoBegan(
        release_id=release.release_id,
        until_us=until_us,
        from_us=opened[0],
        from_mono_us=opened[1],
        at_us=context.at_us,
    )


def _send(
    context: Context, release: StoredRelease, channels: tuple[Channel, ...]
) -> Event | None:
    """The leaf and the outbox in one event; None while there is nobody to send to."""
    if (against := _against(context, release)) is not None:
        return against
    deliveries = [
        [channel.name.lower(), partner.name]
        for channel in channels
        for partner in context.release.partners_of(channel.name.lower())
    ]
    if not deliveries:
        return None
    return ReleaseSent(
        release_id=release.release_id,
        leaf=leaf(context, LeafKind.SENT, release.proposal(), release.approval),
        deliveries=deliveries,
        at_us=context.at_us,
    )


def _against(context: Context, release: StoredRelease) -> Event | None:
    """What speaks against sending these bytes under this approval."""
    rules = context.release.rules()
    assert rules.policy is not None
    assert rules.under is not None
    approval = release.approval
    if approval is None or not context.work.releases.says(release):
        return _ended(context, release, Standing.CHANGED, "approval_void")
    found = objection(
        release.proposal(),
        approval,
        public_key(context, approval.approver) or b"",
        rules.under,
        context.at_us,
        rules.policy.approval_us,
    )
    if found is Objection.LAPSED:
        return _ended(context, release, Standing.EXPIRED, "approval_lapsed")
    if found is not None or one_key(context, release.proposer, approval.approver):
        return _ended(context, release, Standing.CHANGED, "approval_void")
    if not _may_still(context, approval.approver):
        return _ended(context, release, Standing.CHANGED, "approver_gone")
    if not _clean(release):
        return _ended(context, release, Standing.CHANGED, "output_scan")
    return None


def _may_still(context: Context, person_id: str) -> bool:
    people = context.work.views.people()
    return any(p.person_id == person_id and approves(p.role) for p in people)


def _clean(release: StoredRelease) -> bool:
    bodies = {c: release.bodies[c.name.lower()] for c in release.channels}
    return not scan(item_of(release.item), bodies)


# What became of deliveries.


def record_delivery(context: Context, command: RecordDelivery) -> Outcome:
    """What is no longer so is passed over: the outbox looks anew."""
    named = (command.release_id, command.channel, command.partner)
    row = context.work.releases.delivery(*named)
    release = context.work.releases.get(command.release_id)
    if row is None or release is None:
        return Refused("no_such_delivery", "There is no such delivery.")
    if row.state != DELIVERY_STATES[command.kind]:
        return told(release)
    if command.problem is not None:
        if command.final or row.problem is None:
            context.work.append(_failed(context, command, command.problem))
        return told(release)
    context.work.append(
        ReleaseDelivered(
            release_id=release.release_id,
            channel=command.channel,
            partner=command.partner,
            kind=command.kind,
            receipt=command.receipt,
            at_us=context.at_us,
        )
    )
    if release.state is ReleaseState.SENT and command.kind != RETRACTION:
        context.work.append(
            ReleaseConfirmed(release_id=release.release_id, at_us=context.at_us)
        )
    return Done({"release_id": release.release_id})


def _failed(context: Context, command: RecordDelivery, problem: str) -> Event:
    return ReleaseDeliveryFailed(
        release_id=command.release_id,
        channel=command.channel,
        partner=command.partner,
        kind=command.kind,
        problem=problem,
        final=command.final,
        at_us=context.at_us,
    )
