"""A window that stalls for two seconds loses and merges nothing: bytes are stamped in
the reading thread, and silences are told by stamps. With the real thread and a pty.
"""

from __future__ import annotations

import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from ali_records import SHAPES, in_lines, record

from aliquot.console.clock import ManualClock
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool
from aliquot.console.workers.inbox import BytesRead, Inbox
from aliquot.console.workers.lanes import Lane
from aliquot.console.workers.reader import LineReader
from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import AliRecord, Chunk, Heard, LineSettings
from aliquot.drivers.lines.serial_source import SerialSource

LONG_S = 30.0
CUT = b"".join(row.encode() + b"\r" for row in record("315-555-0104")[:13])
PIECES = [
    (0.0, SHAPES["spill"][:200]),
    (0.1, SHAPES["spill"][200:]),
    (0.5, in_lines(record("315-555-0102"))),
    (0.6, SHAPES["stx_check"][:50]),
    (0.2, SHAPES["stx_check"][50:]),
    (1.0, CUT),
    (2.0, in_lines(record("315-555-0105"))),
    (0.4, b"H\r"),
    (0.4, SHAPES["crlf"]),
]


class Line:
    """A pty, the thread that reads it, and the clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.inbox = Inbox()
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        config = LineConfig(name="ali", source=self.path)
        self.reader = LineReader(
            config,
            Spool(folder / "ali.rec", config, 0, 0),
            self.inbox,
            self.clock,
            lambda line, skip: SerialSource(line.source),
        )
        os.close(slave)

    def bring(self, data: bytes) -> list[BytesRead]:
        """What the reading thread makes of bytes, once it has all of them."""
        os.write(self.master, data)
        got: list[BytesRead] = []
        while sum(len(one.chunk.data) for one in got) < len(data):
            items = self.inbox.take(LONG_S)
            assert items, "nothing came"
            got += [one for one in items if isinstance(one, BytesRead)]
        return got


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    one = Line(tmp_path)
    one.reader.start()
    yield one
    one.reader.stop()
    one.reader.join(LONG_S)
    os.close(one.master)
    assert not one.reader.is_alive()


def lane(mode: str) -> Lane:
    return Lane("ali", DRIVER, LineSettings(framing=mode), (), 0)


def tick(one: Lane, clock: ManualClock) -> list[Heard]:
    """As the writer does when no bytes wait."""
    heard: list[Heard] = []
    while (due := one.deadline_ns) is not None and clock.now().mono_ns >= due:
        heard += one.tick(clock.now())
    return heard


@pytest.mark.parametrize("mode", ["auto", "gap"])
def test_two_seconds_of_stall_change_nothing(line: Line, mode: str) -> None:
    prompt, stalled = lane(mode), lane(mode)
    at_once: list[Heard] = []
    waiting: list[BytesRead] = []
    for pause_s, data in PIECES:
        line.clock.advance(pause_s)
        at_once += tick(prompt, line.clock)
        for one in line.bring(data):
            at_once += prompt.feed(one.chunk, one.start)
            waiting.append(one)
    line.clock.advance(2.0)
    at_once += tick(prompt, line.clock)
    late: list[Heard] = []
    for one in waiting:  # only now the window gets to it
        late += stalled.feed(one.chunk, one.start)
    late += tick(stalled, line.clock)
    assert late == at_once
    records = [h for h in late if isinstance(h, AliRecord)]
    assert len(records) == 6
    assert b"".join(h.raw for h in late) == b"".join(data for _, data in PIECES)


def test_stamps_of_the_window_would_have_merged_them(line: Line) -> None:
    """What the test above guards against is real."""
    merged = lane("gap")
    heard: list[Heard] = []
    for _, data in PIECES:
        line.clock.advance(1.0)
        for one in line.bring(data):
            window = Chunk(one.chunk.data, 0, 0)  # as if stamped when it is noticed
            heard += merged.feed(window, one.start)
    heard += merged.finish()
    assert len([h for h in heard if isinstance(h, AliRecord)]) < 3
