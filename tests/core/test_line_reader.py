"""The reading thread: pulled out and back, missing, busy; nothing lost, no waiting."""

from __future__ import annotations

import os
import threading
import tty
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.console.core import open_source
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool
from aliquot.console.workers.inbox import BytesRead, Inbox, Item, StateSeen
from aliquot.console.workers.reader import LineReader
from aliquot.drivers.lines.api import ByteSource, LineState, SourceError

PATIENCE_S = 20.0


class FakeSource:
    """Plays a script: bytes, None at the end, or an error to raise."""

    def __init__(self, script: list[bytes | SourceError | None]) -> None:
        self._script = script
        self.closed = False

    def open(self) -> None:
        first = self._script[0]
        if isinstance(first, SourceError) and first.state is not LineState.LOST:
            raise first

    def read(self, timeout_s: float) -> bytes | None:
        step = self._script.pop(0)
        if isinstance(step, SourceError):
            raise step
        return step

    def write(self, data: bytes) -> None: ...

    def cancel(self) -> None: ...

    def close(self) -> None:
        self.closed = True


class Desk:
    """A reader with its spool and inbox, run in this thread."""

    def __init__(
        self,
        folder: Path,
        sources: list[FakeSource],
        pause: Callable[[float], bool] | None = None,
    ) -> None:
        line = LineConfig(name="ali", source="fake")
        self.pauses: list[float] = []
        self.inbox = Inbox()
        self.skips: list[int] = []
        self.spool = Spool(folder / "ali.rec", line, 0, 0)
        self._sources = iter(sources)
        self.reader = LineReader(
            line, self.spool, self.inbox, ManualClock(), self._make, pause or self._wait
        )

    def _make(self, line: LineConfig, skip: int) -> ByteSource:
        self.skips.append(skip)
        return next(self._sources)

    def _wait(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return False

    @property
    def told(self) -> list[tuple[LineState, str] | bytes]:
        told: list[tuple[LineState, str] | bytes] = []
        for item in self.inbox.take(0):
            if isinstance(item, StateSeen):
                told.append((item.state, item.message))
            elif isinstance(item, BytesRead):
                told.append(item.chunk.data)
        return told


def _missing() -> FakeSource:
    return FakeSource([SourceError(LineState.MISSING, "no such port")])


def test_a_missing_port_is_said_once_and_tried_ever_more_rarely(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [*(_missing() for _ in range(8)), FakeSource([b"x", None])])
    desk.reader.run()
    assert desk.pauses == [0.5, 1, 2, 4, 8, 15, 15, 15]
    states = [told if isinstance(told, bytes) else told[0] for told in desk.told]
    assert states == [
        LineState.OPENING,
        LineState.MISSING,
        LineState.UP,
        b"x",
        LineState.FINISHED,
    ]


def test_a_line_that_spoke_is_tried_again_at_once(tmp_path: Path) -> None:
    lost = SourceError(LineState.LOST, "pulled out")
    desk = Desk(
        tmp_path,
        [_missing(), _missing(), FakeSource([b"ab", lost]), FakeSource([b"c", None])],
    )
    desk.reader.run()
    assert desk.pauses == [0.5, 1, 0.5]
    assert desk.skips == [0, 0, 0, 2]
    told = desk.told
    assert (LineState.LOST, "pulled out") in told
    assert [t for t in told if isinstance(t, bytes)] == [b"ab", b"c"]


def test_another_state_is_said(tmp_path: Path) -> None:
    busy = FakeSource([SourceError(LineState.BUSY, "somebody has it")])
    desk = Desk(tmp_path, [_missing(), busy, _missing(), FakeSource([None])])
    desk.reader.run()
    states = [told[0] for told in desk.told if not isinstance(told, bytes)]
    assert states == [
        LineState.OPENING,
        LineState.MISSING,
        LineState.BUSY,
        LineState.MISSING,
        LineState.UP,
        LineState.FINISHED,
    ]


@pytest.mark.expects_log("its source failed")
def test_a_fault_of_a_driver_is_a_lost_line_not_a_dead_one(tmp_path: Path) -> None:
    class Broken(FakeSource):
        def read(self, timeout_s: float) -> bytes | None:
            raise RuntimeError("bug")

    broken = Broken([b""])
    desk = Desk(tmp_path, [broken, FakeSource([b"x", None])])
    desk.reader.run()
    assert broken.closed
    assert (LineState.LOST, "The line's driver failed: bug.") in desk.told


def test_bytes_are_in_the_spool_before_they_are_anywhere_else(tmp_path: Path) -> None:
    spooled: list[bytes] = []

    class Looking(Inbox):
        def put(self, item: object) -> None:
            if isinstance(item, BytesRead):
                spooled.append((tmp_path / "ali.rec").read_bytes())

    desk = Desk(tmp_path, [FakeSource([b"abc", None])])
    desk.reader._inbox = Looking()
    desk.reader.run()
    assert len(spooled) == 1
    assert b" 3 abc " in spooled[0]


def test_stop_wakes_a_reader_that_waits(tmp_path: Path) -> None:
    waiting = threading.Event()
    line = LineConfig(name="ali", source="fake")

    def missing(line: LineConfig, skip: int) -> ByteSource:
        waiting.set()
        raise SourceError(LineState.MISSING, "no such port")

    spool = Spool(tmp_path / "ali.rec", line, 0, 0)
    reader = LineReader(line, spool, Inbox(), SystemClock(), missing)
    reader.start()
    assert waiting.wait(PATIENCE_S)
    reader.stop()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()


def test_a_thread_that_ends_says_so_to_who_would_have_it_go_on(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [FakeSource([b"x", None])])
    desk.reader.stop()
    assert desk.reader.go_on()
    desk.reader.run()
    desk.reader.stop()
    assert not desk.reader.go_on()


def test_a_spool_that_cannot_be_looked_at_is_a_problem_and_no_dead_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, [FakeSource([b"x", None])])

    def denied(path: Path, **more: object) -> object:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", denied)
        desk.reader.run()
    assert b"x" in desk.told


class Pty:
    """A pseudo-terminal behind a name that can be taken away, like a cable."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.master = -1

    def plug_in(self) -> None:
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.name.symlink_to(os.ttyname(slave))
        self._slave = slave

    def pull_out(self) -> None:
        self.name.unlink()
        os.close(self._slave)
        os.close(self.master)


def test_a_port_pulled_out_and_put_back(tmp_path: Path) -> None:
    pty = Pty(tmp_path / "port")
    pty.plug_in()
    inbox = Inbox()
    told = Told(inbox)
    back = threading.Event()

    def pause(seconds: float) -> bool:
        """In the reading thread: the cable is put back before the second try."""
        if not back.is_set():
            pty.plug_in()
            back.set()
        return False

    line = LineConfig(name="ali", source=str(pty.name))
    spool = Spool(tmp_path / "ali.rec", line, 0, 0)
    reader = LineReader(line, spool, inbox, SystemClock(), open_source, pause)
    reader.start()
    try:
        assert told.state() is LineState.OPENING
        assert told.state() is LineState.UP
        os.write(pty.master, b"abc")
        assert told.data(3) == b"abc"
        pty.pull_out()
        assert told.state() is LineState.LOST
        assert told.state() is LineState.UP
        os.write(pty.master, b"def")
        assert told.data(3) == b"def"
    finally:
        reader.stop()
        reader.join(PATIENCE_S)
        pty.pull_out()
    assert spool.end == 6


def test_a_busy_port_and_a_missing_one_say_what_they_are(tmp_path: Path) -> None:
    pty = Pty(tmp_path / "port")
    pty.plug_in()
    first = open_source(LineConfig(name="a", source=str(pty.name)), 0)
    first.open()
    try:
        with pytest.raises(SourceError) as busy:
            open_source(LineConfig(name="b", source=str(pty.name)), 0).open()
        assert busy.value.state is LineState.BUSY
    finally:
        first.close()
        pty.pull_out()
    for source in (str(pty.name), "tcp://nowhere", "replay:"):
        with pytest.raises(SourceError) as missing:
            open_source(LineConfig(name="b", source=source), 0).open()
        assert missing.value.state is LineState.MISSING


class Told:
    """What a reader put before the writer, one by one."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._items: deque[Item] = deque()

    def _one(self) -> Item:
        if not self._items:
            self._items.extend(self._inbox.take(PATIENCE_S))
        return self._items.popleft()

    def state(self) -> LineState:
        item = self._one()
        assert isinstance(item, StateSeen)
        return item.state

    def data(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            item = self._one()
            assert isinstance(item, BytesRead)
            data += item.chunk.data
        return data
