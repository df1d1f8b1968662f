"""`aliquot line set`: what can be set, setting it, with and without a console."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.cli.main import run
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.profile import Profile

TEXT = """# by hand
[console]
positions = ["01"]
[storage]
reserve_mb = 0
[[lines]]   # first
name = "ali-1"
source = "tcp://127.0.0.1:1"

[[lines]]
name = "modem"
source = "/dev/none"
driver = "modem"
"""
Said = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def file(own_home: Path) -> Path:
    folder = own_home / "profile"
    folder.mkdir(mode=0o700)
    path = folder / "profile.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return read


def set_(*words: str) -> int:
    return run(["line", "set", *words, "--json"])


def changes_in_log(said: Said) -> list[dict[str, Any]]:
    said()
    assert run(["log", "export", "--json"]) == 0
    return [row for row in said() if row["type"] == "line.settings_changed"]


def test_settings_are_changed_and_all_else_stays(file: Path, said: Said) -> None:
    assert set_("ali-1", "baud=1200", "format=7E1", 'layouts=["ali_32x15"]') == 0
    (result,) = said()
    assert result == {
        "line": "ali-1",
        "changes": {
            "baud": [None, 1200],
            "format": [None, "7E1"],
            "layouts": [None, ["ali_32x15"]],
        },
        "applied": "next_start",
        "file": str(file),
        "backup": f"{file}.1",
        "why": "no console runs on this profile",
    }
    after = file.read_text()
    assert after.startswith("# by hand\n")
    assert "[[lines]]   # first" in after
    assert Path(f"{file}.1").read_text() == TEXT
    (entry,) = changes_in_log(said)
    assert (entry["position"], entry["subject"]) == ("cli", "line:ali-1")
    assert set_("ali-1", "baud=", "format=", "layouts=") == 0
    assert tomllib.loads(file.read_text()) == tomllib.loads(TEXT)


def test_options_of_the_driver_and_the_same_name_in_full(
    file: Path, said: Said
) -> None:
    assert set_("modem", "ring_stop_s=9", "options.dial_voice=yes") == 0
    said()
    found = tomllib.loads(file.read_text())["lines"][1]["options"]
    assert found == {"ring_stop_s": 9, "dial_voice": True}


def test_a_driver_and_its_options_at_once(file: Path, said: Said) -> None:
    assert set_("ali-1", "driver=ali_link", "times_ack_ms=900", "pair=host") == 0
    (result,) = said()
    assert result["changes"]["options.times_ack_ms"] == [None, 900]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("ali-1", "baud=3"), 1, "write a whole number from 50"),
        (("ali-1", "gap_ms=x"), 1, "gap_ms: write a number."),
        (("modem", "ringing_stops=maybe"), 1, "abandoned, answered"),
        (("modem", "ring_stp=3"), 1, "did you mean ring_stop_s?"),
        (("modem", "password=hush"), 1, "no such setting"),
        (("nine", "baud=1200"), 1, "there are: ali-1, modem"),
        (("ali-1", "baud"), 2, "write KEY=VALUE"),
    ],
)
def test_what_will_not_do_changes_nothing(
    file: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    text: str,
) -> None:
    assert set_(*words) == code
    heard = capsys.readouterr()
    assert heard.out == ""
    assert text in heard.err
    assert "hush" not in heard.err
    assert file.read_text() == TEXT
    assert not Path(f"{file}.1").exists()


def test_without_a_value_it_says_what_can_be_set(file: Path, said: Said) -> None:
    assert set_("modem") == 0
    rows = {row["name"]: row for row in said()}
    assert rows["source"]["value"] == "/dev/none"
    assert rows["ringing_stops"]["choices"] == ["abandoned", "answered"]
    assert "value" not in rows["ring_stop_s"]
    assert run(["line", "set", "ali-1"]) == 0


@pytest.fixture
def people(file: Path, tmp_path: Path) -> dict[str, str]:
    """Ida may set lines, Dan may not; their passwords are in NAME.txt."""
    for name, role in (("Ida", "integrator"), ("Dan", "dispatcher")):
        password = tmp_path / f"{name}.txt"
        password.write_text(f"correct horse {name}\n")
        add = ["people", "add", name, "--role", role, "--password-file", str(password)]
        assert run(add) == 0
    return {name: str(tmp_path / f"{name}.txt") for name in ("Ida", "Dan")}


def as_(name: str, password_file: str) -> tuple[str, ...]:
    return ("--as", name, "--password-file", password_file)


@contextmanager
def console(folder: Path, running: bool) -> Iterator[None]:
    core = Core(Profile.open(folder), SystemClock()) if running else None
    if core is not None:
        core.start()
    try:
        yield
    finally:
        assert core is None or core.stop() == []


@pytest.mark.parametrize("running", [False, True])
def test_the_log_has_the_person_whose_password_it_was(
    file: Path, said: Said, people: dict[str, str], running: bool
) -> None:
    with console(file.parent, running):
        said()
        words = ("ali-1", "source=tcp://127.0.0.1:2")
        assert set_(*words, *as_("Ida", people["Ida"])) == 0
        (result,) = said()
        assert result["applied"] == ("now" if running else "next_start")
        (entry,) = changes_in_log(said)
        assert run(["people", "list", "--json"]) == 0
        ids = {row["name"]: row["person_id"] for row in said()}
        assert (entry["actor"], entry["position"]) == (ids["Ida"], "cli")
        assert "correct horse" not in json.dumps(entry)


@pytest.mark.parametrize("running", [False, True])
def test_a_wrong_password_or_role_changes_nothing(
    file: Path,
    said: Said,
    capsys: pytest.CaptureFixture[str],
    people: dict[str, str],
    running: bool,
) -> None:
    with console(file.parent, running):
        for person, password, text in (
            ("Ida", "Dan", "do not fit"),
            ("Nobody", "Ida", "do not fit"),
            ("Dan", "Dan", "Your role may not"),
        ):
            capsys.readouterr()
            assert set_("ali-1", "baud=1200", *as_(person, people[password])) == 1
            heard = capsys.readouterr()
            assert (heard.out, text in heard.err) == ("", True), heard.err
        assert changes_in_log(said) == []
    assert file.read_text() == TEXT
    assert [p.name for p in file.parent.glob(".profile*")] == []


def test_a_person_without_a_password_is_a_mistake(file: Path) -> None:
    assert set_("ali-1", "baud=1200", "--as", "Ida") == 2
    assert set_("ali-1", "baud=1200", "--password-file", "none.txt") == 2
    assert set_("ali-1", "baud=1200", *as_("Ida", "none.txt")) == 2
    assert file.read_text() == TEXT


def test_a_running_console_begins_the_line_anew(file: Path, said: Said) -> None:
    core = Core(Profile.open(file.parent), SystemClock())
    core.start()
    try:
        assert set_("ali-1", "source=tcp://127.0.0.1:2") == 0
        (result,) = said()
        assert result["applied"] == "now"
        assert "why" not in result
        assert core.profile.settings.line("ali-1").source == "tcp://127.0.0.1:2"
        assert len(changes_in_log(said)) == 1
    finally:
        assert core.stop() == []
