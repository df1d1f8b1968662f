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
