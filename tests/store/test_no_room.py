"""A log on a disk that is full, or that may not be written to: read, and opened."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from log_samples import new_log
from sqlcipher3 import dbapi2

from aliquot.console.problems import KnownProblem
from aliquot.console.store import database
from aliquot.console.store.database import LogFull, known, open_database
from aliquot.console.store.lock import WriterLock
from aliquot.console.store.verify import verify
from aliquot.console.workers.reserve import Reserve, open_in


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log beside which SQLite can lay nothing."""
    log = new_log(tmp_path)
    log.close()
    connected = database._connect

    def connect(path: Path, *given: bool, immutable: bool = False) -> Any:
        if not immutable:
            why = dbapi2.OperationalError("unable to open database file")
            why.sqlite_errorcode = 14
            raise why
        return connected(path, *given, immutable=immutable)

    monkeypatch.setattr(database, "_connect", connect)
    return log.path


def _entries(path: Path) -> int:
    opened = open_database(path, read_only=True)
    try:
        (count,) = opened.conn.execute("SELECT count(*) FROM heads").fetchone()
    finally:
        opened.conn.close()
    return int(count)


def test_a_log_at_rest_is_read_where_nothing_can_be_laid_beside_it(
    still: Path,
) -> None:
    assert _entries(still) == verify(still).events
    assert verify(still).ok


def test_a_log_that_is_being_written_is_not_read_so(still: Path) -> None:
    with (
        WriterLock(still.with_name("writer.lock")),
        pytest.raises(KnownProblem) as caught,
    ):
        _entries(still)
    assert caught.value.code == "log_unreadable"


def test_a_log_with_more_beside_it_is_not_read_without_that(still: Path) -> None:
    """What is in the WAL would be missing: said, not passed over."""
    still.with_name(f"{still.name}-wal").write_bytes(b"x" * 4096)
    with pytest.raises(KnownProblem) as caught:
        _entries(still)
    assert caught.value.code == "log_unreadable"


class _Error(Exception):
    sqlite_errorcode = 10


@pytest.mark.parametrize(("free", "code"), [(0, "log_full"), (100, "log_io")])
def test_a_failure_to_write_on_a_full_disk_is_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: str
) -> None:
    room = SimpleNamespace(f_bavail=free, f_frsize=4096)
    monkeypatch.setattr(database, "os", SimpleNamespace(statvfs=lambda _: room))
    assert known(_Error(), tmp_path / "log.sqlite").code == code


class _Opens:
    """Fails for want of room so many times."""

    def __init__(self, times: int) -> None:
        self._times = times

    def __call__(self) -> str:
        self._times -= 1
        if self._times >= 0:
            raise LogFull("log_full", "no room")
        return "open"


def _reserve(folder: Path) -> Reserve:
    reserve = Reserve(folder / "reserve.bin", 1)
    assert reserve.take()
    return reserve


def test_a_log_without_room_to_be_opened_gets_the_room_kept_back(
    tmp_path: Path,
) -> None:
    reserve = _reserve(tmp_path)
    assert open_in(reserve, _Opens(0)) == "open"
    assert reserve.held
    assert open_in(reserve, _Opens(1)) == "open"
    assert not reserve.held


@pytest.mark.parametrize("size", [0, 1])
def test_a_log_that_has_no_room_at_all_says_so(tmp_path: Path, size: int) -> None:
    reserve: Any = _reserve(tmp_path) if size else Reserve(tmp_path / "none", 0)
    with pytest.raises(LogFull):
        open_in(reserve, _Opens(2))
    assert os.listdir(tmp_path) == []
