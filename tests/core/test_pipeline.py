"""Bytes of a line into what they say: order, offsets, noise in stretches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.clock import Stamp
from aliquot.console.intake.noise import LARGEST_STRETCH, NoiseJoiner
from aliquot.console.intake.pipeline import Pipeline
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
)

MS = 10**6


def noise(
    start: int, raw: bytes, at_ms: float, reason: NoiseReason = NoiseReason.NO_START
) -> Noise:
    ns = round(at_ms * MS)
    return Noise(raw, start, start + len(raw), ns // 1000, ns, reason)


def test_noise_of_a_quarter_second_is_one_stretch() -> None:
    joiner = NoiseJoiner()
    given: list[Noise] = []
    for number in range(100):
        given += joiner.add(noise(number, b"x", number * 10))
    given += joiner.flush()
    assert [len(n.raw) for n in given] == [25, 25, 25, 25]
    assert given[0] == noise(0, b"x" * 25, 240)


def test_a_stretch_is_given_when_it_is_old_enough() -> None:
    joiner = NoiseJoiner()
    joiner.add(noise(0, b"x", 10))
    assert joiner.deadline_ns == 260 * MS
    assert joiner.due(260 * MS - 1) == []
    assert joiner.due(260 * MS) == [noise(0, b"x", 10)]
    assert joiner.deadline_ns is None


def test_noise_that_does_not_touch_is_another_stretch() -> None:
    joiner = NoiseJoiner()
    joiner.add(noise(0, b"x", 0))
    assert joiner.add(noise(5, b"y", 1)) == [noise(0, b"x", 0)]


def test_a_stretch_says_the_reason_of_most_of_its_bytes() -> None:
    joiner = NoiseJoiner()
    joiner.add(noise(0, b"xx", 0, NoiseReason.CONTROL))
    joiner.add(noise(2, b"yyy", 1, NoiseReason.CUT))
    (joined,) = joiner.flush()
    assert (joined.raw, joined.reason) == (b"xxyyy", NoiseReason.CUT)


def test_a_stretch_is_bounded() -> None:
    joiner = NoiseJoiner()
    joiner.add(noise(0, b"x" * LARGEST_STRETCH, 0))
    assert len(joiner.add(noise(LARGEST_STRETCH, b"y", 0))) == 1
    assert joiner.held == 1


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 400)), max_size=40))
def test_no_byte_of_noise_is_lost_and_stretches_are_rare(
    pieces: list[tuple[int, int]],
) -> None:
    joiner, at, ms = NoiseJoiner(), 0, 0
    given: list[Noise] = []
    for size, later in pieces:
        ms += later
        given += joiner.add(noise(at, bytes([size]) * size, ms))
        at += size
    given += joiner.flush()
    assert b"".join(n.raw for n in given) == b"".join(bytes([s]) * s for s, _ in pieces)
    assert len(given) <= 1 + ms // 250


def _record() -> bytes:
    from datetime import UTC, datetime

    from aliquot.console.demo.ali_text import AliText, body, framed

    text = AliText(
        number="3155550163",
        class_of_service="RESD",
        name="A",
        house="1",
        street="ELM ST",
        community="Halden",
    )
    return framed(body(text, datetime(2026, 3, 14, tzinfo=UTC)), "01")


def _pipeline(start: int = 0) -> Pipeline:
    settings = LineSettings(framing="stx_etx")
    return Pipeline(plugins.driver("ali"), settings, start)


def _fed(pipeline: Pipeline, data: bytes, size: int, step_ms: int = 1) -> list[Heard]:
    heard: list[Heard] = []
    for number, at in enumerate(range(0, len(data), size)):
        ns = number * step_ms * MS
        heard += pipeline.feed(Chunk(data[at : at + size], ns // 1000, ns))
    return heard


def test_noise_comes_before_the_record_that_follows_it() -> None:
    pipeline = _pipeline(start=1000)
    record = _record()
    heard = _fed(pipeline, b"garbage" + record, 3)
    assert [type(h) for h in heard] == [Noise, AliRecord]
    assert [(h.start, h.end) for h in heard] == [
        (1000, 1007),
        (1007, 1007 + len(record)),
    ]
    assert pipeline.given_to == pipeline.taken_to == 1007 + len(record)


def test_what_is_held_is_not_given() -> None:
    pipeline = _pipeline()
    _fed(pipeline, b"garbage" + _record()[:50], 5)
    assert pipeline.given_to == 0
    assert pipeline.taken_to == 57
    deadline = pipeline.deadline_ns
    assert deadline is not None
    (joined,) = pipeline.tick(Stamp(deadline // 1000, deadline))
    assert joined.raw == b"garbage"
    assert pipeline.given_to == 7


@given(st.integers(1, 700))
def test_every_byte_is_in_one_thing_heard(size: int) -> None:
    data = b"abc" + _record() + _record() + b"H\rxyz" + _record()[:99]
    pipeline = _pipeline()
    heard = _fed(pipeline, data, size) + pipeline.flush()
    assert b"".join(h.raw for h in heard) == data
    edges = [0, *(h.end for h in heard)]
    assert [h.start for h in heard] == edges[:-1]
    assert sum(isinstance(h, AliRecord) for h in heard) == 2
