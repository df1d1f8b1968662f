"""Marks of lines and of the log: written now and then, and known at any time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_samples import AT, DESK, erasure, new_log, record, signal

from aliquot.console.domain import events as ev
from aliquot.console.domain.rows import LineRow
from aliquot.console.store.database import open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.lookup import Lookup
from aliquot.console.store.marks import EVERY
from aliquot.console.store.verify import verify
from aliquot.console.store.views import SqlViews

FOREIGN = ev.ForeignIncidentReceived(
    incident_id="i9",
    number=9,
    source="county",
    source_id="77",
    join="same",
    changes={},
    at_us=AT,
    line="cad",
    end=900,
)
KINDS = ("record", "rebid", "signal", "noise", "state", "aside")


def said(kind: str, number: int) -> ev.Event:
    end = (number * 7919) % 1000  # not in order: the furthest counts
    if kind == "record":
        return record(f"c{number}", end=end)
    if kind == "rebid":
        return record(f"c{number // 2}", "rebid", end=end)
    if kind == "signal":
        return signal(f"c{number}", "offered", f"k{number}", end)
    if kind == "noise":
        return ev.LineNoiseHeard(
            line="ali", at_us=AT, reason="no_start", raw="", start=0, end=end
        )
    if kind == "state":
        return ev.LineStateChanged(line="ali", state="up", message="", at_us=AT)
    return ev.CallSetAside(call_id=f"c{number - 1}", reason="test", at_us=AT)


def pieces(events: Sequence[ev.Event], cuts: Sequence[int]) -> list[list[ev.Event]]:
    found, left = [], list(events)
    for cut in cuts:
        found.append(left[:cut])
        left = left[cut:]
    return [piece for piece in [*found, left] if piece]


def known(events: Sequence[ev.Event]) -> dict[str, tuple[int, int, int]]:
    """Reckoned afresh: furthest end, records, stretches of noise of each line."""
    found: dict[str, tuple[int, int, int]] = {}
    for event in events:
        if isinstance(event, ev.LineNoiseHeard):
            line, end, add = event.line, event.end, (0, 1)
        elif isinstance(event, ev.LineRecordReceived | ev.CallSignalled):
            line, end, add = event.line, event.end, (1, 0)
        else:
            continue
        before = found.get(line, (0, 0, 0))
        found[line] = (max(before[0], end), before[1] + add[0], before[2] + add[1])
    return found


def counted(rows: Sequence[LineRow]) -> dict[str, tuple[int, int]]:
    return {
        row.line: (row.records, row.noise) for row in rows if row.records + row.noise
    }


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=EVERY, max_size=3 * EVERY),
    cuts=st.lists(st.integers(1, EVERY), min_size=2, max_size=12),
    again=st.booleans(),
)
def test_they_hold_however_entries_are_written(
    tmp_path_factory: pytest.TempPathFactory,
    kinds: list[str],
    cuts: list[int],
    again: bool,
) -> None:
    """In one work or many, by one opening of the log or several: what is read is
    right after each, and the tables are what the log makes of them."""
    log = new_log(tmp_path_factory.mktemp("log"))
    reader = open_database(log.path, read_only=True)
    events = [said(kind, number) for number, kind in enumerate(kinds)]
    done: list[ev.Event] = []
    for piece in pieces(events, cuts):
        if again:
            log = reopened(log)
        with log.work(DESK) as work:
            for event in piece:
                work.append(event)
            inside, calls = counted(work.views.lines()), ids_of(work.views)
        done += piece
        should = known(done)
        assert inside == {line: said[1:] for line, said in should.items() if any(said)}
        assert counted(SqlViews(reader).lines()) == inside
        assert ids_of(SqlViews(reader)) == calls == calls_of(done)
        for line, (end, _, _) in should.items():
            assert Lookup(reader).line_end(line) == end
    assert verify(log.path).ok
    reader.conn.close()
    log.close()


def calls_of(events: Sequence[ev.Event]) -> tuple[set[str], set[str]]:
    """Ids of all calls that were heard of, and of those that wait."""
    heard: dict[str, bool] = {}
    for event in events:
        if isinstance(event, ev.LineRecordReceived | ev.CallSignalled):
            heard.setdefault(event.call_id, True)
        elif isinstance(event, ev.CallSetAside) and event.call_id in heard:
            heard[event.call_id] = False
    return set(heard), {call for call, waits in heard.items() if waits}


def ids_of(views: SqlViews) -> tuple[set[str], set[str]]:
    rows = views.recent_calls(1000), views.waiting_calls()
    assert all(len({row.call_id for row in found}) == len(found) for found in rows)
    return {row.call_id for row in rows[0]}, {row.call_id for row in rows[1]}


def reopened(log: LocalLog) -> LocalLog:
    log.close()
    return LocalLog.open(log.path, log._clock)


def fail_after(log: LocalLog, event: ev.Event) -> None:
    with log.work(DESK) as work:
        work.append(event)
        _ = 1 // 0


def test_a_work_that_failed_leaves_no_mark(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.append([record("c1", end=10)], DESK)
    with pytest.raises(ZeroDivisionError):
        fail_after(log, record("c2", end=500))
    log.append([record("c3", end=20)] * EVERY, DESK)
    with log.work(DESK) as work:
        assert work.lookup.line_end("ali") == 20
        (row,) = work.views.lines()
    assert row.records == EVERY + 1
    assert verify(log.path).ok
    log.close()


def test_records_write_no_mark_of_their_own(tmp_path: Path) -> None:
    """It would be one more page in each commit."""
    log = new_log(tmp_path)
    written: list[str] = []
    log.append([record("c0")], DESK)
    log._connection.set_trace_callback(written.append)
    for number in range(1, EVERY - 1):
        log.append([record(f"c{number}")], DESK)
    assert [sql for sql in written if "INTO marks" in sql] == []
    log.append([record("last")], DESK)
    log._connection.set_trace_callback(None)
    assert len([sql for sql in written if "INTO marks" in sql]) == 1
    log.close()


@pytest.mark.parametrize("count", [1, 3, EVERY - 1, EVERY, EVERY + 2])
@pytest.mark.parametrize("kind", ["record", "signal", "noise"])
def test_an_entry_dropped_at_the_end_is_missed(
    tmp_path: Path, kind: str, count: int
) -> None:
    """Though no mark was written for it."""
    log = new_log(tmp_path)
    log.append([said(kind, number) for number in range(count)], DESK)
    log.close()
    database = open_database(log.path)
    database.conn.execute("DROP TRIGGER heads_no_delete")
    database.conn.execute("DELETE FROM heads WHERE n = ?", (count,))
    database.conn.close()
    bad = verify(log.path).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (count, "head")


def test_an_erasure_keeps_how_far_lines_were_read(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.append([record("c1", end=700), record("c2", end=30)], DESK)
    log.append([erasure(1)], DESK)
    with log.work(DESK) as work:
        assert work.lookup.line_end("ali") == 700
    log.append([record("c3", end=40)], DESK)
    (row,) = SqlViews(log._database).lines()
    assert row.records == 2
    assert verify(log.path).ok
    log.close()


def test_a_report_of_another_cad_moves_its_line_on(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.append([record("c1", end=10), FOREIGN, record("c2", end=20)], DESK)
    views = SqlViews(log._database)
    assert counted(views.lines()) == {"ali": (2, 0), "cad": (1, 0)}
    assert Lookup(log._database).line_end("cad") == 900
    assert verify(log.path).ok
    log.close()


def test_a_damaged_body_after_the_mark_stops_nothing(tmp_path: Path) -> None:
    """``verify`` names it; calls are taken all the same."""
    log = new_log(tmp_path)
    log.append([record("c1", end=10), record("c2", end=20)], DESK)
    log.close()
    database = open_database(log.path)
    database.conn.execute("DROP TRIGGER heads_no_update")
    database.conn.execute("UPDATE heads SET body = x'7b22' WHERE n = 2")
    database.conn.close()
    again = LocalLog.open(log.path, log._clock)
    again.append([record("c3", end=30)], DESK)
    views = SqlViews(again._database)
    assert counted(views.lines()) == {"ali": (2, 0)}
    assert Lookup(again._database).line_end("ali") == 30
    bad = verify(log.path).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (2, "body")
    again.close()
