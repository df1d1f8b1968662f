"""Records right behind each other on a slow line, in the pieces that a reader takes."""

from __future__ import annotations

import random

import pytest
from ali_records import in_lines, record

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import Chunk, Frame, LineSettings

FIRST = in_lines(record("315-778-0101"), b"\r\n")
SECOND = in_lines(record("315-778-0102"), b"\r\n")


@pytest.mark.parametrize("baud", [1200, 9600])
@pytest.mark.parametrize("seed", range(40))
def test_no_record_is_lost_in_the_time_its_own_bytes_take(baud: int, seed: int) -> None:
    """A piece is stamped when its last byte has come."""
    rng = random.Random(seed)
    framer = DRIVER.framer(LineSettings())
    data, at, ns, heard = FIRST + SECOND, 0, 0, []
    byte_ns = 10 * 10**9 // baud
    longest = 40 * baud // 9600
    while at < len(data):
        piece = data[at : at + rng.randint(1, longest)]
        at += len(piece)
        ns += len(piece) * byte_ns
        heard += framer.feed(Chunk(piece, ns // 1000, ns))
    heard += framer.tick(0, ns + 10**10)
    assert [one.raw.rstrip() for one in heard] == [FIRST.rstrip(), SECOND.rstrip()]
    assert all(isinstance(one, Frame) for one in heard)
