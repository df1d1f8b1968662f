"""Caller ID of modems: who rings, and the silence that means they gave up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modem_line import ABANDONED, OFFERED, UTC, Line

from aliquot.drivers.lines.api import CallSignal, OpenCall, SignalKind

RING = b"\r\nRING\r\n"
BURST = (
    b"\r\nDATE=1121\r\n\r\nTIME=1821\r\n\r\nNAME=CALLER B\r\n\r\nNMBR=8505550102\r\n"
)
ANSWERED, ENDED = SignalKind.ANSWERED, SignalKind.ENDED


def test_a_call_is_offered_at_its_first_ring_and_abandoned_when_rings_stop() -> None:
    line = Line()
    assert line.came(0, RING) == [OFFERED]
    assert line.came(6, RING) == []
    assert line.came(12, RING) == []
    assert line.wait(18.9) == []
    assert line.wait(19.0) == [ABANDONED]
    offered, abandoned = line.signals
    assert offered.call_key == abandoned.call_key
    assert abandoned.utc_us == UTC + 19_000_000
    assert line.came(60, RING) == [OFFERED]
    assert line.signals[2].call_key != offered.call_key


def test_the_time_without_ring_is_an_option() -> None:
    line = Line(ring_stop_s=4)
    line.came(0, RING)
    assert line.wait(3.9) == []
    assert line.wait(4) == [ABANDONED]
    wrong = Line(ring_stop_s="soon")
    wrong.came(0, RING)
    assert wrong.wait(6.9) == []
    assert wrong.wait(7) == [ABANDONED]


def test_caller_id_before_the_first_ring_makes_one_offer() -> None:
    line = Line()
    assert line.came(0, BURST) == []  # more of the burst may come
    assert line.came(0.1, RING) == [OFFERED]
    assert line.came(5, RING) == []
    assert line.wait(12) == [ABANDONED]
    offered = line.signals[0]
    assert offered.fields == {
        "callback_number": "8505550102",
        "customer_name": "CALLER B",
        "record_date": "2026-11-21",
        "record_time": "18:21",
    }
    for name, text in (
        ("callback_number", b"8505550102"),
        ("customer_name", b"CALLER B"),
    ):
        begin, end = offered.spans[name]
        assert offered.raw[begin:end] == text
    assert line.signals[1].fields == offered.fields


def test_caller_id_alone_is_a_call_too() -> None:
    line = Line()
    line.came(0, BURST)
    assert line.wait(1) == [OFFERED]
    assert line.wait(8) == [ABANDONED]


def test_caller_id_after_the_first_ring_adds_the_number_to_the_same_call() -> None:
    line = Line()
    assert line.came(0, RING) == [OFFERED]
    line.came(2, BURST)
    assert line.wait(3) == [OFFERED]
    assert line.came(6, RING) == []
    assert line.came(6.1, BURST) == []  # some lines send it with every ring
    assert line.wait(20) == [ABANDONED]
    assert len({signal.call_key for signal in line.signals}) == 1
    assert "callback_number" not in line.signals[0].fields
    assert line.signals[1].fields["callback_number"] == "8505550102"


def test_another_caller_id_is_another_call() -> None:
    line = Line()
    line.came(0, BURST + RING)
    other = BURST.replace(b"8505550102", b"8505550109")
    assert line.came(5, other + RING) == [ABANDONED, OFFERED]
    first, _, second = line.signals
    assert second.call_key != first.call_key
    assert second.fields["callback_number"] == "8505550109"


@pytest.mark.parametrize(
    "answer", [b"\r\nCONNECT 9600\r\n", b"\r\nVCON\r\n", b"ATA\r\r\nOK\r\n"]
)
def test_an_answered_call_is_not_abandoned(answer: bytes) -> None:
    line = Line()
    line.came(0, RING)
    assert line.came(3, answer) == [ANSWERED]
    assert line.wait(30) == []
    assert line.came(40, b"\r\nNO CARRIER\r\n") == [ENDED]
    assert line.came(50, RING) == [OFFERED]


def test_where_a_telephone_answers_beside_the_modem_silence_is_an_answer() -> None:
    line = Line(ringing_stops="answered")
    line.came(0, RING)
    assert line.wait(10) == [ANSWERED]
    assert line.came(300, RING) == [ENDED, OFFERED]


def test_results_of_other_commands_say_nothing_of_a_call() -> None:
    line = Line()
    said = b"ATZ\r\r\nOK\r\n\r\nERROR\r\nAT+VCID=1\r\r\nOK\r\n\r\n0,1\r\n\r\nBUSY\r\n"
    assert line.came(0, said) == []
    assert line.end() == []
    assert [one for one in line.heard if one.raw.strip()] == []


def test_what_no_modem_says_is_noise_and_is_kept() -> None:
    line = Line()
    line.came(0, b"\r\nRXNG\r\n\xff\xfe\r\nNMBR\r\n")
    assert line.signals == []
    assert (
        b"".join(one.raw for one in line.heard) == b"\r\nRXNG\r\n\xff\xfe\r\nNMBR\r\n"
    )


def test_a_line_that_is_broken_off_is_cut_after_a_while() -> None:
    line = Line()
    line.came(0, b"\r\nCONN")
    assert line.wait(5) == []
    assert [one.raw for one in line.heard] == [b"\r\nCONN"]
    assert line.framer.pending == 0


def test_a_modem_that_ends_lines_in_cr_alone_is_heard() -> None:
    line = Line()
    line.came(0, b"RING\r")
    assert line.wait(0.5) == [OFFERED]
    assert line.wait(9) == [ABANDONED]


def test_a_restart_while_it_rings_neither_forgets_nor_doubles_the_call() -> None:
    before = Line()
    before.came(0, BURST + RING)
    before.came(5, RING)
    held = before.framer.pending
    assert held == 1  # the recording keeps it, with its time, for the next start
    key = before.signals[0].call_key

    again = Line(start=1000)
    again.decoder.restore([OpenCall(key, answered=False)])
    assert again.came(5, b"\n") == []
    assert again.came(10, RING) == []
    assert again.wait(30) == [ABANDONED]
    assert again.signals[0].call_key == key

    gone = Line(start=1000)
    gone.decoder.restore([OpenCall(key, answered=False)])
    gone.came(5, b"\n")
    assert gone.came(40, RING) == [ABANDONED, OFFERED]
    assert gone.signals[0].call_key == key != gone.signals[1].call_key


def test_an_answered_call_of_before_a_restart_ends_at_the_next_ring() -> None:
    line = Line(start=77)
    line.decoder.restore([OpenCall("old", True), OpenCall("newer", True)])
    assert line.came(0, RING) == [ENDED, ENDED, OFFERED]
    assert [s.call_key for s in line.signals[:2]] == ["old", "newer"]


def test_a_call_that_rang_an_hour_ago_is_not_this_one() -> None:
    first = Line()
    first.came(0, RING)
    line = Line(start=77)
    line.decoder.restore([OpenCall(first.signals[0].call_key, False)])
    assert line.came(3600, RING) == [ABANDONED, OFFERED]


@given(
    rings=st.lists(st.integers(1, 20), min_size=1, max_size=30),
    step=st.integers(1, 12),
)
def test_calls_are_told_apart_by_the_silence_between_rings(
    rings: Sequence[int], step: int
) -> None:
    line, at = Line(), 0
    calls = 0
    for n, gap in enumerate(rings):
        at += gap
        calls += n == 0 or gap >= 7
        for part in range(0, len(RING), step):
            line.came(at, RING[part : part + step])
    line.wait(at + 7)
    kinds = [signal.kind for signal in line.signals]
    assert kinds == [OFFERED, ABANDONED] * calls
    assert all(isinstance(one, CallSignal) for one in line.heard)
