"""`aliquot log` as a script sees it: streams, objects, exit codes."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from log_samples import DESK, SITE, a_day, erasure, new_log

from aliquot.console.cli.main import run
from aliquot.console.store.database import open_database
from aliquot.console.store.lock import WriterLock


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    folder.mkdir()
    log = new_log(folder)
    log.append(a_day(), DESK)
    log.append([erasure(5)], DESK)
    log.close()
    return folder


def aliquot(profile: Path, *words: str) -> int:
    return run(["--profile", str(profile), "log", *words])


def tamper(profile: Path, *statements: str) -> None:
    connection = open_database(profile / "log.sqlite").conn
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_verify(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert aliquot(profile, "verify", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "ok": True,
        "events": 20,
        "erased": 1,
        "first_bad": None,
    }
    assert err == ""
    assert aliquot(profile, "verify") == 0
    assert "in order: 20 entries, 1 erased" in capsys.readouterr().out


def test_verify_says_no(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change = "UPDATE heads SET actor = 'other' WHERE n = 7"
    tamper(profile, "DROP TRIGGER heads_no_update", change)
    assert aliquot(profile, "verify", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert set(said["first_bad"]) == {"site", "n", "part", "reason"}
    assert said["first_bad"]["site"] == SITE
    assert (said["first_bad"]["n"], said["first_bad"]["part"]) == (7, "head")


def test_verify_while_a_console_runs(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with WriterLock(profile / "writer.lock"):
        assert aliquot(profile, "verify", "--json") == 0
        assert aliquot(profile, "rebuild", "--json") == 3
    assert "process" in capsys.readouterr().err


def test_rebuild(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert aliquot(profile, "rebuild", "--json") == 0
    assert json.loads(capsys.readouterr().out)["difference"] is None
    tamper(profile, "DELETE FROM notes")
    assert aliquot(profile, "rebuild", "--json") == 1
    assert "notes" in json.loads(capsys.readouterr().out)["difference"]
    assert aliquot(profile, "rebuild") == 0


def test_export_can_be_checked_elsewhere(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert aliquot(profile, "export", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["n"] for line in lines] == list(range(1, 21))
    assert [line["n"] for line in lines if line.get("erased")] == [5]
    assert lines[4]["body"] is None
    assert "salt" not in lines[4]
    assert "erased" not in lines[0]
    assert lines[0]["at"] == "2026-02-02T02:40:00.000000Z"
    assert [line["prev"] for line in lines[1:]] == [line["head"] for line in lines[:-1]]
    note = next(line for line in lines if line["type"] == "incident.noted")
    body = json.dumps(note["body"], sort_keys=True, separators=(",", ":"))
    digest = sha256(bytes.fromhex(note["salt"]) + body.encode()).hexdigest()
    assert digest == note["body_hash"]


def test_a_file_that_is_no_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log.sqlite").write_text("no log at all " * 400)
    assert aliquot(tmp_path, "verify", "--json") == 1
    assert json.loads(capsys.readouterr().out)["first_bad"]["n"] == 1
    assert aliquot(tmp_path, "export", "--json") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["verify", "rebuild", "export"])
def test_what_is_no_profile_is_no_log_in_order(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path / "none", tmp_path):
        assert aliquot(folder, command, "--json") == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "no profile" in err
    assert not (tmp_path / "none").exists()
    assert not list(tmp_path.iterdir())


def test_a_profile_without_a_log_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "profile.toml").touch()
    assert aliquot(tmp_path, "verify", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["events"] == 0
    assert "There is no log" in err
    assert aliquot(tmp_path, "export", "--json") == 0
    assert capsys.readouterr().out == ""
