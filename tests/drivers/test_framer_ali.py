"""The framer on whole, broken, early, late and foreign bytes."""

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
    in_lines,
    reasons,
    record,
    spill,
)

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import (
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.layouts import LayoutError


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("step", [0, 1, 5, 100])
def test_each_shape_whole_and_in_pieces(shape: str, step: int) -> None:
    data = SHAPES[shape]
    (frame,) = hear(data, step)
    assert isinstance(frame, Frame)
    assert (frame.raw, frame.start, frame.end) == (data, 0, len(data))
    at = frame.payload_at
    assert frame.raw[at : at + len(frame.payload)] == frame.payload
    got = decode(frame)
    assert got.fields["callback_number"] == "3157780000"
    assert got.fields["pani"] == "3155114631"
    assert got.fields["ems"] == "VERIFY LOCATION"
    assert got.fields["location"] == "NE SECTOR, MUNICIPAL"


@pytest.mark.parametrize("shape", SHAPES)
def test_two_back_to_back_without_a_gap(shape: str) -> None:
    data = SHAPES[shape]
    out = hear(data * 3)
    assert [got.raw for got in out] == [data] * 3
    assert len(frames(out)) == 3


def test_the_framing_is_said() -> None:
    assert frames(hear(SHAPES["stx"]))[0].framing is Framing.STX_ETX
    assert frames(hear(SHAPES["spill"]))[0].framing is Framing.LENGTH
    assert frames(hear(SHAPES["cr"] * 2))[0].framing is Framing.LINES
    assert frames(hear(SHAPES["spill"][:300]))[0].framing is Framing.GAP


def test_type_digit_and_position_are_read() -> None:
    (frame,) = frames(hear(SHAPES["stx"]))
    assert (frame.type_digit, frame.position) == ("2", "01")
    (frame,) = frames(hear(SHAPES["spill_position"]))
    assert (frame.type_digit, frame.position) == (None, "01")
    assert decode(frame).spans["position"] == (0, 2)
    (frame,) = frames(hear(SHAPES["spill"]))
    assert (frame.type_digit, frame.position) == (None, None)


def test_a_strange_type_digit_is_warned_of() -> None:
    (frame,) = frames(hear(block(spill(record()), head=b"701")))
    assert "type_digit" in decode(frame).warnings


def test_length_complete_is_given_at_its_last_byte() -> None:
    framer = DRIVER.framer(LineSettings())
    data = SHAPES["spill"]
    assert feed(framer, data[:-1], step=1) == []
    assert len(feed(framer, data[-1:])) == 1
    assert framer.pending == 0
    assert framer.deadline_ns is None


def test_a_sixteenth_line_belongs_to_the_record_and_is_learned() -> None:
    data = in_lines([*record(), "A SIXTEENTH"])
    framer = DRIVER.framer(LineSettings())
    assert [got.raw for got in feed(framer, data * 2)] == [data, data]
    without = DRIVER.framer(LineSettings())
    (first,) = feed(without, SHAPES["cr"]) + list(without.tick(0, 40 * MS))
    assert first.raw == SHAPES["cr"]
    # From now on no line is waited for.
    assert len(feed(without, SHAPES["cr"], 1000 * MS)) == 1


def test_stx_etx_is_given_at_once_when_there_is_no_block_check() -> None:
    framer = DRIVER.framer(LineSettings(block_check="none"))
    assert len(feed(framer, SHAPES["stx"])) == 1
    learning = DRIVER.framer(LineSettings())
    now = 0
    for _ in range(2):
        assert feed(learning, SHAPES["stx"], now) == []
        assert learning.deadline_ns == now + 30 * MS
        assert len(learning.tick(0, now + 30 * MS)) == 1
        now += 1000 * MS
    assert len(feed(learning, SHAPES["stx"], now)) == 1


@pytest.mark.parametrize("check", ["without", "with"])
def test_a_wrong_block_check_is_noise_and_the_next_is_fine(check: str) -> None:
    good = block(spill(record(name="Q")), check)
    bad = bytearray(good)
    bad[60] ^= 0x04
    out = hear(good + good + bytes(bad) + good)
    assert [type(got) for got in out] == [Frame, Frame, Noise, Frame]
    assert reasons(out) == [NoiseReason.BLOCK_CHECK]
    assert out[2].raw == bytes(bad)
    out = hear(bytes(bad) + good, block_check="xor")
    assert reasons(out) == [NoiseReason.BLOCK_CHECK]


def test_a_missing_block_check_is_warned_of() -> None:
    out = hear(SHAPES["stx"] + SHAPES["stx_check"], block_check="xor")
    assert [frame.warnings for frame in frames(out)] == [("block_check_missing",), ()]
    assert "block_check_missing" in decode(frames(out)[0]).warnings


def test_a_block_check_with_the_value_of_stx_does_not_eat_the_next_record() -> None:
    base = record()
    for code in range(0x20, 0x7F):
        text = spill([*base[:-1], base[-1][:-1] + chr(code)])
        if reduce(xor, b"201" + text + b"\x03") == 0x02:
            break
    else:
        pytest.fail("no such record was found")
    plain = block(text)
    assert [got.raw for got in hear(plain * 3)] == [plain] * 3
    checked = block(text, "without")
    assert [got.raw for got in hear(checked * 3, block_check="xor")] == [checked] * 3


def test_bytes_between_frames_are_noise_with_a_reason() -> None:
    data = b"xyz" + SHAPES["stx"] + b"\x15\x15\x15" + SHAPES["stx"] + b"tail"
    out = hear(data)
    assert reasons(out) == [
        NoiseReason.NO_START,
        NoiseReason.CONTROL,
        NoiseReason.NO_START,
    ]
    assert len(frames(out)) == 2


def test_noise_in_front_of_a_bare_record_is_parted_from_it() -> None:
    for before in (b"garbage ", b"garbage\r\n", b"\xff\xfe", b"\x00\x00"):
        out = hear(before + SHAPES["spill"])
        assert [got.raw for got in out] == [before, SHAPES["spill"]]
        assert isinstance(out[1], Frame)


@pytest.mark.parametrize("data", [b"H\r", b"H\r\n", b"\x02H\x03"])
def test_a_heartbeat_is_no_record(data: bytes) -> None:
    assert reasons(hear(data)) == [NoiseReason.HEARTBEAT]
    out = hear(data + data + SHAPES["spill"])
    assert reasons(out) == [NoiseReason.HEARTBEAT] * 2
    assert len(frames(out)) == 1


def test_a_nak_storm_stays_bounded() -> None:
    framer = DRIVER.framer(LineSettings())
    out = feed(framer, b"\x15" * 100_000, step=1000)
    assert set(reasons(out)) == {NoiseReason.CONTROL}
    assert framer.pending <= 4096


def test_a_begun_frame_is_cut_by_silence_or_by_the_next() -> None:
    half = SHAPES["stx"][:200]
    framer = DRIVER.framer(LineSettings())
    assert feed(framer, half, 7 * MS) == []
    assert framer.deadline_ns == 5007 * MS
    assert list(framer.tick(0, 5006 * MS)) == []
    (noise,) = framer.tick(9, 5007 * MS)
    assert isinstance(noise, Noise)
    assert (noise.reason, noise.raw, noise.mono_ns) == (NoiseReason.CUT, half, 7 * MS)
    out = hear(half + SHAPES["stx"])
    assert reasons(out) == [NoiseReason.CUT]
    assert frames(out)[0].raw == SHAPES["stx"]


def test_half_a_bare_record_then_a_drop_is_a_cut_record() -> None:
    framer = DRIVER.framer(LineSettings())
    feed(framer, SHAPES["spill"][:200], 10 * MS)
    (frame,) = framer.tick(0, 310 * MS)
    assert isinstance(frame, Frame)
    assert frame.mono_ns == 10 * MS
    got = decode(frame)
    assert got.fields["callback_number"] == "3157780000"
    assert "cut" in got.warnings
    out = hear(SHAPES["spill"][:200] + SHAPES["spill"])
    assert [got.raw for got in out] == [SHAPES["spill"][:200], SHAPES["spill"]]


def test_gap_frames_carry_the_stamp_of_their_last_byte() -> None:
    framer = DRIVER.framer(LineSettings(framing="gap"))
    feed(framer, b"anything", 5 * MS)
    feed(framer, b" at all", 105 * MS)
    assert framer.deadline_ns == 405 * MS
    (frame,) = feed(framer, b"next", 405 * MS)
    assert isinstance(frame, Frame)
    assert frame.raw == b"anything at all"
    assert (frame.utc_us, frame.mono_ns) == (105_000, 105 * MS)
    assert frame.framing is Framing.GAP


def test_what_stands_in_front_of_a_record_is_no_part_of_it_by_silence_either() -> None:
    text = SHAPES["spill"]
    for head, told in (
        (b"", (None, None)),
        (b"01", (None, "01")),
        (b"201", ("2", "01")),
    ):
        (frame,) = hear(head + text, framing="gap")
        assert isinstance(frame, Frame)
        assert (frame.type_digit, frame.position) == told
        assert (frame.raw, frame.payload_at) == (head + text, len(head))
        assert decode(frame).fields["callback_number"] == "3157780000"
        assert decode(frame).fields.get("position") == told[1]


def test_a_form_feed_ends_a_record() -> None:
    out = hear(SHAPES["spill"][:400] + b"\f" + SHAPES["spill"])
    assert [len(got.raw) for got in frames(out)] == [401, len(SHAPES["spill"])]


def test_the_fixed_framings() -> None:
    text, framed = SHAPES["spill"], SHAPES["stx"]
    assert reasons(hear(text, framing="stx_etx")) == [NoiseReason.NO_START]
    assert len(frames(hear(text + framed, framing="stx_etx"))) == 1
    assert len(frames(hear(text * 2, framing="length"))) == 2
    assert reasons(hear(text[:200], framing="length")) == [NoiseReason.CUT]
    assert len(frames(hear(SHAPES["cr"] * 2, framing="lines"))) == 2
    assert len(frames(hear(text * 2, framing="gap"))) == 1


def test_text_that_begins_like_a_heartbeat_is_none() -> None:
    (frame,) = hear(b"H        JONES\rmore text\r")
    assert isinstance(frame, Frame)


def test_an_unknown_framing_is_refused() -> None:
    with pytest.raises(LayoutError, match="stx_etx"):
        DRIVER.framer(LineSettings(framing="morse"))


def test_the_same_caller_twice_in_five_seconds_is_two_records() -> None:
    framer = DRIVER.framer(LineSettings())
    first = feed(framer, SHAPES["spill"], 0)
    again = feed(framer, SHAPES["spill"], 5000 * MS)
    assert [got.start for got in first + again] == [0, len(SHAPES["spill"])]


def test_too_much_is_noise_and_the_next_record_is_fine() -> None:
    junk = b"x" * 10_000
    for before in (junk, b"\x02" + junk, b"\x02" + junk + b"\x03"):
        out = hear(before + SHAPES["stx"])
        assert set(reasons(out)) == {NoiseReason.OVERSIZE}
        assert frames(out)[0].raw == SHAPES["stx"]
    assert frames(hear(junk + SHAPES["spill"]))[0].raw == SHAPES["spill"]


def test_even_parity_is_checked_and_taken_off() -> None:
    sent = parity.add(SHAPES["stx_check"])
    assert sent != SHAPES["stx_check"]
    (frame,) = hear(sent, parity="strip_even")
    assert isinstance(frame, Frame)
    got = decode(frame)
    assert got.raw == sent
    assert got.fields["latitude"] == 43.8
    begin, end = got.spans["customer_name"]
    assert parity.strip(got.raw[begin:end]) == b"TEST CELL"
    bad = bytearray(sent)
    bad[50] ^= 0x80
    out = hear(bytes(bad) + sent, parity="strip_even")
    assert reasons(out) == [NoiseReason.PARITY]
    assert len(frames(out)) == 1
    # Without the setting the high bits are kept and seen.
    assert frames(hear(sent[:0] + SHAPES["stx"]))[0].raw == SHAPES["stx"]


def test_offsets_go_on_from_the_start_given() -> None:
    framer = DRIVER.framer(LineSettings(), start=1000)
    (got,) = feed(framer, SHAPES["spill"])
    assert (got.start, got.end) == (1000, 1000 + len(SHAPES["spill"]))


def test_bytes_without_any_eighth_bit_were_stripped_by_the_port() -> None:
    (frame,) = hear(SHAPES["stx_check"], parity="strip_even")
    assert isinstance(frame, Frame)
