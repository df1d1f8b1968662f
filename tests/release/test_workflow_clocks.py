"""Embargoes under clocks that jump, stand and begin anew."""

from __future__ import annotations

import pytest
from release_town import MINUTE_US, Town, done

from aliquot.console.clock import ManualClock


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
