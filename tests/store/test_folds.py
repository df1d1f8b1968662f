"""What events make of the tables, as the screen reads them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from log_samples import (
    AT,
    DESK,
    a_day,
    note,
    opening,
    record,
    signal,
    unit,
)

from aliquot.console.domain import events as ev
from aliquot.console.domain.calls import CallEvent, CallState, first_state, next_state
from aliquot.console.domain.commands import Actor
from aliquot.console.store.database import open_database
from aliquot.console.store.folds import _FOLDS
from aliquot.console.store.log import LocalLog
from aliquot.console.store.lookup import Lookup, OpenCallRow
from aliquot.console.store.narrative import changes_text
from aliquot.console.store.views import SqlViews


@pytest.fixture
def lookup(log: LocalLog) -> Iterator[Lookup]:
    database = open_database(log.path, read_only=True)
    yield Lookup(database)
    database.conn.close()


def texts(views: SqlViews, incident_id: str = "i1") -> list[str]:
    return [row.text for row in views.narrative(incident_id)]


def test_every_event_has_a_fold() -> None:
    assert set(_FOLDS) == set(ev.EVENTS)


@pytest.mark.parametrize("second", list(CallEvent))
@pytest.mark.parametrize("first", list(CallEvent))
def test_states_follow_the_table(
    log: LocalLog, views: SqlViews, first: CallEvent, second: CallEvent
) -> None:
    def heard(said: CallEvent) -> ev.Event:
        if said is CallEvent.ALI:
            return record("c1", "opened")
        return signal("c1", said.value, "k1")

    log.append([heard(first)], DESK)
    state = first_state(first)
    (row,) = views.recent_calls()
    assert row.state == state.value
    log.append([heard(second)], DESK)
    (row,) = views.recent_calls()
    assert row.state == next_state(state, second).value


def test_every_state_and_event(log: LocalLog, views: SqlViews) -> None:
    """Whatever state a row has, the statement moves it as the table says."""
    raw = open_database(log.path)
    log.append([record("c1")], DESK)
    for state in CallState:
        for said in CallEvent:
            raw.conn.execute("UPDATE calls SET state = ?", (state.value,))
            event = (
                record("c1", "rebid")
                if said is CallEvent.ALI
                else signal("c1", said.value, "k1")
            )
            log.append([event], DESK)
            (row,) = views.recent_calls()
            assert row.state == next_state(state, said).value, (state, said)
    raw.conn.close()


def test_a_record_as_the_queue_shows_it(log: LocalLog, views: SqlViews) -> None:
    log.append(
        [
            record(
                "c1",
                prefix_directional="N",
                street_suffix="ST",
                unit="APT 4",
                uncertainty_m=20,
                position="01",
            )
        ],
        DESK,
    )
    (row,) = views.waiting_calls()
    assert (row.state, row.has_record, row.records) == ("reported", True, 1)
    assert row.address == "120 N MAPLE ST APT 4"
    assert (row.callback_number, row.community) == ("5095551234", "ELLENSBURG")
    assert (row.latitude, row.longitude, row.uncertainty_m) == (46.996, -120.5, 20.0)
    assert row.confidence_pct is None
    assert row.raw == b"raw bytes of c1"
    assert row.warnings == ("no_fix",)


def test_a_call_and_its_records(log: LocalLog, views: SqlViews) -> None:
    log.append([signal("c1", "offered", "k1"), record("c1", "joined")], DESK)
    log.append([record("c1", "rebid", 600, community="KITTITAS")], DESK)
    log.append([record("c1", "duplicate", 900, community="KITTITAS")], DESK)
    detail = views.call("c1")
    assert detail is not None
    assert detail.row.state == "offered"
    assert detail.row.community == "KITTITAS"
    assert detail.row.records == 2
    assert (detail.row.first_at_us, detail.row.last_at_us) == (AT + 10, AT + 900)
    assert [(row.kind, row.join) for row in detail.records] == [
        ("offered", None),
        ("ali", "joined"),
        ("ali", "rebid"),
        ("ali", "duplicate"),
    ]
    assert views.call("c9") is None


def test_who_waits(log: LocalLog, views: SqlViews) -> None:
    log.append([record("c2", end=500), record("c1"), record("c3", end=900)], DESK)
    other = ev.LineRecordReceived(
        **{name: getattr(record("c4"), name) for name in record().__slots__}
        | {"call_id": "c4", "ours": False}
    )
    log.append([other], DESK)
    assert [row.call_id for row in views.waiting_calls()] == ["c2", "c1", "c3"]
    assert [row.call_id for row in views.recent_calls()] == ["c4", "c3", "c1", "c2"]
    log.append([ev.CallSetAside(call_id="c1", reason="test", at_us=AT)], DESK)
    taken = ev.CallTaken(call_id="c2", form_id="f2", at_us=AT)
    log.append([taken], Actor("p9", "02"))
    log.append([opening("i3", 1, "c3")], DESK)
    assert views.waiting_calls() == ()
    rows = {row.call_id: row for row in views.recent_calls()}
    assert (rows["c2"].taken_by, rows["c2"].form_id) == ("p9", "f2")
    assert rows["c3"].incident_id == "i3"
    assert [row.call_id for row in views.recent_calls(2)] == ["c4", "c3"]


def test_narrative(log: LocalLog, views: SqlViews) -> None:
    log.append(a_day(), DESK)
    assert texts(views) == [
        "opened as FIRE at 120 Maple St",
        "smoke from the second floor",
        "type changed FIRE -> Crash, no injury",
        "dispatched 2A11",
        "available 2A11",
        "closed: done",
        "reopened: again",
    ]
    assert [row.system for row in views.narrative("i1")].count(False) == 1


def test_struck_notes_stay(log: LocalLog, views: SqlViews) -> None:
    log.append([opening(), note("i1", "n1", "wrong")], DESK)
    strike = ev.IncidentNoted(
        incident_id="i1", note_id="n2", text="right", at_us=AT, strikes="n1"
    )
    log.append([strike], DESK)
    rows = [(row.text, row.struck) for row in views.narrative("i1") if not row.system]
    assert rows == [("wrong", True), ("right", False)]


def test_names_of_people_in_the_narrative(log: LocalLog, views: SqlViews) -> None:
    log.append(a_day()[:1], DESK)
    log.append([opening()], Actor("p1", "01"))
    log.append([note("i1", "n1", "x")], Actor("nobody", "01"))
    assert [row.person for row in views.narrative("i1")] == ["Kim", "nobody"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"place": [None, "5th"]}, "place set to 5th"),
        ({"place": ["5th", None]}, "place removed (was 5th)"),
        ({"priority": [2, 1]}, "priority changed 2 -> 1"),
        ({"place_verified": [False, True]}, "place verified changed no -> yes"),
        ({"latitude": [None, 1], "longitude": [None, 2]}, "map point set"),
        ({"latitude": [1, 2]}, "map point moved"),
        ({"caller_latitude": [1, None]}, "caller's map point removed"),
        (
            {"type_code": ["A", "B"], "place": ["x", "y"]},
            "place changed x -> y; type changed A -> B",
        ),
    ],
)
def test_words_of_changes(changes: dict[str, ev.Json], text: str) -> None:
    assert changes_text(changes) == text


def test_units_move_incidents_along(log: LocalLog, views: SqlViews) -> None:
    def states() -> dict[str, str]:
        return {row.incident_id: row.state for row in views.board()}

    log.append([opening("i1", 1), opening("i2", 2), *a_day()[2:3]], DESK)
    assert states() == {"i1": "pending", "i2": "pending"}
    log.append([unit("2A11", "dispatched", "i1"), unit("3E2", "en_route", "i1")], DESK)
    assert states() == {"i1": "active", "i2": "pending"}
    incident = views.incident("i1")
    assert incident is not None
    assert [row.unit_id for row in incident.units] == ["2A11", "3E2"]
    log.append([unit("2A11", "dispatched", "i2")], DESK)
    assert states() == {"i1": "active", "i2": "active"}
    assert texts(views)[-1] == "left 2A11"
    log.append([unit("3E2", "available", None)], DESK)
    assert states() == {"i1": "pending", "i2": "active"}
    units = {row.unit_id: row for row in views.units()}
    assert (units["2A11"].status, units["2A11"].incident_number) == ("dispatched", 2)
    assert (units["3E2"].status, units["3E2"].incident_id) == ("available", None)
    closed = ev.IncidentClosed(incident_id="i2", disposition="done", at_us=AT + 9)
    log.append([closed], DESK)
    assert states() == {"i1": "pending", "i2": "closed"}
    log.append([ev.IncidentReopened(incident_id="i2", reason="again", at_us=AT)], DESK)
    assert states() == {"i1": "pending", "i2": "active"}


def test_order_of_the_board(log: LocalLog, views: SqlViews) -> None:
    for number, priority in enumerate([3, None, 1, 3], 1):
        fields = {} if priority is None else {"priority": priority}
        log.append([opening(f"i{number}", number, **fields)], DESK)
    log.append([unit("2A11", "dispatched", "i1")], DESK)
    for number in (5, 6, 7):
        log.append([opening(f"i{number}", number)], DESK)
        closed = ev.IncidentClosed(
            incident_id=f"i{number}", disposition="x", at_us=AT + number
        )
        log.append([closed], DESK)
    assert [row.number for row in views.board(2)] == [3, 4, 2, 1, 7, 6]


def test_changed_fields(log: LocalLog, views: SqlViews) -> None:
    log.append([opening(priority=2)], DESK)
    changes: dict[str, ev.Json] = {
        "priority": [2, None],
        "latitude": [None, 47.0],
        "longitude": [None, -120.0],
        "place": ["120 Maple St", "Elm Park"],
    }
    log.append(
        [ev.IncidentChanged(incident_id="i1", changes=changes, at_us=AT + 7)], DESK
    )
    row = views.incident("i1")
    assert row is not None
    assert row.changed_at_us == AT + 7
    assert row.fields == {
        "type_code": "FIRE",
        "place": "Elm Park",
        "latitude": 47.0,
        "longitude": -120.0,
    }
    assert [r.incident_id for r in views.incidents_within(46, -121, 48, -119)] == ["i1"]
    assert views.incidents_within(48, -121, 49, -119) == ()


def test_search(log: LocalLog, views: SqlViews) -> None:
    log.append([opening("i1", 1), opening("i2", 2, place="9 Elm Ave")], DESK)
    log.append([note("i1", "n1", "SMOKE at the café"), note("i2", "n2", "dog")], DESK)

    def found(text: str) -> list[str]:
        return [row.incident_id for row in views.search(text)]

    assert found("smo") == ["i1"]
    assert found("cafe maple") == ["i1"]  # one word in the note, one in the place
    assert found("elm dog") == ["i2"]
    assert found("elm smoke") == []
    assert found("fire") == ["i2", "i1"]
    assert found('"') == []
    assert found("  ") == []
    changes: dict[str, ev.Json] = {"place": ["9 Elm Ave", "1 Oak Dr"]}
    log.append([ev.IncidentChanged(incident_id="i2", changes=changes, at_us=AT)], DESK)
    assert found("oak dog") == ["i2"]


def test_lines_and_noise(log: LocalLog, views: SqlViews) -> None:
    log.append(a_day()[3:9], DESK)
    ali, pbx = views.lines()
    assert (ali.line, ali.state, ali.message) == ("ali", "up", "open")
    assert (ali.records, ali.noise, ali.last_record_us) == (2, 1, AT + 600)
    assert (pbx.line, pbx.state, pbx.records) == ("pbx", "", 2)
    (noise,) = views.noise()
    assert (noise.line, noise.reason, noise.raw) == ("ali", "no_start", b"\x00\x01\x02")


def test_lookup(log: LocalLog, lookup: Lookup) -> None:
    assert lookup.line_end("ali") == 0
    assert lookup.next_incident_number() == 1
    log.append([record("c1", end=300), record("c2", end=900), record("c3")], DESK)
    assert lookup.line_end("ali") == 900
    for call, *kinds in (
        ("d1", "offered"),
        ("d2", "offered", "answered"),
        ("d3", "offered", "abandoned"),
        ("d4", "answered", "ended"),
    ):
        log.append([signal(call, kind, f"key-{call}") for kind in kinds], DESK)
    assert lookup.open_calls("pbx") == (
        OpenCallRow("key-d1", False),
        OpenCallRow("key-d2", True),
    )
    assert lookup.open_calls("ali") == ()
    found = lookup.call_by_key("pbx", "key-d2")
    assert found is not None
    assert (found.call_id, found.callback_number) == ("d2", "5095550000")
    assert lookup.call_by_key("ali", "key-d2") is None
    assert [row.call_id for row in lookup.calls_since(AT + 300)] == ["c1", "c2", "c3"]
    assert [row.call_id for row in lookup.calls_since(AT + 301)] == ["c2"]
    log.append([opening("i1", 41)], DESK)
    assert lookup.next_incident_number() == 42
    incident = lookup.incident_by_form("form-i1")
    assert incident is not None
    assert incident.incident_id == "i1"
    assert lookup.incident_by_form("form-x") is None


def test_people_and_sessions(log: LocalLog, views: SqlViews) -> None:
    log.append(a_day()[:2], DESK)
    (person,) = views.people()
    assert (person.name, person.public_key) == ("Kim", b"\x00\x00\x00")
    assert views.signed_in("01") == "p1"
    assert views.signed_in("02") is None
    log.append([ev.PersonSignedOut(person_id="p1", at_us=AT)], DESK)
    assert views.signed_in("01") is None


def test_log_status(log: LocalLog, views: SqlViews) -> None:
    assert views.log_status().n == 0
    log.append([record()], DESK)
    status = views.log_status()
    assert (status.site, status.n, status.last_at_us) == (log.site, 1, AT)
    assert status.free_bytes > 0
