"""Which call a record or a signal belongs to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.calls import CallState
from aliquot.console.domain.correlate import (
    Caller,
    Join,
    KnownCall,
    caller,
    is_ours,
    place_record,
    place_signal,
)

S = 10**6
T0 = 1_770_000_000 * S
NUMBER, OTHER, PANI = "3155550163", "3155550199", "3155114609"

RECORDED = KnownCall(
    call_id="c1",
    state=CallState.REPORTED,
    first_at_us=T0,
    last_at_us=T0,
    has_record=True,
    callback_number=NUMBER,
    pani=PANI,
    position="01",
    raw=b"one",
)
OFFERED = replace(
    RECORDED, state=CallState.OFFERED, has_record=False, raw=b"event", pani=None
)


def record(after_s: float, raw: bytes = b"two", **more: str | None) -> Caller:
    said: dict[str, str | None] = {"callback_number": NUMBER, "position": "01"}
    return Caller(at_us=T0 + round(after_s * S), raw=raw, **{**said, **more})


def test_the_first_record_opens_a_call() -> None:
    assert place_record(record(0), []) == (None, Join.OPENED)


@pytest.mark.parametrize(
    ("after_s", "join"), [(0, Join.DUPLICATE), (5, Join.DUPLICATE), (5.1, Join.REBID)]
)
def test_the_same_bytes_are_a_duplicate_for_five_seconds(
    after_s: float, join: Join
) -> None:
    assert place_record(record(after_s, raw=b"one"), [RECORDED]) == ("c1", join)


@pytest.mark.parametrize(
    ("after_s", "found"), [(1, "c1"), (600, "c1"), (601, None), (-3, "c1")]
)
def test_a_further_record_is_a_rebid_for_ten_minutes(
    after_s: float, found: str | None
) -> None:
    assert place_record(record(after_s), [RECORDED])[0] == found


def test_a_lent_pani_does_not_join_two_callers() -> None:
    new = record(60, callback_number=OTHER, pani=PANI)
    assert place_record(new, [RECORDED]) == (None, Join.OPENED)


def test_a_pani_joins_when_one_side_has_no_callback() -> None:
    first = replace(RECORDED, callback_number=None)
    assert place_record(record(60, pani=PANI), [first]) == ("c1", Join.REBID)


def test_another_position_is_another_call() -> None:
    assert place_record(record(60, position="02"), [RECORDED])[1] is Join.OPENED
    assert place_record(record(60, position="1"), [RECORDED])[1] is Join.REBID
    assert place_record(record(60, position=None), [RECORDED])[1] is Join.REBID


@pytest.mark.parametrize("state", [CallState.ENDED, CallState.ABANDONED])
def test_who_calls_again_after_the_end_is_a_new_call(state: CallState) -> None:
    assert place_record(record(60), [replace(RECORDED, state=state)])[0] is None


def test_a_call_set_aside_hides_no_record() -> None:
    assert place_record(record(60), [replace(RECORDED, set_aside=True)])[0] is None


def test_a_call_taken_long_ago_is_another_call() -> None:
    old = replace(RECORDED, taken=True, first_at_us=T0 - 3601 * S)
    assert place_record(record(1), [old])[0] is None
    recent = replace(RECORDED, taken=True, first_at_us=T0 - 1800 * S)
    assert place_record(record(1), [recent]) == ("c1", Join.REBID)


def test_a_record_joins_the_call_that_rings_by_number() -> None:
    assert place_record(record(12), [OFFERED]) == ("c1", Join.JOINED)
    by_pani = replace(OFFERED, callback_number=PANI)
    new = record(12, pani=PANI, position="02")
    assert place_record(new, [by_pani]) == ("c1", Join.JOINED)


@pytest.mark.parametrize(("after_s", "found"), [(30, "c1"), (31, None)])
def test_a_record_joins_by_position_for_thirty_seconds(
    after_s: float, found: str | None
) -> None:
    nameless = replace(OFFERED, callback_number=None)
    assert place_record(record(after_s), [nameless])[0] == found
    withheld = record(after_s, callback_number=None)
    assert place_record(withheld, [OFFERED])[0] == found


def test_another_number_at_the_position_is_another_caller() -> None:
    for state in CallState:
        call = replace(OFFERED, state=state)
        assert place_record(record(3, callback_number=OTHER), [call])[0] is None


def test_a_number_is_trusted_before_a_position() -> None:
    near = replace(OFFERED, call_id="c2", callback_number=OTHER, last_at_us=T0 + S)
    assert place_record(record(12), [near, OFFERED]) == ("c1", Join.JOINED)


def test_a_record_at_the_position_of_a_call_with_a_record_opens() -> None:
    new = record(12, callback_number=OTHER)
    assert place_record(new, [RECORDED]) == (None, Join.OPENED)


def test_a_late_record_joins_an_abandoned_call_only_for_thirty_seconds() -> None:
    given_up = replace(OFFERED, state=CallState.ABANDONED)
    assert place_record(record(30), [given_up]) == ("c1", Join.JOINED)
    assert place_record(record(31), [given_up])[0] is None


def test_a_signal_meets_the_record_that_came_first() -> None:
    assert place_signal(record(8), [RECORDED]) == "c1"
    assert place_signal(record(8, callback_number=None), [RECORDED]) == "c1"
    assert place_signal(record(8, callback_number=OTHER), [RECORDED]) is None
    elsewhere = record(8, callback_number=OTHER, position="02")
    assert place_signal(elsewhere, [RECORDED]) is None
    assert place_signal(record(31), [RECORDED]) is None


def test_a_signal_with_a_key_of_its_own_is_not_a_call_that_has_one() -> None:
    assert place_signal(record(8), [OFFERED]) is None


@pytest.mark.parametrize(
    ("position", "positions", "ours"),
    [
        ("01", ("01", "02"), True),
        ("1", ("01",), True),
        ("03", ("01", "02"), False),
        (None, ("01",), True),
        ("03", (), True),
        ("a", ("A",), True),
        ("00", ("0",), True),
    ],
)
def test_whose_record_it_is(
    position: str | None, positions: tuple[str, ...], ours: bool
) -> None:
    assert is_ours(position, positions) is ours


def test_only_text_counts_as_a_number() -> None:
    got = caller({"callback_number": "", "pani": 5, "position": "01"}, 1, b"")
    assert got == Caller(at_us=1, position="01", raw=b"")


_numbers = st.sampled_from([None, NUMBER, OTHER, PANI])
_positions = st.sampled_from([None, "01", "02"])
_times = st.integers(T0, T0 + 700 * S)
_calls = st.builds(
    KnownCall,
    call_id=st.uuids().map(str),
    state=st.sampled_from(CallState),
    first_at_us=_times,
    last_at_us=_times,
    has_record=st.booleans(),
    taken=st.booleans(),
    set_aside=st.booleans(),
    callback_number=_numbers,
    pani=_numbers,
    position=_positions,
    raw=st.sampled_from([b"one", b"two"]),
)
_callers = st.builds(
    Caller,
    at_us=_times,
    callback_number=_numbers,
    pani=_numbers,
    position=_positions,
    raw=st.sampled_from([b"one", b"two"]),
)


@given(_callers, st.lists(_calls, max_size=6))
def test_a_record_is_placed_in_a_known_call_or_opens_one(
    new: Caller, known: list[KnownCall]
) -> None:
    call_id, join = place_record(new, known)
    by_id = {call.call_id: call for call in known}
    assert (call_id is None) is (join is Join.OPENED)
    if call_id is None:
        return
    met = by_id[call_id]
    assert met.has_record is (join is not Join.JOINED)
    if join is not Join.DUPLICATE:
        assert not met.set_aside
    if join is Join.REBID:
        assert met.state not in (CallState.ENDED, CallState.ABANDONED)


@given(_callers, st.lists(_calls, max_size=6))
def test_the_order_of_what_is_known_does_not_matter(
    new: Caller, known: list[KnownCall]
) -> None:
    distinct = {call.last_at_us: call for call in known}
    calls = list(distinct.values())
    assert place_record(new, calls) == place_record(new, calls[::-1])
