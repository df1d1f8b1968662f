"""Every state and all that can happen in it, through the services."""

from __future__ import annotations

import pytest
from release_town import (
    BEA,
    LIVE,
    NEVER_TYPE,
    OPEN,
    Town,
    another_policy,
    at_state,
    code,
    done,
    place,
    refuse,
    retract,
    withdraw,
    without_rules,
)

from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Actor
from aliquot.console.release.states import TRANSITIONS, ReleaseEvent, ReleaseState


def _happens(town: Town, event: ReleaseEvent, incident: str, release: str) -> None:
    """Have the services do what the event stands for."""
    match event:
        case ReleaseEvent.APPROVED:
            town.approve(release)
        case ReleaseEvent.REFUSED:
            town.ask(refuse(release), BEA)
        case ReleaseEvent.WITHDRAWN:
            town.ask(withdraw(release), BEA)
        case ReleaseEvent.RETRACTED:
            town.ask(retract(release), BEA)
        case ReleaseEvent.CHANGED:
            town.change(incident, **place(6, 9))
        case ReleaseEvent.BARRED:
            town.change(incident, type_code=NEVER_TYPE)
        case ReleaseEvent.EXPIRED:
            town.clock.advance(121 * 60)
            town.look(release)
        case ReleaseEvent.CONFIRMED:
            town.deliver(release)
        case ReleaseEvent.SENT | ReleaseEvent.EMBARGO_BEGAN:
            town.clock.advance(26 * 60)
            town.look(release)


OWN_TYPES = "[types]\n'10-50' = 'MVA'\n[channels.neighbors]"
_PAIRS = [
    (state, event)
    for state in ReleaseState
    for event in ReleaseEvent
    if state is not ReleaseState.CANDIDATE and event is not ReleaseEvent.PROPOSED
]


@pytest.mark.parametrize(("state", "event"), _PAIRS)
def test_every_pair_of_state_and_event(
    town: Town, state: ReleaseState, event: ReleaseEvent
) -> None:
    incident, release = at_state(town, state.value)
    if event in (ReleaseEvent.SENT, ReleaseEvent.EMBARGO_BEGAN):
        # Time is one thing: it begins an embargo that is due, and ends it.
        event = (
            ReleaseEvent.EMBARGO_BEGAN
            if state is ReleaseState.APPROVED
            else ReleaseEvent.SENT
        )
    _happens(town, event, incident, release)
    wanted = TRANSITIONS[state][event] or state
    assert town.state(release) == wanted.value


@pytest.mark.parametrize("state", LIVE)
def test_a_proposal_beside_one_that_lives_is_refused(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    wanted = "already_released" if state in ("sent", "confirmed") else "release_open"
    assert code(town.propose(incident)) == wanted
    assert town.state(release) == state


@pytest.mark.parametrize("state", ["refused", "withdrawn", "voided", "retracted"])
def test_after_an_ending_it_may_be_proposed_anew(town: Town, state: str) -> None:
    incident, release = at_state(town, state)
    again = town.proposed(incident)
    assert again != release
    assert (town.state(again), town.state(release)) == ("proposed", state)


@pytest.mark.parametrize("state", OPEN)
def test_a_type_of_class_never_kills_what_has_not_left(town: Town, state: str) -> None:
    """In the transaction of the change, so that the queue shows it at once."""
    incident, release = town.to_state(state)
    with town.log.work(Actor("nobody", "01")) as work:
        before = work.n
    done(town.change(incident, type_code=NEVER_TYPE))
    assert town.state(release) == "dead"
    assert town.get(release).reason == "class_never"
    with town.log.work(Actor("nobody", "01")) as work:
        assert work.n == before + 2  # the change and the death
        assert work.releases.waiting() == {}
    done(town.change(incident, type_code="MVA"))
    town.clock.advance(26 * 60)
    assert town.look(release) == "dead"


@pytest.mark.parametrize("state", ["sent", "confirmed"])
def test_a_type_of_class_never_takes_back_what_has_left(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, type_code=NEVER_TYPE))
    found = town.get(release)
    assert (found.state, found.reason) == (ReleaseState.RETRACTED, "class_never")
    assert set(found.retractions) == set(found.bodies)
    with town.log.work(Actor("nobody", "01")) as work:
        rows = work.releases.deliveries(release)
    assert [row.state for row in rows] == ["retraction_waiting"]


@pytest.mark.parametrize("never", [NEVER_TYPE, NEVER_TYPE.lower(), f" {NEVER_TYPE} "])
@pytest.mark.parametrize("state", LIVE)
def test_a_type_of_class_never_is_one_under_a_table_without_it(
    town: Town, state: str, never: str
) -> None:
    """An agency's own table of types need not have it."""
    another_policy(town, "[channels.neighbors]", OWN_TYPES)
    incident, release = town.to_state(state, type_code="10-50")
    done(town.change(incident, type_code=never))
    assert town.state(release) == ("dead" if state in OPEN else "retracted")
    assert town.get(release).reason == "class_never"


def test_a_type_of_class_never_is_found_without_policy_and_tree(town: Town) -> None:
    incident, release = town.to_state("embargoed")

    without_rules(town)
    done(town.change(incident, type_code=NEVER_TYPE))
    assert town.state(release) == "dead"


@pytest.mark.parametrize("state", ["sent", "confirmed"])
def test_other_changes_do_not_touch_what_has_left(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, **place(6, 9)))
    done(town.do(cmd.CloseIncident(incident_id=incident, disposition="01")))
    assert town.state(release) == state


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize(
    "change",
    [
        {"type_code": "GASLEAK"},
        {"type_code": None},
        place(4, 6),  # of the same region, and still another place
        {"place": "12 Nowhere Street"},
        {"latitude": None, "longitude": None},
    ],
)
def test_any_change_of_type_or_place_voids(
    town: Town, state: str, change: dict[str, object]
) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, **change))
    assert town.state(release) == "voided"
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"


@pytest.mark.parametrize("state", OPEN)
def test_what_is_not_of_the_release_changes_nothing(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, caller_name="Somebody", place_note="rear", priority=2))
    done(town.do(cmd.AddNote(incident_id=incident, text="SUSP at 110 Mill Road")))
    assert town.state(release) == state


def test_closed_meanwhile_is_reported_all_the_same(town: Town) -> None:
    incident, release = town.to_state("embargoed")
    done(town.do(cmd.CloseIncident(incident_id=incident, disposition="01")))
    town.clock.advance(26 * 60)
    assert town.look(release) == "sent"


def test_opened_again_is_not_over(town: Town) -> None:
    """A burglary leaves only when it is closed."""
    incident = town.open(type_code="BURGLARY")
    assert code(town.propose(incident)) == "not_closed"
    done(town.do(cmd.CloseIncident(incident_id=incident, disposition="01")))
    release = town.proposed(incident)
    done(town.approve(release))
    done(town.do(cmd.ReopenIncident(incident_id=incident, reason="more")))
    assert town.state(release) == "voided"
