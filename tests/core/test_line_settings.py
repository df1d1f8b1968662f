"""Settings of a line: what is written, what is refused, and the line begun anew."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console import settings_write
from aliquot.console.core import Core
from aliquot.console.demo.ali_text import AliText, body, framed
from aliquot.console.domain.commands import (
    NOBODY,
    Actor,
    AddPerson,
    Command,
    Done,
    Failed,
    Outcome,
    Refused,
)
from aliquot.console.domain.settings_commands import (
    ChangeLineSettings,
    EnterLineSettings,
    NoteSettingsFailed,
)
from aliquot.console.lab.line_sheets import line_sheets
from aliquot.console.line_change import change_line
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig
from aliquot.console.settings_write import struck_out
from aliquot.console.store.export import export
from aliquot.drivers.lines.api import LineSettings

PATIENCE_S = 20.0
TEXT = """# of the site, by hand
[console]
positions = ["01"]   # ours

[[lines]]            # the modem
name = "modem"       # at the wall
source = "/dev/ttyS0"
driver = "modem"

[[lines]]
name = "ali"
source = "/dev/ttyS1"
[lines.options]      # none so far

[storage]
reserve_mb = 0
"""


class Told:
    """In place of a log: what it was asked, in order."""

    def __init__(self, refusal: Outcome | None = None) -> None:
        self.commands: list[Command] = []
        self._refusal = refusal
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, command: Command) -> Outcome:
        self.commands.append(command)
        self.meanwhile()
        return self._refusal or Done({})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "profile.toml").write_text(TEXT)
    return tmp_path


def text_of(folder: Path) -> str:
    return (folder / "profile.toml").read_text()


def change(folder: Path, told: Told, line: str = "modem", **changes: Any) -> Outcome:
    wanted = {name.replace("__", "."): value for name, value in changes.items()}
    return change_line(folder, ChangeLineSettings(line=line, changes=wanted), told)


# --- the file


def test_only_what_was_meant_is_different_and_the_file_before_is_kept(
    folder: Path,
) -> None:
    told = Told()
    done = change(folder, told, ring_stop_s=9, baud=1200)
    assert isinstance(done, Done), done
    after = text_of(folder)
    wanted = TEXT.replace(
        'driver = "modem"\n\n',
        'driver = "modem"\nbaud = 1200\n\n[lines.options]\nring_stop_s = 9\n',
    )
    assert after.replace("\n\n", "\n") == wanted.replace("\n\n", "\n")
    assert (folder / "profile.toml.1").read_text() == TEXT
    (entered,) = told.commands
    assert isinstance(entered, EnterLineSettings)
    assert entered.changes == {"options.ring_stop_s": [None, 9], "baud": [None, 1200]}
    assert oct((folder / "profile.toml").stat().st_mode & 0o777) == "0o600"
    assert sorted(p.name for p in folder.iterdir()) == [
        "profile.toml",
        "profile.toml.1",
    ]
    back = change(folder, told, ring_stop_s=None, baud=None)
    assert isinstance(back, Done)
    assert tomllib.loads(text_of(folder)) == tomllib.loads(TEXT)


def test_what_is_set_so_already_is_not_written(folder: Path) -> None:
    told = Told()
    done = change(folder, told, driver="modem", ring_stop_s=None)
    assert isinstance(done, Done)
    assert done.result["changes"] == {}
    assert (told.commands, text_of(folder)) == ([], TEXT)


values = st.one_of(
    st.integers(-(10**6), 10**6), st.booleans(), st.text(max_size=20), st.floats(0, 9)
)


@given(
    st.lists(st.sampled_from(["# c", "", "[x]", "a = 1"]), max_size=4),
    st.sampled_from(["inline", "table", "none"]),
    st.dictionaries(st.sampled_from(["init", "dial_prefix", "zz"]), values, max_size=3),
    st.sampled_from(["\n", "\r\n"]),
)
def test_all_else_stays_whatever_stands_there(
    tmp_path_factory: pytest.TempPathFactory,
    rest: list[str],
    form: str,
    changes: dict[str, Any],
    end: str,
) -> None:
    folder = tmp_path_factory.mktemp("p")
    options = {"inline": "options = { init = 'AT' }", "none": ""}.get(
        form, '[lines.options] # x\ninit = "AT"  # y'
    )
    lines = ["# top", "[[lines]]", 'name = "a"', 'source = "s"', options]
    text = end.join([*lines, *(f"# {one}" for one in rest), ""])
    path = folder / "profile.toml"
    path.write_bytes(text.encode())
    wanted = tomllib.loads(text)
    paths = {f"options.{name}": value for name, value in changes.items()}
    staged = settings_write.stage(folder, "a", paths)
    if staged is None:
        return
    staged.commit()
    after = path.read_bytes().decode()
    wanted["lines"][0].setdefault("options", {}).update(changes)
    assert tomllib.loads(after) == wanted
    assert "# top" in after
    assert all(f"# {one}" in after for one in rest if one)
    assert end == "\n" or "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"ring_stop_s": "long"}, "bad_value", "write a number"),
        ({"ringing_stops": "maybe"}, "bad_value", "abandoned, answered"),
        ({"ring_stp_s": 1}, "no_such_option", "did you mean ring_stop_s?"),
        ({"baud": 3}, "bad_value", "baud: 3 will not do"),
        ({"source": "tcp://here"}, "bad_value", "must be tcp://host:port"),
        ({"driver": "nix"}, "bad_value", "There is no line driver nix"),
        ({"name": "other"}, "no_such_option", "there is no such setting"),
        ({"options": {}}, "no_such_option", "there is no such setting"),
        ({"secret": "hush"}, "no_such_option", "there is no such setting"),
    ],
)
def test_what_will_not_do_is_refused_before_anything_is_written(
    folder: Path, changes: dict[str, Any], code: str, said: str
) -> None:
    told = Told()
    outcome = change(folder, told, **changes)
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert said in outcome.message
    assert "hush" not in outcome.message
    assert (told.commands, text_of(folder)) == ([], TEXT)
    assert [p.name for p in folder.iterdir()] == ["profile.toml"]


def test_the_driver_itself_is_tried_before(folder: Path) -> None:
    change(folder, Told(), line="ali", driver="ali_link")
    for wrong in ({"times_ack_ms": -1}, {"link_file": "none.toml"}):
        outcome = change(folder, Told(), line="ali", **wrong)
        assert isinstance(outcome, Refused), outcome
        assert next(iter(wrong)).split("_")[-1] in outcome.message


def test_a_missing_secret_is_said_where_it_is_set(folder: Path) -> None:
    change(folder, Told(), line="ali", driver="asterisk", source="tcp://h:5038")
    outcome = change(folder, Told(), line="ali", secret_file="ami.secret")
    assert isinstance(outcome, Refused)
    assert "ami.secret" in outcome.message


def test_who_changed_the_file_meanwhile_wins(folder: Path) -> None:
    told = Told()
    mine = TEXT + "# and I was here\n"
    told.meanwhile = lambda: (folder / "profile.toml").write_text(mine)
    outcome = change(folder, told, ring_stop_s=9)
    assert isinstance(outcome, Refused)
    assert outcome.code == "changed_meanwhile"
    assert text_of(folder) == mine
    assert isinstance(told.commands[-1], NoteSettingsFailed)
    assert [p.name for p in folder.iterdir()] == ["profile.toml"]


def test_a_disk_that_fails_at_the_end_leaves_the_old_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings_write.os, "replace", full)
    outcome = change(folder, told, ring_stop_s=9)
    assert isinstance(outcome, Failed)
    assert "the disk is full" in outcome.message
    assert text_of(folder) == TEXT
    assert isinstance(told.commands[-1], NoteSettingsFailed)


def test_what_the_log_refuses_is_not_written(folder: Path) -> None:
    told = Told(Refused("not_allowed", "no"))
    assert change(folder, told, ring_stop_s=9) == Refused("not_allowed", "no")
    assert text_of(folder) == TEXT
    assert [p.name for p in folder.iterdir()] == ["profile.toml"]


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("tcp://h:1", "tcp://h:1"),
        ("socket://ann:hush@h:1", "socket://ann:***@h:1"),
        ("ws://h/?a=1&Token=hush&b=2", "ws://h/?a=1&Token=***&b=2"),
    ],
)
def test_no_password_gets_into_the_log(folder: Path, said: str, logged: str) -> None:
    assert struck_out(said) == logged
    told = Told()
    change(folder, told, source=said)
    assert "hush" not in repr(told.commands)


# --- the line, in a running console


def record(number: str) -> bytes:
    text = AliText(
        number=number,
        class_of_service="RESD",
        name="CALLER",
        house="12",
        street="ELM ST",
        community="Halden",
    )
    return framed(body(text, datetime(2026, 3, 14, tzinfo=UTC)), "01")


class Wire:
    """A source that brings what is put on it; a new one for each opening."""

    def __init__(self, spec: str) -> None:
        self.spec = spec
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self.open_now = threading.Event()

    def put(self, data: bytes) -> None:
        self._queue.put(data)

    def open(self) -> None:
        self.open_now.set()

    def read(self, timeout_s: float) -> bytes:
        try:
            return self._queue.get(timeout=timeout_s) or b""
        except Empty:
            return b""

    def write(self, data: bytes) -> None:
        pass

    def cancel(self) -> None:
        self._queue.put(None)

    def close(self) -> None:
        self.open_now.clear()


class Wires:
    def __init__(self) -> None:
        self.made: dict[str, list[Wire]] = {}

    def __call__(self, line: LineConfig, skip: int) -> Wire:
        wire = Wire(line.source)
        self.made.setdefault(line.name, []).append(wire)
        return wire


@pytest.fixture
def wires() -> Wires:
    return Wires()


@pytest.fixture
def core(make_core: Callable[..., Core], wires: Wires) -> Core:
    reading = LineSettings(framing="stx_etx")
    lines = [LineConfig(name=n, source=f"/dev/{n}", reading=reading) for n in "ab"]
    made = make_core(*lines, make_source=wires)
    for name in "ab":
        wait_open(made, wires, name)
    return made


def wait_open(core: Core, wires: Wires, name: str, opening: int = 0) -> Wire:
    from aliquot.console.domain.ports import Changed

    news = threading.Event()

    def woken(_changed: Changed) -> None:
        news.set()

    end = core.subscribe(woken)
    while len(wires.made.get(name, ())) <= opening:
        assert news.wait(PATIENCE_S)
        news.clear()
    end()
    wire = wires.made[name][opening]
    assert wire.open_now.wait(PATIENCE_S)
    return wire


def ask(core: Core, line: str, **changes: Any) -> Outcome:
    return core.call(ChangeLineSettings(line=line, changes=changes), timeout=PATIENCE_S)


def numbers(core: Core) -> set[str | None]:
    return {row.callback_number for row in core.views().recent_calls()}


def test_one_line_begins_anew_and_no_other_is_touched(
    core: Core, wires: Wires, watch: type
) -> None:
    seen = watch(core)
    first, other = wires.made["a"][0], wires.made["b"][0]
    whole = record("3155550101")
    first.put(record("3155550100") + whole[:60])
    seen.until(lambda: "3155550100" in numbers(core))
    done = ask(core, "a", gap_ms=250, source="/dev/a2")
    assert isinstance(done, Done), done
    assert done.result["applied"] == "now"
    second = wait_open(core, wires, "a", 1)
    assert (second.spec, first.open_now.is_set()) == ("/dev/a2", False)
    assert len(wires.made["b"]) == 1
    assert other.open_now.is_set()
    second.put(whole[60:])  # what was held of a record is not lost
    other.put(record("3155550102"))
    seen.until(lambda: {"3155550101", "3155550102"} <= numbers(core))
    assert core.profile.settings.line("a").reading.gap_ms == 250
    (entry,) = [
        row
        for row in export(core.profile.log_path)
        if row["type"] == "line.settings_changed"
    ]
    assert entry["body"]["changes"] == {
        "gap_ms": [None, 250],
        "source": ["/dev/a", "/dev/a2"],
    }
    assert entry["position"] == "01"


def test_a_line_that_could_not_be_set_up_is_begun(
    make_core: Callable[..., Core], wires: Wires, tmp_path: Path
) -> None:
    broken = LineConfig(name="a", source="/dev/a", driver="none_such")
    core = make_core(broken, make_source=wires)
    assert wires.made == {}
    done = ask(core, "a", driver="ali")
    assert isinstance(done, Done)
    assert done.result["applied"] == "now"
    wait_open(core, wires, "a")


def test_who_may_not_changes_nothing(core: Core) -> None:
    text = text_of(core.profile.folder)
    for name, role in (("Dan", "dispatcher"), ("Ida", "integrator")):
        add = AddPerson(name=name, role=role, password="correct horse")
        assert isinstance(core.call(add), Done)
    people = {p.name: p.person_id for p in core.views().people()}
    wanted = ChangeLineSettings(line="a", changes={"gap_ms": 250})
    for person in (people["Dan"], NOBODY):
        refused = core.call(wanted, actor=Actor(person, "01"))
        assert isinstance(refused, Refused)
        assert refused.code == "not_allowed"
    assert text_of(core.profile.folder) == text
    done = core.call(wanted, actor=Actor(people["Ida"], "01"))
    assert isinstance(done, Done), done
    entries = [r for r in export(core.profile.log_path) if "settings" in r["type"]]
    assert [row["actor"] for row in entries] == [people["Ida"]]


def test_a_pair_of_links_begins_at_the_next_start(
    make_core: Callable[..., Core], wires: Wires
) -> None:
    reading = LineSettings(options={"pair": "host"})
    lines = [
        LineConfig(name=n, source=f"/dev/{n}", driver="ali_link", reading=reading)
        for n in "ab"
    ]
    core = make_core(*lines, make_source=wires)
    wait_open(core, wires, "a")
    done = ask(core, "a", times_ack_ms=900)
    assert isinstance(done, Done)
    assert done.result["applied"] == "next_start"
    assert "take turns" in str(done.result["why"])
    assert len(wires.made["a"]) == 1


def test_a_line_whose_entry_will_not_do_can_be_mended_in_the_window(
    tmp_path: Path,
) -> None:
    text = TEXT.replace('driver = "modem"', 'driver = "modem"\nbaud = "fast"')
    (tmp_path / "profile.toml").write_text(text)
    (tmp_path / "profile.toml").chmod(0o600)
    profile = Profile.open(tmp_path)
    sheet = line_sheets(profile).of("modem")
    assert sheet is not None
    assert "baud" in str(sheet.problem)
    values_now = {option.name: option.value for option in sheet.options}
    assert values_now["baud"] == "fast"
    assert "ring_stop_s" in values_now
    assert isinstance(change(tmp_path, Told(), baud=1200), Done)
    profile.reload()
    assert profile.settings.bad_lines == ()
    mended = line_sheets(profile).of("modem")
    assert mended is not None
    assert mended.problem is None


@pytest.mark.parametrize("data", [b"[lines", b"\xff\xfe", b"lines = 3\n"])
def test_a_file_that_cannot_be_read_is_left_alone(folder: Path, data: bytes) -> None:
    (folder / "profile.toml").write_bytes(data)
    told = Told()
    outcome = change(folder, told, ring_stop_s=9)
    assert isinstance(outcome, Refused | Failed)
    assert outcome.code in ("settings_unusable", "no_such_line")
    assert (folder / "profile.toml").read_bytes() == data
    assert told.commands == []
