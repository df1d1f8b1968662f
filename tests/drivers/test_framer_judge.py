"""What is a record and what is noise, once its bytes are taken out."""

from __future__ import annotations

import pytest
from ali_records import block, feed, frames, in_lines, reasons, record, spill

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import (
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer import MOST_BYTES
from aliquot.drivers.lines.framer_check import Verdict
from aliquot.drivers.lines.framer_frames import Judge, Marks
from aliquot.drivers.lines.framer_stretch import Stretch, Taken
from aliquot.drivers.lines.layouts import choose
from aliquot.drivers.lines.parity import Parity

STARTS = Starts(choose(()))
KNOWN = in_lines(record())
UNKNOWN = b"A TEXT OF NO LAYOUT\r"


def taken(raw: bytes) -> Taken:
    held = Stretch(0, Parity.NONE)
    held.add(raw, raw, 1, 1)
    return held.take(len(raw))


def said(
    judge: Judge,
    raw: bytes,
    framing: Framing = Framing.LINES,
    marked: bool = False,
    over: bool = False,
) -> tuple[str, ...] | NoiseReason:
    """The warnings of a frame, or why it is noise."""
    got = judge.text(taken(raw), framing, marked, over)
    return got.reason if isinstance(got, Noise) else got.warnings


def closed(judge: Judge, raw: bytes) -> Frame | Noise:
    return judge.block(taken(raw), Verdict.NOT_PART)


def test_a_heartbeat_has_sixteen_bytes_at_most_and_may_be_none() -> None:
    assert Marks().is_heartbeat(b"H" + b"\r" * 15)
    assert not Marks().is_heartbeat(b"H" + b"\r" * 16)
    assert not Marks().is_heartbeat(b"HH")
    assert not Marks(heartbeat=b"").is_heartbeat(b"\r")


def test_bytes_of_another_parity_are_said_so_only_where_they_are_unexplained() -> None:
    even = bytes(value | 0x80 * (value.bit_count() % 2) for value in KNOWN)
    judge = Judge("auto", STARTS)
    for reason in (NoiseReason.NO_START, NoiseReason.CUT, NoiseReason.BLOCK_CHECK):
        assert judge.noise(taken(even), reason).reason is NoiseReason.SEVEN_EVEN
        assert judge.noise(taken(KNOWN), reason).reason is reason
    control = judge.noise(taken(even), NoiseReason.CONTROL)
    assert control.reason is NoiseReason.CONTROL


def test_two_records_of_a_kind_say_what_the_line_does() -> None:
    judge = Judge("auto", STARTS)
    assert said(judge, KNOWN) == ()
    assert not judge.in_text
    assert said(judge, KNOWN) == ()
    assert judge.in_text
    judge = Judge("auto", STARTS)
    for _ in range(2):
        assert not judge.in_blocks
        assert isinstance(closed(judge, block(spill(record()))), Frame)
    assert judge.in_blocks
    # Then one without marks has lost them, and other text is none.
    assert said(judge, KNOWN) == ("block_check_missing",)
    for _ in range(2):
        closed(judge, block(spill(record())))
    assert said(judge, UNKNOWN) is NoiseReason.NO_START


def test_the_rest_of_something_too_long_counts_only_where_a_record_begins() -> None:
    judge = Judge("auto", STARTS)
    assert said(judge, UNKNOWN, over=True) is NoiseReason.OVERSIZE
    assert said(judge, KNOWN, over=True) == ()
    assert said(judge, UNKNOWN) == ()


def test_by_its_length_alone_a_record_that_silence_ends_is_cut() -> None:
    judge = Judge("length", STARTS)
    assert said(judge, KNOWN, Framing.GAP) is NoiseReason.CUT
    assert said(judge, KNOWN, Framing.LENGTH) == ()
    assert said(judge, UNKNOWN, Framing.GAP) is NoiseReason.NO_START
    assert said(Judge("auto", STARTS), KNOWN, Framing.GAP) == ()


def test_what_a_mark_ends_in_the_middle_of_a_line_is_cut() -> None:
    for tail, marked, want in (
        (b"", True, ("cut",)),
        (b"\r", True, ()),
        (b"", False, ()),
        (b"\x03", True, ("block_check_missing",)),
        (b"\x03", False, ("block_check_missing",)),
    ):
        raw = KNOWN.rstrip(b"\r") + tail
        assert said(Judge("auto", STARTS), raw, marked=marked) == want, (tail, marked)


def test_text_of_no_layout_in_front_of_a_mark_begins_nothing() -> None:
    judge = Judge("auto", STARTS)
    assert said(judge, UNKNOWN, marked=True) is NoiseReason.NO_START
    assert said(Judge("stx_etx", STARTS), KNOWN) is NoiseReason.NO_START


def test_a_type_digit_once_seen_is_one_for_ever() -> None:
    text = b"\x024 CALL THE DESK AT 617-555-0142\x03"
    judge = Judge("auto", STARTS)
    assert isinstance(closed(judge, text), Frame)  # it may be a caller's
    closed(judge, block(spill(record())))
    closed(judge, block(spill(record()), head=b""))
    got = closed(judge, text)
    assert isinstance(got, Noise)
    assert got.reason is NoiseReason.BROADCAST


@pytest.mark.parametrize(
    "before", [b"", KNOWN[:200], b"X" * 5000, b"\x02" + KNOWN[:90]]
)
def test_after_a_flush_a_framer_is_as_new(before: bytes) -> None:
    for data in (UNKNOWN, KNOWN, block(spill(record()))):
        framer = DRIVER.framer(LineSettings())
        feed(framer, before)
        framer.flush()
        assert framer.pending == 0
        out = [*feed(framer, data), *framer.flush()]
        assert reasons(out) == []
        assert [one.raw for one in frames(out)] == [data]


def test_no_more_is_held_than_a_record_may_have_whatever_comes() -> None:
    for tail in (b"\r", b"\n", b"\x00", b"X", b"\x02", b" "):
        framer = DRIVER.framer(LineSettings())
        for data in (KNOWN[:50], b"A TEXT", b"\x02A"):
            feed(framer, data + tail * 6000)
            assert framer.pending <= MOST_BYTES, (tail, data)


def test_a_block_ends_what_was_too_long() -> None:
    good = block(spill(record()))
    framer = DRIVER.framer(LineSettings())
    out = [*feed(framer, b"X" * 5000 + good + UNKNOWN), *framer.flush()]
    assert [one.raw for one in frames(out)] == [good, UNKNOWN]
    assert set(reasons(out)) == {NoiseReason.OVERSIZE}


@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_stray_mark_in_front_of_a_record_changes_nothing_of_it(step: int) -> None:
    framer = DRIVER.framer(LineSettings())
    stray = b"\x02\x02 A PIECE"
    out = feed(framer, KNOWN * 3 + stray + KNOWN * 2 + stray + KNOWN, step=step)
    out += framer.flush()
    found = frames(out)
    assert [one.payload for one in found] == [found[0].payload] * 6
    assert {one.framing for one in found} == {Framing.LINES}
    assert (
        b"".join(one.raw for one in out)
        == KNOWN * 3 + stray + KNOWN * 2 + stray + KNOWN
    )
