"""A block check that comes a while behind ETX, on a line that is known to have them."""

from __future__ import annotations

from ali_records import MS, block, record, spill

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import Chunk, Frame, LineSettings
from aliquot.drivers.lines.framer_check import xor_sums


def test_a_line_that_has_block_checks_waits_for_one() -> None:
    whole = block(spill(record()))
    check = bytes([xor_sums(whole)[0]])
    assert check[0] > 0x15  # none that may begin or part other things
    framer = DRIVER.framer(LineSettings(gap_ms=300))
    now, got = 0, []
    for _ in range(3):
        now += 1000 * MS
        got += framer.feed(Chunk(whole + check, now // 1000, now))
    now += 1000 * MS
    got += framer.feed(Chunk(whole, now // 1000, now))
    got += framer.tick((now + 200 * MS) // 1000, now + 200 * MS)
    assert len(got) == 3
    got += framer.feed(Chunk(check, (now + 250 * MS) // 1000, now + 250 * MS))
    got += framer.flush()
    assert len(got) == 4
    for frame in got:
        assert isinstance(frame, Frame)
        assert frame.raw == whole + check
        assert not frame.warnings
