"""What is made when it is read: counts of what was heard, codes said by labels."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from log_samples import AT, DESK, erasure, opening, record, signal

from aliquot.console.domain import events as ev
from aliquot.console.store.call_rows import CALLS, NEWEST, SINCE, WAITING
from aliquot.console.store.log import LocalLog
from aliquot.console.store.views import SqlViews


def texts(views: SqlViews) -> list[str]:
    return [row.text for row in views.narrative("i1")]


def some_calls(dice: random.Random) -> list[ev.Event]:
    heard: list[ev.Event] = []
    for n in range(60):
        kind = dice.choice(("record", "other", "abandoned", "noise"))
        if kind == "noise":
            reason = dice.choice(("heartbeat", "cut", "no_start"))
            heard.append(
                ev.LineNoiseHeard(
                    line="ali", at_us=AT + n, reason=reason, raw="AAEC", start=0, end=3
                )
            )
        elif kind == "abandoned":
            heard += [
                signal(f"c{n}", "offered", f"k{n}", n),
                signal(f"c{n}", "abandoned", f"k{n}", n),
            ]
        else:
            heard.append(replace(record(f"c{n}", end=n), ours=kind == "record"))
        if dice.random() < 0.3:
            aside = ev.CallSetAside(call_id=f"c{n}", reason="test", at_us=AT + n)
            heard.append(aside)
    return heard


@pytest.mark.parametrize("limit", [1, 7, 20, 200])
def test_counts_are_those_of_the_rows(
    log: LocalLog, views: SqlViews, limit: int
) -> None:
    log.append(some_calls(random.Random(limit)), DESK)
    recent, found = views.recent_calls(limit), views.heard_counts(limit)
    assert found.abandoned == sum(r.ours and r.state == "abandoned" for r in recent)
    assert found.elsewhere == sum(not r.ours for r in recent)
    assert found.noise == Counter(row.reason for row in views.noise(limit))


def test_counting_reads_no_body(log: LocalLog, views: SqlViews) -> None:
    """It is asked after each change: 200 bodies would be read each time."""
    log.append(some_calls(random.Random(1)), DESK)
    read: list[str] = []
    views.connection.set_trace_callback(read.append)
    views.heard_counts()
    views.connection.set_trace_callback(None)
    assert len(read) >= 2
    assert [sql for sql in read if "body" in sql] == []


def test_codes_are_said_by_their_labels(log: LocalLog, views: SqlViews) -> None:
    changes: dict[str, ev.Json] = {"type_code": ["FALL", "MVA"], "priority": [3, 2]}
    log.append(
        [
            opening("i1", 1, type_code="FALL"),
            ev.IncidentChanged(incident_id="i1", changes=changes, at_us=AT),
            ev.IncidentChanged(
                incident_id="i1", changes={"type_code": ["MVA", None]}, at_us=AT
            ),
            ev.IncidentClosed(incident_id="i1", disposition="01", at_us=AT),
        ],
        DESK,
    )
    assert texts(views) == [
        "opened as Fall, injured at 120 Maple St",
        "priority changed 3 -> 2; type changed Fall, injured -> Crash, no injury",
        "type removed (was Crash, no injury)",
        "closed: Report taken, 01",
    ]


def test_a_code_without_a_label_is_said_as_it_is(
    log: LocalLog, views: SqlViews
) -> None:
    log.append(
        [
            opening("i1", 1, type_code="OWNCODE"),
            ev.IncidentClosed(incident_id="i1", disposition="OWN", at_us=AT),
        ],
        DESK,
    )
    assert texts(views) == ["opened as OWNCODE at 120 Maple St", "closed: OWN"]


def test_a_verified_place_is_said_as_the_geofile_has_it(
    log: LocalLog, views: SqlViews
) -> None:
    """What was typed stands beside it."""
    verified: dict[str, ev.Json] = {"place_verified": True, "place_score": 98.0}
    first = opening("i1", 1, place_address="120 Maple Street, Halden", **verified)
    steps: list[dict[str, ev.Json]] = [
        {
            "place": ["120 Maple St", "the mill"],
            "place_address": ["120 Maple Street, Halden", "9 Mill Road, Halden"],
            "place_score": [98.0, 80.0],
        },
        {
            "place": ["the mill", "behind it"],
            "place_address": ["9 Mill Road, Halden", None],
            "place_score": [80.0, None],
            "place_verified": [True, None],
        },
    ]
    later = [ev.IncidentChanged(incident_id="i1", changes=c, at_us=AT) for c in steps]
    log.append([first, *later], DESK)
    assert texts(views) == [
        "opened as FIRE at 120 Maple Street, Halden (typed “120 Maple St”)",
        "place changed 120 Maple St -> 9 Mill Road, Halden (typed “the mill”)",
        "place changed the mill -> behind it; place verified changed yes -> no",
    ]


def test_an_erased_opening_says_nothing_of_what_it_held(
    log: LocalLog, views: SqlViews
) -> None:
    """Labels come out of the event: what is erased there is not said here."""
    log.append([opening("i1", 1, type_code="FALL")], DESK)
    assert texts(views) == ["opened as Fall, injured at 120 Maple St"]
    log.append([erasure(1)], DESK)
    assert [t for t in texts(views) if "Maple" in t or "Fall" in t] == []


@pytest.mark.parametrize(
    ("read", "index"),
    [(NEWEST, "calls_order"), (WAITING, "calls_listed"), (SINCE, "calls_listed")],
)
def test_calls_are_found_without_reading_all(
    log: LocalLog, read: str, index: str
) -> None:
    """By the index of those that have a place in it, and by the last entries."""
    values = (5,) if "?1" in read else ()
    plan = log._connection.execute(f"EXPLAIN QUERY PLAN {CALLS} {read}", values)
    steps = [row[3] for row in plan]
    in_order = "SCAN calls USING INDEX calls_order"  # ends at the limit
    scans = [step for step in steps if step.startswith(("SCAN c", "SCAN heads"))]
    assert set(scans) <= {in_order}
    assert any(f"INDEX {index}" in step for step in steps)
    assert any("SEARCH heads" in step for step in steps)
