"""Asterisk's manager interface over a real connection: cut anywhere, nothing lost that
can be known, nothing told twice."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fake_manager import SECRET, USER, FakeManager, Part, blocks_of, keys

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
from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
    Direction,
    LineSettings,
    LineState,
)
from aliquot.drivers.lines.asterisk import DRIVER
from aliquot.drivers.lines.recording import RecordingReader
from aliquot.drivers.lines.talk import Ask, AskKind

PATIENCE_S = 20.0
CALL = Exchange("8505550101", "01", 1_795_282_936, 62)
ANSWERED = (
    manager_text.offered(CALL)
    + manager_text.chatter(1)
    + manager_text.answered(CALL)
    + manager_text.ended(CALL)
)
ABANDONED = manager_text.offered(CALL) + manager_text.abandoned(CALL)
OPTIONS = {"user": USER, "secret": SECRET}
DIAL = {
    **OPTIONS,
    "dial_channel": "PJSIP/pos{position}",
    "dial_context": "dial-back",
    "dial_prefix": "9",
}


class Line:
    """A reader on a fake manager, and what a desk would hear."""

    def __init__(self, folder: Path, server: FakeManager, **options: object) -> None:
        settings = LineSettings(options={**OPTIONS, **options})  # type: ignore[dict-item]
        source = f"tcp://127.0.0.1:{server.port}"
        config = LineConfig(name="cti", source=source, driver="asterisk")
        self.server = server
        self.path = folder / "cti.rec"
        self.inbox = Inbox()
        self.pauses: list[float] = []
        self.states: list[StateSeen] = []
        self.signals: list[CallSignal] = []
        self.got = b""
        self._pipeline = Pipeline(DRIVER, settings)
        spool = Spool(self.path, config, 0, 0)
        talk = make_talk(DRIVER, settings, source)
        self.reader = LineReader(
            *(config, spool, self.inbox, SystemClock(), open_source),
            pause=self._pause,
            talk=talk,
        )
        self.spool = spool
        self.reader.start()

    def _pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return len(self.pauses) > 8 or self.reader._stopping.is_set()

    def take(self) -> None:
        for item in self.inbox.take(PATIENCE_S):
            if isinstance(item, StateSeen):
                self.states.append(item)
            elif isinstance(item, BytesRead):
                self.got += item.chunk.data
                said = self._pipeline.feed(item.chunk)
                self.signals += [s for s in said if isinstance(s, CallSignal)]

    def until_played(self) -> None:
        assert self.server.played.wait(PATIENCE_S)
        while len(self.got) < self.server.sent:
            self.take()

    def until(self, state: LineState) -> StateSeen:
        while not self.states or self.states[-1].state is not state:
            self.take()
        return self.states[-1]

    def stop(self) -> None:
        self.reader.stop()
        self.reader.join(PATIENCE_S)
        assert not self.reader.is_alive()
        self.server.close()

    @property
    def kinds(self) -> list[str]:
        return [signal.kind.value for signal in self.signals]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[list[Line]]:
    made: list[Line] = []
    yield made
    for line in made:
        line.stop()


@dataclass(frozen=True)
class Marks:
    """Where in the blocks of a call things happen, from a run without a gap."""

    begins: int
    offered: int
    answered: int
    parts: int  # the bridge is left
    ends: int


def marks(blocks: list[bytes]) -> Marks:
    caller = keys(next(b for b in blocks if b.startswith(b"Event: Newchannel")))
    key = caller["Uniqueid"]
    named = [(n, keys(b)) for n, b in enumerate(blocks)]
    of = [(n, k["Event"], k) for n, k in named if k.get("Uniqueid") == key]
    begins = next(n for n, event, _ in of if event == "Newchannel")
    offered = next(n for n, event, k in of if event == "UserEvent" and "ANI" in k)
    ends = next(n for n, event, _ in of if event == "Hangup")
    never = len(blocks)
    answers = (n for n, k in named if k.get("DialStatus") == "ANSWER")
    leaves = (n for n, k in named if k["Event"] == "BridgeLeave")
    return Marks(begins, offered, next(answers, never), next(leaves, ends), ends)


def expected(at: Marks, cut: int, missed: int) -> list[str]:
    """What can be known of the call when ``missed`` blocks from ``cut`` on are lost."""
    back = cut + missed
    told = at.offered < cut
    if not told and back > at.ends:
        return []  # it came and went while nobody listened
    missed_answer = cut <= at.answered < back
    answered = back <= at.parts if missed_answer else at.answered <= at.ends
    return ["offered", "answered", "ended"] if answered else ["offered", "abandoned"]


def play(folder: Path, blocks: list[bytes], cut: int, missed: int, torn: bool) -> Line:
    gap = blocks[cut : cut + missed]
    half = gap[0][: len(gap[0]) // 2] if torn and gap else b""
    parts = [Part(blocks[:cut], half, gap), Part(blocks[cut + missed :])]
    line = Line(folder, FakeManager(parts))
    line.until_played()
    return line


def captured(shared_data: Path, name: str) -> list[bytes]:
    path = shared_data / "lines" / "asterisk" / f"{name}.txt"
    return blocks_of(path.read_bytes())


def check_every_boundary(folder: Path, blocks: list[bytes], missed: int) -> None:
    at = marks(blocks)
    for cut in range(len(blocks) + 1):
        where = folder / f"{cut}-{missed}"
        where.mkdir()
        line = play(where, blocks, cut, missed, torn=bool(cut % 2))
        line.stop()
        assert line.kinds == expected(at, cut, missed), (cut, missed)
        assert len({s.call_key for s in line.signals}) <= 1
        shutil.rmtree(where)


@pytest.mark.parametrize("missed", [0, 1, 2, 3, 5, 9])
@pytest.mark.parametrize("text", [ANSWERED, ABANDONED], ids=["answered", "abandoned"])
def test_a_connection_cut_at_any_block(
    tmp_path: Path, text: bytes, missed: int
) -> None:
    check_every_boundary(tmp_path, blocks_of(text), missed)


@pytest.mark.parametrize("missed", [0, 25])
@pytest.mark.parametrize("name", ["ami_answered", "ami_abandoned"])
def test_a_real_capture_cut_at_any_block(
    tmp_path: Path, shared_data: Path, name: str, missed: int
) -> None:
    check_every_boundary(tmp_path, captured(shared_data, name), missed)


def test_a_call_that_began_while_nobody_listened_is_offered_once(
    tmp_path: Path, lines: list[Line]
) -> None:
    blocks = blocks_of(ANSWERED)
    line = play(tmp_path, blocks, 0, 5, torn=False)
    lines.append(line)
    assert line.kinds == ["offered", "answered", "ended"]
    assert line.signals[0].fields["callback_number"] == "8505550101"


def test_two_calls_one_ended_in_the_gap(tmp_path: Path, lines: list[Line]) -> None:
    other = Exchange("8505550202", "02", 1_795_282_940, 70)
    first = manager_text.offered(CALL) + manager_text.answered(CALL)
    first += manager_text.offered(other)
    parts = [
        Part(blocks_of(first), b"", blocks_of(manager_text.ended(CALL))),
        Part(blocks_of(manager_text.answered(other))),
    ]
    line = Line(tmp_path, FakeManager(parts))
    lines.append(line)
    line.until_played()
    key, key2 = CALL.caller.unique_id, other.caller.unique_id
    assert [(s.kind.value, s.call_key) for s in line.signals] == [
        ("offered", key),
        ("answered", key),
        ("offered", key2),
        ("ended", key),
        ("answered", key2),
    ]


# --- the log-in


def test_the_secret_is_never_sent_and_the_session_is_recorded(
    tmp_path: Path, lines: list[Line]
) -> None:
    line = Line(tmp_path, FakeManager([Part(blocks_of(ANSWERED))]))
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
    server.deaf = True
    trouble = line.until(LineState.TROUBLE)
    assert "did not answer within 1 s" in trouble.message
    assert server.actions[-1]["Action"] in ("Ping", "Challenge")


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


def test_the_parts_of_a_gap_cover_the_call() -> None:
    """The expectation itself says all three things somewhere."""
    at = marks(blocks_of(ANSWERED))
    seen = {
        tuple(expected(at, cut, missed))
        for cut, missed in itertools.product(range(at.ends + 1), range(at.ends + 2))
    }
    assert seen == {
        (),
        ("offered", "abandoned"),
        ("offered", "answered", "ended"),
    }
