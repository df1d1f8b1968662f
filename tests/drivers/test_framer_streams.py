"""The framer on long, damaged and random streams, in any chunking."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from functools import partial

import pytest
from ali_records import (
    MS,
    SHAPES,
    Out,
    block,
    frames,
    hear,
    record,
    spill,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from linear import stays_below

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    LineSettings,
    Noise,
)


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
        little, much = partial(seconds, unit, 10_000), partial(seconds, unit, 80_000)
        assert stays_below(little, much, 8 * 4), unit


def test_thousands_of_short_chunks_cost_no_more_each() -> None:
    """One byte a stamp, the worst a serial port can do."""

    def seconds(count: int) -> float:
        framer = DRIVER.framer(LineSettings())
        begin = time.process_time()
        for now in range(count):
            framer.feed(Chunk(b"y", now, now))
        return time.process_time() - begin

    assert stays_below(partial(seconds, 5_000), partial(seconds, 40_000), 8 * 4)
