"""What a person asks of a line is said while it is up, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aliquot.console.clock import ManualClock
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool
from aliquot.console.workers.inbox import Inbox
from aliquot.console.workers.reader import LineReader
from aliquot.console.workers.talk import Sent, Talk
from aliquot.drivers.lines.api import ByteSource, Chunk, LineState, SourceError
from aliquot.drivers.lines.talk import Ask, AskKind

ASK = Ask(AskKind.REBID, number="3155550100")


class Says:
    """A conversation that passes on what it is asked."""

    deadline_ns = trouble = None

    def opened(self, mono_ns: int) -> bytes:
        return b""

    def heard(self, chunk: Chunk) -> bytes:
        return b""

    tick = opened

    def ask(self, ask: Ask, mono_ns: int) -> bytes | None:
        return (ask.number or "").encode()

    def lost(self, mono_ns: int) -> None:
        raise RuntimeError("bug")


class Wire:
    """``script``: what happens at each read, before the line is lost."""

    def __init__(self, *script: Callable[[], None]) -> None:
        self.script, self.written = list(script), b""

    def open(self) -> None: ...

    def read(self, timeout_s: float) -> bytes:
        if not self.script:
            raise SourceError(LineState.LOST, "pulled out")
        self.script.pop(0)()
        return b""

    def write(self, data: bytes) -> None:
        self.written += data

    def cancel(self) -> None: ...

    def close(self) -> None: ...


@pytest.mark.expects_log("did not take the loss")
def test_what_is_asked_while_the_line_is_down_is_not_said_when_it_is_back(
    tmp_path: Path,
) -> None:
    said: list[Sent] = []
    talk = Talk(Says(), frozenset(AskKind))

    def ask() -> None:
        talk.put(ASK, said.append)

    wires = [Wire(ask), Wire(lambda: None)]
    script = iter(wires)

    def make(line: LineConfig, skip: int) -> ByteSource:
        ask()  # not yet
        return next(script)

    def pause(seconds: float) -> bool:
        ask()  # no more
        return not all(not wire.script for wire in wires) or len(said) > 4

    line = LineConfig(name="cti", source="fake")
    spool = Spool(tmp_path / "cti.rec", line, 0, 0)
    reader = LineReader(line, spool, Inbox(), ManualClock(), make, pause, talk)
    reader.run()
    ask()  # never again
    assert [wire.written for wire in wires] == [b"3155550100", b""]
    assert said == [Sent.DOWN, Sent.SENT, *[Sent.DOWN] * (len(said) - 2)]
    assert len(said) == 4
