"""What the demonstration began ends with it, also when it is killed."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aliquot.console.demo import folders
from aliquot.console.demo.simulation import Simulation

LONGEST_S = 60.0
ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "resources" / "demo" / "halden.rec"
PARENT = """
import sys
from pathlib import Path
from aliquot.console.demo.simulation import Simulation
made = Simulation(Path(sys.argv[1]))
assert made.path
if sys.argv[2] == "held":
    made.hold()
print(made.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("held", ["playing", "held"])
def test_a_simulator_ends_when_its_parent_is_killed(held: str) -> None:
    command = [sys.executable, "-c", PARENT, str(RECORDING), held]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        child = os.pidfd_open(pid)
        assert select.select([child], [], [], 0)[0] == []
        parent.kill()
    assert select.select([child], [], [], LONGEST_S)[0] == [child]  # it has ended
    os.close(child)


def test_one_that_is_held_ends_when_it_is_asked() -> None:
    made = Simulation(RECORDING)
    assert made.path
    made.hold()
    made.end()
    assert not made.running


def test_a_parent_that_is_gone_already_is_seen() -> None:
    """Nothing tells of an end that came before anybody asked."""
    program = "from aliquot.console.demo.tied import tie; tie(); input('never')"
    reader, writer = os.pipe()
    os.close(writer)
    done = subprocess.run(
        [sys.executable, "-c", program], stdin=reader, check=False, timeout=LONGEST_S
    )
    os.close(reader)
    assert done.returncode == -15


NO_SCREEN = shutil.which("Xvfb") is None or shutil.which("setpriv") is None


@pytest.mark.skipif(NO_SCREEN, reason="Xvfb or setpriv is not installed")
def test_a_hidden_screen_ends_with_who_asked_for_it() -> None:
    waits = [sys.executable, "-c", "print('up', flush=True); input()"]
    command = [sys.executable, str(ROOT / "packaging" / "under_xvfb.py"), *waits]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as outer:
        assert outer.stdout
        assert outer.stdout.readline() == "up\n"
        tasks = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
        pids = [int(word) for word in tasks.read_text().split()]
        names = {Path(f"/proc/{pid}/comm").read_text().strip(): pid for pid in pids}
        screen = os.pidfd_open(names["Xvfb"])
        outer.kill()
    assert select.select([screen], [], [], LONGEST_S)[0] == [screen]
    os.close(screen)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def left_behind(within: Path, name: str, age_s: float) -> Path:
    """A folder as a killed demonstration leaves it."""
    folder = within / f"{folders.PREFIX}{name}"
    (folder / "profile").mkdir(parents=True)
    then = time.time() - age_s
    os.utime(folder, (then, then))
    return folder


def test_the_next_one_takes_away_what_a_killed_one_left(temporary: Path) -> None:
    old = left_behind(temporary, "old", 3600)
    young = left_behind(temporary, "young", -3600)  # not before this test has ended
    living = left_behind(temporary, "living", 3600)
    lock = os.open(living, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    link = temporary / f"{folders.PREFIX}link"
    link.symlink_to(young)
    with folders.own() as made:
        assert made.is_dir()
        assert not old.exists()
        assert young.is_dir()
        assert living.is_dir()
        assert link.is_symlink()
    os.close(lock)
    assert not made.exists()


def test_one_lives_through_the_start_of_another(temporary: Path) -> None:
    with folders.own() as first:
        then = time.time() - 3600
        os.utime(first, (then, then))
        with folders.own() as second:
            assert first.is_dir()
            assert second != first
