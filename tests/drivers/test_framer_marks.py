"""The framer where the line changes, where marks are lost or others, and broadcasts."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest
from ali_records import (
    MS,
    SHAPES,
    block,
    decode,
    feed,
    frames,
    hear,
    reasons,
    record,
    spill,
)

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import Frame, LineSettings, Noise, NoiseReason
from aliquot.drivers.lines.framer import AliFramer
from aliquot.drivers.lines.framer_frames import Marks


def test_a_text_to_all_positions_is_kept_as_such() -> None:
    say = block(b"ALI HOST B GOES DOWN AT 0200", head=b"400")
    for data in (say, block(b"SEE BULLETIN 7", head=b"4")):
        (noise,) = hear(data)
        assert isinstance(noise, Noise)
        assert (noise.reason, noise.raw) == (NoiseReason.BROADCAST, data)


def test_a_record_whose_first_digit_is_4_is_no_text_to_all() -> None:
    number = block(b"412-555-0100\r\nNO LAYOUT KNOWS THIS\r\n", head=b"")
    assert len(frames(hear(number))) == 1
    house = block(b"4178 MAIN ST\r\n", head=b"")
    assert len(frames(hear(house))) == 1
    known = block(spill(record()), head=b"401")
    (frame,) = frames(hear(known))
    assert "type_digit" in decode(frame).warnings


def test_where_type_digits_were_seen_a_text_to_all_may_say_any_number() -> None:
    say = block(b"CALL 800-555-0100 IF ALI FAILS", head=b"400")
    assert reasons(hear(SHAPES["stx"] + say)) == [NoiseReason.BROADCAST]
    assert len(frames(hear(say))) == 1  # not known yet: shown, not thrown away


def test_seven_bits_with_parity_read_as_eight_without_the_setting() -> None:
    """The high bits stand out: nothing of it becomes a record, none of it is lost."""
    sent = parity.add(SHAPES["stx_check"])
    out = hear(sent)
    assert b"".join(got.raw for got in out) == sent
    heard = [h for f in frames(out) for h in DRIVER.decoder(LineSettings()).decode(f)]
    assert all(isinstance(h, Noise) or "undecodable_bytes" in h.warnings for h in heard)


def test_a_line_of_heartbeats_only_has_no_record_and_holds_nothing() -> None:
    framer = DRIVER.framer(LineSettings())
    out: list[Frame | Noise] = []
    for minute in range(60):
        now = minute * 60_000 * MS
        out += feed(framer, b"H\r", now)
        out += framer.tick(0, now + 400 * MS)
    assert reasons(out) == [NoiseReason.HEARTBEAT] * 60
    assert framer.pending == 0


@pytest.mark.parametrize("stx", [0x01, 0x1E])
def test_other_marks_than_the_usual_frame_as_well(stx: int) -> None:
    marks = Marks(stx=stx, etx=0x04)
    text = b"201" + spill(record())
    body = text + b"\x04"
    good = bytes([stx]) + body + bytes([reduce(xor, body)])
    settings = LineSettings(framing="stx_etx", block_check="xor_after_stx")
    framer = AliFramer(settings, 0, marks)
    bad = bytearray(good)
    bad[40] ^= 1
    out = feed(framer, good + bytes(bad) + good, step=7) + list(framer.flush())
    assert [type(got) for got in out] == [Frame, Noise, Frame]
    assert decode(frames(out)[0]).fields["callback_number"] == "3157780000"


def test_a_known_sum_is_the_only_one_taken() -> None:
    after, whole = SHAPES["stx_check"], SHAPES["stx_check_with_stx"]
    for mode, good, bad in (
        ("xor_after_stx", after, whole),
        ("xor_with_stx", whole, after),
    ):
        assert len(frames(hear(good, block_check=mode))) == 1
        assert reasons(hear(bad, block_check=mode)) == [NoiseReason.BLOCK_CHECK]


def test_an_answer_that_somebody_waits_for_is_given_at_once() -> None:
    framer = AliFramer(LineSettings(), 0, Marks(answers=b"\x06\x15"))
    assert [got.raw for got in feed(framer, b"\r\n\x06\x15", 0)] == [
        b"\r\n\x06",
        b"\x15",
    ]
    assert framer.pending == 0


def test_a_record_that_lost_both_its_marks_is_flagged() -> None:
    bare = b"201" + spill(record())
    out = frames(hear(SHAPES["stx"] * 3 + bare, block_check="none"))
    missing = ("block_check_missing",)
    assert [frame.warnings for frame in out] == [(), (), (), missing]
    # A line that has changed to bare records is not warned of for ever.
    framer = DRIVER.framer(LineSettings())
    feed(framer, SHAPES["stx"] * 20)
    got = [frame for n in range(12) for frame in feed(framer, bare, n * 1000 * MS)]
    assert [frame.warnings for frame in frames(got)][-4:] == [()] * 4


def test_a_stray_stx_on_a_line_without_blocks_costs_no_other_record() -> None:
    for step in (0, 1, 40):
        for mark in (b"\x02", b"x\x02y"):
            spoilt = SHAPES["cr"][:200] + mark + SHAPES["cr"][200:]
            out = hear(SHAPES["cr"] * 3 + spoilt + SHAPES["cr"] * 2, step)
            whole = [got for got in frames(out) if got.raw == SHAPES["cr"]]
            assert len(whole) == 5, (step, mark)
            assert NoiseReason.CUT in reasons(out)


def test_control_characters_in_a_text_are_warned_of() -> None:
    data = SHAPES["spill"]
    for byte in (0, 0x09, 0x0C, 0x7F):
        spoilt = data[:60] + bytes((byte,)) + data[61:]
        (frame,) = frames(hear(block(spoilt), block_check="none"))
        assert "undecodable_bytes" in decode(frame).warnings
