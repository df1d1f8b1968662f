"""Every pair of every table of states."""

from __future__ import annotations

import itertools

import pytest

from aliquot.console.domain import calls, incidents, units
from aliquot.console.domain.calls import CallEvent, CallState
from aliquot.console.domain.incidents import IncidentEvent, IncidentState
from aliquot.console.domain.units import UnitNow, UnitRefusal, UnitStatus, order

CALL_PAIRS = list(itertools.product(CallState, CallEvent))
UNIT_PAIRS = list(itertools.product(UnitStatus, UnitStatus))
INCIDENT_PAIRS = list(itertools.product(IncidentState, IncidentEvent))


@pytest.mark.parametrize(("state", "event"), CALL_PAIRS)
def test_every_call_state_takes_every_event(state: CallState, event: CallEvent) -> None:
    assert isinstance(calls.next_state(state, event), CallState)


@pytest.mark.parametrize("state", CallState)
def test_a_record_says_nothing_about_ringing(state: CallState) -> None:
    assert calls.next_state(state, CallEvent.ALI) is state


@pytest.mark.parametrize("event", CallEvent)
def test_an_ended_call_stays_ended(event: CallEvent) -> None:
    assert calls.next_state(CallState.ENDED, event) is CallState.ENDED


def test_a_call_that_nobody_answered_stays_abandoned_when_it_ends() -> None:
    offered = calls.first_state(CallEvent.OFFERED)
    given_up = calls.next_state(offered, CallEvent.ABANDONED)
    assert calls.next_state(given_up, CallEvent.ENDED) is CallState.ABANDONED


@pytest.mark.parametrize("event", CallEvent)
def test_repeated_news_changes_nothing(event: CallEvent) -> None:
    once = calls.first_state(event)
    assert calls.next_state(once, event) is once


def test_every_call_state_is_reached_by_something() -> None:
    assert {calls.first_state(event) for event in CallEvent} == set(CallState)


@pytest.mark.parametrize(("now", "wanted"), UNIT_PAIRS)
def test_an_order_gives_what_was_wanted_or_a_refusal(
    now: UnitStatus, wanted: UnitStatus
) -> None:
    works = "i1" if now in units.WORKING else None
    result = order("2A14", UnitNow(now, works), wanted, "i1")
    if units.TRANSITIONS[now][wanted] is None:
        assert isinstance(result, UnitRefusal)
        assert "2A14" in result.message
    else:
        kept = "i1" if wanted in units.WORKING else None
        assert result == UnitNow(wanted, kept)


@pytest.mark.parametrize("wanted", sorted(units.WORKING, key=lambda s: s.value))
def test_nobody_works_without_an_incident(wanted: UnitStatus) -> None:
    free = UnitNow(UnitStatus.AVAILABLE, None)
    result = order("2A14", free, wanted, None)
    assert isinstance(result, UnitRefusal)


def test_a_unit_is_not_taken_from_another_incident() -> None:
    there = UnitNow(UnitStatus.ON_SCENE, "i1")
    result = order("2A14", there, UnitStatus.DISPATCHED, "i2")
    assert result == UnitRefusal(
        "unit_busy", "2A14 works another incident; make it available there first."
    )


@pytest.mark.parametrize("now", UnitStatus)
def test_every_unit_can_be_made_available(now: UnitStatus) -> None:
    works = "i1" if now in units.WORKING else None
    result = order("2A14", UnitNow(now, works), UnitStatus.AVAILABLE, None)
    assert result == UnitNow(UnitStatus.AVAILABLE, None)


@pytest.mark.parametrize(("state", "event"), INCIDENT_PAIRS)
def test_every_incident_pair_is_decided(
    state: IncidentState, event: IncidentEvent
) -> None:
    reached = incidents.TRANSITIONS[state][event]
    assert incidents.may(state, event) is (reached is not None)


def test_a_closed_incident_gets_no_unit_but_notes() -> None:
    assert not incidents.may(IncidentState.CLOSED, IncidentEvent.ASSIGNED)
    assert incidents.may(IncidentState.CLOSED, IncidentEvent.NOTED)
    reopened = incidents.TRANSITIONS[IncidentState.CLOSED][IncidentEvent.REOPENED]
    assert reopened is IncidentState.PENDING
