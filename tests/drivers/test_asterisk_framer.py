"""Manager events on the wire: blocks, however they are cut into reads."""

from __future__ import annotations

from itertools import pairwise

from asterisk_help import block, frames
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.api import (
    Chunk,
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.asterisk import DRIVER
from aliquot.drivers.lines.asterisk_framer import MOST_BYTES

SETTINGS = LineSettings()
BANNER = b"Asterisk Call Manager/7.0.3\r\n"
HELLO = BANNER + b"Response: Success\r\nActionID: 1\r\nMessage: x\r\n\r\n"


SITE = block("UserEvent", CallerIDName="DR: Ö", Uniqueid="1.2", Linkedid="1.2")
STREAM = HELLO + SITE + b"\r\n" + SITE + BANNER + b"Event: Cut\r\nX: " + BANNER + SITE


def whole(raw: bytes, cut: list[int]) -> list[bytes]:
    edges = sorted({0, len(raw), *(c % (len(raw) + 1) for c in cut)})
    return [raw[a:b] for a, b in pairwise(edges)]


def test_each_block_is_a_frame_and_the_banner_one_too() -> None:
    got = frames(BANNER + block("A", X="1") + b"Event: B\nY: 2\n\n")
    assert [f.payload for f in got if isinstance(f, Frame)] == [
        BANNER.strip(),
        b"Event: A\r\nX: 1",
        b"Event: B\nY: 2",
    ]
    assert {f.framing for f in got if isinstance(f, Frame)} == {Framing.BLOCK}


@given(st.lists(st.integers(min_value=0), max_size=12))
def test_chunking_changes_nothing(cut: list[int]) -> None:
    got = frames(*whole(STREAM, cut))
    assert [(g.raw, g.start, g.end) for g in got] == [
        (g.raw, g.start, g.end) for g in frames(STREAM)
    ]


def test_byte_by_byte_is_the_same() -> None:
    one = [bytes([b]) for b in STREAM]
    assert [g.raw for g in frames(*one)] == [g.raw for g in frames(STREAM)]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([b"\r\n", b"\n\n", b"\r", BANNER, b"Event: A\r\n", SITE]),
            st.binary(max_size=30),
        ),
        max_size=20,
    )
)
def test_each_byte_is_in_one_output_in_order(pieces: list[bytes]) -> None:
    got = frames(*pieces)
    raw = b"".join(pieces)
    assert b"".join(g.raw for g in got) == raw
    assert [g.start for g in got] == [0, *(g.end for g in got)][: len(got)]
    for g in got:
        assert raw[g.start : g.end] == g.raw
        if isinstance(g, Frame):
            at = g.payload_at
            assert g.raw[at : at + len(g.payload)] == g.payload


def test_a_frame_has_the_time_of_its_last_byte_and_offsets_from_the_start() -> None:
    framer = DRIVER.framer(SETTINGS, start=1000)
    raw = block("A", X="1")
    assert framer.feed(Chunk(raw[:5], 10, 10_000)) == []
    assert framer.pending == 5
    (got,) = framer.feed(Chunk(raw[5:] + b"Event: B", 20, 20_000))
    assert (got.utc_us, got.mono_ns) == (20, 20_000)
    assert (got.start, got.end) == (1000, 1000 + len(raw))
    assert framer.pending == len(b"Event: B")


def test_a_block_that_falls_silent_is_cut() -> None:
    framer = DRIVER.framer(SETTINGS)
    assert framer.deadline_ns is None
    framer.feed(Chunk(b"Event: A\r\nX: 1", 7, 100))
    deadline = framer.deadline_ns
    assert deadline == 100 + SETTINGS.cut_ms * 1_000_000
    assert framer.tick(0, deadline - 1) == []
    (noise,) = framer.tick(0, deadline)
    assert isinstance(noise, Noise)
    assert (noise.reason, noise.raw, noise.utc_us) == (
        NoiseReason.CUT,
        b"Event: A\r\nX: 1",
        7,
    )
    assert framer.deadline_ns is None


def test_a_silence_counts_the_same_without_a_tick() -> None:
    got = frames(b"Event: A\r\n", SITE, step_ms=SETTINGS.cut_ms)
    assert [type(g) for g in got] == [Noise, Frame]


def test_a_new_connection_in_the_middle_of_a_block_cuts_it() -> None:
    got = frames(b"Event: A\r\nX: 1\r\n" + HELLO)
    assert isinstance(got[0], Noise)
    assert got[0].reason is NoiseReason.CUT
    assert [g.raw[:8] for g in got[1:]] == [b"Asterisk", b"Response"]


def test_a_block_without_end_is_bounded() -> None:
    framer = DRIVER.framer(SETTINGS)
    out: list[Frame | Noise] = []
    for _ in range(40):
        out += framer.feed(Chunk(b"x" * 4096, 0, 0))
        assert framer.pending <= MOST_BYTES
    assert [len(n.raw) for n in out] == [MOST_BYTES, MOST_BYTES]
    assert {n.reason for n in out if isinstance(n, Noise)} == {NoiseReason.OVERSIZE}


def test_line_ends_alone_are_control_noise() -> None:
    (noise,) = frames(b"\r\n\r\n")
    assert isinstance(noise, Noise)
    assert noise.reason is NoiseReason.CONTROL


def test_a_connection_lost_in_mid_line_ends_the_block_at_the_new_greeting() -> None:
    got = frames(SITE + b"Event: Hangup\r\nChannel: PJSIP/po" + HELLO)
    assert [type(g) for g in got] == [Frame, Noise, Frame, Frame]
    assert got[1].raw == b"Event: Hangup\r\nChannel: PJSIP/po"


def test_a_value_that_says_the_greeting_is_no_greeting() -> None:
    odd = block("Newchannel", CallerIDName=BANNER.strip().decode(), Exten="911")
    assert [g.raw for g in frames(odd)] == [odd]
