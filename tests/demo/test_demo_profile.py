"""The throw-away profile: what is in it, and that it fits the settings' checks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from aliquot.console import settings_file
from aliquot.console.clock import ManualClock
from aliquot.console.demo import screen, throw_away
from aliquot.console.demo.county import halden
from aliquot.console.demo.stream import TOUR
from aliquot.console.domain.commands import AddPerson, RegisterUnit, SignIn
from aliquot.console.domain.people import Role
from aliquot.console.domain.units import SERVICES
from aliquot.console.release.policy import parse
from aliquot.console.release.sources import default_policy
from aliquot.drivers.lines.recording import read_recording


def test_settings_are_read_again_as_they_were_written() -> None:
    made = throw_away.settings(halden(), "/dev/pts/7", "/dev/pts/8", "Etc/UTC")
    assert settings_file.parse(settings_file.render(made), "demo") == made
    assert [line.driver for line in made.lines] == ["ali", "asterisk"]


def test_without_an_exchange_there_is_one_line() -> None:
    made = throw_away.settings(halden(), "/dev/pts/7", None, "UTC")
    assert [line.name for line in made.lines] == ["ali"]


def test_what_would_leave_tells_the_hour_of_the_desk() -> None:
    given = throw_away.policy("Europe/Berlin")
    assert parse(given, "demo").time_zone == "Europe/Berlin"
    usual = default_policy()
    assert replace(parse(given, "demo"), time_zone=usual.time_zone) == usual


def test_all_units_all_roles_and_one_at_the_desk() -> None:
    wanted = list(throw_away.commands(halden()))
    units = [c for c in wanted if isinstance(c, RegisterUnit)]
    people = [c for c in wanted if isinstance(c, AddPerson)]
    assert len(units) == 60
    assert {u.service for u in units} == set(SERVICES)
    roles = Counter(p.role for p in people)
    assert set(roles) == {role.value for role in Role}
    assert roles["supervisor"] == 2  # what one proposes the other can sign
    last = wanted[-1]
    assert isinstance(last, SignIn)
    assert last.name in {p.name for p in people if p.role == "dispatcher"}


def test_streams_are_recorded_for_the_clock_that_is_handed_in(tmp_path: Path) -> None:
    clock = ManualClock(1_900_000_000_000_000)
    made = throw_away.record_streams(tmp_path, halden(), TOUR, clock, 4.0, "UTC")
    with made.ali.open("rb") as file:
        entries = list(read_recording(file, strict=True))
    assert entries[0].utc_us >= 1_900_000_000_000_000
    calls = [e for e in entries if len(e.data) > 2]
    assert calls[-1].utc_us <= 1_900_000_000_000_000 + 181_000_000
    assert {e.data for e in entries[-100:]} == {b"H\r"}
    whole = next(e for e in entries if len(e.data) == 474)
    # 2030-03-17 17:46:40 UTC, and 2.2 s of the stream in a quarter of the time
    assert b"03/17 17:46:40" in whole.data


def test_the_machines_zone_is_one_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "No/Such_Place")
    assert throw_away.zone_of_this_machine() == "UTC"
    monkeypatch.setenv("TZ", "America/New_York")
    assert throw_away.zone_of_this_machine() == "America/New_York"


@pytest.mark.parametrize(
    ("environment", "there"),
    [
        ({}, False),
        ({"DISPLAY": ""}, False),
        ({"DISPLAY": ":3"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
    ],
)
def test_a_display_is_noticed(environment: dict[str, str], there: bool) -> None:
    assert screen.is_there(environment) is there
