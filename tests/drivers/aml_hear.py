"""Hears location messages as a line brings them, for the tests beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from aliquot.drivers.lines.aml import DRIVER
from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    Chunk,
    Frame,
    Heard,
    LineSettings,
    Warnings,
)
from aliquot.drivers.lines.envelope import wrap

FORM = "application/x-www-form-urlencoded"
TEN = "/IN20261121_182336_00_+15555550100_00.txt"


def moment(text: str) -> int:
    """UTC microseconds of an ISO time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**6


ARRIVED = moment("2026-11-21T18:24:00")


def hear(
    body: bytes,
    path: str = TEN,
    kind: str = "text/plain",
    settings: LineSettings | None = None,
    arrived: int = ARRIVED,
) -> list[Heard]:
    settings = settings or LineSettings()
    framer, decoder = DRIVER.framer(settings), DRIVER.decoder(settings)
    chunk = Chunk(wrap(path, body, kind, method="POST"), arrived, 0)
    frames = [f for f in framer.feed(chunk) if isinstance(f, Frame)]
    return [heard for frame in frames for heard in decoder.decode(frame)]


def record(
    body: bytes | str,
    path: str = TEN,
    kind: str = "text/plain",
    settings: LineSettings | None = None,
    arrived: int = ARRIVED,
) -> AliRecord:
    data = body.encode() if isinstance(body, str) else body
    (heard,) = hear(data, path, kind, settings, arrived)
    assert isinstance(heard, AliRecord)
    assert set(heard.fields) <= set(FIELD_NAMES)
    assert set(heard.warnings) <= set(Warnings().known)
    assert heard.end - heard.start == len(heard.raw)
    return heard


def bytes_of(one: AliRecord, name: str) -> bytes:
    begin, end = one.spans[name]
    return one.raw[begin:end]
