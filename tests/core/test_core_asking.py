"""What a person asks of a line, from the command to the wire and into the log."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_manager import SECRET, USER, FakeManager, Part, blocks_of

from aliquot.console.core import Core
from aliquot.console.demo import manager_text
from aliquot.console.demo.manager_text import Exchange
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Done, Refused
from aliquot.console.domain.rows import LineRow
from aliquot.console.problems import KnownProblem
from aliquot.console.settings import LineConfig
from aliquot.console.settings_file import parse, render
from aliquot.console.settings_options import with_files
from aliquot.console.store.export import export
from aliquot.drivers.lines.api import LineSettings, Option

MakeCore = Callable[..., Core]
PATIENCE_S = 20.0
CALL = Exchange("8505550101", "01", 1_795_282_936, 62)
OPTIONS: dict[str, Option] = {
    "user": USER,
    "secret_file": "ami.secret",
    "dial_channel": "PJSIP/pos{position}",
    "dial_context": "dial-back",
}


def secret(folder: Path, mode: int = 0o600, text: str = f"{SECRET}\n") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "ami.secret"
    path.write_text(text)
    os.chmod(path, mode)
    return path


def manager(server: FakeManager, **more: Option) -> LineConfig:
    reading = LineSettings(options={**OPTIONS, **more})
    source = f"tcp://127.0.0.1:{server.port}"
    return LineConfig(name="cti", source=source, driver="asterisk", reading=reading)


@pytest.fixture
def servers() -> Iterator[list[FakeManager]]:
    made: list[FakeManager] = []
    yield made
    for server in made:
        server.close()


def line(core: Core) -> LineRow:
    return next(row for row in core.views().lines() if row.line == "cti")


def types(core: Core) -> list[str]:
    return [row["type"] for row in export(core.profile.log_path)]


class Ready:
    """A core whose line has logged in and heard a call that was offered."""

    def __init__(
        self, make_core: MakeCore, watch: type, server: FakeManager, **more: Option
    ) -> None:
        self.server = server
        self.core: Core = make_core(manager(server, **more))
        self.watch = watch(self.core)
        self.watch.until(lambda: bool(self.core.views().waiting_calls()))
        assert server.played.wait(PATIENCE_S)
        (self.row,) = self.core.views().waiting_calls()


@pytest.fixture
def ready(
    make_core: MakeCore, watch: type, tmp_path: Path, servers: list[FakeManager]
) -> Ready:
    secret(tmp_path / "profile")
    server = FakeManager([Part(blocks_of(manager_text.offered(CALL)))])
    servers.append(server)
    return Ready(make_core, watch, server)


def test_a_caller_is_called_back(ready: Ready) -> None:
    assert line(ready.core).asks == ("dial", "test")
    outcome = ready.core.call(cmd.DialBack(call_id=ready.row.call_id))
    assert isinstance(outcome, Done), outcome
    assert outcome.result["number"] == "8505550101"
    assert ready.server.asked.wait(PATIENCE_S)
    action = ready.server.actions[-1]
    assert (action["Action"], action["Exten"]) == ("Originate", "8505550101")
    assert action["Channel"] == "PJSIP/pos1"
    assert "line.asked" in types(ready.core)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("8505110101", "routing_number"),
        ("8502110101", "routing_number"),
        ("9115550101", "emergency_number"),
        ("911", "emergency_number"),
        ("211", "service_number"),
        ("850555", "not_a_number"),
    ],
)
def test_what_must_not_be_dialled_is_refused_by_the_service(
    ready: Ready, number: str, code: str
) -> None:
    before = ready.core.views().log_status().n
    outcome = ready.core.call(cmd.DialBack(number=number))
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert ready.core.views().log_status().n == before
    assert all(a["Action"] != "Originate" for a in ready.server.actions)


def test_a_line_cannot_be_made_to_dial_by_another_name(ready: Ready) -> None:
    asked = cmd.AskLine(ask="dial", call_id=ready.row.call_id)
    outcome = ready.core.call(asked)
    assert isinstance(outcome, Refused)
    assert outcome.code == "cannot_ask"


def test_a_line_that_only_tells_calls_gives_no_record(ready: Ready) -> None:
    outcome = ready.core.call(cmd.AskLine(ask="rebid", call_id=ready.row.call_id))
    assert isinstance(outcome, Refused)
    assert outcome.code == "cannot_ask"


def test_a_line_is_tested(ready: Ready) -> None:
    outcome = ready.core.call(cmd.AskLine(ask="test", line="cti"))
    assert isinstance(outcome, Done)
    assert ready.server.asked.wait(PATIENCE_S)
    assert ready.server.actions[-1]["Action"] == "Ping"
    unknown = ready.core.call(cmd.AskLine(ask="test", line="nine"))
    assert isinstance(unknown, Refused)
    assert unknown.code == "no_such_line"


def test_without_a_line_that_dials_the_window_is_told_so(core: Core) -> None:
    outcome = core.call(cmd.DialBack(number="8505550101"))
    assert isinstance(outcome, Refused)
    assert outcome.code == "no_dialling_line"


def test_what_could_not_be_sent_stands_in_the_log(
    make_core: MakeCore, watch: type, tmp_path: Path, servers: list[FakeManager]
) -> None:
    """The desk's position has no set: the channel cannot be named."""
    secret(tmp_path / "profile")
    server = FakeManager([Part(blocks_of(manager_text.offered(CALL)))])
    servers.append(server)
    ready = Ready(make_core, watch, server)
    reader = ready.core._lines.asking.readers.pop("cti")
    outcome = ready.core.call(cmd.DialBack(call_id=ready.row.call_id))
    ready.core._lines.asking.readers["cti"] = reader
    assert isinstance(outcome, Refused)
    assert outcome.code == "line_down"
    ready.watch.until(lambda: "line.ask_failed" in types(ready.core))


def test_the_secret_is_in_no_file_of_the_profile(ready: Ready, tmp_path: Path) -> None:
    ready.core.stop()
    found = [
        path.name
        for path in (tmp_path / "profile").rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert found == ["ami.secret"]


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [(0o644, "x", "others may read it"), (0o600, "\n", "it is empty")],
)
def test_a_secret_that_will_not_do_stops_that_line_alone(
    make_core: MakeCore, watch: type, tmp_path: Path, mode: int, text: str, said: str
) -> None:
    secret(tmp_path / "profile", mode, text)
    config = LineConfig(
        name="cti",
        source="tcp://127.0.0.1:1",
        driver="asterisk",
        reading=LineSettings(options=OPTIONS),
    )
    core = make_core(config)
    watch(core).until(lambda: bool(core.views().lines()))
    row = line(core)
    assert (row.state, row.asks) == ("missing", ())
    assert said in row.message


def test_a_call_that_ended_while_the_console_was_closed_has_ended(
    make_core: MakeCore, watch: type, tmp_path: Path, servers: list[FakeManager]
) -> None:
    secret(tmp_path / "profile")
    talks = manager_text.offered(CALL) + manager_text.answered(CALL)
    gone = Part(blocks_of(talks), b"", blocks_of(manager_text.ended(CALL)))
    server = FakeManager([gone, Part(())])
    servers.append(server)
    first = make_core(manager(server), pause=lambda seconds: True)
    watch(first).until(
        lambda: [c.state for c in first.views().recent_calls()] == ["answered"]
    )
    first.stop()
    again = make_core(manager(server))
    watch(again).until(
        lambda: [c.state for c in again.views().recent_calls()] == ["ended"]
    )


# --- the options of a line in the settings

LINE = '[[lines]]\nname = "cti"\nsource = "tcp://h:5038"\ndriver = "asterisk"\n'


def test_options_are_read_and_written_as_they_were() -> None:
    text = LINE + (
        '[lines.options]\nuser = "a\\"b"\nping_s = 20\nratio = 0.5\nvoice = true\n'
    )
    settings = parse(text, "profile.toml")
    assert settings.lines[0].reading.options == {
        "user": 'a"b',
        "ping_s": 20,
        "ratio": 0.5,
        "voice": True,
    }
    assert parse(render(settings), "profile.toml") == settings


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ('secret = "hush"', "must not stand here"),
        ('hmac_secret = "hush"', "must not stand here"),
        ('password = "hush"', "must not stand here"),
        ("list = [1]", "list: write a text, a number"),
        ("number = inf", "number: write a text, a number"),
        ('"Bad Name" = 1', "small letters"),
    ],
)
def test_options_that_will_not_do_are_named_without_what_they_say(
    option: str, said: str
) -> None:
    with pytest.raises(KnownProblem) as why:
        parse(f"{LINE}[lines.options]\n{option}\n", "profile.toml")
    assert said in str(why.value)
    assert "hush" not in str(why.value)


def test_files_are_looked_for_in_the_profile(tmp_path: Path) -> None:
    path = secret(tmp_path)
    given: dict[str, Option] = {"secret_file": "ami.secret", "map_file": "a.toml"}
    read = with_files(LineSettings(options=given), tmp_path)
    assert read.options == {
        "secret_file": str(path),
        "secret": SECRET,
        "map_file": str(tmp_path / "a.toml"),
    }
    assert with_files(LineSettings(), tmp_path) == LineSettings()


def test_a_missing_secret_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem, match=r"ami\.secret"):
        with_files(LineSettings(options={"secret_file": "ami.secret"}), tmp_path)
