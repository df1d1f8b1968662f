"""Make the whole file anew from the log, compare, and put it in place at once."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from aliquot.console.problems import EXIT_LOCKED, KnownProblem
from aliquot.console.store import migrations
from aliquot.console.store.compare import difference
from aliquot.console.store.database import Error, open_database, said
from aliquot.console.store.entry import COLUMNS
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds import FOLDS_VERSION, fold
from aliquot.console.store.verify import Fault, Scan, refuse_older, site_of

_BESIDE = ("drafts", "leases")
_INSERT = (
    f"INSERT INTO heads({', '.join(COLUMNS)}) VALUES({', '.join('?' for _ in COLUMNS)})"
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``difference``: how the old tables differed, or None. ``fault``: the log itself
    is wrong; then nothing was put in place."""

    events: int
    difference: str | None = None
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        return self.difference is None and self.fault is None


def rebuild(path: Path) -> Rebuilt:
    """Rebuild the log file at ``path``. The caller holds the writer's lock.

    The new file takes the old one's name in one step; a crash leaves one or the
    other. Raises ``KnownProblem`` ``log_busy`` (exit 3) while somebody reads, and
    ``log_full`` when there is no room for a second file; the old one then stays.
    """
    if not path.exists():
        return Rebuilt(0)
    beside = path.with_name(path.name + ".rebuild")
    _remove(beside)
    try:
        with said(path):
            result = _make(path, beside)
        if result.fault is None:
            _swap(path, beside)
        return result
    finally:
        _remove(beside)


def _make(path: Path, beside: Path) -> Rebuilt:
    old, new = open_database(path), open_database(beside)
    try:
        migrations.apply(new)
        refuse_older(old)
        old.conn.execute("BEGIN")
        scan = Scan(site_of(old))
        _copy(old, new, scan)
        scan.finish(old)
        if (fault := scan.first_bad) is not None:
            return Rebuilt(scan.events, fault=fault)
        return Rebuilt(scan.events, difference(old.conn, new.conn))
    finally:
        old.conn.close()
        new.conn.close()


def _copy(old: Database, new: Database, scan: Scan) -> None:
    """The log as it is, tables from it, and what lies beside it."""
    run: Any = new.conn.execute
    run("BEGIN IMMEDIATE")
    if scan.site:
        run("INSERT INTO site VALUES(1, ?, ?)", (scan.site, FOLDS_VERSION))
    for table in _BESIDE:
        with suppress(Error):  # what can be read of it; the log does not hang on it
            for row in old.conn.execute(f"SELECT * FROM {table}"):
                run(f"INSERT INTO {table} VALUES({', '.join('?' for _ in row)})", row)
    old.conn.text_factory = bytes
    tables = Tables(new.conn, bulk=True)
    for entry in scan.entries(old.conn):
        if scan.faults:
            break
        run(_INSERT, entry)
        fold(tables, entry, entry.event)
    if not scan.faults:
        tables.settle()
    run("COMMIT")


def _swap(path: Path, beside: Path) -> None:
    """Leaving WAL mode needs the file for oneself and takes -wal and -shm away: else
    a reader of the old file would share them with those of the new one."""
    old = open_database(path)
    try:
        old.conn.execute("PRAGMA busy_timeout=1000")
        (mode,) = old.conn.execute("PRAGMA journal_mode=DELETE").fetchone()
    except Error:
        mode = "wal"
    finally:
        old.conn.close()
    if mode != "delete":
        raise KnownProblem(
            "log_busy",
            "Somebody is reading the log; it stays as it was. Try again.",
            EXIT_LOCKED,
        )
    os.replace(beside, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
