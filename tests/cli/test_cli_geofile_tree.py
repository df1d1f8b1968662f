"""`aliquot geofile tree` and `activate` as a program runs them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))

import release_town as towns

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.ports import Changed
from aliquot.console.geo import tree_file
from aliquot.console.geo.geofile_folder import GeofileFolder, State
from aliquot.console.profile import Profile
from aliquot.console.store.lock import WriterLock
from aliquot.console.store.log import LocalLog

ALIQUOT = (sys.executable, "-m", "aliquot.console")

# Dies like a console of which the power goes, after the entry and before the file.
KILLED = """
import os, signal, sys
from aliquot.console.cli import geofile_trees, main
geofile_trees._settle = lambda profile: os.kill(os.getpid(), signal.SIGKILL)
main.run(sys.argv[1:])
"""


class Shell:
    """Runs commands on one profile whose geofile has a candidate."""

    def __init__(self, profile: Path, folder: Path) -> None:
        self.profile = profile
        self.geofile = GeofileFolder(profile / "geofile")
        self.old = str(self.geofile.in_use().tree)
        self.new = self.candidate("0002")
        self.password = folder / "password.txt"
        self.password.write_text(towns.PASSWORD + "\n")

    def candidate(self, version: str) -> str:
        tree = towns.grown()
        made = tree_file.frozen(replace(tree, tree=replace(tree.tree, version=version)))
        sha256 = tree_file.tree_sha256(made.tree)
        folder = self.geofile.tree_folder(sha256)
        folder.mkdir()
        tree_file.write(folder, made, "2026-05-01T00:00:00Z")
        state = self.geofile.in_use()
        self.geofile.put_in_use(replace(state, candidate=sha256))
        return sha256

    def run(
        self, *words: str, program: tuple[str, ...] = ALIQUOT
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*program, "--profile", str(self.profile), *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    def tree(self) -> dict[str, Any]:
        done = self.run("geofile", "tree", "--json")
        assert done.returncode == 0
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def activate(self, name: str, *more: str) -> tuple[int, dict[str, Any]]:
        signed = ("--as", name, "--password-file", str(self.password), "--json")
        done = self.run("geofile", "activate", *signed, *more)
        (line,) = done.stdout.splitlines()
        return done.returncode, json.loads(line)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    with towns.town_in(tmp_path / "profile"):
        pass
    return Shell(tmp_path / "profile", tmp_path)


def test_two_owners(shell: Shell) -> None:
    before = shell.tree()
    assert before.keys() == {"active", "candidate"}
    assert before["active"]["sha256"] == shell.old
    assert before["candidate"]["sha256"] == shell.new
    assert before["candidate"]["k"]["1"] >= 8
    assert before["candidate"]["displacement_m"]["1"]["p95"] > 0
    leave, asked = shell.activate(towns.ANN, "--sha256", shell.new)
    assert (leave, asked["state"], asked["sha256"]) == (0, "asked", shell.new)
    waiting = shell.tree()
    assert waiting["active"] == before["active"]
    assert waiting["change"]["asked_by"] == towns.ANN
    assert waiting["change"]["may_confirm"] == [towns.BEA]
    assert waiting["change"]["asked_at"].endswith("Z")
    leave, again = shell.activate(towns.ANN)
    assert (leave, again["refused"]) == (1, "same_person")
    leave, done = shell.activate(towns.BEA)
    assert (leave, done["state"], done["voided"]) == (0, "activated", [])
    after = shell.tree()
    assert after.keys() == {"active", "last"}
    assert after["active"] == before["candidate"]
    assert after["last"]["asked_by"] == towns.ANN
    assert after["last"]["confirmed_by"] == towns.BEA
    assert shell.geofile.in_use() == State("0001", shell.new)
    leave, none = shell.activate(towns.ANN)
    assert (leave, none["refused"]) == (1, "no_candidate")
    assert shell.run("log", "verify", "--json").returncode == 0
    rebuilt = shell.run("log", "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert shell.tree() == after


def test_refusals_and_withdrawal(shell: Shell) -> None:
    leave, said = shell.activate(towns.DEE)
    assert (leave, said["refused"]) == (1, "not_allowed")
    leave, said = shell.activate(towns.ANN, "--sha256", shell.old)
    assert (leave, said["refused"]) == (1, "candidate_changed")
    leave, said = shell.activate(towns.ANN, "--withdraw")
    assert (leave, said["refused"]) == (1, "nothing_asked")
    shell.password.write_text("wrong horse\n")
    leave, said = shell.activate(towns.ANN)
    assert (leave, said["refused"]) == (1, "sign_in_refused")
    shell.password.write_text(towns.PASSWORD)
    shell.activate(towns.ANN)
    leave, said = shell.activate(towns.BEA, "--withdraw")
    assert (leave, said["state"]) == (0, "withdrawn")
    assert shell.tree().keys() == {"active", "candidate"}


def test_words_without_json(shell: Shell) -> None:
    signed = ("--as", towns.ANN, "--password-file", str(shell.password))
    done = shell.run("geofile", "activate", *signed)
    assert done.stdout == f"{shell.new}\tasked\n"
    assert "second owner" in done.stderr
    shown = shell.run("geofile", "tree").stdout
    assert f"asked      by {towns.ANN}" in shown
    assert f"may confirm: {towns.BEA}" in shown


def test_a_running_console_goes_by_the_new_tree(shell: Shell) -> None:
    core = Core(Profile.open(shell.profile), SystemClock())
    core.start()
    try:
        read = _when_read(core, shell.old)
        assert shell.activate(towns.ANN)[0] == 0
        read.wait(30)
        read = _when_read(core, shell.new)
        leave, said = shell.activate(towns.BEA)
        assert (leave, said["state"]) == (0, "activated")
        read.wait(30)
    finally:
        assert core.stop() == []
    assert shell.geofile.in_use() == State("0001", shell.new)


class _when_read:  # noqa: N801 - read as a clause
    """Set when the console's rules are of a tree."""

    def __init__(self, core: Core, sha256: str) -> None:
        import threading

        self._core, self._sha256 = core, sha256
        self._event = threading.Event()
        self._end = core.subscribe(self._look)
        self._look(None)

    def _look(self, _: Changed | None) -> None:
        if self._core.releasing.book.now().tree_sha256 == self._sha256:
            self._event.set()

    def wait(self, seconds: float) -> None:
        assert self._event.wait(seconds), "the rules were not read"
        self._end()


def test_killed_between_the_entry_and_the_file(shell: Shell) -> None:
    """The log decides: at once for who reads, and the next start writes the file."""
    shell.activate(towns.ANN)
    signed = ("--as", towns.BEA, "--password-file", str(shell.password))
    program = (sys.executable, "-c", KILLED)
    killed = shell.run("geofile", "activate", *signed, program=program)
    assert killed.returncode == -signal.SIGKILL
    assert shell.geofile.in_use() == State("0001", shell.old, shell.new)
    found = shell.tree()
    assert found["active"]["sha256"] == shell.new
    assert "candidate" not in found
    line = json.dumps({"type_code": "MVA", **towns.place()})
    preview = subprocess.run(
        [
            *ALIQUOT,
            "--profile",
            str(shell.profile),
            "release",
            "preview",
            "-",
            "--json",
        ],
        input=line,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(preview.stdout)["tree"] == shell.new
    core = Core(Profile.open(shell.profile), SystemClock())
    core.start()
    try:
        _when_read(core, shell.new).wait(30)
    finally:
        assert core.stop() == []
    assert shell.geofile.in_use() == State("0001", shell.new)


def test_a_locked_profile(shell: Shell) -> None:
    lock = WriterLock(Profile.open(shell.profile).lock_path)
    lock.acquire()
    try:
        signed = ("--as", towns.ANN, "--password-file", str(shell.password))
        done = shell.run("geofile", "activate", *signed, "--json")
    finally:
        lock.release()
    assert (done.returncode, done.stdout) == (3, "")
    assert shell.tree()["active"]["sha256"] == shell.old


def test_a_damaged_tree_is_said(shell: Shell) -> None:
    path = shell.geofile.tree_folder(shell.new) / "place_tree.json"
    path.write_bytes(path.read_bytes().replace(b'"0002"', b'"0003"', 1))
    done = shell.run("geofile", "tree", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert "was changed" in found["candidate"]["problem"]
    assert found["active"]["k"]["1"] >= 8


def test_without_a_geofile(tmp_path: Path) -> None:
    done = subprocess.run(
        [*ALIQUOT, "--profile", str(tmp_path / "new"), "geofile", "tree", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "aliquot geofile import" in done.stderr


def test_what_nobody_can_confirm_any_more_is_shown_as_void(shell: Shell) -> None:
    shell.activate(towns.ANN)
    assert "void" not in shell.tree()["change"]
    shell.candidate("0003")
    change = shell.tree()["change"]
    assert (change["sha256"], change["void"]) == (shell.new, "candidate_changed")
    assert change["may_confirm"] == []
    shown = shell.run("geofile", "tree").stdout
    assert "; void, for another candidate lies there now" in shown


def test_what_lapsed_when_another_tree_came_into_use_is_shown(shell: Shell) -> None:
    shell.activate(towns.ANN)
    given = {"tree_sha256": "c" * 64, "replaces": shell.old, "at_us": 8}
    signed = {"statement": "AAAA", "signature": "AAAA"}
    log = LocalLog.open(shell.profile / "log.sqlite", SystemClock())
    asked = ev.TreeChangeAsked(by=towns.BEA, **given, **signed)
    log.append([asked], Actor(towns.BEA, "01"))
    confirmed = ev.TreeChangeConfirmed(by=towns.ANN, **given, **signed)
    log.append([confirmed], Actor(towns.ANN, "01"))
    log.close()
    found = shell.run("geofile", "tree", "--json")
    assert found.returncode == 1  # the tree in use is not in the folder
    (lapsed,) = json.loads(found.stdout)["lapsed"]
    assert (lapsed["sha256"], lapsed["void"]) == (shell.new, "tree_changed")
    assert lapsed["asked_by"] == towns.ANN
    shown = shell.run("geofile", "tree").stdout
    assert f"lapsed     by {towns.ANN}" in shown
