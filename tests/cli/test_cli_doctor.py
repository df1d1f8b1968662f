"""`aliquot doctor`: each check can fail, and says what to do."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

import pytest

from aliquot.console.cli import doctor
from aliquot.console.cli.doctor import Check, State
from aliquot.console.cli.main import run

GIB = 2**30


def _says_what_to_do(check: Check, state: State) -> bool:
    return check.state is state and bool(check.advice)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ((3, 11, 0), State.OK),
        ((3, 14, 1), State.OK),
        ((3, 10, 9), State.FAILED),
    ],
)
def test_python(found: tuple[int, ...], state: State) -> None:
    assert doctor.check_python(found).state is state


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ("6.10.0", State.OK),
        ("6.11.3", State.OK),
        ("6.12.1", State.OK),
        ("6.12.0", State.FAILED),
        ("6.9.3", State.FAILED),
        (None, State.FAILED),
    ],
)
def test_pyside_window(found: str | None, state: State) -> None:
    check = doctor.check_pyside(found)
    assert check.state is state
    assert (check.advice is None) == (state is State.OK)


def test_old_sqlite_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from aliquot.console.store import database

    assert doctor.check_sqlite().state is State.OK
    monkeypatch.setattr(database, "sqlite_version", lambda: (3, 40, 1))
    check = doctor.check_sqlite()
    assert _says_what_to_do(check, State.FAILED)
    assert check.found == "3.40.1"


def test_assets(tmp_path: Path) -> None:
    assert _says_what_to_do(doctor.check_assets(tmp_path), State.FAILED)
    (tmp_path / "manifest.json").write_text('{"files": {"a.js": "", "b.css": ""}}')
    (tmp_path / "a.js").touch()
    check = doctor.check_assets(tmp_path)
    assert _says_what_to_do(check, State.FAILED)
    assert check.found == "missing: b.css"
    (tmp_path / "b.css").touch()
    assert doctor.check_assets(tmp_path) == Check("assets", State.OK, "2 files")


def test_a_missing_library_names_its_package() -> None:
    check = doctor.check_libraries(lambda name: name != "libnss3.so")
    assert check.state is State.FAILED
    assert check.found == "missing: libnss3.so"
    assert check.advice is not None
    assert check.advice.endswith("install -y libnss3")


def test_a_library_that_is_not_there_does_not_load() -> None:
    assert not doctor.loads("libno-such-thing.so.99")


def test_profile_is_looked_at_and_not_made(tmp_path: Path) -> None:
    profile = tmp_path / "a" / "b"
    assert doctor.check_profile(profile).found == f"{profile} (not made yet)"
    assert not profile.exists()


def test_a_profile_that_is_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check = doctor.check_profile(tmp_path / "file")
    assert _says_what_to_do(check, State.FAILED)


def test_a_profile_of_somebody_else_is_a_failed_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.sqlite"
    log.write_bytes(b"")
    other = {log: False}
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: other.get(path, True))
    found = doctor.check_profile(tmp_path)
    assert (found.state, str(log) in found.found) == (State.FAILED, True)

    def refused(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refused)
    people = doctor.check_people(tmp_path)
    assert people.state is State.FAILED
    assert "you have no right to it" in people.found


def test_lock_free_and_held(tmp_path: Path) -> None:
    assert doctor.check_lock(tmp_path).found == "free"
    lock = tmp_path / doctor.paths.LOCK_NAME
    lock.write_text("4711\n")
    assert doctor.check_lock(tmp_path).found == "free"
    holder = os.open(lock, os.O_RDWR)
    fcntl.flock(holder, fcntl.LOCK_EX)
    check = doctor.check_lock(tmp_path)
    os.close(holder)
    assert _says_what_to_do(check, State.NOTE)
    assert check.found == "held by process 4711"


@pytest.mark.parametrize(
    ("free", "state"),
    [(50 * GIB, State.OK), (GIB, State.NOTE), (GIB // 100, State.FAILED)],
)
def test_disk(free: int, state: State) -> None:
    assert doctor.check_disk(free).state is state


def test_people_of_a_damaged_log(tmp_path: Path) -> None:
    assert doctor.check_people(tmp_path).state is State.NOTE
    (tmp_path / doctor.paths.LOG_NAME).write_bytes(b"this is no database" * 500)
    assert _says_what_to_do(doctor.check_people(tmp_path), State.FAILED)


def test_serial_ports(tmp_path: Path) -> None:
    devices, terminals = tmp_path / "dev", tmp_path / "tty"
    devices.mkdir()
    for name, kind in (("ttyS0", "4"), ("ttyS1", "0")):
        (terminals / name).mkdir(parents=True)
        (terminals / name / "type").write_text(kind + "\n")
        (devices / name).touch()
    (devices / "ttyUSB3").touch()
    found = doctor.serial_ports(devices, terminals)
    assert [port.name for port in found] == ["ttyS0", "ttyUSB3"]
    assert doctor.check_ports(found).state is State.OK
    assert _says_what_to_do(doctor.check_ports([]), State.NOTE)
    assert _says_what_to_do(doctor.check_ports([tmp_path / "gone"]), State.NOTE)


def test_a_broken_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        name = "linex"

        def load(self) -> None:
            raise ImportError("no such wire")

    monkeypatch.setattr(doctor, "entry_points", lambda group: [Broken()])
    check = doctor.check_drivers()
    assert check.state is State.FAILED
    assert check.found == "linex (ImportError: no such wire)"


@pytest.mark.parametrize(
    ("environment", "state"),
    [({"DISPLAY": ":0"}, State.OK), ({"DISPLAY": ""}, State.NOTE), ({}, State.NOTE)],
)
def test_display(environment: dict[str, str], state: State) -> None:
    assert doctor.check_display(environment).state is state


@pytest.mark.parametrize(
    ("user", "environment", "probe", "state"),
    [
        (1000, {}, "true", State.OK),
        (1000, {}, "/no/such/program", State.OK),
        (1000, {}, "false", State.NOTE),
        (0, {}, "true", State.NOTE),
        (1000, {"QTWEBENGINE_DISABLE_SANDBOX": "1"}, "true", State.NOTE),
    ],
    ids=["granted", "not known", "refused", "root", "switched off"],
)
def test_the_sandbox_of_the_map(
    user: int, environment: dict[str, str], probe: str, state: State
) -> None:
    check = doctor.check_map(user, environment, (probe,))
    assert check.state is state
    assert (check.advice is None) == (state is State.OK)


def test_doctor_tries_what_the_map_will_need() -> None:
    from aliquot.widgets.map import engine

    assert engine.SANDBOX_PROBE == doctor.SANDBOX_PROBE


def _checks(*states: State) -> list[Check]:
    return [Check(f"n{n}", state, "found") for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ((State.OK, State.NOTE), 0),
        ((State.OK, State.FAILED), 1),
    ],
)
def test_exit_code(
    states: tuple[State, ...],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda _profile: _checks(*states))
    assert run(["doctor", "--json"]) == code
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is (code == 0)
    assert [row["state"] for row in answer["checks"]] == [s.value for s in states]
    assert run(["doctor"]) == code
    assert len(capsys.readouterr().out.splitlines()) == len(states)


def test_it_leaves_the_home_as_it_was(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(own_home.rglob("*"))
    run(["doctor", "--json"])
    names = {row["name"] for row in json.loads(capsys.readouterr().out)["checks"]}
    assert names >= {"python", "pyside6", "sqlite", "assets", "profile", "disk"}
    assert sorted(own_home.rglob("*")) == before


def _profile(folder: Path, *lines: str) -> Path:
    rows = "".join(f"[[lines]]\n{line}\n" for line in lines)
    (folder / "profile.toml").write_text(rows, encoding="utf-8")
    return folder


def test_settings_that_will_not_do_are_told_in_full(tmp_path: Path) -> None:
    assert doctor.check_settings(tmp_path).state is State.OK
    bad = doctor.check_settings(_profile(tmp_path, 'name = "ali"\nbaud = "fast"'))
    assert _says_what_to_do(bad, State.FAILED)
    assert "lines[1].source" in bad.found
    assert "lines[1].baud" in bad.found


def test_the_port_of_each_line_is_tried(tmp_path: Path) -> None:
    gone = tmp_path / "ttyGONE"
    master, slave = os.openpty()
    there = os.ttyname(slave)
    _profile(
        tmp_path,
        f'name = "one"\nsource = "{there}"',
        f'name = "two"\nsource = "{gone}"',
        'name = "three"\nsource = "nonsense://x"',
    )
    one, two, three = doctor.check_lines(tmp_path)
    os.close(master)
    os.close(slave)
    assert (one.name, one.state) == ("line one", State.OK)
    assert _says_what_to_do(two, State.FAILED)
    assert str(gone) in two.found
    assert _says_what_to_do(three, State.FAILED)


def test_a_port_that_our_console_has_is_left_alone(tmp_path: Path) -> None:
    device = tmp_path / "ttyFAKE"
    device.touch()
    _profile(tmp_path, f'name = "one"\nsource = "{device}"')
    assert next(doctor.check_lines(tmp_path)).state is State.FAILED, "it is no port"
    with open(tmp_path / "writer.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert next(doctor.check_lines(tmp_path)).state is State.OK
