"""The log: order, transactions, append-only, erasure, and what lies beside it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from log_samples import AT, DESK, SITE, a_day, erasure, new_log, note, opening, record

from aliquot.console.clock import ManualClock, Stamp
from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor
from aliquot.console.problems import KnownProblem
from aliquot.console.store.canonical import NotCanonical
from aliquot.console.store.database import Error, open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.verify import verify


def test_numbers_are_gapless_and_heads_chained(log: LocalLog) -> None:
    assert log.append(a_day(), DESK) == 19
    entries = log.read_after(0, 100)
    assert [entry.n for entry in entries] == list(range(1, 20))
    assert [e.n for e in log.read_after(17, 100)] == [18, 19]
    assert [e.n for e in log.read_after(0, 2)] == [1, 2]
    assert [entry.event for entry in entries] == a_day()
    prev = bytes(32)
    for entry in entries:
        assert entry.prev == prev
        prev = entry.head


def test_hashes_as_documented(log: LocalLog) -> None:
    """Made here from the text of docs/log.md, not with the log's own functions."""
    log.append([record(uncertainty_m=5.0)], DESK)
    (entry,) = log.read_after(0, 1)
    assert entry.salt is not None
    assert entry.body is not None
    assert len(entry.salt) == 32
    assert entry.body_hash == sha256(entry.salt + entry.body).digest()
    array = [
        *("aliquot.head/1", SITE, 1, entry.utc_us, str(entry.mono_ns), "synced"),
        *("nobody", "01", "line.record_received", 1, "call:c1"),
        *(entry.body_hash.hex(), "00" * 32),
    ]
    assert entry.head == sha256(rfc8785.dumps(array)).digest()
    assert b'"uncertainty_m":5}' in entry.body


def test_salts_differ(log: LocalLog) -> None:
    log.append([record("c1"), record("c1")], DESK)
    first, second = log.read_after(0, 2)
    assert first.body == second.body
    assert first.body_hash != second.body_hash


def test_heads_say_who_where_and_when(log: LocalLog) -> None:
    with log.work(Actor("p1", "03")) as work:
        work.append(record(), Stamp(AT + 5, 77))
        work.append(note("i1", "n1", "x"))
    first, second = log.read_after(0, 2)
    assert (first.actor, first.position, first.clock) == ("p1", "03", "synced")
    assert (first.utc_us, first.mono_ns) == (AT + 5, 77)
    assert (second.utc_us, second.mono_ns) == (AT, 0)


def test_a_work_sees_its_own_appends(log: LocalLog) -> None:
    with log.work(DESK) as work:
        work.append(record())
        assert [row.call_id for row in work.views.waiting_calls()] == ["c1"]
        assert work.lookup.line_end("ali") == 300
        views, lookup = work.views, work.lookup
        work.append(record("c1", "rebid", 600))
        assert lookup.line_end("ali") == 600
        assert [row.records for row in views.lines()] == [2]
        work.save_draft("f1", {"place": "5th"}, AT)
        assert work.subjects == {"call:c1", "line:ali", "draft:f1"}


def fail_half_way(log: LocalLog) -> None:
    with log.work(DESK) as work:
        work.append(record("c2"))
        work.save_draft("f1", {}, AT)
        raise ZeroDivisionError


def test_a_failed_work_leaves_nothing(log: LocalLog) -> None:
    log.append([record("c1")], DESK)
    with pytest.raises(ZeroDivisionError):
        fail_half_way(log)
    with pytest.raises(NotCanonical):
        log.append([record("c2"), record("c3", latitude=float("nan"))], DESK)
    assert log.status().n == 1
    assert log.append([record("c4")], DESK) == 2
    report = verify(log.path)
    assert (report.events, report.first_bad) == (2, None)


def test_an_ended_work_cannot_append(log: LocalLog) -> None:
    with log.work(DESK) as work:
        pass
    with pytest.raises(RuntimeError):
        work.append(record())
    assert log.status().n == 0


def test_reopening_goes_on(log: LocalLog) -> None:
    log.append([record("c1")], DESK)
    log.close()
    again = LocalLog.open(log.path, ManualClock())
    assert again.site == SITE
    assert again.append([record("c2")], DESK) == 2
    assert verify(log.path).ok
    again.close()
    with pytest.raises(KnownProblem, match=SITE):
        LocalLog.open(log.path, ManualClock(), "another-site")


def test_two_writers_cannot_fork_the_chain(log: LocalLog) -> None:
    log.append([record("c1")], DESK)
    other = LocalLog.open(log.path, ManualClock())
    other.append([record("c2")], DESK)
    with pytest.raises(KnownProblem):
        log.append([record("c3")], DESK)
    assert log.append([record("c3")], DESK) == 3
    other.close()
    assert verify(log.path).ok


COPY = (
    "{} INTO heads SELECT {}, site, utc_us, mono_ns, clock, 'other', position, type,"
    " version, subject, body_hash, prev, head, salt, body FROM heads LIMIT 1"
)


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM heads WHERE n = 1",
        "DELETE FROM heads",
        "UPDATE heads SET actor = 'other' WHERE n = 1",
        "UPDATE heads SET n = 9 WHERE n = 2",
        "UPDATE heads SET body = x'7b7d' WHERE n = 1",
        "UPDATE heads SET salt = zeroblob(32) WHERE n = 1",
        "UPDATE heads SET body = NULL WHERE n = 1",
        "UPDATE OR REPLACE heads SET n = 1 WHERE n = 2",
        "INSERT OR REPLACE INTO heads SELECT * FROM heads WHERE n = 1",
        COPY.format("REPLACE", 2),
        COPY.format("INSERT OR REPLACE", 1),
        COPY.format("INSERT", 7),
        COPY.format("INSERT", 0),
    ],
)
def test_append_only(log: LocalLog, statement: str, pragma: str) -> None:
    log.append([record("c1"), record("c2")], DESK)
    before = log.read_after(0, 9)
    raw = open_database(log.path).conn
    raw.execute(f"PRAGMA recursive_triggers={pragma}")
    with pytest.raises(Error, match="append-only"):
        raw.execute(statement)
    raw.close()
    assert log.read_after(0, 9) == before


def test_every_head_column_is_guarded(log: LocalLog) -> None:
    log.append([record("c1")], DESK)
    raw = open_database(log.path).conn
    columns = [row[1] for row in raw.execute("PRAGMA table_info(heads)")]
    assert len(columns) == 15
    for column in columns[:13]:
        other = "x'00'" if column in ("body_hash", "prev", "head") else "77"
        with pytest.raises(Error, match="append-only"):
            raw.execute(f"UPDATE heads SET {column} = {other}")
    raw.close()


def test_erasure(log: LocalLog) -> None:
    log.append([record("c1"), record("c2", end=600), opening("i1", 7)], DESK)
    log.append([note("i1", "n1", "a name nobody may read")], DESK)
    heads = [entry.head for entry in log.read_after(0, 9)]
    with log.work(DESK) as work:
        assert work.append(erasure(1, 2, 3, 4)) == 5
        assert {"log", "call:c1", "call:c2", "incident:i1"} <= work.subjects
        assert work.views.recent_calls() == ()
        assert work.views.waiting_calls() == ()
        assert work.views.search("name") == ()
        assert work.views.narrative("i1") == ()
        # what must outlive the bodies
        assert work.lookup.line_end("ali") == 600
        assert work.lookup.next_incident_number() == 8
    entries = log.read_after(0, 9)
    assert [entry.head for entry in entries[:4]] == heads
    assert [entry.erased for entry in entries] == [True] * 4 + [False]
    assert [(entry.salt, entry.body) for entry in entries[:4]] == [(None, None)] * 4
    report = verify(log.path)
    assert (report.events, report.erased, report.first_bad) == (5, 4, None)


def test_erased_words_are_in_no_file(log: LocalLog) -> None:
    secret = "Quetzalcoatlus"
    log.append([record("c1", customer_name=secret), opening(place=secret)], DESK)
    log.append([note("i1", "n1", f"{secret} said so")], DESK)
    files = [log.path, log.path.with_name(log.path.name + "-wal")]

    def holding() -> list[str]:
        wanted = (secret.encode(), secret.lower().encode())
        return [
            file.name for file in files if any(w in file.read_bytes() for w in wanted)
        ]

    assert holding()
    log.append([erasure(1, 2, 3)], DESK)
    assert holding() == []


def test_a_partly_erased_call_does_not_wait_again(log: LocalLog) -> None:
    taken = ev.CallTaken(call_id="c1", form_id="f1", at_us=AT)
    log.append([record("c1"), taken, record("c1", "rebid", 600)], DESK)
    with log.work(DESK) as work:
        work.append(erasure(1, 2))
        assert work.views.waiting_calls() == ()
        (row,) = work.views.recent_calls()
        assert (row.records, row.first_at_us) == (1, AT + 600)


@pytest.mark.parametrize(
    "targets",
    [[[SITE, 9]], [["other", 1]], [[SITE, 2]], [SITE], [[SITE, "1"]], [[SITE, 1.0]]],
)
def test_what_cannot_be_erased(log: LocalLog, targets: list[ev.Json]) -> None:
    log.append([record("c1")], DESK)
    log.append([erasure()], DESK)
    bad = ev.BodiesErased(targets=targets, reason="r", authority="a", at_us=AT)
    with pytest.raises(KnownProblem):
        log.append([bad], DESK)
    assert log.status().n == 2


def test_subscribers_are_woken_after_commits(log: LocalLog) -> None:
    seen: list[int] = []
    subscription = log.subscribe(lambda: seen.append(log.status().n))
    log.append([record("c1")], DESK)
    with pytest.raises(ZeroDivisionError):
        fail_half_way(log)
    with log.work(DESK):
        pass
    assert seen == [1]
    subscription.close()
    subscription.close()
    log.append([record("c2")], DESK)
    assert seen == [1]


def test_leases(tmp_path: Path) -> None:
    clock = ManualClock()
    log = LocalLog.open(tmp_path / "log.sqlite", clock)
    mine = log.lease("serial:ttyS0", "a", 10)
    assert mine is not None
    assert mine.until_us == clock.now().utc_us + 10_000_000
    assert log.lease("serial:ttyS0", "b", 10) is None
    assert log.lease("publisher", "b", 10) is not None
    clock.advance(9)
    assert log.lease("serial:ttyS0", "a", 10) is not None
    clock.advance(9)
    assert log.lease("serial:ttyS0", "b", 10) is None
    clock.advance(1)
    assert log.lease("serial:ttyS0", "b", 10) is not None
    log.close()


def test_drafts_live_beside_the_log(log: LocalLog) -> None:
    with log.work(DESK) as work:
        work.save_draft("f2", {"place": "A"}, AT)
        work.save_draft("f1", {"place": "B"}, AT + 1)
        work.save_draft("f2", {"place": "A st"}, AT + 2)
    with log.work(DESK) as work:
        rows = work.views.drafts()
        assert [(row.form_id, row.saved_at_us) for row in rows] == [
            ("f2", AT + 2),
            ("f1", AT + 1),
        ]
        assert rows[0].body == {"place": "A st"}
        work.drop_draft("f2")
        assert [row.form_id for row in work.views.drafts()] == ["f1"]
    assert log.status().n == 0


def test_tables_of_an_older_program_are_made_anew(log: LocalLog) -> None:
    log.append([record("c1")], DESK)
    log.close()
    raw = open_database(log.path).conn
    raw.execute("UPDATE site SET folds = 0")
    raw.execute("UPDATE calls SET state = 'answered', heard = ''")
    raw.close()
    again = LocalLog.open(log.path, ManualClock())
    assert verify(log.path).ok
    again.close()


def test_status(log: LocalLog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (log.status().n, log.status().last_at_us) == (0, None)
    log.append([record("c1")], DESK)
    status = log.status()
    assert (status.site, status.n, status.last_at_us) == (SITE, 1, AT)
    assert status.free_bytes > 0
    from aliquot.console.store import views

    monkeypatch.setattr(views, "free_bytes", lambda path: 100 << 20)
    problem = log.status().problem
    assert problem is not None
    assert "100 MB" in problem


def test_the_wal_gives_its_room_back(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    wal = log.path.with_name(log.path.name + "-wal")
    log.append([record("c1")], DESK)
    assert wal.stat().st_size > 0
    assert log.make_room()
    assert wal.stat().st_size == 0
    assert not log.make_room(), "there is none to give"
    log.close()


def test_the_wal_stays_small_where_room_is_scarce(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    wal = log.path.with_name(log.path.name + "-wal")
    log.be_sparing(True)
    sizes = []
    for number in range(60):
        log.append([record(f"c{number}")], DESK)
        sizes.append(wal.stat().st_size)
    assert max(sizes) < 400_000
    log.close()
