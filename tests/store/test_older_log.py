"""A log of the program before marks and the index of calls were written in groups."""

from __future__ import annotations

from pathlib import Path

from log_samples import DESK, a_day, new_log, record

from aliquot.console.clock import ManualClock
from aliquot.console.store import migrations
from aliquot.console.store.database import open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.lookup import Lookup
from aliquot.console.store.verify import verify
from aliquot.console.store.views import SqlViews

_CALLS = (
    "call_id, key, line, call_key, state, first_at_us, last_at_us, ours, waiting,"
    " heard, records, record_n, signal_n, taken_by, form_id, aside, incident_id,"
    " trouble_n"
)


def older(new: Path, path: Path) -> Path:
    """The log at ``new`` as the older program wrote it: the same entries and calls,
    and marks as of the last entry."""
    database = open_database(path)
    migrations.STEPS.apply(database, stop_before="calls_2")
    run = database.conn.execute
    run("ATTACH ? AS made", (str(new),))
    run("BEGIN")
    for table in ("heads", "noise", "marks"):
        run(f"INSERT INTO main.{table} SELECT * FROM made.{table}")
    run(f"INSERT INTO main.calls({_CALLS}) SELECT {_CALLS} FROM made.calls")
    run("UPDATE marks SET upto = (SELECT max(n) FROM heads) WHERE name = 'log'")
    run("INSERT INTO main.site SELECT id, site, 4 FROM made.site")
    run("COMMIT")
    database.conn.close()
    return path


def test_it_opens_and_says_the_same(tmp_path: Path) -> None:
    made = new_log(tmp_path)
    made.append([*a_day(), record("c8", end=900), record("c9", end=1200)], DESK)
    with made.work(DESK) as work:
        told = (work.views.recent_calls(), work.views.waiting_calls())
        read = work.views.lines()
    made.close()
    log = LocalLog.open(older(made.path, tmp_path / "old.sqlite"), ManualClock())
    views, lookup = SqlViews(log._database), Lookup(log._database)
    assert (views.recent_calls(), views.waiting_calls()) == told
    assert {call.call_id for call in told[1]} == {"c8", "c9"}
    assert views.lines() == read
    assert lookup.line_end("ali") == 1200
    assert verify(log.path).ok
    log.append([record("c10", end=1500)], DESK)
    assert lookup.line_end("ali") == 1500
    assert [call.call_id for call in views.waiting_calls()] == ["c8", "c9", "c10"]
    assert verify(log.path).ok
    log.close()
