"""Envelopes: what is wrapped comes out again, whatever stands round it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, Noise, NoiseReason
from aliquot.drivers.lines.envelope import (
    MOST_BODY,
    MOST_HEAD,
    EnvelopeFramer,
    unwrap,
    wrap,
)

SETTINGS = LineSettings()
BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        (b"PUT /fake HTTP/1.1\r\n\r\n", b"\r\n\r\n", b"Content-Length: 4\r\n", b"")
    ),
)
# Pieces that look like the beginning of an envelope and are none.
ALMOST = (b"PUT ", b"PO", b"WS x", b"GET / HTTP/1.0\r\n", b"PUT GET ", b"\r\n", b"G")
BETWEEN = st.one_of(st.just(b""), st.binary(max_size=40), st.sampled_from(ALMOST))


def feed(pieces: Iterable[bytes], start: int = 0) -> list[Frame | Noise]:
    framer = EnvelopeFramer(SETTINGS, start)
    found: list[Frame | Noise] = []
    for number, piece in enumerate(pieces):
        found += framer.feed(Chunk(piece, number, number))
    return found + list(framer.flush())


def cut(data: bytes, at: Iterable[int]) -> list[bytes]:
    places = sorted({0, len(data), *(n % (len(data) + 1) for n in at)})
    return [data[a:b] for a, b in pairwise(places)]


def joined(found: Sequence[Frame | Noise]) -> list[tuple[bool, int, bytes]]:
    """Frames as they are, neighbouring noise as one: (is a frame, start, bytes)."""
    out: list[tuple[bool, int, bytes]] = []
    for piece in found:
        frame = isinstance(piece, Frame)
        if out and not frame and not out[-1][0]:
            out[-1] = (False, out[-1][1], out[-1][2] + piece.raw)
        else:
            out.append((frame, piece.start, piece.raw))
    return out


@given(
    st.text(max_size=60),
    BODIES,
    st.text(max_size=20),
    st.dictionaries(st.text(max_size=10), st.text(max_size=30), max_size=5),
    st.sampled_from(("PUT", "POST", "GET", "WS")),
)
def test_what_is_wrapped_is_unwrapped(
    path: str, body: bytes, kind: str, headers: dict[str, str], method: str
) -> None:
    (frame,) = feed([wrap(path, body, kind, headers, method)])
    assert isinstance(frame, Frame)
    message = unwrap(frame)
    assert message is not None
    assert (message.method, message.body) == (method, body)
    assert frame.raw[message.body_at :] == frame.payload == body
    assert message.headers["content-length"] == str(len(body))


def test_plain_paths_and_headers_come_out_as_they_went_in() -> None:
    given_ = {"X-Parts": "00,01", "content-length": "7", "bad name": "x"}
    (frame,) = feed([wrap("/IN_+1555_00.txt", b"abc", "Text/Plain; x=1", given_)])
    assert isinstance(frame, Frame)
    message = unwrap(frame)
    assert message is not None
    assert message.path == "/IN_+1555_00.txt"
    assert message.content_type == "text/plain"
    assert message.headers["x-parts"] == "00,01"
    assert message.headers["content-length"] == "3"
    assert set(message.headers) == {"content-type", "content-length", "x-parts"}


def test_a_header_from_outside_cannot_begin_a_line() -> None:
    raw = wrap("/a b\r\nX: y", b"", "text/plain\r\nX-Evil: 1", {"X-A": "1\r\nX-B: 2"})
    (frame,) = feed([raw])
    assert isinstance(frame, Frame)
    message = unwrap(frame)
    assert message is not None
    assert set(message.headers) == {"content-type", "content-length", "x-a"}


@given(st.integers(1900, 9000), st.sampled_from("xé漢😀"))
def test_long_paths_and_heads_still_frame(length: int, letter: str) -> None:
    headers = {f"X-{n}": letter * length for n in range(9)}
    raw = wrap("/" + letter * length, b"body", headers=headers)
    (frame,) = feed([raw])
    assert isinstance(frame, Frame)
    assert frame.payload == b"body"
    assert frame.payload_at <= MOST_HEAD


@given(
    st.lists(st.tuples(BETWEEN, BODIES), max_size=4),
    BETWEEN,
    st.lists(st.integers(0, 4000), max_size=30),
    st.integers(0, 10**9),
)
def test_any_chunking_gives_the_same(
    parts: list[tuple[bytes, bytes]], after: bytes, at: list[int], start: int
) -> None:
    data = b"".join(noise + wrap("/x", body) for noise, body in parts) + after
    whole, pieces = feed([data], start), feed(cut(data, at), start)
    assert joined(whole) == joined(pieces)
    for found in (whole, pieces):
        assert b"".join(piece.raw for piece in found) == data
        assert all(p.end - p.start == len(p.raw) for p in found)
        ends = [start, *(p.end for p in found)]
        assert ends[:-1] == [p.start for p in found]


@given(st.lists(BODIES, min_size=1, max_size=4), st.sampled_from(ALMOST))
def test_no_noise_before_an_envelope_costs_it(
    bodies: list[bytes], almost: bytes
) -> None:
    """Byte by byte. The noise ends before the envelope's own first letter."""
    data = b"".join(almost + wrap("/x", body) for body in bodies)
    found = feed([bytes([b]) for b in data])
    assert [f.payload for f in found if isinstance(f, Frame)] == bodies


def test_a_cut_envelope_ends_after_the_silence() -> None:
    framer = EnvelopeFramer(LineSettings(cut_ms=1000))
    raw = wrap("/x", b"12345")
    assert not framer.feed(Chunk(raw[:-1], 5, 0))
    assert framer.pending == len(raw) - 1
    assert framer.deadline_ns == 10**9
    assert not framer.tick(6, 10**9 - 1)
    (noise,) = framer.tick(6, 10**9)
    assert isinstance(noise, Noise)
    assert (noise.reason, noise.raw) == (NoiseReason.CUT, raw[:-1])
    assert framer.deadline_ns is None


@pytest.mark.parametrize(
    "head",
    [
        b"PUT /x HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY + 1),
        b"PUT /x HTTP/1.1\r\nX: " + b"y" * MOST_HEAD,
    ],
)
def test_what_is_too_large_is_noise_and_the_next_is_read(head: bytes) -> None:
    found = feed([head + b"\r\n", wrap("/x", b"next")])
    assert isinstance(found[0], Noise)
    assert found[0].reason is NoiseReason.OVERSIZE
    assert [f.payload for f in found if isinstance(f, Frame)] == [b"next"]


def test_a_frame_of_something_else_is_no_message() -> None:
    (frame,) = feed([wrap("/x", b"y")])
    assert isinstance(frame, Frame)
    other = Frame(b"ALI", b"ALI", 0, 3, 0, 0, frame.framing)
    assert unwrap(other) is None
