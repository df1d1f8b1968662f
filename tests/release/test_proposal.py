"""Looking again: at every change, and once more at the moment of sending."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aliquot.console.release.apco import NEVER
from aliquot.console.release.codes import Channel
from aliquot.console.release.constants import PLACEHOLDER
from aliquot.console.release.eligibility import (
    Eligible,
    Question,
    Stage,
    Withheld,
    assess,
)
from aliquot.console.release.facts import facts_of
from aliquot.console.release.places import TreePlaces
from aliquot.console.release.policy import Policy
from aliquot.console.release.proposal import (
    EVENT_OF,
    Proposal,
    Standing,
    Under,
    freeze,
    look_again,
)
from aliquot.console.release.reasons import Reason, withheld_fields
from aliquot.console.release.states import (
    OPEN_STATES,
    ReleaseEvent,
    ReleaseState,
    next_state,
)

Incident = dict[str, Any]
MINUTE = 60 * 10**6


@pytest.fixture
def ask(policy: Policy, places: TreePlaces, now_us: int) -> Any:
    def asked(incident: Incident, after_min: int = 0) -> Eligible | Withheld:
        later = now_us + after_min * MINUTE
        question = Question(Channel.NEIGHBORS, later, now_us, stage=Stage.SEND)
        return assess(facts_of(incident), policy, places, question)

    return asked


@pytest.fixture
def proposal(ask: Any, incident: Incident, under: Under) -> Proposal:
    answer = ask(incident)
    made = freeze(answer.given, [Channel.NEIGHBORS], under, PLACEHOLDER, "p1")
    assert isinstance(made, Proposal)
    return made


def test_what_is_the_same_stands(
    proposal: Proposal, ask: Any, incident: Incident, under: Under
) -> None:
    noted = {**incident, "narrative": "a name", "priority": 1}
    assert look_again(proposal, ask(noted, 30), under) is Standing.STANDS


CHANGES: list[tuple[Incident, Standing]] = [
    ({"type_code": "ROBBERY", "apco_code": "ROBBERY"}, Standing.CHANGED),
    ({"latitude": None, "longitude": None, "address": "100 Oak St"}, Standing.CHANGED),
    ({"received_at": "2026-05-01T21:59:00Z"}, Standing.CHANGED),
    ({"status": "active"}, Standing.BARRED),
    ({"type_code": "NOPE"}, Standing.BARRED),
    ({"address": "9 Nowhere Rd"}, Standing.BARRED),
    ({"type_code": "DVA", "apco_code": "DVA"}, Standing.BARRED),
    ({"received_at": "2026-05-01T20:00:00Z"}, Standing.EXPIRED),
]


@pytest.mark.parametrize(("change", "standing"), CHANGES)
def test_what_changed_does_not_stand(
    proposal: Proposal,
    ask: Any,
    incident: Incident,
    under: Under,
    change: Incident,
    standing: Standing,
) -> None:
    answer = ask({**incident, **change})
    assert look_again(proposal, answer, under) is standing


@pytest.mark.parametrize("hash_", ["policy_sha256", "tree_sha256"])
def test_a_new_policy_or_tree_changes_it(
    proposal: Proposal, ask: Any, incident: Incident, under: Under, hash_: str
) -> None:
    new = replace(under, **{hash_: "0" * 64})  # type: ignore[arg-type]
    assert look_again(proposal, ask(incident), new) is Standing.CHANGED


def test_in_its_embargo_it_waits(
    proposal: Proposal, ask: Any, incident: Incident, under: Under
) -> None:
    assert look_again(proposal, ask(incident, -40), under) is Standing.WAITS


def test_closing_is_no_change_but_reopening_is(
    ask: Any, incident: Incident, under: Under
) -> None:
    record = {**incident, "type_code": "VANDAL", "apco_code": None}
    made = {}
    for status in ("active", "closed"):
        given = ask({**record, "status": status}).given
        frozen = freeze(given, [Channel.CAP], under, PLACEHOLDER, "p1")
        assert isinstance(frozen, Proposal)
        made[status] = frozen
    closed, reopened = (
        ask({**record, "status": "closed"}),
        ask({**record, "status": "active"}),
    )
    assert look_again(made["active"], closed, under) is Standing.STANDS
    assert look_again(made["closed"], reopened, under) is Standing.CHANGED


@pytest.mark.parametrize("state", sorted(OPEN_STATES, key=lambda s: s.value))
def test_a_type_that_becomes_never_kills_it_at_every_state(
    proposal: Proposal, ask: Any, incident: Incident, under: Under, state: ReleaseState
) -> None:
    for code in NEVER:
        for keys in (("type_code",), ("apco_code",), ("type_code", "apco_code")):
            retyped = {**incident, **dict.fromkeys(keys, code)}
            standing = look_again(proposal, ask(retyped), under)
            after = next_state(state, EVENT_OF[standing])
            assert after is ReleaseState.DEAD
            assert next_state(after, ReleaseEvent.SENT) is None


def test_the_fields_that_stay_are_always_the_same() -> None:
    usual = withheld_fields(())
    assert usual["caller_name"] == usual["narrative"] == "never_leaves"
    for reason in Reason:
        fields = withheld_fields((reason,))
        assert set(usual) <= set(fields)
        assert reason.value in fields.values()
        assert {"place", "received_at", "status", "text", "type_code"} <= set(fields)
