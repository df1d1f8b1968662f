"""Opening: what is refused, what is set, what is said."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from aliquot.console.clock import ManualClock
from aliquot.console.problems import KnownProblem
from aliquot.console.store import migrations
from aliquot.console.store.database import (
    SQLITE_FLOOR,
    known,
    open_database,
    refuse_old_sqlite,
    sqlite_version,
)
from aliquot.console.store.log import LocalLog


def refusal(path: Path, **options: bool) -> str:
    with pytest.raises(KnownProblem) as caught:
        open_database(path, **options)  # type: ignore[arg-type]
    assert str(path) in str(caught.value)
    return caught.value.code


def test_this_sqlite_is_sound() -> None:
    assert sqlite_version() >= SQLITE_FLOOR


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (3, 7, 0)])
def test_an_older_sqlite_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(KnownProblem, match=r"3\.51\.3") as caught:
        refuse_old_sqlite(version)
    assert caught.value.code == "sqlite_too_old"


def test_open_checks_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbapi2, "sqlite_version", "3.46.0")
    with pytest.raises(KnownProblem) as caught:
        open_database(tmp_path / "log.sqlite")
    assert caught.value.code == "sqlite_too_old"
    assert not (tmp_path / "log.sqlite").exists()


def test_sqlite_utils_is_on_the_same_library() -> None:
    code = (
        "import aliquot.console.store.database, sqlite_utils.utils, sqlcipher3.dbapi2;"
        "assert sqlite_utils.utils.sqlite3.connect is sqlcipher3.dbapi2.connect;"
        "import sys; assert 'PySide6' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_settings_of_the_house(tmp_path: Path) -> None:
    run = open_database(tmp_path / "log.sqlite").conn.execute
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "recursive_triggers": 1,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
    }
    found = {name: run(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    assert found == wanted


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        log = LocalLog.open(tmp_path / "log.sqlite", ManualClock())
    finally:
        os.umask(before)
    for name in ("log.sqlite", "log.sqlite-wal", "log.sqlite-shm"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    log.close()


def test_migrations_twice(tmp_path: Path) -> None:
    database = open_database(tmp_path / "log.sqlite")
    migrations.apply(database)
    schema = database.schema
    migrations.apply(database)
    assert database.schema == schema
    assert migrations.current(database)
    assert [step.name for step in migrations.STEPS.applied(database)] == list(
        migrations.KNOWN
    )


def test_a_newer_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    database = open_database(path)
    migrations.apply(database)
    database.table("_sqlite_migrations").insert(
        {"migration_set": "aliquot.log", "name": "log_99", "applied_at": "later"}
    )
    database.conn.close()
    assert refusal(path) == "log_newer"
    assert refusal(path, read_only=True) == "log_newer"


def test_foreign_and_broken_files(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("this is no database, whatever its name says" * 100)
    assert refusal(text) == "not_a_log"
    other = tmp_path / "other"
    connection = dbapi2.connect(str(other))
    connection.execute("CREATE TABLE contacts(name)")
    connection.close()
    assert refusal(other) == "not_a_log"
    assert refusal(tmp_path / "missing", read_only=True) == "no_log"
    assert refusal(text / "below") == "log_unreadable"


def test_keyed_file_is_not_readable_without_the_key(tmp_path: Path) -> None:
    path, key = tmp_path / "log.sqlite", bytes(range(32))
    database = open_database(path, key=key)
    migrations.apply(database)
    database.conn.close()
    assert not path.read_bytes().startswith(b"SQLite format 3")
    assert migrations.current(open_database(path, key=key))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (13, "log_full"),
        (11, "log_damaged"),
        (5, "log_busy"),
        (266, "log_io"),
        (1, "log_error"),
    ],
)
def test_errors_have_codes(number: int, code: str) -> None:
    error = dbapi2.OperationalError("it said so")
    error.sqlite_errorcode = number
    assert known(error, "x").code == code
