"""`aliquot people`, `aliquot calls` and `aliquot core`, as a script sees them."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aliquot.console.cli.main import run

ALIQUOT = (sys.executable, "-m", "aliquot.console")
PATIENCE_S = 30.0


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("correct horse\n", encoding="utf-8")
    return file


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def add_ann(password: Path, name: str = "Ann") -> int:
    file = str(password)
    words = ["people", "add", name, "--role", "dispatcher", "--password-file", file]
    return run([*words, "--json"])


@contextmanager
def running(*more: str) -> Iterator[subprocess.Popen[str]]:
    """`aliquot core` on the test's profile, once it says that it runs."""
    command = [*ALIQUOT, "core", "--json", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["core"] == "running"
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


def test_a_person_is_added_with_a_sealed_key(
    password: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add_ann(password) == 0
    (said,) = lines(capsys)
    key = own_home / "profile" / "keys" / f"{said['person_id']}.json"
    assert key.stat().st_mode & 0o777 == 0o600
    assert run(["people", "list", "--json"]) == 0
    (listed,) = lines(capsys)
    assert (listed["name"], listed["role"]) == ("Ann", "dispatcher")
    assert len(str(listed["public_key"])) == 64


def test_the_answer_no_is_exit_1(
    password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add_ann(password) == 0
    assert add_ann(password, "ann") == 1
    assert "There is somebody called" in capsys.readouterr().err
    password.write_text("short\n", encoding="utf-8")
    assert add_ann(password, "Bob") == 1


def test_a_password_file_that_is_no_use_is_exit_2(
    password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password.write_text("\n", encoding="utf-8")
    assert add_ann(password) == 2
    assert add_ann(password / "missing") == 2
    assert capsys.readouterr().out == ""


def test_a_profile_without_a_log_lists_nothing(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["people", "list", "--json"]) == 0
    assert run(["calls", "export", "--json"]) == 0
    assert capsys.readouterr().out == ""
    assert [p.name for p in (own_home / "profile").iterdir()] == ["profile.toml"]


def test_an_incident_goes_in_and_comes_out(capsys: pytest.CaptureFixture[str]) -> None:
    given = {
        "type_code": "MVAINJY",
        "place": "Route 9 × Elm",
        "latitude": -42.5,
        "longitude": 71,
        "note": "two cars",
        "form_id": "f1",
    }
    assert run(["calls", "add", json.dumps(given)]) == 0
    assert run(["calls", "add", json.dumps(given)]) == 0
    first, again = lines(capsys)
    assert first == again
    assert set(first) == {"incident_id"}
    assert run(["calls", "export", "--json"]) == 0
    (row,) = lines(capsys)
    assert row["incident_id"] == first["incident_id"]
    assert (row["place"], row["latitude"]) == ("Route 9 × Elm", -42.5)
    assert (row["number"], row["state"], row["priority"]) == (1, "pending", 1)
    assert str(row["opened_at"]).endswith("Z")
    assert "closed_at" not in row
    narrative = row["narrative"]
    assert isinstance(narrative, list)
    assert "two cars" in [note["text"] for note in narrative]
    assert run(["calls", "export"]) == 0
    assert "MVAINJY\tRoute 9 × Elm" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", 2),
        ("[]", 2),
        ('{"plaice": "1 Elm"}', 2),
        ('{"note": 5}', 2),
        ('{"place": "a", "address": "b"}', 2),
        ('{"callback_number": "555-0100"}', 1),
        ('{"callback_number": "somebody"}', 1),
        ("{}", 1),
        ('{"priority": 0}', 1),
        ('{"place": "x", "call_id": "none"}', 1),
    ],
)
def test_what_is_no_incident(
    text: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calls", "add", text]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()
    assert "Traceback" not in said.err


def test_commands_reach_a_running_core(
    password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running() as process:
        assert add_ann(password) == 0
        assert run(["calls", "add", '{"place": "1 Elm"}']) == 0
        assert run(["calls", "export", "--json"]) == 0
        *_, row = lines(capsys)
        assert row["place"] == "1 Elm"
    assert process.returncode == 0


def test_a_second_core_exits_3_and_names_the_first(own_home: Path) -> None:
    with running() as first:
        second = subprocess.run(
            [*ALIQUOT, "core"],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert second.returncode == 3
        assert str(first.pid) in second.stderr
        os.unlink(own_home / "profile" / "console.sock")
        assert run(["calls", "add", '{"place": "1 Elm"}']) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_core_ends_cleanly(number: int) -> None:
    with running() as process:
        process.send_signal(number)
        rest = process.communicate(timeout=PATIENCE_S)[0]
    assert process.returncode == 0
    assert json.loads(rest.splitlines()[-1])["core"] == "stopping"


def test_a_core_ends_after_its_time_or_when_idle() -> None:
    for words in (["--seconds", "0"], ["--until-idle"]):
        assert run(["core", *words]) == 0


def test_neither_imports_qt(password: Path) -> None:
    code = (
        "import sys; from aliquot.console.cli.main import run;"
        "run(['core', '--seconds', '0']); run(['calls', 'export']);"
        "sys.exit(any(m.startswith('PySide6') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=PATIENCE_S)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "number", ["(315) 555-0100", "315.555.0100", "+1 315 555 0100", "3155550100"]
)
def test_a_number_is_brought_to_ten_digits(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"address": "212 Elm St", "callback_number": number}
    assert run(["calls", "add", json.dumps(given), "--json"]) == 0
    capsys.readouterr()
    assert run(["calls", "export", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["callback_number"] == "3155550100"
    assert row["place"] == "212 Elm St"


def test_all_unknown_fields_are_named_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["calls", "add", '{"plaice": "x", "kolor": "y"}']) == 2
    assert "kolor, plaice" in capsys.readouterr().err


def test_what_is_exported_can_be_added(capsys: pytest.CaptureFixture[str]) -> None:
    given = {
        "type_code": "FSTRU",
        "place": "212 Elm St",
        "latitude": 43.0,
        "longitude": -76.1,
        "note": "smoke",
    }
    assert run(["calls", "add", json.dumps(given)]) == 0
    capsys.readouterr()
    assert run(["calls", "export", "--json"]) == 0
    first = capsys.readouterr().out
    assert run(["calls", "add", first]) == 0
    assert "changed_at" in capsys.readouterr().err
    assert run(["calls", "export", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    coded = [{k: v for k, v in row.items() if k in given} for row in rows]
    assert coded[0] == coded[1]
    assert rows[0]["incident_id"] != rows[1]["incident_id"]


def test_a_password_file_that_is_not_there_is_said_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("people", "add", "Ann", "--role", "dispatcher", "--password-file", "nopw")
    assert run([*words]) == 2
    said = capsys.readouterr().err
    assert said == "The password file nopw cannot be read: there is no such file.\n"


def test_a_full_disk_is_said_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("aliquot.console.profile.write_private", full)
    assert run(["calls", "export"]) == 4
    said = capsys.readouterr().err
    assert "the disk is full" in said
    assert "Errno" not in said
