"""The block check of a line of which nothing is known yet."""

from __future__ import annotations

import pytest
from ali_records import MS, SHAPES, Out, block, feed, frames, reasons, record, spill

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import Frame, LineSettings, NoiseReason


def heard(*sent: bytes, pause_ms: int = 1000) -> Out:
    """What a new framer makes of stretches with silence between them."""
    framer = DRIVER.framer(LineSettings())
    out: Out = []
    for number, data in enumerate(sent):
        out += feed(framer, data, number * pause_ms * MS)
    return out + list(framer.flush())


def flipped(data: bytes, at: int = 10) -> bytes:
    wrong = bytearray(data)
    wrong[at] ^= 0x01
    return bytes(wrong)


@pytest.mark.parametrize("check", ["without", "with"])
@pytest.mark.parametrize("pause_ms", [0, 1000])
def test_the_first_frame_with_a_wrong_check_is_no_record(
    check: str, pause_ms: int
) -> None:
    good = block(spill(record(name="Q")), check)
    bad = flipped(good)
    out = heard(bad, good, good, pause_ms=pause_ms)
    assert [got.raw for got in out] == [bad, good, good]
    assert reasons(out) == [NoiseReason.BLOCK_CHECK]
    assert [frame.warnings for frame in frames(out)] == [(), ()]
    assert reasons(heard(good, bad, good)) == [NoiseReason.BLOCK_CHECK]


def test_without_a_check_nothing_is_doubted() -> None:
    out = heard(*[SHAPES["stx"]] * 4)
    assert [frame.warnings for frame in frames(out)] == [()] * 4
    assert reasons(out) == []


def test_a_byte_that_never_is_the_sum_does_not_make_noise_for_ever() -> None:
    odd = SHAPES["stx"] + b"~"
    out = heard(*[odd] * 6)
    assert reasons(out) == [NoiseReason.BLOCK_CHECK] * 2
    assert [frame.warnings for frame in frames(out)] == [("block_check_unsure",)] * 4
    assert [got.raw for got in out] == [odd] * 6


def test_three_damaged_frames_among_good_ones_are_all_noise() -> None:
    good = block(spill(record(name="Q")), "without")
    out = heard(good, flipped(good), good, flipped(good), good, flipped(good))
    assert reasons(out) == [NoiseReason.BLOCK_CHECK] * 3


@pytest.mark.parametrize("behind", [b"\r", b"\r\n", b"H\r", b"\x06"])
def test_a_line_end_or_heartbeat_behind_a_frame_leaves_it_a_record(
    behind: bytes,
) -> None:
    out = heard(*[SHAPES["stx"] + behind] * 4)
    unsure = ("block_check_unsure",)
    assert [frame.warnings for frame in frames(out)] == [unsure, unsure, (), ()]
    assert b"".join(got.raw for got in out) == (SHAPES["stx"] + behind) * 4
    assert set(reasons(out)) <= {NoiseReason.CONTROL, NoiseReason.HEARTBEAT}


def test_a_lost_check_that_would_have_been_stx_costs_no_other_record() -> None:
    base = record()
    texts = [spill([*base[:-1], base[-1][:-1] + chr(c)]) for c in range(0x20, 0x7F)]
    good = next(b for b in (block(t, "without") for t in texts) if b[-1] == 0x02)
    other = block(spill(record(name="Q")), "without")
    framer = DRIVER.framer(LineSettings(block_check="xor"))
    out = feed(framer, good[:-1] + other + good + other + good) + list(framer.flush())
    assert [got.raw for got in out] == [good[:-1], other, good, other, good]
    missing = ("block_check_missing",)
    assert [frame.warnings for frame in frames(out)] == [missing, (), (), (), ()]


@pytest.mark.parametrize("mode", ["auto", "xor"])
@pytest.mark.parametrize("check", ["without", "with"])
def test_the_sum_of_a_line_is_learned_and_the_other_is_wrong(
    mode: str, check: str
) -> None:
    good = block(spill(record(name="Q")), check)
    bad = flipped(good)
    bad = bad[:10] + bytes((good[10] ^ 0x02,)) + bad[11:]  # as if STX were not summed
    framer = DRIVER.framer(LineSettings(block_check=mode))
    out = feed(framer, good * 2 + bad + good + bad + good) + list(framer.flush())
    kinds = [isinstance(got, Frame) for got in out]
    assert kinds == [True, True, False, True, False, True]
    other = block(spill(record(name="Q")), "with" if check == "without" else "without")
    out = feed(framer, other * 4) + list(framer.flush())  # the line was changed
    assert [isinstance(got, Frame) for got in out] == [False, False, True, True]
