"""What is said late, of another line, or erased: rows of calls, and forged logs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from log_samples import AT, DESK, SITE, erasure, opening, record, signal

from aliquot.console.domain import events as ev
from aliquot.console.store.database import open_database
from aliquot.console.store.entry import SELECT, Entry, hash_head
from aliquot.console.store.folds import fold
from aliquot.console.store.log import LocalLog
from aliquot.console.store.verify import verify
from aliquot.console.store.views import SqlViews

TAKEN = ev.CallTaken(call_id="c1", form_id="f1", at_us=AT)
ASIDE = ev.CallSetAside(call_id="c1", reason="test", at_us=AT)


def test_what_is_told_late_does_not_set_a_call_back(
    log: LocalLog, views: SqlViews
) -> None:
    """Two lines tell of a call; the slower one tells of an earlier moment."""
    log.append([signal("c1", "offered", "k", 500)], DESK)
    log.append([record("c1", "joined", 300)], DESK)
    (row,) = views.recent_calls()
    assert (row.first_at_us, row.last_at_us) == (AT + 500, AT + 500)
    log.append([record("c1", "rebid", 900)], DESK)
    (row,) = views.recent_calls()
    assert row.last_at_us == AT + 900


def test_a_call_is_ours_as_was_last_said(log: LocalLog, views: SqlViews) -> None:
    log.append([replace(record("c1"), ours=False)], DESK)
    assert views.waiting_calls() == ()
    log.append([record("c1", "rebid", 600)], DESK)
    assert [row.call_id for row in views.waiting_calls()] == ["c1"]
    log.append([replace(record("c1", "rebid", 900), ours=False)], DESK)
    assert views.waiting_calls() == ()


@pytest.mark.parametrize("act", [TAKEN, ASIDE], ids=["taken", "aside"])
def test_a_call_whose_taking_was_erased_does_not_wait_again(
    log: LocalLog, views: SqlViews, act: ev.Event
) -> None:
    log.append([record("c1"), act], DESK)
    log.append([erasure(2)], DESK)
    assert [row.call_id for row in views.recent_calls()] == ["c1"]
    assert views.waiting_calls() == ()


def test_a_call_that_was_erased_waits_for_nobody(
    log: LocalLog, views: SqlViews
) -> None:
    """Not even when more is heard of it."""
    log.append([record("c1"), record("c2", end=600)], DESK)
    log.append([erasure(1)], DESK)
    log.append([record("c1", "rebid", 900)], DESK)
    assert [row.call_id for row in views.waiting_calls()] == ["c2"]
    assert verify(log.path).ok


def test_an_erasure_excuses_nothing_that_came_after_it(log: LocalLog) -> None:
    """Else one that names entries to come would let their bodies be taken."""
    with log.work(DESK) as work:
        work.append(record("c1"))
        entry, event = work._insert(erasure(3), None)
        fold(work._tables, entry, event)
        work.append(record("c2", end=600))
    raw = open_database(log.path).conn
    raw.execute("UPDATE heads SET body = NULL, salt = NULL WHERE n = 3")
    raw.close()
    bad = verify(log.path).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (3, "body")
    assert "no erasure of it is logged" in bad.reason


def test_an_entry_of_another_site_is_found(log: LocalLog) -> None:
    """Though its own hash is right."""
    other = "99999999" + SITE[8:]
    log.append([record("c1")], DESK)
    raw = open_database(log.path).conn
    raw.execute("DROP TRIGGER heads_no_update")
    (row,) = raw.execute(SELECT).fetchall()
    entry = Entry._make(row)
    head = hash_head(*entry._replace(site=other)[:12])
    raw.execute("UPDATE heads SET site = ?, head = ?", (other, head))
    raw.execute("UPDATE marks SET head = ? WHERE name = 'log'", (head,))
    raw.close()
    bad = verify(log.path).first_bad
    assert bad is not None
    assert (bad.n, bad.part) == (1, "head")
    assert "another site" in bad.reason


def test_behind_an_erasure_nothing_is_counted_twice(
    log: LocalLog, views: SqlViews
) -> None:
    """What was heard before it is in the tables that were made anew."""
    log.append([record("c1"), record("c2", end=600)], DESK)
    log.append([erasure(1)], DESK)
    log.append([opening("i1", 1, "c2")], DESK)
    assert verify(log.path).first_bad is None
    log.append([record("c3", end=900)], DESK)
    assert verify(log.path).first_bad is None


def test_calls_come_in_the_order_of_the_log_when_the_clock_was_set_back(
    log: LocalLog, views: SqlViews
) -> None:
    """Else the call that has just come stands below those before it."""
    hour_us = 3_600_000_000
    before = [record("c1", end=300), record("c2", end=600)]
    set_back = [
        replace(record(f"c{n}", end=n * 300), at_us=AT - hour_us + n) for n in (3, 4)
    ]
    log.append([*before, signal("c5", "offered", "k", 1500)], DESK)
    log.append([*set_back, replace(signal("c5", "ended", "k"), at_us=AT)], DESK)
    waiting = [row.call_id for row in views.waiting_calls()]
    assert waiting == ["c1", "c2", "c3", "c4", "c5"]  # what is over comes last
    recent = [row.call_id for row in views.recent_calls()]
    assert recent == ["c4", "c3", "c5", "c2", "c1"]
    assert [row.call_id for row in views.recent_calls(2)] == ["c4", "c3"]
