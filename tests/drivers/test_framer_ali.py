"""The framer on whole, broken, early, late and foreign bytes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import xor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Frame,
    Framer,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.layouts import LayoutError

MS = 1_000_000
Out = list[Frame | Noise]


def record(number: str = "315-778-0000", name: str = "TEST CELL", cof: str = "299"):
    """The lines of one wireless record, each at its full width."""
    lines = [
        f"{number} 03/07 06:56:39  095",
        "",
        f"{name:<28}WPH2",
        "    4178         NYS RTE 193 - N",
        "E SECTOR",
        "ELLISBURG                     NY",
        "",
        "MUNICIPAL",
        "LAT:+043.800000  LON:-076.110000",
        f"ELV:+00000 COF:{cof:<10}COP:090",
        "MTN:315-511-4631       CPF:VZW  ",
        "-911ai.com-            ESN:01315",
        "WIRELESS CALL",
        "VERIFY CALLER'S NUMBER",
        "VERIFY LOCATION",
    ]
    widths = [32] * 6 + [30, 20] + [32] * 7
    return [line.ljust(width) for line, width in zip(lines, widths, strict=True)]


def spill(lines: Sequence[str], end: bytes = b"\r") -> bytes:
    out = b""
    for number, line in enumerate(lines, start=1):
        out += line.encode("latin-1") + (end if number in (7, 8) else b"")
    return out


def in_lines(lines: Sequence[str], end: bytes = b"\r") -> bytes:
    return b"".join(line.encode("latin-1") + end for line in lines)


def block(text: bytes, check: str = "none", head: bytes = b"201") -> bytes:
    body = head + text + b"\x03"
    total = reduce(xor, body)
    tail = {"none": b"", "without": bytes([total]), "with": bytes([total ^ 2])}
    return b"\x02" + body + tail[check]


def feed(framer: Framer, data: bytes, now: int = 0, step: int = 0) -> Out:
    out: Out = []
    step = step or max(len(data), 1)
    for at in range(0, len(data), step):
        out += framer.feed(Chunk(data[at : at + step], now // 1000, now))
    return out


def frames(out: Iterable[Frame | Noise]) -> list[Frame]:
    return [got for got in out if isinstance(got, Frame)]


def reasons(out: Iterable[Frame | Noise]) -> list[NoiseReason]:
    return [got.reason for got in out if isinstance(got, Noise)]


def hear(data: bytes, step: int = 0, **options: object) -> Out:
    framer = DRIVER.framer(LineSettings(**options))  # type: ignore[arg-type]
    return feed(framer, data, step=step) + list(framer.flush())


def decode(frame: Frame, **options: object) -> AliRecord:
    (heard,) = DRIVER.decoder(LineSettings(**options)).decode(frame)  # type: ignore[arg-type]
    assert isinstance(heard, AliRecord), heard
    return heard


SHAPES = {
    "stx": block(spill(record())),
    "stx_check": block(spill(record()), "without"),
    "stx_check_with_stx": block(spill(record()), "with"),
    "stx_lines": block(in_lines(record(), b"\r\n")),
    "cr": in_lines(record()),
    "crlf": in_lines(record(), b"\r\n"),
    "lf": in_lines(record(), b"\n"),
    "spill": spill(record()),
    "spill_crlf": spill(record(), b"\r\n"),
    "spill_position": b"01" + spill(record()),
}


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


def test_undamaged_frames_survive_flipped_bits() -> None:
    rng = random.Random(911)
    for check in ("none", "without"):
        good = [block(spill(record(f"315-778-{n:04d}")), check) for n in range(60)]
        damaged = set(rng.sample(range(60), 20))
        sent = bytearray()
        for n, data in enumerate(good):
            wire = bytearray(data)
            if n in damaged:
                wire[rng.randrange(4, len(wire) - 3)] ^= 1 << rng.randrange(7)
            sent += wire
        out = hear(
            bytes(sent), step=37, block_check="xor" if check != "none" else "none"
        )
        assert b"".join(got.raw for got in out) == bytes(sent)
        whole = {frame.raw for frame in frames(out)}
        undamaged = {good[n] for n in range(60) if n not in damaged}
        # A bit that makes STX or ETX of a blank or of text breaks its own frame only.
        assert undamaged <= whole


def covered(out: Sequence[Frame | Noise], start: int) -> bool:
    at = start
    for got in out:
        if got.start != at or got.end != at + len(got.raw) or not got.raw:
            return False
        at = got.end
    return True


_PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([*SHAPES.values(), b"H\r", b"\r\n", b"\x02", b"\x03", b"\f"]),
    st.sampled_from([shape[:n] for shape in SHAPES.values() for n in (3, 60, 240)]),
)
_BURSTS = st.lists(
    st.tuples(st.sampled_from([0, 5, 30, 50, 300, 5000]), _PIECES), max_size=8
)
_MODES = st.sampled_from(["auto", "stx_etx", "lines", "length", "gap"])
_CHECKS = st.sampled_from(["auto", "none", "xor"])


@settings(max_examples=150, deadline=None)
@given(_BURSTS, _MODES, _CHECKS, st.booleans(), st.randoms(use_true_random=False))
def test_chunking_and_ticks_change_nothing(bursts, mode, check, seven, rng) -> None:
    options = LineSettings(
        framing=mode, block_check=check, parity="strip_even" if seven else "none"
    )
    whole, broken = DRIVER.framer(options, 10), DRIVER.framer(options, 10)
    out_whole: Out = []
    out_broken: Out = []
    now = 0
    for wait, data in bursts:
        for early in sorted(rng.sample(range(wait + 1), min(wait, 3))):
            out_broken += broken.tick(0, now + early * MS)
        now += wait * MS
        out_whole += whole.feed(Chunk(data, now // 1000, now))
        out_broken += broken.tick(0, now)
        at = 0
        while at < len(data):
            step = rng.randint(1, 30)
            piece = Chunk(data[at : at + step], now // 1000, now)
            out_broken += broken.feed(piece)
            at += step
        assert whole.pending == broken.pending <= 4096
        assert whole.deadline_ns == broken.deadline_ns
    out_whole += whole.flush()
    out_broken += broken.flush()
    assert out_whole == out_broken
    assert covered(out_whole, 10)
    assert b"".join(got.raw for got in out_whole) == b"".join(d for _, d in bursts)
    assert whole.pending == 0


@settings(max_examples=100, deadline=None)
@given(_BURSTS)
def test_tick_gives_something_at_the_deadline_and_not_before(bursts) -> None:
    framer = DRIVER.framer(LineSettings())
    now = 0
    for _, data in bursts:
        now += 1
        framer.feed(Chunk(data, 0, now))
        deadline = framer.deadline_ns
        if framer.pending == 0:
            assert deadline is None
            continue
        assert deadline is not None
        assert list(framer.tick(0, deadline - 1)) == []
        assert list(framer.tick(0, deadline)) != []
        now = deadline


@pytest.mark.parametrize("seed", range(3))
def test_a_megabyte_of_random_bytes(seed: int) -> None:
    data = random.Random(seed).randbytes(1_000_000)
    framer = DRIVER.framer(LineSettings())
    decoder = DRIVER.decoder(LineSettings())
    at = 0
    for begin in range(0, len(data), 509):
        for got in framer.feed(Chunk(data[begin : begin + 509], 1, 1)):
            assert got.start == at
            at = got.end
            if isinstance(got, Frame):
                decoder.decode(got)
        assert framer.pending <= 4096
    for got in framer.flush():
        at = got.end
    assert at == len(data)


def test_the_time_is_linear_in_the_bytes() -> None:
    """Eight times the bytes take nowhere near sixty-four times the time."""
    worst = [b"x", b"9", b"\r", b"H\r", b"\x02", b"\x02\x03", b"315-778-", b" "]

    def seconds(unit: bytes, size: int) -> float:
        data = unit * (size // len(unit))
        begin = time.process_time()
        hear(data, step=997)
        return time.process_time() - begin

    for unit in worst:
        small = max(min(seconds(unit, 10_000) for _ in range(3)), 1e-3)
        large = min(seconds(unit, 80_000) for _ in range(2))
        assert large < small * 8 * 4, unit


def test_thousands_of_short_chunks_cost_no_more_each() -> None:
    """One byte a stamp, the worst a serial port can do."""

    def seconds(count: int) -> float:
        framer = DRIVER.framer(LineSettings())
        begin = time.process_time()
        for now in range(count):
            framer.feed(Chunk(b"y", now, now))
        return time.process_time() - begin

    small = max(min(seconds(5_000) for _ in range(3)), 1e-3)
    assert seconds(40_000) < small * 8 * 4
