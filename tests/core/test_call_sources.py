"""One call that several sources tell of: one state, no second entry."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.calls import (
    SPOKEN,
    TRANSITIONS,
    CallEvent,
    CallState,
    counts,
    first_state,
    next_state,
)
from aliquot.console.domain.correlate import (
    LONGEST_US,
    Caller,
    KnownCall,
    place_record,
    place_signal,
)

S = 10**6
T0 = 1_770_000_000 * S
NUMBER, OTHER = "3155550163", "3155550199"
RINGS = KnownCall(
    call_id="c1",
    state=CallState.OFFERED,
    first_at_us=T0,
    last_at_us=T0,
    has_record=False,
    callback_number=NUMBER,
    position="01",
    positions=("01",),
    sources=("pbx",),
)


def said(after_s: float, **more: str | None) -> Caller:
    given_: dict[str, str | None] = {"callback_number": NUMBER, "position": None}
    return Caller(at_us=T0 + round(after_s * S), **{**given_, **more})


def met(
    call: KnownCall, after_s: float, event: CallEvent, line: str, **more: str | None
) -> bool:
    return place_signal(said(after_s, **more), [call], line, event) == "c1"


# --- whose call


def test_a_second_source_meets_the_call_by_its_number() -> None:
    assert met(RINGS, 2, CallEvent.OFFERED, "modem")
    assert not met(RINGS, 2, CallEvent.OFFERED, "modem", callback_number=OTHER)
    assert not met(RINGS, 2, CallEvent.OFFERED, "modem", position="02")


def test_another_key_of_the_same_source_is_another_call() -> None:
    assert not met(RINGS, 2, CallEvent.OFFERED, "pbx")


@pytest.mark.parametrize(("after_s", "found"), [(30, True), (31, False)])
def test_who_calls_again_later_is_another_call(after_s: float, found: bool) -> None:
    assert met(RINGS, after_s, CallEvent.OFFERED, "modem") is found


@pytest.mark.parametrize("event", [CallEvent.ANSWERED, CallEvent.ENDED])
def test_what_comes_later_meets_the_call_until_it_ends(event: CallEvent) -> None:
    long_ago = LONGEST_US / S
    assert met(RINGS, 3600, event, "smdr")
    assert not met(RINGS, long_ago + 1, event, "smdr")
    over = replace(RINGS, state=CallState.ENDED, last_at_us=T0 + 600 * S)
    assert met(over, 620, event, "smdr")
    assert not met(over, 700, event, "smdr")


def test_without_a_number_only_what_rings_at_once_is_the_same() -> None:
    assert met(
        RINGS, 3, CallEvent.OFFERED, "modem", callback_number=None, position="01"
    )
    assert not met(
        RINGS, 9, CallEvent.OFFERED, "modem", callback_number=None, position="01"
    )


def test_of_two_calls_of_one_number_the_nearer_is_meant() -> None:
    later = replace(RINGS, call_id="c2", first_at_us=T0 + 20 * S)
    new = said(21)
    assert place_signal(new, [RINGS, later], "modem", CallEvent.OFFERED) == "c2"


def test_a_record_for_the_old_position_meets_the_call_that_was_handed_on() -> None:
    moved = replace(
        RINGS, has_record=True, position="07", positions=("07", "01"), raw=b"one"
    )
    new = replace(said(60, position="01"), raw=b"two")
    assert place_record(new, [moved])[0] == "c1"


@given(
    st.sampled_from(CallEvent),
    st.floats(0, 10_000),
    st.sampled_from([NUMBER, OTHER, None]),
    st.sampled_from(["01", "02", None]),
)
def test_numbers_that_contradict_never_meet(
    event: CallEvent, after_s: float, number: str | None, position: str | None
) -> None:
    call = replace(RINGS, callback_number=OTHER)
    found = met(
        call, after_s, event, "modem", callback_number=number, position=position
    )
    assert not (found and number == NUMBER)


# --- its state


@pytest.mark.parametrize("state", sorted(SPOKEN, key=lambda s: s.value))
def test_a_telephone_that_stops_ringing_elsewhere_ends_nothing(
    state: CallState,
) -> None:
    assert not counts(state, CallEvent.ABANDONED, leads=False)
    assert counts(state, CallEvent.ABANDONED, leads=True)
    assert counts(state, CallEvent.ENDED, leads=False)


def test_what_a_source_that_leads_says_always_counts() -> None:
    for state in CallState:
        for event in CallEvent:
            assert counts(state, event, leads=True)


def test_every_pair_is_in_the_table() -> None:
    assert {s: set(row) for s, row in TRANSITIONS.items()} == {
        state: set(CallEvent) for state in CallState
    }


@pytest.mark.parametrize("state", CallState)
def test_records_and_trouble_say_nothing_of_the_telephone(state: CallState) -> None:
    for event in (CallEvent.ALI, CallEvent.REBID, CallEvent.TROUBLE):
        assert next_state(state, event) is state


@pytest.mark.parametrize(
    "path",
    [
        ("offered answered held answered ended", "ended"),
        ("offered answered held ended", "ended"),
        ("offered answered transferred answered ended", "ended"),
        ("offered answered transferred", "transferred"),
        ("offered answered held transferred abandoned", "ended"),
        ("offered transferred abandoned", "abandoned"),
        ("offered abandoned ended", "abandoned"),
        ("offered answered trouble", "answered"),
        ("ali held rebid", "held"),
    ],
)
def test_the_lives_of_calls(path: tuple[str, str]) -> None:
    events, last = path
    first, *rest = (CallEvent(word) for word in events.split())
    state = first_state(first)
    for event in rest:
        state = next_state(state, event)
    assert state is CallState(last)


@given(st.lists(st.sampled_from(CallEvent), min_size=1, max_size=12))
def test_who_was_spoken_with_is_never_abandoned(events: list[CallEvent]) -> None:
    """Once answered, until it is offered again, the end is an end."""
    state = first_state(events[0])
    spoken = state in SPOKEN
    for event in events[1:]:
        state = next_state(state, event)
        spoken = spoken or state in SPOKEN
    if spoken:
        assert state is not CallState.ABANDONED
        assert state in SPOKEN | {CallState.ENDED}
