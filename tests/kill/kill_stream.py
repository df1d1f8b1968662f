"""Streams to be killed in, and what must be in the log at their end.

Records are framed by STX and ETX and manager events by empty lines, so that what is
heard does not depend on when the bytes came, only on which ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aliquot.console.demo import manager_text
from aliquot.console.demo.ali_text import AliText, body, framed
from aliquot.console.demo.manager_text import Exchange
from aliquot.console.intake.pipeline import Pipeline
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Direction,
    Heard,
    LineSettings,
    Noise,
)
from aliquot.drivers.lines.recording import Header, RecordingWriter

BEGIN_US = 1_773_528_000_000_000
ALI = LineSettings(framing="stx_etx", cut_ms=600_000)
CTI = LineSettings(cut_ms=600_000)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing in the log, as far as it is the same however often one is killed."""

    kind: str
    start: int
    end: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Heap:
    """All that a line said: records and signals, and which bytes were noise."""

    said: tuple[Said, ...]
    noise: tuple[tuple[int, bytes], ...]


def ali_stream(rng: random.Random, records: int) -> bytes:
    """Records, some of them twice, with noise and heartbeats between them."""
    parts: list[bytes] = []
    for number in range(records):
        record = framed(
            body(_text(number, rng), _when(number)), rng.choice(["01", "02"])
        )
        parts.append(record)
        if rng.random() < 0.1:
            parts.append(record)
        if rng.random() < 0.4:
            parts.append(_garbage(rng))
        if rng.random() < 0.2:
            parts.append(b"H\r")
    return b"".join(parts)


def one_record() -> bytes:
    """A record, so that nothing is held when a stream has ended."""
    return framed(body(_text(9_999, random.Random(0)), _when(9_999)), "01")


def _text(number: int, rng: random.Random) -> AliText:
    return AliText(
        number=f"315555{number % 10_000:04d}",
        class_of_service=rng.choice(["RESD", "BUSN", "WPH2"]),
        name=f"CALLER {number}",
        house=str(1 + number % 900),
        street="ELM ST",
        community="Halden",
    )


def _when(number: int) -> datetime:
    return datetime.fromtimestamp(BEGIN_US // 10**6 + number, UTC)


def _garbage(rng: random.Random) -> bytes:
    """Noise without the characters that begin or end a frame."""
    allowed = [b for b in range(256) if b not in (0x02, 0x03, 0x0D, 0x0A)]
    return bytes(rng.choices(allowed, k=rng.randint(1, 60)))


def cti_stream(rng: random.Random, calls: int) -> bytes:
    """Calls one after the other, each told of to its end, with chatter between."""
    parts = [manager_text.HELLO]
    for number in range(calls):
        call = Exchange(f"315555{number % 10_000:04d}", "01", 1_773_528_000, 2 * number)
        parts.append(manager_text.offered(call))
        parts.append(manager_text.chatter(number))
        if rng.random() < 0.2:
            parts.append(manager_text.abandoned(call))
        else:
            parts += [manager_text.answered(call), manager_text.ended(call)]
    return b"".join(parts)


def chunks(data: bytes, size: int, step_us: int) -> Iterator[Chunk]:
    """``data`` in pieces of ``size`` bytes, ``step_us`` microseconds apart."""
    for number, at in enumerate(range(0, len(data), size)):
        past_us = number * step_us
        yield Chunk(data[at : at + size], BEGIN_US + past_us, past_us * 1000)


def write_recording(path: Path, data: bytes, size: int, step_us: int) -> None:
    with RecordingWriter(path, Header(line=path.stem)) as writer:
        for chunk in chunks(data, size, step_us):
            writer.append(Direction.RECEIVED, chunk.utc_us, chunk.data)


def expected(driver: str, settings: LineSettings, data: bytes) -> Heap:
    """What the stream says when nobody is killed, decoded in one go."""
    pipeline = Pipeline(plugins.driver(driver), settings)
    heard: list[Heard] = []
    for chunk in chunks(data, 512, 1_000):
        heard += pipeline.feed(chunk)
    heard += pipeline.flush()
    noise = tuple((h.start, h.raw) for h in heard if isinstance(h, Noise))
    said = tuple(_said(h) for h in heard if not isinstance(h, Noise))
    return Heap(said, joined(noise))


def _said(heard: Heard) -> Said:
    if isinstance(heard, AliRecord):
        number = str(heard.fields.get("callback_number"))
        return Said("ali", heard.start, heard.end, number)
    assert not isinstance(heard, Noise)
    return Said(heard.kind.value, heard.start, heard.end, heard.call_key)


def joined(noise: tuple[tuple[int, bytes], ...]) -> tuple[tuple[int, bytes], ...]:
    """Stretches of noise that touch, as one: where they are parted is chance."""
    out: list[tuple[int, bytes]] = []
    for start, raw in sorted(noise):
        if out and out[-1][0] + len(out[-1][1]) == start:
            out[-1] = (out[-1][0], out[-1][1] + raw)
        else:
            out.append((start, raw))
    return tuple(out)
