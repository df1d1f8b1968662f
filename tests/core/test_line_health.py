"""How well a line is, in a level and a sentence."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.line_health import (
    MINUTE_US,
    Health,
    HealthSettings,
    LineFacts,
    health,
    noise_share,
)

NOW = 1_795_285_276_000_000  # 2026-11-21 18:21:16 UTC
LINE = LineFacts(
    name="Line 2",
    state="up",
    since_us=NOW - 120 * MINUTE_US,
    last_byte_us=NOW - MINUTE_US,
    last_record_us=NOW - 5 * MINUTE_US,
    seen_bytes=4000,
    noise_bytes=20,
)


def test_a_line_that_brings_records_is_good() -> None:
    said = health(LINE, NOW)
    assert said.level is Health.GOOD
    assert said.text == "Line 2 is alive; last record 18:16:16."
    old = replace(LINE, last_record_us=NOW - 24 * 60 * MINUTE_US)
    assert health(old, NOW).text.endswith("last record 2026-11-20 18:21:16.")
    quiet = replace(LINE, last_record_us=None)
    assert health(quiet, NOW).level is Health.GOOD


def test_silence_for_longer_than_is_usual_is_amber_and_says_what_it_means() -> None:
    silent = replace(LINE, last_byte_us=NOW - 31 * MINUTE_US)
    said = health(silent, NOW, zone=ZoneInfo("America/New_York"))
    assert said.level is Health.AMBER
    assert said.text == (
        "Line 2 is silent since 12:50:16. If it is broken, calls on it will not show "
        "here. Check the cable or press F9 to test it."
    )
    never = HealthSettings(silent_minutes=0)
    assert health(silent, NOW, never).level is Health.GOOD


@pytest.mark.parametrize("silent", [1, 30, 600])
def test_the_limit_itself_is_too_long(silent: int) -> None:
    wanted = HealthSettings(silent_minutes=silent)
    at = replace(LINE, last_byte_us=NOW - silent * MINUTE_US)
    before = replace(LINE, last_byte_us=NOW - silent * MINUTE_US + 1)
    assert health(at, NOW, wanted).level is Health.AMBER
    assert health(before, NOW, wanted).level is Health.GOOD


def test_a_line_that_never_spoke_is_idle_then_amber() -> None:
    new = replace(
        LINE, last_byte_us=None, last_record_us=None, seen_bytes=0, noise_bytes=0
    )
    assert health(new, NOW).level is Health.AMBER
    just = health(replace(new, since_us=NOW - MINUTE_US), NOW)
    assert just.level is Health.IDLE
    assert "nothing came yet" in just.text


@pytest.mark.parametrize("state", ["missing", "busy", "denied", "lost"])
def test_a_port_that_is_not_open_is_red_with_what_was_said_of_it(state: str) -> None:
    down = replace(LINE, state=state, message="There is no such port.", since_us=NOW)
    said = health(down, NOW)
    assert said.level is Health.RED
    assert "There is no such port." in said.text
    assert "Calls on it will not show here." in said.text


def test_trouble_of_the_other_end_is_red() -> None:
    said = health(replace(LINE, trouble="The modem does not answer to ATZ."), NOW)
    assert said.level is Health.RED
    assert said.text == "Line 2: The modem does not answer to ATZ."


def test_mostly_noise_is_amber_once_there_is_enough_of_it() -> None:
    noisy = replace(LINE, seen_bytes=1000, noise_bytes=701)
    said = health(noisy, NOW)
    assert said.level is Health.AMBER
    assert "70 % of what comes is not understood" in said.text
    few = replace(LINE, seen_bytes=150, noise_bytes=150)
    assert health(few, NOW).level is Health.GOOD
    assert noise_share(few) == 1.0


def test_what_is_being_opened_or_at_its_end_is_no_fault() -> None:
    for state in ("opening", "finished"):
        assert health(replace(LINE, state=state), NOW).level is Health.IDLE


@given(
    state=st.sampled_from(["up", "missing", "busy", "denied", "lost", "opening"]),
    byte=st.none() | st.integers(0, 2 * NOW),
    record=st.none() | st.integers(0, 2 * NOW),
    seen=st.integers(0, 10**9),
    share=st.floats(0, 1),
    now=st.integers(0, 2 * NOW),
)
def test_there_is_always_a_level_and_a_sentence(
    state: str,
    byte: int | None,
    record: int | None,
    seen: int,
    share: float,
    now: int,
) -> None:
    line = replace(
        LINE,
        state=state,
        last_byte_us=byte,
        last_record_us=record,
        seen_bytes=seen,
        noise_bytes=int(seen * share),
    )
    said = health(line, now)
    assert said.text.startswith("Line 2")
    assert said.text.endswith(".")
    assert (said.level is Health.RED) == (state not in {"up", "opening"})


@pytest.mark.parametrize("form", ["7E1", "7O1"])
def test_a_line_that_is_read_as_another_format_says_which_it_is(form: str) -> None:
    wrong = replace(LINE, seen_bytes=180, noise_bytes=180, format=form)
    said = health(wrong, NOW)
    assert said.level is Health.AMBER
    assert f"Line 2 sends {form}, and is read another way" in said.text
    assert f"Set its format to {form}" in said.text
    settled = replace(wrong, seen_bytes=4000)  # most of it is understood by now
    assert health(settled, NOW).level is Health.GOOD
