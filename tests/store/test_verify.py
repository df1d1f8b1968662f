"""Whatever is changed in the file behind the log's back is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_samples import DESK, SITE, a_day, erasure, new_log, note, opening, record

from aliquot.console.problems import KnownProblem
from aliquot.console.store.database import Error, open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.migrations import HEAD_COLUMNS
from aliquot.console.store.verify import Report, verify

ENTRIES = 6
ERASED = 2
COLUMNS = (*HEAD_COLUMNS[1:], "salt", "body")
TRIGGERS = ("heads_no_delete", "heads_next", "heads_no_update")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six entries, the second erased; closed, its triggers gone."""
    log = new_log(tmp_path_factory.mktemp("small"))
    log.append([record("c1"), record("c2", end=600), opening("i1", 1, "c1")], DESK)
    log.append([note("i1", "n1", "smoke"), erasure(2), record("c3", end=900)], DESK)
    log.close()
    tamper(log.path, *(f"DROP TRIGGER {name}" for name in TRIGGERS))
    return log.path


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Path]:
    """A log with one of each, open, its triggers gone."""
    log = new_log(tmp_path)
    log.append(a_day(), DESK)
    tamper(log.path, *(f"DROP TRIGGER {name}" for name in TRIGGERS))
    yield log.path
    log.close()


def tamper(path: Path, *statements: str) -> None:
    connection = open_database(path).conn
    for statement in statements:
        connection.execute(statement)
    connection.close()


def flip(value: Any, at: int, bit: int) -> Any:
    if isinstance(value, int):
        return value ^ (1 << bit)
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    data[at % len(data)] ^= 1 << bit
    return bytes(data)


def flipped(path: Path, n: int, column: str, at: int, bit: int) -> Report:
    """What verify says with one bit turned; the file is put right again."""
    connection = open_database(path).conn
    (old,) = connection.execute(
        f"SELECT {column} FROM heads WHERE n = ?", (n,)
    ).fetchone()
    kind = "TEXT" if isinstance(old, str) else None
    mark = f"CAST(? AS {kind})" if kind else "?"
    change = f"UPDATE heads SET {column} = {mark} WHERE n = ?"
    connection.execute(change, (flip(old, at, bit), n))
    try:
        return verify(path)
    finally:
        connection.execute(change, (old, n))
        connection.close()


def check_named(report: Report, n: int, column: str) -> None:
    bad = report.first_bad
    assert bad is not None, f"a flip in {column} of entry {n} was not found"
    assert bad.part == ("body" if column in ("salt", "body") else "head")
    assert (bad.site, bad.n) == (SITE, n)
    assert bad.reason


def test_untouched_is_in_order(small: Path) -> None:
    assert verify(small) == Report(ENTRIES, 1)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_flip_in_every_column_of_every_entry(small: Path, column: str) -> None:
    for n in range(1, ENTRIES + 1):
        if n == ERASED and column in ("salt", "body"):
            continue
        for at, bit in ((0, 0), (7, 6), (-1, 7)):
            check_named(flipped(small, n, column, at, bit), n, column)
    assert verify(small).ok


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    n=st.sampled_from([1, 3, 4, 5, 6]),
    column=st.sampled_from(COLUMNS),
    at=st.integers(0, 2000),
    bit=st.integers(0, 7),
)
def test_a_flip_of_any_bit(small: Path, n: int, column: str, at: int, bit: int) -> None:
    check_named(flipped(small, n, column, at, bit), n, column)


@pytest.mark.parametrize("n", range(1, ENTRIES + 1))
def test_a_changed_number(small: Path, n: int) -> None:
    tamper(small, f"UPDATE heads SET n = {n + 1000} WHERE n = {n}")
    report = verify(small)
    tamper(small, f"UPDATE heads SET n = {n} WHERE n = {n + 1000}")
    check_named(report, n, "n")


def test_swapped_entries(small: Path) -> None:
    swap = (
        "UPDATE heads SET n = 99 WHERE n = 3",
        "UPDATE heads SET n = 3 WHERE n = 4",
        "UPDATE heads SET n = 4 WHERE n = 99",
    )
    tamper(small, *swap)
    report = verify(small)
    tamper(small, *swap)
    check_named(report, 3, "n")
    assert verify(small).ok


@pytest.mark.parametrize("n", range(1, ENTRIES + 1))
def test_dropped_entries(small: Path, n: int) -> None:
    """In the middle the chain shows it, at the end the tables' own mark."""
    tamper(
        small,
        "CREATE TABLE kept AS SELECT * FROM heads",
        f"DELETE FROM heads WHERE n = {n}",
    )
    report = verify(small)
    tamper(
        small,
        f"INSERT INTO heads SELECT * FROM kept WHERE n = {n}",
        "DROP TABLE kept",
    )
    check_named(report, n, "n")
    assert report.events == ENTRIES - 1


def test_all_entries_dropped(day: Path) -> None:
    tamper(day, "DELETE FROM heads")
    bad = verify(day).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (1, "head")
    assert "1 to 19" in bad.reason


def test_an_unlogged_erasure(day: Path) -> None:
    tamper(day, "UPDATE heads SET body = NULL, salt = NULL WHERE n = 5")
    bad = verify(day).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (5, "body")
    assert "no erasure" in bad.reason


def test_half_an_erasure(day: Path) -> None:
    tamper(day, "UPDATE heads SET salt = NULL WHERE n = 5")
    bad = verify(day).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (5, "body")


def test_an_erasure_that_was_undone(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.append([record("c1")], DESK)
    (kept,) = log.read_after(0, 1)
    assert kept.salt is not None
    assert kept.body is not None
    log.append([erasure(1)], DESK)
    log.close()
    tamper(
        log.path,
        "DROP TRIGGER heads_no_update",
        f"UPDATE heads SET salt = x'{kept.salt.hex()}',"
        f" body = x'{kept.body.hex()}' WHERE n = 1",
    )
    bad = verify(log.path).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (1, "body")
    assert "entry 2" in bad.reason


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE calls SET state = 'ended' WHERE call_id = 'c1'", "calls, call_id c1"),
        ("UPDATE calls SET waiting = 1 WHERE call_id = 'c1'", "waiting"),
        ("DELETE FROM calls WHERE call_id = 'c1'", "c1 is missing"),
        ("DELETE FROM calls", "c1 is missing"),
        ("INSERT INTO noise VALUES(999, 'ali', 0, 'x')", "999 has nothing in the log"),
        ("UPDATE incidents SET number = 2", "number differ"),
        ("UPDATE incidents SET fields = x'7b7d'", "fields differ"),
        ("UPDATE notes SET text = text || '.' WHERE system = 0", "notes"),
        ("UPDATE units SET status = CAST(x'ff' AS TEXT)", "units, unit_id 2A11"),
        ("UPDATE people SET role = 'supervisor'", "people, person_id p1: role"),
        ("INSERT INTO sessions VALUES('01', 'p1', 0)", "sessions, position 01"),
        ("UPDATE marks SET upto = upto - 1 WHERE name = 'line:ali'", "upto"),
        ("UPDATE marks SET head = zeroblob(32) WHERE name = 'log'", "head"),
        ("UPDATE incident_points SET north = 50", "index of points"),
        ("DELETE FROM incident_points", "index of points"),
        ("DELETE FROM incident_text WHERE rowid % 4 = 3", "index of text"),
        ("INSERT INTO incident_text(rowid, text) VALUES(1, 'x')", "index of text"),
        ("INSERT INTO incident_text(rowid, text) VALUES(99, '')", "incident_text"),
        ("UPDATE incident_text_docsize SET sz = x'7f'", "incident_text, row"),
        ("DELETE FROM incident_text_docsize", "incident_text, row"),
        ("DELETE FROM incident_text_data WHERE id > 10", "incident_text"),
        ("DELETE FROM incident_text_data", "incident_text"),
        ("UPDATE incident_text_data SET block = x'0000' WHERE id = 1", "text"),
        ("UPDATE incident_points_node SET data = zeroblob(8)", "incident_points"),
        ("DELETE FROM incident_points_node", "incident_points"),
        ("DELETE FROM incident_points_rowid", "points"),
        ("UPDATE site SET folds = 77", "table site: folds is 77"),
    ],
)
def test_a_table_that_is_not_what_the_log_says(
    day: Path, statement: str, named: str
) -> None:
    tamper(day, statement)
    bad = verify(day).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (19, "fold")
    assert named in bad.reason


def test_reasons_hold_no_call_data(day: Path) -> None:
    tamper(day, "UPDATE notes SET text = 'a name' WHERE system = 0")
    bad = verify(day).first_bad
    assert bad is not None
    assert "smoke" not in bad.reason
    assert "a name" not in bad.reason


def test_verifies_beside_a_writer(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.append([record("c1")], DESK)
    with log.work(DESK) as work:
        work.append(record("c2"))
        assert verify(log.path) == Report(1, 0)
    assert verify(log.path) == Report(2, 0)
    log.close()


def test_changes_nothing(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.append(a_day(), DESK)
    log.close()
    before = log.path.read_bytes()
    assert verify(log.path).ok
    assert log.path.read_bytes() == before


def test_no_log_and_an_empty_one(tmp_path: Path) -> None:
    assert verify(tmp_path / "log.sqlite") == Report(0, 0)
    log = new_log(tmp_path)
    assert verify(log.path) == Report(0, 0)
    log.close()
    assert verify(log.path) == Report(0, 0)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.8])
def test_a_smashed_page(tmp_path: Path, share: float) -> None:
    log = new_log(tmp_path)
    for number in range(60):
        log.append([record(f"c{number}")], DESK)
    log.close()
    data = bytearray(log.path.read_bytes())
    at = int(len(data) * share) // 4096 * 4096
    data[at : at + 4096] = b"\x5a" * 4096
    log.path.write_bytes(data)
    try:
        report = verify(log.path)
    except (Error, UnicodeError) as error:  # pragma: no cover - the fault looked for
        pytest.fail(f"verify itself failed: {error!r}")
    assert not report.ok


def test_no_rights(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").mkdir()
    with pytest.raises(KnownProblem):
        LocalLog.open(tmp_path / "log.sqlite", None)  # type: ignore[arg-type]
