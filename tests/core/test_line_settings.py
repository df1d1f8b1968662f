"""Settings of a line: what is written, what is refused, and the line begun anew."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console import settings_write
from aliquot.console.domain.commands import (
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
from aliquot.console.settings_write import struck_out

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
