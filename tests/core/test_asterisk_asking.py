"""Logging in to Asterisk and asking it for things, over a real connection."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_manager import PATIENCE_S, SECRET, FakeManager, Part, blocks_of
from manager_line import OPTIONS, Line

from aliquot.console.clock import SystemClock
from aliquot.console.core import open_source
from aliquot.console.demo import manager_text
from aliquot.console.demo.manager_text import Exchange
from aliquot.console.intake.pipeline import Pipeline
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool
from aliquot.console.workers.inbox import BytesRead, Inbox, StateSeen
from aliquot.console.workers.reader import LineReader
from aliquot.console.workers.talk import Sent, make_talk
from aliquot.drivers.lines.api import Chunk, Direction, LineSettings, LineState
from aliquot.drivers.lines.asterisk import DRIVER
from aliquot.drivers.lines.recording import RecordingReader
from aliquot.drivers.lines.talk import Ask, AskKind

CALL = Exchange("8505550101", "01", 1_795_282_936, 62)
OFFERED = manager_text.offered(CALL)
DIAL = {
    **OPTIONS,
    "dial_channel": "PJSIP/pos{position}",
    "dial_context": "dial-back",
    "dial_prefix": "9",
}


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[list[Line]]:
    made: list[Line] = []
    yield made
    for line in made:
        line.stop()


# --- the log-in


def test_the_secret_is_never_sent_and_the_session_is_recorded(
    tmp_path: Path, lines: list[Line]
) -> None:
    line = Line(tmp_path, FakeManager([Part(blocks_of(OFFERED))]))
    lines.append(line)
    line.until_played()
    assert [a["Action"] for a in line.server.actions] == [
        "Challenge",
        "Login",
        "CoreShowChannels",
    ]
    with open(line.path, "rb") as stream:
        entries = list(RecordingReader(stream))
    sent = b"".join(e.data for e in entries if e.direction is Direction.SENT)
    received = b"".join(e.data for e in entries if e.direction is Direction.RECEIVED)
    assert sent.count(b"Action: ") == 3
    assert SECRET.encode() not in sent
    assert received == line.got
    assert line.spool.end == len(line.got)


def test_a_plain_log_in_is_recorded_without_its_secret(
    tmp_path: Path, lines: list[Line]
) -> None:
    line = Line(tmp_path, FakeManager([Part(())]), login="plain")
    lines.append(line)
    line.until_played()
    assert line.server.actions[0]["Secret"] == SECRET
    recorded = line.path.read_bytes()
    assert SECRET.encode() not in recorded
    assert b"*" * len(SECRET) in recorded


def test_a_wrong_password_is_said_and_not_tried_again_and_again(
    tmp_path: Path, lines: list[Line]
) -> None:
    line = Line(tmp_path, FakeManager([Part(())], secret="another"))
    lines.append(line)
    trouble = line.until(LineState.TROUBLE)
    assert "refuses the log-in of desk: Authentication failed" in trouble.message
    assert trouble.asks == ()
    line.reader.join(PATIENCE_S)
    line.inbox.put(StateSeen("cti", LineState.OPENING, "end", SystemClock().now()))
    line.take()
    states = [s.state for s in line.states]
    assert states.count(LineState.TROUBLE) == 1
    assert LineState.UP not in states[2:]
    assert line.pauses[:4] == [15.0, 30.0, 60.0, 120.0]
    assert max(line.pauses) == 120.0


def test_a_server_that_answers_no_more_is_said_and_left(
    tmp_path: Path, lines: list[Line]
) -> None:
    server = FakeManager([Part(())])
    line = Line(tmp_path, server, ping_s=1, answer_s=1)
    lines.append(line)
    line.until_played()
    line.most_pauses = 0
    server.deaf = True
    trouble = line.until(LineState.TROUBLE)
    assert "did not answer within 1 s" in trouble.message
    assert server.actions[-1]["Action"] == "Ping"
    line.reader.join(PATIENCE_S)
    assert line.pauses == [15.0], "it hung up, to begin anew"


# --- what a person asks


def ask(line: Line, what: Ask) -> Sent:
    told: list[Sent] = []
    done = threading.Event()

    def tell(sent: Sent) -> None:
        told.append(sent)
        done.set()

    line.reader.ask(what, tell)
    assert done.wait(PATIENCE_S)
    return told[0]


def test_dial_back_rings_the_own_set_first(tmp_path: Path, lines: list[Line]) -> None:
    line = Line(tmp_path, FakeManager([Part(())]), **DIAL)
    lines.append(line)
    line.until_played()
    up = line.until(LineState.UP)
    assert up.asks == ("dial", "test")
    said = ask(line, Ask(AskKind.DIAL, number="8505550101", position="01"))
    assert said is Sent.SENT
    assert line.server.asked.wait(PATIENCE_S)
    action = line.server.actions[-1]
    assert action["Action"] == "Originate"
    assert (action["Channel"], action["Context"], action["Exten"]) == (
        "PJSIP/pos1",
        "dial-back",
        "98505550101",
    )


@pytest.mark.parametrize(
    "number", ["8505110101", "8502110101", "9115550101", "8509110101", "911", "850555"]
)
def test_what_must_not_be_dialled_is_not_sent(
    tmp_path: Path, lines: list[Line], number: str
) -> None:
    line = Line(tmp_path, FakeManager([Part(())]), **DIAL)
    lines.append(line)
    line.until_played()
    asked = Ask(AskKind.DIAL, number=number, position="01")
    assert ask(line, asked) is Sent.CANNOT
    assert all(a["Action"] != "Originate" for a in line.server.actions)


def test_a_line_that_may_not_dial_says_so(tmp_path: Path, lines: list[Line]) -> None:
    line = Line(tmp_path, FakeManager([Part(())]))
    lines.append(line)
    line.until_played()
    assert line.until(LineState.UP).asks == ("test",)
    assert ask(line, Ask(AskKind.DIAL, "8505550101", "01")) is Sent.CANNOT
    assert ask(line, Ask(AskKind.REBID, "8505550101", "01")) is Sent.CANNOT
    assert ask(line, Ask(AskKind.TEST)) is Sent.SENT


def test_what_is_dialled_back_is_no_call_that_came_in() -> None:
    made = "aliquot-dial-1-1"
    caller = {
        "Channel": "PJSIP/desk-1",
        "ChannelState": "6",
        "Uniqueid": made,
        "Linkedid": made,
    }
    text = "".join(f"{k}: {v}\r\n" for k, v in caller.items())
    raw = f"Event: Newexten\r\nApplication: Dial\r\n{text}\r\n".encode()
    raw += f"Event: Hangup\r\n{text}\r\n".encode()
    pipeline = Pipeline(DRIVER, LineSettings())
    assert pipeline.feed(Chunk(raw, 0, 0)) == []


@pytest.mark.skipif(
    shutil.which("asterisk") is None, reason="asterisk is not on this machine"
)
def test_a_real_asterisk_is_logged_into(tmp_path: Path) -> None:
    from real_asterisk import running

    with running(tmp_path / "etc") as port:
        settings = LineSettings(options=OPTIONS)
        source = f"tcp://127.0.0.1:{port}"
        config = LineConfig(name="cti", source=source, driver="asterisk")
        inbox = Inbox()
        reader = LineReader(
            *(config, Spool(tmp_path / "cti.rec", config, 0, 0), inbox),
            *(SystemClock(), open_source),
            talk=make_talk(DRIVER, settings, source),
        )
        reader.start()
        try:
            got = b""
            while b"CoreShowChannelsComplete" not in got:
                for item in inbox.take(PATIENCE_S):
                    if isinstance(item, BytesRead):
                        got += item.chunk.data
        finally:
            reader.stop()
            reader.join(PATIENCE_S)
    assert b"Authentication accepted" in got
