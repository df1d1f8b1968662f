"""Embargoes under clocks that jump, stand and begin anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_town import MINUTE_US, UTC_US, Town, done

from aliquot.console.clock import ManualClock, Stamp
from aliquot.console.release.embargo import Embargo


@pytest.mark.parametrize("jump_s", [3600, -3600, 86_400])
def test_a_jump_of_the_wall_clock_sends_nothing_early(town: Town, jump_s: int) -> None:
    _, release = town.to_state("embargoed")
    for _ in range(19):
        town.clock.advance(60)
        town.clock.set_wall(town.clock.now().utc_us + jump_s * 10**6)
        assert town.look(release) != "sent"
        town.clock.set_wall(town.clock.now().utc_us - jump_s * 10**6)
    if town.state(release) == "embargoed":  # not dead of what the clock said
        town.clock.advance(7 * 60)
        assert town.look(release) == "sent"


def test_a_jump_before_the_approval_sends_nothing_early(town: Town) -> None:
    """The embargo is reckoned from the entry that opened the incident."""
    incident = town.open()
    town.clock.set_wall(town.clock.now().utc_us + 60 * MINUTE_US)
    release = town.proposed(incident)
    done(town.approve(release))
    assert [town.look(release) for _ in range(3)] == ["embargoed"] * 3
    town.clock.advance(19 * 60)
    assert town.look(release) == "embargoed"
    town.clock.set_wall(town.clock.now().utc_us)
    town.clock.advance(41 * 60)
    assert town.look(release) == "sent"


def test_a_start_of_the_machine_begins_the_wait_anew(town: Town) -> None:
    _, release = town.to_state("embargoed")
    town.clock.advance(19 * 60)
    wall = town.clock.now().utc_us + 60 * MINUTE_US
    town.clock = ManualClock(wall, 0)
    town.log._clock = town.clock
    for _ in range(19):
        assert town.look(release) == "embargoed"
        town.clock.advance(60)


def test_the_time_of_publication_does_not_tell_when_the_call_came(town: Town) -> None:
    """Put off by a random part of five minutes."""
    found = set()
    for _ in range(12):
        release = town.get(town.proposed(town.open()))
        late_us = release.published_us - (town.clock.now().utc_us + 20 * MINUTE_US)
        assert 0 <= late_us < 5 * MINUTE_US
        found.add(late_us)
    assert len(found) > 6


HOUR_US = 60 * MINUTE_US


class _World:
    """True time, and two clocks that show it as badly as they may."""

    def __init__(self) -> None:
        self.true_us = 0
        self.wall_us = UTC_US
        self.mono_us = 10**9

    def stamp(self) -> Stamp:
        return Stamp(self.wall_us, self.mono_us * 1000)

    def goes_on(self, us: int, asleep: bool) -> None:
        """Asleep, the monotonic clock stands."""
        self.true_us += us
        self.wall_us += us
        self.mono_us += 0 if asleep else us

    def starts_anew(self, down_us: int) -> None:
        self.true_us += down_us
        self.wall_us += down_us
        self.mono_us = 0


_MINUTES = st.integers(0, 30 * MINUTE_US)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("on"), _MINUTES),
        st.tuples(st.just("sleep"), _MINUTES),
        st.tuples(st.just("start"), _MINUTES),
        st.tuples(st.just("jump"), st.integers(-3 * HOUR_US, 3 * HOUR_US)),
    ),
    max_size=12,
)


@given(_STEPS, st.integers(0, 30 * MINUTE_US))
def test_whatever_clocks_do_nothing_is_early(
    steps: list[tuple[str, int]], length_us: int
) -> None:
    world = _World()
    embargo = Embargo(world.wall_us + length_us, world.wall_us, world.mono_us)
    for what, us in steps:
        match what:
            case "on" | "sleep":
                world.goes_on(us, what == "sleep")
            case "start":
                world.starts_anew(us)
            case _:
                world.wall_us += us
        if embargo.over(world.stamp()):
            assert world.true_us >= length_us


@given(st.integers(0, 30 * MINUTE_US), st.integers(0, 30 * MINUTE_US))
def test_good_clocks_end_it_on_time(length_us: int, gone_us: int) -> None:
    world = _World()
    embargo = Embargo(world.wall_us + length_us, world.wall_us, world.mono_us)
    world.goes_on(gone_us, asleep=False)
    assert embargo.left_us(world.stamp()) == max(0, length_us - gone_us)
