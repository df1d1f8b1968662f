"""What a framer makes of the place where one thing ends and the next begins."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest
from ali_records import (
    MS,
    SHAPES,
    feed,
    frames,
    hear,
    in_lines,
    reasons,
    record,
    spill,
)

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import LineSettings, NoiseReason
from aliquot.drivers.lines.framer_base import MOST_BYTES
from aliquot.drivers.lines.framer_check import BlockCheck, Verdict

STX = 0x02


@pytest.mark.parametrize("over", [0, 1, 40])
@pytest.mark.parametrize("shape", ["cr", "crlf", "spill", "stx"])
def test_right_behind_what_is_too_long_a_record_is_whole(shape: str, over: int) -> None:
    """Wherever the bytes that can be held come to their end."""
    out = hear(b"x" * (2 * MOST_BYTES + over) + SHAPES[shape])
    assert [frame.raw for frame in frames(out)] == [SHAPES[shape]]
    assert set(reasons(out)) == {NoiseReason.OVERSIZE}


def test_records_without_a_further_line_are_given_at_their_last_byte() -> None:
    """That there is none is learned from the first that another one follows."""
    framer = DRIVER.framer(LineSettings())
    data = SHAPES["cr"]
    assert [got.raw for got in feed(framer, data * 2)] == [data, data]
    assert framer.pending == 0
    assert [got.raw for got in feed(framer, data, 1000 * MS)] == [data]


def test_where_silence_parts_records_a_form_feed_does_not() -> None:
    text = in_lines(record()) + b"\x0c" + in_lines(record())
    (frame,) = frames(hear(text, framing="gap"))
    assert frame.raw == text
    assert len(frames(hear(text))) == 2


def with_sum(wanted: int) -> bytes:
    """STX, a record, ETX, whose exclusive or without STX is ``wanted``."""
    plain = b"201" + spill(record(name="TEST CELL")) + b"\x03"
    turned = reduce(xor, plain) ^ wanted
    for at in range(3, len(plain) - 1):
        if chr(plain[at]).isalpha() and chr(plain[at] ^ turned).isalpha():
            body = plain[:at] + bytes([plain[at] ^ turned]) + plain[at + 1 :]
            return bytes([STX]) + body
    raise AssertionError("no such record")


@pytest.mark.parametrize("behind", [b"\r\n", b"\r", b"\x0a"])
def test_a_block_check_that_looks_like_the_next_block_is_one(behind: bytes) -> None:
    """What stands behind it is no beginning of a record."""
    data = with_sum(STX) + bytes([STX])
    out = hear((data + behind) * 2, block_check="xor_after_stx")
    assert [frame.raw for frame in frames(out)] == [data, data]
    assert set(reasons(out)) <= {NoiseReason.CONTROL}


def test_behind_a_silence_nothing_is_the_rest_of_what_was_too_long() -> None:
    """Text of labels has no first line by which it could be told from that rest."""
    text = b"ANI: 315-778-0000 LAT 43.8012 LON -76.1012 UNC 22 CLASS WPH2\r\n"
    framer = DRIVER.framer(LineSettings())
    assert set(reasons(feed(framer, b"x" * 2 * MOST_BYTES))) == {NoiseReason.OVERSIZE}
    later = 60_000 * MS
    out = [*feed(framer, text, later), *framer.flush()]
    assert [frame.raw for frame in frames(out)] == [text]


def test_no_silence_is_waited_for_longer_than_was_set() -> None:
    framer = DRIVER.framer(LineSettings(gap_ms=10))
    assert feed(framer, SHAPES["cr"]) == []
    assert framer.deadline_ns == 10 * MS
    usual = DRIVER.framer(LineSettings())
    assert feed(usual, SHAPES["cr"]) == []
    assert usual.deadline_ns == 30 * MS


def test_a_line_that_begins_to_send_block_checks_is_found_out() -> None:
    framer = DRIVER.framer(LineSettings())
    now = 0
    for _ in range(2):
        feed(framer, SHAPES["stx"], now)
        assert len(framer.tick(0, now + 40 * MS)) == 1
        now += 1000 * MS
    assert len(frames(feed(framer, SHAPES["stx_check"], now))) == 1  # its check is not
    now += 1000 * MS
    assert frames(feed(framer, SHAPES["stx_check"][:-1], now)) == []
    (frame,) = frames(feed(framer, SHAPES["stx_check"][-1:], now + MS))
    assert frame.raw == SHAPES["stx_check"]


def test_a_line_that_ends_its_block_checks_is_found_out_soon() -> None:
    """However long it had them."""
    check = BlockCheck("auto")
    data = SHAPES["stx_check"]
    for _ in range(500):
        assert check.judge(data[:-1], data[-1]) is not Verdict.WRONG
    assert check.expected
    for _ in range(20):
        if check.expected:
            assert check.silence() is Verdict.MISSING
    assert not check.expected
