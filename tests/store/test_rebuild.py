"""The tables made anew are the tables there are, whatever happened, row for row."""

from __future__ import annotations

import shutil
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import AT, DESK, SITE, a_day, erasure, new_log, record

from aliquot.console.clock import ManualClock
from aliquot.console.domain import events as ev
from aliquot.console.domain.calls import CallEvent
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.units import UnitStatus
from aliquot.console.problems import EXIT_LOCKED, KnownProblem
from aliquot.console.store.database import open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.rebuild import rebuild
from aliquot.console.store.verify import verify
from aliquot.console.store.views import SqlViews

ids = st.sampled_from(["a", "b", "c"])
times = st.integers(AT, AT + 100)
ends = st.integers(0, 50)
words = st.text(st.sampled_from("ab é\x00\"'"), max_size=6)
degrees = st.none() | st.integers(-80, 80) | st.floats(-80, 80)
people = st.sampled_from(["p1", "nobody"])
fields = st.fixed_dictionaries(
    {},
    optional={
        "place": words,
        "type_code": words,
        "priority": st.integers(1, 5),
        "latitude": degrees,
        "longitude": degrees,
    },
)
pairs = st.tuples(degrees | words, degrees | words).map(list)


def made(event: type[ev.Event], /, **parts: st.SearchStrategy[object]) -> object:
    return st.builds(event, at_us=times, **parts)


line = {
    "call_id": ids,
    "line": ids,
    "ours": st.booleans(),
    "layout": st.just("x"),
    "fields": fields,
    "spans": st.just({}),
    "warnings": st.just([]),
    "raw": st.just("AAAA"),
    "start": st.just(0),
    "end": ends,
}
JOINS = ("opened", "joined", "rebid", "duplicate")
KINDS = tuple(event.value for event in CallEvent if event is not CallEvent.REBID)
UNITS = [status.value for status in UnitStatus]
happenings = st.one_of(
    made(
        ev.LineRecordReceived,
        join=st.sampled_from(JOINS),
        framing=st.just("whole"),
        **line,
    ),
    made(
        ev.CallSignalled,
        kind=st.sampled_from(KINDS),
        call_key=ids,
        counts=st.booleans(),
        **line,
    ),
    made(
        ev.LineNoiseHeard, line=ids, reason=words, raw=st.just(""), start=ends, end=ends
    ),
    made(
        ev.LineStateChanged,
        line=ids,
        state=words,
        message=words,
        asks=st.lists(st.sampled_from(["rebid", "dial", "test"]), max_size=3),
    ),
    made(ev.LineAsked, line=ids, ask=words, call_id=st.none() | ids),
    made(ev.LineAskFailed, line=ids, ask=words, reason=words),
    made(ev.CallTaken, call_id=ids, form_id=ids),
    made(ev.CallSetAside, call_id=ids, reason=words),
    made(
        ev.IncidentOpened,
        incident_id=ids,
        number=st.integers(1, 9),
        call_id=st.none() | ids,
        form_id=st.none() | ids,
        fields=fields,
    ),
    made(
        ev.IncidentChanged,
        incident_id=ids,
        changes=st.dictionaries(
            st.sampled_from(["place", "latitude", "longitude", "other"]), pairs
        ),
    ),
    made(
        ev.IncidentNoted,
        incident_id=ids,
        note_id=ids,
        text=words,
        strikes=st.none() | ids,
    ),
    made(ev.IncidentClosed, incident_id=ids, disposition=words),
    made(ev.IncidentReopened, incident_id=ids, reason=words),
    made(
        ev.IncidentHandedOver,
        incident_id=ids,
        handover_id=words,
        to=words,
        sha256=words,
        eido=words,
    ),
    made(
        ev.UnitRegistered,
        unit_id=ids,
        service=words,
        kind=words,
        latitude=degrees,
        longitude=degrees,
    ),
    made(
        ev.UnitStatusChanged,
        unit_id=ids,
        status=st.sampled_from(UNITS),
        incident_id=st.none() | ids,
    ),
    made(
        ev.PersonAdded,
        person_id=people,
        name=words,
        role=words,
        public_key=st.just("AAAA"),
    ),
    made(ev.PersonSignedIn, person_id=people),
    made(ev.PersonSignedOut, person_id=people),
)
erasures = st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=4)
histories = st.lists(st.tuples(people, happenings | erasures), max_size=25)


def live(log: LocalLog, history: list[tuple[str, object]]) -> None:
    for person, happening in history:
        with log.work(Actor(person, "01")) as work:
            if isinstance(happening, ev.Event):
                work.append(happening)
                continue
            assert isinstance(happening, list)
            chosen = {1 + int(share * work.n) for share in happening if work.n}
            types = {entry.n: entry.type for entry in log.read_after(0, 100)}
            work.append(
                erasure(*sorted(n for n in chosen if types[n] != "log.bodies_erased"))
            )


@settings(max_examples=120)
@given(histories)
def test_row_for_row_with_erasures(history: list[tuple[str, object]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        log = new_log(folder)
        live(log, history)
        report = verify(log.path)
        assert report.ok, report
        assert report.events == len(history)
        log.close()
        assert rebuild(log.path).ok
    finally:
        shutil.rmtree(folder)


@settings(max_examples=60)
@given(histories)
def test_erasing_is_as_if_never_read(history: list[tuple[str, object]]) -> None:
    """All bodies erased: the tables hold nothing that came from one."""
    secret = "Quetzalcoatlus"
    folder = Path(tempfile.mkdtemp())
    try:
        log = new_log(folder)
        live(log, [(p, h) for p, h in history if isinstance(h, ev.Event)])
        log.append([record("z", customer_name=secret)], DESK)
        log.append([erasure(*range(1, log.status().n + 1))], DESK)
        with log.work(DESK) as work:
            views = work.views
            assert views.recent_calls() == views.noise() == views.people() == ()
            assert all(row.fields == {} for row in views.board())
            assert all(views.narrative(row.incident_id) == () for row in views.board())
            assert views.search("a") == ()
        log.close()
        assert secret.encode() not in log.path.read_bytes()
    finally:
        shutil.rmtree(folder)


def closed_day(folder: Path) -> Path:
    log = new_log(folder)
    log.append(a_day(), DESK)
    with log.work(DESK) as work:
        work.save_draft("f9", {"place": "kept"}, AT)
    log.append([erasure(6)], DESK)
    log.lease("publisher", "a", 10)
    log.close()
    return log.path


def test_rebuilding_changes_nothing(tmp_path: Path) -> None:
    path = closed_day(tmp_path)
    reader = SqlViews(open_database(path, read_only=True))
    before = (reader.board(), reader.recent_calls(), reader.drafts(), reader.units())
    reader.close()
    result = rebuild(path)
    assert (result.ok, result.events) == (True, 20)
    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    after = SqlViews(open_database(path, read_only=True))
    assert (
        after.board(),
        after.recent_calls(),
        after.drafts(),
        after.units(),
    ) == before
    after.close()
    log = LocalLog.open(path, ManualClock())
    assert log.site == SITE
    assert log.lease("publisher", "b", 10) is None
    assert log.append([record("new")], DESK) == 21
    log.close()
    assert verify(path).ok


def test_a_difference_is_named_and_repaired(tmp_path: Path) -> None:
    path = closed_day(tmp_path)
    raw = open_database(path).conn
    raw.execute("UPDATE incidents SET number = 99")
    raw.close()
    result = rebuild(path)
    assert not result.ok
    assert result.difference is not None
    assert "incidents" in result.difference
    assert "number" in result.difference
    assert verify(path).ok
    assert rebuild(path).ok


def test_a_wrong_log_is_left_alone(tmp_path: Path) -> None:
    path = closed_day(tmp_path)
    raw = open_database(path).conn
    raw.execute("DROP TRIGGER heads_no_update")
    raw.execute("UPDATE heads SET actor = 'other' WHERE n = 4")
    raw.close()
    before = path.read_bytes()
    result = rebuild(path)
    assert result.fault is not None
    assert (result.fault.n, result.fault.part) == (4, "head")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite"]


def test_not_under_a_reader(tmp_path: Path) -> None:
    path = closed_day(tmp_path)
    reader = open_database(path, read_only=True).conn
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM heads").fetchone()
    with pytest.raises(KnownProblem) as caught:
        rebuild(path)
    assert caught.value.exit_code == EXIT_LOCKED
    reader.execute("COMMIT")
    reader.close()
    assert verify(path).ok
    assert rebuild(path).ok


def test_no_log(tmp_path: Path) -> None:
    assert rebuild(tmp_path / "log.sqlite").ok
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM incident_text_data WHERE id > 10",
        "DELETE FROM incident_text_data",
        "DELETE FROM incident_points_node",
        "UPDATE site SET folds = 77",
        "DROP TABLE marks",
    ],
)
def test_damaged_tables_are_mended_from_the_log(tmp_path: Path, damage: str) -> None:
    log = new_log(tmp_path)
    log.append(a_day(), DESK)
    log.close()
    connection = open_database(log.path).conn
    connection.execute(damage)
    connection.close()
    assert not verify(log.path).ok
    assert rebuild(log.path).fault is None
    report = verify(log.path)
    assert (report.ok, report.events) == (True, len(list(a_day())))
    assert rebuild(log.path).ok
