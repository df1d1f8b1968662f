"""The writer's lock: one holder, named by pid, gone with the process."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aliquot.console.problems import EXIT_LOCKED, KnownProblem
from aliquot.console.store.lock import WriterLock

KEEP = """
import sys
from pathlib import Path
from aliquot.console.store.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_holder_is_refused_with_the_pid(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "writer.lock"
    with WriterLock(path) as first:
        assert first.held
        assert first.holder() == os.getpid()
        with pytest.raises(KnownProblem, match=str(os.getpid())) as refusal:
            WriterLock(path).acquire()
        assert refusal.value.exit_code == EXIT_LOCKED
        assert refusal.value.code == "profile_locked"
    with WriterLock(path) as again:
        assert again.held


def test_acquire_twice_by_the_holder_is_harmless(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "writer.lock")
    lock.acquire()
    lock.acquire()
    lock.release()
    lock.release()
    assert not lock.held


def test_it_is_free_though_a_program_that_is_being_started_has_the_file(
    tmp_path: Path,
) -> None:
    """Between fork and exec it has all that is open here."""
    path = tmp_path / "writer.lock"
    lock = WriterLock(path)
    lock.acquire()
    assert lock._fd is not None
    forked = os.dup(lock._fd)
    try:
        lock.release()
        with WriterLock(path) as again:
            assert again.held
    finally:
        os.close(forked)


def test_who_only_looks_keeps_no_console_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `aliquot doctor` does, which lets go at once."""
    path = tmp_path / "writer.lock"
    with WriterLock(path):
        pass
    looking = os.open(path, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr(time, "sleep", lambda _s: fcntl.flock(looking, fcntl.LOCK_UN))
    with WriterLock(path) as lock:
        assert lock.held
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr(time, "sleep", lambda _s: None)
    with pytest.raises(KnownProblem, match="another process"):
        WriterLock(path).acquire()
    os.close(looking)


def test_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "writer.lock"
    with subprocess.Popen(
        [sys.executable, "-c", KEEP, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(KnownProblem, match=str(child.pid)):
            WriterLock(path).acquire()
        child.kill()
        child.wait()
    WriterLock(path).acquire()


def test_unusable_place_is_a_known_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownProblem) as refusal:
        WriterLock(tmp_path / "file" / "writer.lock").acquire()
    assert refusal.value.code == "lock_unusable"


def test_a_full_disk_keeps_nobody_from_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "writer.lock"
    monkeypatch.setattr(os, "pwrite", full)
    with WriterLock(path) as lock:
        assert lock.held
        with pytest.raises(KnownProblem, match="another process") as refusal:
            WriterLock(path).acquire()
        assert refusal.value.exit_code == EXIT_LOCKED
    assert not lock.held


def test_the_file_of_the_lock_keeps_its_room(tmp_path: Path) -> None:
    """Else the next holder's number has to be found room for."""
    path = tmp_path / "writer.lock"
    with WriterLock(path) as lock:
        assert lock.holder() == os.getpid()
    assert path.stat().st_size > 0
    assert lock.holder() is None
