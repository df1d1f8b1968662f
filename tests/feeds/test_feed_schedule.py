"""When a delivery is tried again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.feeds.schedule import (
    ITEMS,
    RETRACTIONS,
    GiveUp,
    Schedule,
    Wait,
)

EVEN = Schedule(first_s=1, cap_s=60, jitter=0.5, tell_s=10, give_up_s=1000)


def test_delays_double_up_to_the_cap() -> None:
    steps = [EVEN.next_try(n, 0, 0.5) for n in range(1, 9)]
    assert steps == [Wait(s) for s in (1, 2, 4, 8, 16, 32, 60, 60)]


def test_dice_change_a_delay_by_the_jitter() -> None:
    assert [EVEN.next_try(4, 0, dice) for dice in (0, 0.5, 1)] == [
        *(Wait(4.0), Wait(8.0), Wait(12.0)),
    ]


def test_the_partner_is_left_alone_as_long_as_it_asked() -> None:
    assert EVEN.next_try(1, 0, 0.5, asked_s=300) == Wait(300)
    assert EVEN.next_try(8, 0, 0.5, asked_s=3) == Wait(60)


def test_the_last_try_is_at_the_end_and_then_no_more() -> None:
    assert EVEN.next_try(9, 990, 0.5, asked_s=86400) == Wait(10)
    assert EVEN.next_try(10, 1000, 0.5) == GiveUp()


@given(
    failures=st.integers(1, 10**9),
    age_s=st.floats(0, 10**7),
    dice=st.floats(0, 1),
    asked_s=st.none() | st.floats(0, 86400),
)
def test_every_step_is_within_its_bounds(
    failures: int, age_s: float, dice: float, asked_s: float | None
) -> None:
    for schedule in (ITEMS, RETRACTIONS):
        step = schedule.next_try(failures, age_s, dice, asked_s)
        if isinstance(step, GiveUp):
            assert age_s >= schedule.give_up_s
        else:
            assert 0 < step.seconds <= schedule.give_up_s - age_s
            longest = schedule.cap_s * (1 + schedule.jitter)
            assert step.seconds <= max(longest, asked_s or 0)


def test_a_person_is_told() -> None:
    assert [EVEN.is_late(s) for s in (0, 9.9, 10, 900)] == [False, False, True, True]
    assert RETRACTIONS.is_late(60)
    assert not ITEMS.is_late(60)


def test_a_retraction_waits_half_a_minute_at_most() -> None:
    assert RETRACTIONS.next_try(50, 0, 1.0) == Wait(30.0)


@pytest.mark.parametrize(
    "figures",
    [{"first_s": 0}, {"cap_s": 0.5}, {"jitter": 1.1}, {"tell_s": 1e9}, {"tell_s": 0}],
)
def test_figures_that_make_no_schedule(figures: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Schedule(**figures)


@pytest.mark.parametrize(("failures", "dice"), [(0, 0.5), (1, -0.1), (1, 1.1)])
def test_calls_that_make_no_sense(failures: int, dice: float) -> None:
    with pytest.raises(ValueError, match=r"failures"):
        EVEN.next_try(failures, 0, dice)


def test_a_partner_who_was_away_for_a_week_is_still_told_of_a_retraction() -> None:
    week_s = 7 * 24 * 3600.0
    assert isinstance(ITEMS.next_try(50, week_s, 0.5), GiveUp)
    assert isinstance(RETRACTIONS.next_try(50, week_s, 0.5), Wait)
