"""`aliquot log erase`: who may, what is chosen, and what is left of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "joined"))

from joined_desks import PASSWORD, make_profile, quickly_sealed

from aliquot.console.cli.main import run
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Done
from aliquot.console.domain.people import Role

SECRET = "behind the blue door"


class Shell:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.profile = folder / "profile"
        self._capsys = capsys
        self._password = folder / "password.txt"
        self._password.write_text(PASSWORD + "\n")
        self.incident = ""

    def run(self, *words: str) -> tuple[int, list[Any], str]:
        """Exit code, what stdout says, and stderr."""
        self._capsys.readouterr()
        code = run(["--profile", str(self.profile), "log", *words])
        out, err = self._capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    def erase(self, *words: str, by: Role = Role.SUPERVISOR) -> Any:
        signed = ("--as", by.value, "--password-file", str(self._password))
        why = ("--reason", "kept for 90 days", "--authority", "schedule 7")
        return self.run("erase", *words, *signed, *why, "--json")


def _closed_incident(core: Core) -> str:
    fields: dict[str, Any] = {"place": "1 Elm", "place_note": SECRET}
    opened = core.call(cmd.OpenIncident(fields=fields))
    assert isinstance(opened, Done)
    incident = str(opened.result["incident_id"])
    core.call(cmd.AddNote(incident_id=incident, text=SECRET))
    core.call(cmd.CloseIncident(incident_id=incident, disposition="done"))
    return incident


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    shell = Shell(tmp_path, capsys)
    core = Core(make_profile(shell.profile), SystemClock())
    core.start()
    quickly_sealed(core)
    shell.incident = _closed_incident(core)
    assert core.stop() == []
    return shell


@pytest.fixture
def running(shell: Shell) -> Iterator[Core]:
    core = Core(make_profile(shell.profile), SystemClock())
    core.start()
    yield core
    assert core.stop() == []


def _nothing_left(shell: Shell) -> bool:
    files = list(shell.profile.glob("log.sqlite*"))
    assert files
    return all(SECRET.encode() not in file.read_bytes() for file in files)


def _erases_the_incident(shell: Shell) -> None:
    assert not _nothing_left(shell)
    code, listed, _ = shell.run(
        "erase", "--incident", shell.incident, "--dry-run", "--json"
    )
    kinds = [row["type"] for row in listed]
    assert (code, kinds[0], kinds[-1]) == (0, "incident.opened", "incident.closed")
    code, (said,), _ = shell.erase("--incident", shell.incident)
    assert code == 0
    assert said["entries"] == [row["n"] for row in listed]
    assert said["erased"] == len(listed)
    code, (verified,), _ = shell.run("verify", "--json")
    assert (code, verified["erased"]) == (0, len(listed))


def test_all_of_an_incident_is_erased(shell: Shell) -> None:
    _erases_the_incident(shell)
    assert _nothing_left(shell)
    _, rows, _ = shell.run("export", "--json")
    erasure = rows[-1]
    assert erasure["type"] == "log.bodies_erased"
    assert erasure["body"]["authority"] == "schedule 7"
    (supervisor,) = [
        row["body"]["person_id"]
        for row in rows
        if row["type"] == "person.added" and row["body"]["role"] == "supervisor"
    ]
    assert (erasure["actor"], erasure["position"]) == (supervisor, "cli")
    code, _, err = shell.erase("--incident", shell.incident)
    assert (code, err) == (1, "There is nothing to erase there.\n")
    assert shell.run("rebuild", "--json")[0] == 0


def test_while_a_console_runs_it_erases(shell: Shell, running: Core) -> None:
    _erases_the_incident(shell)
    assert running.views().narrative(shell.incident) == ()


@pytest.mark.parametrize("by", [Role.DISPATCHER, Role.INTEGRATOR])
def test_who_may_not(shell: Shell, by: Role) -> None:
    code, _, err = shell.erase("--incident", shell.incident, by=by)
    assert (code, err) == (1, "Your role may not: erase.\n")
    assert not _nothing_left(shell)


def test_a_wrong_password_erases_nothing(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "password.txt").write_text("wrong horse\n")
    assert shell.erase("--incident", shell.incident)[0] == 1
    assert not _nothing_left(shell)


def test_an_incident_that_is_open_is_not_erased(shell: Shell, running: Core) -> None:
    opened = running.call(cmd.OpenIncident(fields={"place": "2 Elm"}))
    assert isinstance(opened, Done)
    code, _, err = shell.erase("--incident", str(opened.result["incident_id"]))
    assert code == 1
    assert "close it first" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("x",), 2),
        (("3-2",), 2),
        (("0",), 2),
        (("999",), 1),
        (("1-999",), 1),
        (("--incident", "none"), 1),
    ],
)
def test_what_is_no_entry(shell: Shell, words: tuple[str, ...], code: int) -> None:
    assert shell.erase(*words)[0] == code
    assert shell.run("verify", "--json")[1][0]["erased"] == 0


def test_entries_by_number(shell: Shell) -> None:
    _, rows, _ = shell.run("export", "--json")
    noted = next(r["n"] for r in rows if r["type"] == "incident.noted")
    code, (said,), _ = shell.erase(str(noted), f"{noted}-{noted}")
    assert (code, said) == (0, {"erased": 1, "entries": [noted]})


def test_why_and_by_whose_order_has_to_be_said(shell: Shell) -> None:
    code, _, err = shell.run("erase", "1", "--as", "supervisor")
    assert code == 2
    assert "--reason is missing" in err
