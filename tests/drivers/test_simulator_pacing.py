"""The schedule of a simulated line, without a clock."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.pacing import Pace, bursts, parse_speed
from aliquot.drivers.lines.recording_format import Entry

T0 = 1_795_282_936_000_000


def entry(at_s: float, data: bytes) -> Entry:
    return Entry(Direction.RECEIVED, T0 + round(at_s * 1e6), data)


def ends(entries: list[Entry], baud: int, speed: float = 1.0) -> list[float]:
    """When the last byte of each entry is due, in seconds."""
    return [round(b.due_s, 6) for b in bursts(entries, baud, speed) if b.last]


def test_a_byte_takes_ten_bits() -> None:
    assert ends([entry(0, b"x" * 960)], 9600) == [1.0]
    assert ends([entry(0, b"x" * 960)], 115_200) == [0.083333]


def test_an_entry_ends_when_it_was_recorded_to_have_ended() -> None:
    entries = [entry(0, b"x" * 96), entry(5, b"y" * 96), entry(7.5, b"z" * 48)]
    assert ends(entries, 9600) == [0.1, 5.1, 7.6]


def test_speed_divides_distances_and_leaves_the_bytes_alone() -> None:
    entries = [entry(0, b"x" * 96), entry(4, b"y" * 96), entry(8, b"z" * 960)]
    assert ends(entries, 9600, 4) == [0.1, 1.1, 2.1]
    assert ends(entries, 9600, math.inf) == [0.1, 0.2, 1.2]


def test_what_the_line_cannot_bring_in_time_comes_when_it_can() -> None:
    entries = [entry(0, b"x" * 960), entry(0.2, b"y" * 960), entry(5, b"z")]
    assert ends(entries, 9600) == [1.0, 2.0, 6.0]


def test_without_a_baud_rate_bytes_take_no_time() -> None:
    plan = list(bursts([entry(0, b"x" * 5000), entry(1, b"y")], 0))
    assert [(len(b.data), b.due_s) for b in plan] == [(5000, 0), (1, 1)]


def test_a_clock_set_back_does_not_turn_time_back() -> None:
    assert ends([entry(10, b"x"), entry(3, b"y"), entry(4, b"z")], 0) == [0, 0, 1]


def test_what_was_sent_is_not_played_and_its_time_still_passes() -> None:
    sent = Entry(Direction.SENT, T0 + 1_000_000, b"ack")
    plan = list(bursts([entry(0, b"x"), sent, entry(3, b"y")], 0))
    assert [(b.data, b.due_s) for b in plan] == [(b"x", 0), (b"y", 3)]


@given(
    st.lists(st.tuples(st.floats(0, 3), st.binary(max_size=60)), max_size=12),
    st.sampled_from([0, 300, 9600, 115_200]),
    st.sampled_from([0.5, 1, 4, math.inf]),
)
def test_all_bytes_in_order_never_faster_than_the_line(
    steps: list[tuple[float, bytes]], baud: int, speed: float
) -> None:
    at_s, entries = 0.0, []
    for step, data in steps:
        at_s += step
        entries.append(entry(at_s, data))
    plan = list(bursts(entries, baud, speed))
    assert b"".join(b.data for b in plan) == b"".join(e.data for e in entries)
    for before, after in pairwise(plan):
        wire_s = len(after.data) * 10 / baud if baud else 0
        assert after.due_s - before.due_s >= wire_s - 1e-9


@pytest.mark.parametrize(("baud", "speed"), [(-1, 1), (9600, 0), (9600, -1)])
def test_impossible_paces_are_refused(baud: int, speed: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        list(bursts([], baud, speed))


def test_speeds_as_written() -> None:
    assert [parse_speed(s) for s in ("4", "0.5", "max")] == [4, 0.5, math.inf]
    for text in ("0", "-1", "nan", "quick"):
        with pytest.raises(ValueError, match=r"."):
            parse_speed(text)


def test_small_delays_do_not_add_up_and_a_hold_up_moves_all_that_follows() -> None:
    clock = [0.0]

    def wait(seconds: float) -> bool:
        clock[0] += seconds + 0.001  # a scheduler is always a little late
        return False

    pace = Pace(wait, lambda: clock[0])
    for n in range(1, 1001):
        assert not pace.until(n * 0.01)
    assert clock[0] == pytest.approx(10.001)
    clock[0] = 25.0
    pace.slip(11.0)
    assert pace.left(12.0) == pytest.approx(1.0)
    assert pace.left(10.0) == pytest.approx(-1.0)


def test_a_wait_that_is_cut_short_is_told() -> None:
    pace = Pace(lambda seconds: True, lambda: 0.0)
    assert pace.until(1)
    assert not pace.until(-1)
