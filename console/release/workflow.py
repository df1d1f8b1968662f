"""From an incident to a proposal, and how a release stands when it is looked at again.

Pure: what is done about it is written by ``service.releases``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from aliquot.console.clock import Stamp
from aliquot.console.domain.event_base import Json
from aliquot.console.release.codes import Channel, Phrase, Status
from aliquot.console.release.constants import Constants, Frozen, PublicPlace
from aliquot.console.release.eligibility import (
    Eligible,
    Places,
    Question,
    Stage,
    Withheld,
    assess,
)
from aliquot.console.release.encode import canonical_item, encode
from aliquot.console.release.facts import Facts
from aliquot.console.release.policy import Policy
from aliquot.console.release.proposal import (
    Blocked,
    Proposal,
    Standing,
    Under,
    freeze,
    look_again,
)
from aliquot.console.release.reasons import ORDER, Reason
from aliquot.console.release.release_record import StoredRelease
from aliquot.console.release.render import Item, render
from aliquot.console.release.stored import desk_facts

CODED_FIELDS = ("type_code", "place", "latitude", "longitude")
JITTER_US = 5 * 60 * 10**6
"""Publication is put off by up to so long beyond the embargo: else its time would
tell to the second when the call came."""

Answers = dict[Channel, Eligible | Withheld]


@dataclass(frozen=True, slots=True)
class Known:
    """An incident, as far as release control may look at it.

    ``fields``: names of ``CODED_FIELDS`` only. ``received_us``: UTC µs.
    """

    fields: dict[str, Json]
    state: str
    received_us: int


def known(fields: Mapping[str, Json], state: str, received_us: int) -> Known:
    """Takes the coded fields; looks at no other."""
    coded = {name: fields[name] for name in CODED_FIELDS if name in fields}
    return Known(coded, state, received_us)


def facts_known(incident: Known) -> Facts:
    """What eligibility looks at."""
    return desk_facts(incident.fields, incident.state, incident.received_us)


@dataclass(frozen=True, slots=True)
class Now:
    """When it is asked: wall clock in UTC µs, and for when it would be published."""

    now_us: int
    published_us: int
    stage: Stage = Stage.PROPOSE


def embargo_end(incident: Known, heard_us: int | None, policy: Policy) -> int:
    """When the embargo is over, UTC µs. ``heard_us``: when the log had the incident
    first. Another CAD says itself when it received one, by a clock that nobody here
    knows; from then on no embargo would be left of one that goes late."""
    return max(incident.received_us, heard_us or 0) + policy.embargo_us


def publication(
    incident: Known,
    heard_us: int | None,
    policy: Policy,
    now_us: int,
    share: float = 0.0,
) -> int:
    """When it is to be published, UTC µs: now, or after the embargo and a ``share``
    (0 to 1) of the longest jitter."""
    over_us = embargo_end(incident, heard_us, policy)
    return now_us if over_us <= now_us else over_us + round(share * JITTER_US)


def answers_for(
    facts: Facts,
    policy: Policy,
    places: Places | None,
    now: Now,
    phrase: Phrase,
    channels: Iterable[Channel],
) -> Answers:
    return {
        channel: assess(
            facts,
            policy,
            places,
            Question(channel, now.now_us, now.published_us, phrase, now.stage),
        )
        for channel in channels
    }


def reasons_of(answers: Answers) -> tuple[Reason, ...]:
    """All reasons why channels get nothing, in their fixed order."""
    found = {
        reason
        for answer in answers.values()
        if isinstance(answer, Withheld)
        for reason in answer.reasons
    }
    return tuple(sorted(found, key=ORDER.__getitem__))


def make_proposal(
    answers: Answers, under: Under, frozen: Frozen, proposer: str
) -> Proposal | Withheld:
    """Frozen for every channel that may have it; withheld if none may, or if the
    last look finds something."""
    given = {c: a.given for c, a in answers.items() if isinstance(a, Eligible)}
    if not given:
        return Withheld(reasons_of(answers) or (Reason.NOT_IN_POLICY,))
    first = next(iter(given.values()))
    if any(replace(g, channel=first.channel) != first for g in given.values()):
        return Withheld((Reason.OUTPUT_SCAN,))  # one item for all, or nothing
    made = freeze(first, given, under, frozen, proposer)
    return Withheld((Reason.OUTPUT_SCAN,)) if isinstance(made, Blocked) else made


@dataclass(frozen=True, slots=True)
class Look:
    """How a release stands. ``reason``: an ending's code when it ends by it.

    ``channels``: those that may be sent to, when it stands.
    """

    standing: Standing
    reason: str | None = None
    channels: tuple[Channel, ...] = ()


_HOLDS = frozenset({Reason.IN_EMBARGO, Reason.TIME_IN_FUTURE, Reason.NO_PLACE_TREE})
"""Reasons that pass: it waits, nothing leaves, nothing ends."""


def look(
    release: StoredRelease,
    incident: Known | None,
    under: Under | None,
    policy: Policy,
    places: Places | None,
    now: Stamp,
    stage: Stage,
) -> Look:
    """Hold a release against its incident and the rules as they are now.

    A type of class never is found without a place tree too. ``incident`` None: it is
    not there any more. ``under`` None: there is no tree, so it waits at best.
    """
    if incident is None:
        return Look(Standing.CHANGED, "incident_gone")
    facts = facts_known(incident)
    at = Now(now.utc_us, release.published_us, stage)
    channels = release.channels
    answers = answers_for(facts, policy, places, at, release.phrase, channels)
    if Reason.CLASS_NEVER in reasons_of(answers):
        return Look(Standing.BARRED, "class_never")
    if incident.fields != release.facts:
        return Look(Standing.CHANGED, "incident_changed")
    if release.policy_sha256 != policy.sha256:
        return Look(Standing.CHANGED, "policy_changed")
    if under is None:
        return Look(Standing.WAITS)
    if release.tree_sha256 != under.tree_sha256:
        return Look(Standing.CHANGED, "tree_changed")
    return _of_channels(release, answers, under)


def _of_channels(release: StoredRelease, answers: Answers, under: Under) -> Look:
    proposal = release.proposal()
    found = {
        channel: _stands(replace(proposal, given=release.input(channel)), answer, under)
        for channel, answer in answers.items()
    }
    if Standing.CHANGED in found.values():
        return Look(Standing.CHANGED, "incident_changed")
    standing = tuple(c for c, s in found.items() if s is Standing.STANDS)
    if standing:
        return Look(Standing.STANDS, None, standing)
    if Standing.WAITS in found.values():
        return Look(Standing.WAITS)
    return Look(Standing.EXPIRED, "expired")


def _stands(proposal: Proposal, answer: Eligible | Withheld, under: Under) -> Standing:
    if isinstance(answer, Withheld):
        if set(answer.reasons) <= _HOLDS:
            return Standing.WAITS
        if Reason.EXPIRED in answer.reasons:
            return Standing.EXPIRED
        return Standing.CHANGED
    return look_again(proposal, answer, under)


def retraction(
    release: StoredRelease, notice_id: str, now_us: int, by: str
) -> Proposal:
    """The notice that takes it back, made from what was released and nothing
    else, so that it can be said without policy and tree. It names neither what nor
    where nor when. ``notice_id``: an id of its own."""
    return notice(release.proposal(), notice_id, now_us, by)


def notice(first: Proposal, notice_id: str, now_us: int, by: str) -> Proposal:
    """The same of what was proposed."""
    given = replace(first.given, status=Status.RETRACTED, phrase=Phrase.PLAIN)
    frozen = Frozen(notice_id, now_us, replaces=first.frozen)
    item = render(given, _constants(first.item), frozen)
    return Proposal(
        frozen=frozen,
        given=given,
        item=canonical_item(item),
        bodies=tuple((c, encode(item, c)) for c, _ in first.bodies),
        policy_sha256=first.policy_sha256,
        tree_sha256=first.tree_sha256,
        proposer=by,
    )


def _constants(released: bytes) -> Constants:
    """The constants that the released item was rendered with, as far as it has
    them."""
    item = item_of(released)
    place = PublicPlace(
        level=int(item["level"]),
        label=str(item["place"]),
        latitude=float(item["latitude"]),
        longitude=float(item["longitude"]),
        parcels=0,  # it is no part of any item
        reviewed=True,
    )
    return Constants(
        agency=str(item["agency"]),
        agency_code=str(item["agency_code"]),
        policy_version=int(item["policy_version"]),
        places={int(item["region"]): place},
    )


def item_of(data: bytes) -> Item:
    """The item of its canonical bytes."""
    found: Item = json.loads(data)
    return found
