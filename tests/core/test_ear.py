"""A reading thread that is held up tells no silence that never was."""

from __future__ import annotations

import os
import select
import socket
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from aliquot.console.clock import ManualClock, Stamp, SystemClock
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool
from aliquot.console.workers.ear import ALERT_NS, ALERT_S, Ear
from aliquot.console.workers.inbox import BytesRead, Inbox
from aliquot.console.workers.lanes import Lane, Lanes
from aliquot.console.workers.reader import LineReader
from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import Chunk, LineSettings, TellsWaiting
from aliquot.drivers.lines.serial_source import SerialSource
from aliquot.drivers.lines.tcp_source import TcpSource

MS = 1_000_000
LONG_S = 30.0
HEAD, TAIL = b"FIRST HALF OF A LINE", b" AND THE OTHER\r"


@dataclass
class Source:
    """Only what an ear asks of one."""

    there: bool = False

    def open(self) -> None: ...
    def read(self, timeout_s: float) -> bytes: ...  # type: ignore[empty-body]
    def write(self, data: bytes) -> None: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...
    def waiting(self) -> bool:
        return self.there


class Line:
    """An ear and a source, in a time that is moved by hand."""

    def __init__(self) -> None:
        self.clock = ManualClock(mono_ns=10**12)
        self.ear = Ear(lambda: self.clock.now().mono_ns)
        self.source = Source()

    def read(
        self, data: bytes, *, away: int = 0, there: bool = False, took: int = 1
    ) -> Stamp:
        """After ``away`` ms elsewhere, a read of ``took`` ms."""
        self.pass_ms(away)
        self.source.there = there
        self.ear.listen(self.source, 0.1)
        self.pass_ms(took)
        return self.ear.heard(data, self.clock.now())

    def pass_ms(self, ms: int) -> None:
        self.clock.advance(ms / 1000)

    @property
    def now_ns(self) -> int:
        return self.clock.now().mono_ns


@pytest.fixture
def line() -> Line:
    return Line()


def test_who_is_prompt_stamps_the_moment(line: Line) -> None:
    for away, took in ((0, 1), (15, 3), (0, 99)):
        at = line.read(b"x", away=away, there=True, took=took)
        assert at == line.clock.now()


def test_bytes_that_came_meanwhile_may_have_come_at_once(line: Line) -> None:
    first = line.read(b"x")
    late = line.read(b"y", away=900, there=True)
    assert late.mono_ns == first.mono_ns
    assert late.utc_us == first.utc_us


def test_what_comes_right_after_is_no_later(line: Line) -> None:
    """It may have begun to come while nobody listened."""
    first = line.read(b"x")
    line.read(b"y", away=900, there=True)
    at = line.read(b"z", took=5)
    assert at.mono_ns - first.mono_ns == 5 * MS


def test_a_real_silence_sets_the_stamps_right(line: Line) -> None:
    line.read(b"x")
    line.read(b"y", away=900, there=True)
    for _ in range(ALERT_NS // MS // 100 + 1):
        line.read(b"", took=100)
    assert line.read(b"z", took=5) == line.clock.now()


def test_who_was_away_from_a_silent_line_stamps_the_moment(line: Line) -> None:
    line.read(b"x")
    at = line.read(b"y", away=900, there=False, took=50)
    assert at == line.clock.now()


def test_who_is_woken_late_has_waited_no_longer_than_agreed(line: Line) -> None:
    line.read(b"x")
    began = line.now_ns
    assert line.read(b"y", took=2_000).mono_ns == began + 100 * MS


def test_silence_is_known_only_while_somebody_listens(line: Line) -> None:
    line.read(b"x")
    line.read(b"", took=100)
    known = line.now_ns
    line.pass_ms(500)
    assert line.ear.known(line.clock.now()).mono_ns == known
    line.ear.leave()
    assert line.ear.known(line.clock.now()) == line.clock.now()


def test_time_does_not_run_backwards(line: Line) -> None:
    stamps = [
        line.read(
            b"x" if n % 3 else b"", away=n * 7 % 60, there=n % 2 > 0, took=n % 250
        )
        for n in range(400)
    ]
    assert stamps == sorted(stamps, key=lambda stamp: stamp.mono_ns)
    assert stamps == sorted(stamps, key=lambda stamp: stamp.utc_us)


def test_the_ordinary_delays_of_a_busy_machine_set_nothing_back(line: Line) -> None:
    for data, took in ((b"", 105), (b"x", 119), (b"", 110), (b"x", 1)):
        assert line.read(data, took=took).mono_ns == line.now_ns


def test_what_a_closed_source_was_owed_is_forgotten(line: Line) -> None:
    assert line.read(b"x", took=400).mono_ns == line.now_ns - 300 * MS
    line.ear.leave()
    assert line.read(b"x", away=500).mono_ns == line.now_ns


def test_no_moment_is_known_before_it_came(line: Line) -> None:
    """Another thread's moment may be earlier than the reading thread's."""
    earlier = line.clock.now()
    line.read(b"x", took=5)
    assert line.ear.known(earlier) == earlier


def test_a_source_that_cannot_tell_is_believed(line: Line) -> None:
    ear = line.ear
    ear.listen(object(), 0.1)  # type: ignore[arg-type]
    line.pass_ms(5_000)
    assert ear.heard(b"x", line.clock.now()) == line.clock.now()
    assert ear.known_ns is None


def test_after_bytes_reads_are_short(line: Line) -> None:
    assert line.ear.patience_s(0.5) == 0.5
    line.read(b"x")
    assert line.ear.patience_s(0.5) == ALERT_S
    line.pass_ms(ALERT_NS // MS + 1)
    assert line.ear.patience_s(0.5) == 0.5


def test_no_record_ends_while_nobody_listens(line: Line) -> None:
    lanes = Lanes(line.clock)
    lane = Lane("ali", DRIVER, LineSettings(framing="gap"), (), 0)
    lane.ear = line.ear
    lanes.add(lane)
    at = line.read(HEAD)
    lanes.feed("ali", Chunk(HEAD, at.utc_us, at.mono_ns), 0)
    line.pass_ms(900)
    lanes.tick()
    assert lanes.waiting == []
    due = lanes.deadline_ns
    assert due is not None
    assert due > line.now_ns  # looked at again soon, not at once
    at = line.read(TAIL, there=True)
    lanes.feed("ali", Chunk(TAIL, at.utc_us, at.mono_ns), len(HEAD))
    for _ in range(4):
        line.read(b"", took=100)
    lanes.tick()
    assert [w.said.raw for w in lanes.waiting] == [HEAD + TAIL]  # type: ignore[union-attr]


class JumpingClock(SystemClock):
    jumped_ns = 0

    def now(self) -> Stamp:
        now = super().now()
        ahead_us = self.jumped_ns // 1000
        return Stamp(now.utc_us + ahead_us, now.mono_ns + self.jumped_ns)


class Held:
    """A pseudo-terminal whose reader is held up 900 ms by its disk, once, while the
    rest of the line comes."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.inbox = JumpingClock(), Inbox()
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        config = LineConfig(name="ali", source=os.ttyname(self.slave))
        outer = self

        class SlowSpool(Spool):
            def append(self, chunk: Chunk) -> int:
                if self.end + len(chunk.data) == len(HEAD):
                    os.write(outer.master, TAIL)
                    select.select([outer.slave], [], [], LONG_S)  # it is there
                    outer.clock.jumped_ns = 900 * MS
                return super().append(chunk)

        self.reader = LineReader(
            config,
            SlowSpool(folder / "ali.rec", config, 0, 0),
            self.inbox,
            self.clock,
            lambda line, skip: SerialSource(line.source),
            ear=Ear(lambda: self.clock.now().mono_ns),
        )

    def chunks(self) -> list[Chunk]:
        os.write(self.master, HEAD)
        got: list[Chunk] = []
        while sum(len(chunk.data) for chunk in got) < len(HEAD + TAIL):
            items = self.inbox.take(LONG_S)
            assert items, "nothing came"
            got += [one.chunk for one in items if isinstance(one, BytesRead)]
        return got


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    held = Held(tmp_path)
    held.reader.start()
    yield held
    held.reader.stop()
    held.reader.join(LONG_S)
    os.close(held.slave)
    os.close(held.master)
    assert not held.reader.is_alive()


def test_a_slow_disk_cuts_no_line_in_two(held: Held) -> None:
    lane = Lane("ali", DRIVER, LineSettings(framing="gap"), (), 0)
    heard, at = [], 0
    for chunk in held.chunks():
        heard += lane.feed(chunk, at)
        at += len(chunk.data)
    heard += lane.finish()
    assert [one.raw for one in heard] == [HEAD + TAIL]


def test_ports_and_sockets_tell_what_waits(tmp_path: Path) -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    port = SerialSource(os.ttyname(slave))
    assert not port.waiting()
    port.open()
    assert isinstance(port, TellsWaiting)
    assert not port.waiting()
    os.write(master, b"x")
    assert port.read(LONG_S) == b"x"
    os.write(master, b"yz")
    assert port.read(LONG_S) in (b"y", b"yz")
    port.close()
    for fd in (slave, master):
        os.close(fd)
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = TcpSource("127.0.0.1", server.getsockname()[1])
        assert not link.waiting()
        link.open()
        with server.accept()[0] as peer:
            assert not link.waiting()
            peer.sendall(b"x")
            assert select.select([link._opened()], [], [], LONG_S)[0]
            assert link.waiting()
            assert link.read(LONG_S) == b"x"
        link.close()
