"""Rows of calls that more than one source tells of, or that have trouble."""

from __future__ import annotations

from dataclasses import replace

import pytest
from log_samples import AT, DESK, record, signal

from aliquot.console.domain import events as ev
from aliquot.console.domain.rows import CallRow
from aliquot.console.store.database import open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.rebuild import rebuild
from aliquot.console.store.verify import verify
from aliquot.console.store.views import SqlViews


def only(views: SqlViews) -> CallRow:
    (row,) = views.recent_calls()
    return row


def at(event: ev.CallSignalled, **fields: ev.Json) -> ev.CallSignalled:
    return replace(event, fields=fields)


def test_trouble_is_a_mark_beside_the_state(log: LocalLog, views: SqlViews) -> None:
    trouble = at(signal("c1", "trouble", "k", 30), note="a set is dead")
    log.append([signal("c1", "offered", "k"), signal("c1", "answered", "k")], DESK)
    assert only(views).trouble is None
    log.append([trouble], DESK)
    assert (only(views).state, only(views).trouble) == ("answered", "a set is dead")
    log.append([signal("c1", "ended", "k", 40)], DESK)
    assert (only(views).state, only(views).trouble) == ("ended", "a set is dead")


def test_the_newer_of_record_and_signal_knows_the_position(
    log: LocalLog, views: SqlViews
) -> None:
    offered = at(signal("c1", "offered", "k", 10), position="01")
    answered = signal("c1", "answered", "k", 20)
    log.append([offered, answered, record("c1", "joined", position="01")], DESK)
    moved = at(signal("c1", "transferred", "k", 400), position="07")
    log.append([moved], DESK)
    row = only(views)
    assert (row.state, row.position, row.positions) == (
        "transferred",
        "07",
        ("07", "01"),
    )
    log.append([record("c1", "rebid", 900, position="02")], DESK)
    assert only(views).position == "02"


def test_each_source_finds_the_call_by_its_own_key(
    log: LocalLog, views: SqlViews
) -> None:
    second = replace(signal("c1", "offered", "m1", 20), line="modem")
    log.append([signal("c1", "offered", "k"), second], DESK)
    assert only(views).sources == ("modem", "pbx")
    assert only(views).line == "pbx"
    with log.work(DESK) as work:
        for line, key in (("pbx", "k"), ("modem", "m1")):
            row = work.lookup.call_by_key(line, key)
            assert row is not None
            assert row.call_id == "c1"
            assert [c.call_key for c in work.lookup.open_calls(line)] == [key]
        assert work.lookup.call_by_key("modem", "k") is None
    log.append([signal("c1", "ended", "k", 50)], DESK)
    with log.work(DESK) as work:
        assert work.lookup.open_calls("modem") == ()


def test_what_does_not_count_leaves_the_state(log: LocalLog, views: SqlViews) -> None:
    stops = replace(signal("c1", "abandoned", "m1", 20), line="modem", counts=False)
    log.append([signal("c1", "answered", "k"), stops], DESK)
    assert only(views).state == "answered"
    assert [r.kind for r in views.call("c1").records] == ["answered", "abandoned"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kinds", "held", "moved", "answered"),
    [
        (("offered",), False, False, False),
        (("offered", "answered"), False, False, True),
        (("offered", "answered", "held"), True, False, True),
        (("offered", "answered", "transferred"), False, True, True),
    ],
)
def test_open_calls_after_a_restart_stand_as_they_stood(
    log: LocalLog, kinds: tuple[str, ...], held: bool, moved: bool, answered: bool
) -> None:
    log.append([signal("c1", kind, "k", n) for n, kind in enumerate(kinds)], DESK)
    with log.work(DESK) as work:
        (call,) = work.lookup.open_calls("pbx")
    assert (call.held, call.moved, call.answered) == (held, moved, answered)


def test_what_a_line_can_be_asked_and_since_when(
    log: LocalLog, views: SqlViews
) -> None:
    def state(at_us: int, name: str, message: str, *asks: str) -> ev.LineStateChanged:
        return ev.LineStateChanged(
            line="cti", at_us=at_us, state=name, message=message, asks=list(asks)
        )

    log.append([state(AT, "up", "open", "dial", "test")], DESK)
    (row,) = views.lines()
    assert (row.asks, row.since_us) == (("dial", "test"), AT)
    log.append(
        [state(AT + 5, "trouble", "no"), state(AT + 9, "trouble", "still")], DESK
    )
    (row,) = views.lines()
    assert (row.asks, row.since_us, row.message) == ((), AT + 5, "still")


def test_it_is_all_there_again_after_a_rebuild(log: LocalLog, views: SqlViews) -> None:
    second = replace(signal("c1", "offered", "m1", 20), line="modem")
    asked = ev.LineAsked(line="pbx", ask="dial", number="5", call_id="c1", at_us=AT)
    failed = ev.LineAskFailed(line="pbx", ask="dial", reason="line_down", at_us=AT)
    trouble = at(signal("c1", "trouble", "k", 30), note="dead")
    log.append([signal("c1", "offered", "k"), second, asked, failed, trouble], DESK)
    before = only(views)
    path = log.path
    assert before.trouble == "dead"
    log.close()
    views.close()
    assert verify(path).ok
    assert rebuild(path).ok
    again = SqlViews(open_database(path, read_only=True))
    assert only(again) == before
    again.close()
