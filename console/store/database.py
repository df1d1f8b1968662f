"""The one place where databases are opened.

Everything that can be wrong with a database file is said here once, as a
``KnownProblem`` with a stable code.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils.utils
from sqlcipher3 import dbapi2
from sqlite_utils import Database

from aliquot.console import paths
from aliquot.console.problems import (
    EXIT_LOCKED,
    EXIT_NO,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    KnownProblem,
)
from aliquot.console.store import migrations

Error: type[Exception] = dbapi2.Error
DatabaseError: type[Exception] = dbapi2.DatabaseError

# 3.7.0 to 3.51.2 can corrupt a WAL database when one connection checkpoints while
# another writes.
SQLITE_FLOOR = (3, 51, 3)
BUSY_TIMEOUT_MS = 5_000
WAL_PAGES = 512  # folded into the file when it has so many: 2 MB
WAL_PAGES_SCARCE = 32
WAL_KEPT_BYTES = 4 << 20  # what stays of it on the disk, empty, to be written again
# A full cache gives up the newest statement, not the oldest: after the hundred of a
# migration, those of an append would be compiled anew each time.
STATEMENTS_KEPT = 1_000
APPLICATION_ID = 0x414C5154  # "ALQT" in the file's own header
GEOFILE_ID = 0x414C5147  # "ALQG"


class LogFull(KnownProblem):
    """No space left: the transaction was rolled back, the log stays usable."""


# Primary result code of SQLite -> (our code, what to say, exit code).
_MEANINGS: dict[int, tuple[str, str, int]] = {
    5: ("log_busy", "is held by another process for too long", EXIT_LOCKED),
    6: ("log_busy", "is held by another part of the program", EXIT_LOCKED),
    8: ("log_read_only", "cannot be written: check its rights", EXIT_UNAVAILABLE),
    10: ("log_io", "could not be read or written: check the disk", EXIT_UNAVAILABLE),
    11: ("log_damaged", "is damaged; run `aliquot log verify`", EXIT_NO),
    13: ("log_full", "cannot grow: the disk is full", EXIT_UNAVAILABLE),
    14: ("log_unreadable", "cannot be opened: check path and rights", EXIT_USAGE),
    26: ("not_a_log", "is not a database, or is encrypted", EXIT_USAGE),
}


_NO_ROOM_FOR_SHM = 10 | 19 << 8  # SQLITE_IOERR_SHMSIZE: a full disk, by another name


_IO = 10
_ROOM_OF_SHM = 1 << 15


def _no_room(path: Path | str) -> bool:
    if not Path(path).is_absolute():
        return False  # words in the place of a path
    try:
        found = os.statvfs(Path(path).parent)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _ROOM_OF_SHM


def known(error: Exception, path: Path | str) -> KnownProblem:
    """The problem a person can act on that a database error stands for."""
    number = getattr(error, "sqlite_errorcode", None) or 0
    primary = 13 if number == _NO_ROOM_FOR_SHM else number & 0xFF
    if primary == _IO and _no_room(path):
        primary = 13  # said by whatever could not be written first
    code, what, leave = _MEANINGS.get(
        primary, ("log_error", f"gave an error: {error}", EXIT_UNAVAILABLE)
    )
    kind = LogFull if code == "log_full" else KnownProblem
    return kind(code, f"The database {path} {what}.", leave)


@contextmanager
def said(path: Path | str) -> Iterator[None]:
    """Turns database errors of the body into known problems."""
    try:
        yield
    except Error as error:
        raise known(error, path) from error


def sqlite_version() -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", dbapi2.sqlite_version))


def refuse_old_sqlite(version: tuple[int, ...]) -> None:
    """Raises ``KnownProblem`` ``sqlite_too_old`` below the floor."""
    if version < SQLITE_FLOOR:
        found, floor = (".".join(map(str, v)) for v in (version, SQLITE_FLOOR))
        raise KnownProblem(
            "sqlite_too_old",
            f"SQLite {found} can corrupt the log; {floor} or newer is needed. "
            "Install the wheel of sqlcipher3 0.6.4 or newer.",
        )


def open_database(
    path: Path,
    *,
    read_only: bool = False,
    key: bytes | None = None,
    any_thread: bool = False,
) -> Database:
    """A connection with the settings of the house: WAL, FULL, autocommit.

    ``key`` is a raw key of 32 bytes. ``any_thread`` lifts the check that only the
    thread that opened it uses it; the caller then sees to it that one does at a
    time. Without ``read_only`` a missing file is created, readable by its owner
    only. The schema is not touched: see ``migrations.apply``.

    Raises ``KnownProblem``: ``sqlite_too_old``, ``no_log``, ``not_a_log``,
    ``log_newer``, ``log_unreadable`` and the like.
    """
    refuse_old_sqlite(sqlite_version())
    if not _same_library():
        raise RuntimeError("sqlite_utils was imported before aliquot.console.store")
    if read_only and not path.is_file():
        raise KnownProblem("no_log", f"There is no log at {path}.", EXIT_USAGE)
    with said(path):
        if not read_only:
            return _opened(path, _connect(path, False, any_thread), False, key)
        try:
            return _opened(path, _connect(path, True, any_thread), True, key)
        except Error:
            if not _at_rest(path):
                raise
        still = _connect(path, True, any_thread, immutable=True)
        return _opened(path, still, True, key)


def _opened(
    path: Path, connection: Any, read_only: bool, key: bytes | None
) -> Database:
    database = Database(connection)
    try:
        _set_up(connection, read_only, key)
        _refuse_foreign(database, path)
    except BaseException:
        connection.close()
        raise
    return database


def _at_rest(path: Path) -> bool:
    """Whether the file has all there is, and nobody writes to it.

    Then it can be read where SQLite cannot lay its index beside it: on a disk that
    is full, or that may not be written to.
    """
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        return False
    try:
        with path.with_name(paths.LOCK_NAME).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def open_memory() -> Database:
    """An empty database in memory, for a rebuild that is only compared."""
    refuse_old_sqlite(sqlite_version())
    database = Database(dbapi2.connect(":memory:", isolation_level=None))
    _set_up(database.conn, False, None)
    return database


def make_geofile(path: Path) -> Database:
    """A new, empty database for a geofile; what is in a transaction is durable at
    its end. No WAL: it is written once, and then only read."""
    refuse_old_sqlite(sqlite_version())
    with said(path):
        database = Database(_connect(path, False, False))
        database.conn.execute("PRAGMA trusted_schema=OFF")
        database.conn.execute("PRAGMA synchronous=FULL")
        database.conn.execute(f"PRAGMA application_id={GEOFILE_ID}")
    return database


def open_geofile(path: Path, *, any_thread: bool = False) -> Database:
    """A geofile, read-only. Raises ``KnownProblem``: ``no_geofile``,
    ``not_a_geofile`` (both exit 2), and as ``open_database``."""
    refuse_old_sqlite(sqlite_version())
    if not path.is_file():
        raise KnownProblem("no_geofile", f"There is no geofile at {path}.", EXIT_USAGE)
    with said(path):
        database = Database(_connect(path, True, any_thread))
        database.conn.execute("PRAGMA trusted_schema=OFF")
        (mark,) = database.conn.execute("PRAGMA application_id").fetchone()
    if mark != GEOFILE_ID:
        database.conn.close()
        raise KnownProblem("not_a_geofile", f"{path} is no geofile.", EXIT_USAGE)
    return database


def open_tiles(path: Path) -> Any:
    """A connection to a file of map pictures, read-only; nothing is put beside it.
    Raises ``KnownProblem``."""
    refuse_old_sqlite(sqlite_version())
    if not path.is_file():
        raise KnownProblem("no_tiles", f"There is no file at {path}.", EXIT_USAGE)
    with said(path):
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        tiles = dbapi2.connect(address, uri=True, isolation_level=None)
        tiles.execute("PRAGMA trusted_schema=OFF")
    return tiles


def _same_library() -> bool:
    bound: Any = vars(sqlite_utils.utils)["sqlite3"]
    return bool(bound.sqlite_version == dbapi2.sqlite_version)


def _connect(
    path: Path, read_only: bool, any_thread: bool, immutable: bool = False
) -> Any:
    if not read_only:
        _create_private(path)
    mode = "ro" if read_only else "rw"
    still = "&immutable=1" if immutable else ""
    return dbapi2.connect(
        f"{path.absolute().as_uri()}?mode={mode}{still}",
        uri=True,
        isolation_level=None,
        check_same_thread=not any_thread,
        cached_statements=STATEMENTS_KEPT,
    )


def _create_private(path: Path) -> None:
    """SQLite gives -wal and -shm the mode of the file itself."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as why:
        raise KnownProblem(
            "log_unreadable", f"{path} cannot be opened: {why.strerror}.", EXIT_USAGE
        ) from why


def _set_up(connection: Any, read_only: bool, key: bytes | None) -> None:
    run = connection.execute
    if key is not None:
        run(f"PRAGMA key=\"x'{key.hex()}'\"")
    run(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    run("PRAGMA recursive_triggers=ON")
    run("PRAGMA foreign_keys=ON")
    run("PRAGMA trusted_schema=OFF")
    if not read_only:
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=FULL")
        run("PRAGMA secure_delete=ON")
        keep_wal(connection, scarce=False)


def keep_wal(connection: Any, *, scarce: bool) -> None:
    """How large the WAL may become, and how much of the disk it keeps when empty."""
    run = connection.execute
    run(f"PRAGMA wal_autocheckpoint={WAL_PAGES_SCARCE if scarce else WAL_PAGES}")
    run(f"PRAGMA journal_size_limit={0 if scarce else WAL_KEPT_BYTES}")


def fold_wal(connection: Any) -> bool:
    """Fold the WAL into the file and give its room back; False if that could not be
    done now: somebody is reading, or the file itself has no room to grow."""
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except Error:
        return False
    return not busy


def _refuse_foreign(database: Database, path: Path) -> None:
    """Another program's database, or one of a newer Aliquot."""
    (mark,) = database.conn.execute("PRAGMA application_id").fetchone()
    tables = database.table_names()
    if tables and mark != APPLICATION_ID:
        raise KnownProblem(
            "not_a_log", f"{path} is a database of another program.", EXIT_USAGE
        )
    if unknown := migrations.unknown(database):
        raise KnownProblem(
            "log_newer",
            f"{path} was written by a newer Aliquot (it knows {unknown[0]}). "
            "Use that one.",
            EXIT_UNAVAILABLE,
        )
