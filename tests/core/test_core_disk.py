"""A full disk: said before, answered clearly, nothing lost, and it goes on after."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aliquot.console.clock import Clock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Done, Failed
from aliquot.console.service.carry_out import NOTHING_SAVED
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool
from aliquot.console.store.log import LocalLog
from aliquot.console.workers import reserve as reserve_module
from aliquot.console.workers.lanes import NOT_SAVED, Unsaved
from aliquot.console.workers.reserve import RESERVE_IN_USE, Reserve, waits_in_memory
from aliquot.console.workers.writer import RETRY_S
from aliquot.drivers.lines.api import ByteSource, Chunk, LineSettings
from aliquot.drivers.lines.recording import RecordingWriter

MakeCore = Callable[..., Core]
BIG = "x" * 19_000


class Disk:
    """A disk on which the log may grow by so many pages and no further."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._log: LocalLog | None = None
        opened = LocalLog.open

        def open_log(path: Path, clock: Clock, site: str | None = None) -> LocalLog:
            self._log = opened(path, clock, site)
            return self._log

        monkeypatch.setattr(LocalLog, "open", open_log)

    def _run(self, sql: str) -> int:
        assert self._log is not None
        return int(self._log._connection.execute(sql).fetchone()[0])

    def fill(self) -> None:
        pages = self._run("PRAGMA page_count")
        self._run(f"PRAGMA max_page_count={pages}")

    def empty(self) -> None:
        self._run("PRAGMA max_page_count=1000000")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def _note(core: Core, incident_id: str, text: str = BIG) -> cmd.Outcome:
    return core.call(cmd.AddNote(incident_id=incident_id, text=text))


def _incident(core: Core) -> str:
    outcome = core.call(cmd.OpenIncident(fields={"place": "1 Elm"}))
    assert isinstance(outcome, Done)
    return str(outcome.result["incident_id"])


def _until_full(core: Core, incident_id: str) -> Failed:
    """Big notes first, then small ones for the pages that are left over."""
    for text in (BIG, BIG[:2000], BIG[:300]):
        for _ in range(60):
            outcome = _note(core, incident_id, text)
            if isinstance(outcome, Failed):
                break
        else:
            raise AssertionError("the disk never became full")
    return outcome


def test_a_full_disk_is_said_and_the_console_goes_on_after(
    disk: Disk, make_core: MakeCore
) -> None:
    core = make_core()
    incident_id = _incident(core)
    disk.fill()
    assert _until_full(core, incident_id) == Failed("log_full", NOTHING_SAVED)
    assert core.views().log_status().problem == NOTHING_SAVED
    assert core.views().incident(incident_id) is not None, "reading goes on"
    disk.empty()
    assert isinstance(_note(core, incident_id), Done)
    assert core.views().log_status().problem != NOTHING_SAVED


def test_the_room_kept_back_is_given_when_the_disk_is_full(
    disk: Disk, make_core: MakeCore, monkeypatch: pytest.MonkeyPatch, watch: Any
) -> None:
    given = []

    def give(self: Reserve) -> bool:
        if given:
            return False
        given.append(True)
        disk.empty()
        return True

    monkeypatch.setattr(Reserve, "give", give)
    core = make_core()
    heard = watch(core).heard
    incident_id = _incident(core)
    disk.fill()
    for _ in range(20):
        assert isinstance(_note(core, incident_id), Done)
    assert given
    assert core.views().log_status().problem == RESERVE_IN_USE
    assert any("log" in changed.subjects for changed in heard)


def test_what_a_line_says_meanwhile_is_logged_when_there_is_room(
    disk: Disk, make_core: MakeCore, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aliquot.console.workers.writer.RETRY_S", RETRY_S / 20)
    source = Hose()
    line = LineConfig(
        name="ali", source="hose", reading=LineSettings(framing="stx_etx")
    )
    core = make_core(line, make_source=lambda line, skip: source)
    look = watch(core)
    incident_id = _incident(core)
    look.until(lambda: [row.state for row in core.views().lines()] == ["up"])
    disk.fill()
    _until_full(core, incident_id)
    noise = [bytes([65 + n]) * 6000 for n in range(8)]
    core.call(cmd.DropDraft(form_id="none"))  # writes nothing, so it succeeds
    assert core.views().log_status().problem != NOTHING_SAVED
    source.give(noise)
    look.until(lambda: core.unsaved() and core.unsaved()[0].raw[-1:] == b"H")
    shown = [n.raw for n in core.views().noise() if n.reason == NOT_SAVED]
    assert b"".join(shown[::-1]) in b"".join(noise), "to be used by hand"
    look.until(
        lambda: (
            core.views().log_status().problem == waits_in_memory(len(core.unsaved()))
        )
    )
    disk.empty()
    look.until(lambda: sum(len(n.raw) for n in core.views().noise()) == 48_000)
    logged = b"".join(n.raw for n in reversed(core.views().noise()))
    assert logged == b"".join(noise)


class Hose:
    """A source that gives what it is handed."""

    def __init__(self) -> None:
        from queue import SimpleQueue

        self._queue: SimpleQueue[bytes] = SimpleQueue()

    def give(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._queue.put(piece)

    def open(self) -> None: ...

    def read(self, timeout_s: float) -> bytes | None:
        return self._queue.get()

    def write(self, data: bytes) -> None: ...

    def cancel(self) -> None:
        self._queue.put(b"")

    def close(self) -> None: ...


_: type[ByteSource] = Hose


def test_the_reserve_is_really_allocated_and_really_freed(tmp_path: Path) -> None:
    kept = Reserve(tmp_path / "reserve.bin", 2)
    assert kept.wanted
    assert kept.take()
    file = tmp_path / "reserve.bin"
    assert file.stat().st_blocks * 512 >= 2 << 20
    assert file.stat().st_mode & 0o777 == 0o600
    assert kept.take(), "twice is once"
    assert kept.give()
    assert not file.exists()
    assert not kept.give()


def test_a_sparse_file_is_no_reserve(tmp_path: Path) -> None:
    file = tmp_path / "reserve.bin"
    with open(file, "wb") as sparse:
        sparse.truncate(2 << 20)
    kept = Reserve(file, 2)
    assert not kept.held
    assert kept.take()
    assert file.stat().st_blocks * 512 >= 2 << 20


def test_no_reserve_is_taken_of_a_disk_that_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve_module, "free_bytes", lambda folder: 3 << 20)
    kept = Reserve(tmp_path / "reserve.bin", 2)
    assert not kept.take()
    assert not (tmp_path / "reserve.bin").exists()


def test_little_room_is_said_before_it_is_none(
    make_core: MakeCore, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the look that the writer takes from time to time, and announced."""
    monkeypatch.setattr("aliquot.console.workers.writer.LOOK_AT_DISK_S", 0.01)
    core = make_core()
    look = watch(core)
    found = os.statvfs(core.profile.folder)
    blocks = found.f_blocks
    for share, said in ((9, True), (11, False), (9, True)):
        monkeypatch.setattr(reserve_module.os, "statvfs", _disk(blocks, share))
        look.until(lambda said=said: _warned(core) is said)  # type: ignore[misc]


def _disk(blocks: int, share: int) -> Callable[[Path], SimpleNamespace]:
    """A disk of which ``share`` percent are free."""
    free = blocks * share // 100
    return lambda folder: SimpleNamespace(
        f_bavail=free, f_bfree=free, f_blocks=blocks, f_frsize=4096
    )


def _warned(core: Core) -> bool:
    problem = core.views().log_status().problem
    return problem is not None and "less than a tenth" in problem


def test_no_reserve_is_wanted_of_no_size(tmp_path: Path) -> None:
    kept = Reserve(tmp_path / "reserve.bin", 0)
    assert not kept.wanted
    assert not kept.take()
    assert not kept.give()


def test_the_reserve_is_no_more_than_a_tenth_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SimpleNamespace(f_bavail=1000, f_blocks=1500, f_frsize=4096)
    monkeypatch.setattr(reserve_module.os, "statvfs", lambda folder: small)
    kept = Reserve(tmp_path / "reserve.bin", 64)
    assert kept.take()
    assert (tmp_path / "reserve.bin").stat().st_size == 1500 * 4096 // 10


@pytest.mark.expects_log("Not saved when the console ended")
def test_what_cannot_be_saved_at_the_end_is_told_and_comes_at_the_next_start(
    disk: Disk, make_core: MakeCore, watch: Any
) -> None:
    source = Hose()
    line = LineConfig(
        name="ali", source="hose", reading=LineSettings(framing="stx_etx")
    )
    core = make_core(line, make_source=lambda line, skip: source)
    look = watch(core)
    incident_id = _incident(core)
    look.until(lambda: [row.state for row in core.views().lines()] == ["up"])
    disk.fill()
    _until_full(core, incident_id)
    source.give([b"A" * 6000])
    look.until(lambda: sum(len(row.raw) for row in core.unsaved()) == 6000)
    waits = len(core.unsaved())
    core.stop()
    assert core.not_saved == Unsaved(items=waits, kept=6000, lost=0)
    again = make_core(line, make_source=lambda line, skip: Hose())
    views = again.views()
    watch(again).until(lambda: b"".join(n.raw for n in views.noise()) == b"A" * 6000)
    again.stop()
    assert again.not_saved is None


def test_bytes_that_the_spool_cannot_keep_are_counted_as_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = LineConfig(name="ali", source="hose")
    spool = Spool(tmp_path / "ali.rec", line, 100, 0)
    spool.open()
    spool.append(Chunk(b"kept", 0, 0))
    monkeypatch.setattr(RecordingWriter, "append", _no_space)
    spool.append(Chunk(b"lost!", 0, 0))
    monkeypatch.undo()
    spool.append(Chunk(b"kept too", 0, 0))
    spool.close()
    assert spool.undone == (12, 5)
    spool.done_to = 106
    assert spool.undone == (8, 3)
    assert spool.problem is None, "it is written again"


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_spool_that_fails_says_so_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "ali.rec", LineConfig(name="ali", source="hose"), 0, 0)
    spool.open()
    monkeypatch.setattr(RecordingWriter, "append", _no_space)
    spool.append(Chunk(b"lost!", 0, 0))
    assert spool.problem == (
        "The spool of line ali cannot be written: the disk is full."
    )
