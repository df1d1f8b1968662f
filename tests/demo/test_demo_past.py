"""The log as a demonstration finds it: in order, by the rules, and of the past."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from aliquot.console.clock import ManualClock
from aliquot.console.demo import throw_away
from aliquot.console.demo.cameras import CAMERAS, LISTED
from aliquot.console.demo.county import halden
from aliquot.console.demo.past import DAYS, INCIDENTS, past
from aliquot.console.demo.past_kinds import KINDS, RECENT_KINDS
from aliquot.console.demo.prologue import write_prologue
from aliquot.console.domain.incident_types import dispositions, incident_types
from aliquot.console.domain.units import UnitNow, UnitRefusal, UnitStatus, order
from aliquot.console.profile import Profile
from aliquot.console.release.apco import APPROVE, HOLD, NEVER
from aliquot.console.service.keys import open_key
from aliquot.console.store.database import open_database
from aliquot.console.store.verify import verify
from aliquot.console.store.views import SqlViews

NOW_US = 1_900_000_000_000_000
MINUTE_US = 60 * 10**6
DAY_US = 86_400 * 10**6


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    made = Profile.open(tmp_path_factory.mktemp("past") / "profile")
    clock = ManualClock(NOW_US, mono_ns=5 * 10**9)
    assert write_prologue(made, halden(), clock) == []
    return made


@pytest.fixture
def views(profile: Profile) -> Iterator[SqlViews]:
    made = SqlViews(open_database(profile.log_path, read_only=True))
    yield made
    made.close()


def test_the_same_seed_is_the_same_past() -> None:
    assert past(halden(), 7) == past(halden(), 7)
    assert past(halden(), 7) != past(halden(), 8)


def test_two_hundred_closed_incidents_over_thirty_days(views: SqlViews) -> None:
    rows = sorted(views.board(closed_limit=500), key=lambda r: r.number)
    assert [r.number for r in rows] == list(range(1, INCIDENTS + 1))
    assert {r.state for r in rows} == {"closed"}
    opened = [r.opened_at_us for r in rows]
    assert opened == sorted(opened)
    assert NOW_US - DAYS * DAY_US <= opened[0] < NOW_US - (DAYS - 2) * DAY_US
    for row in rows:
        assert row.closed_at_us is not None
        assert row.opened_at_us < row.closed_at_us < NOW_US
        assert row.disposition in dispositions()
        assert row.fields["type_code"] in incident_types()


def test_some_of_the_last_hours_may_leave_and_some_never(views: SqlViews) -> None:
    rows = [r for r in views.board(500) if NOW_US - r.opened_at_us < 120 * MINUTE_US]
    assert len(rows) == len(RECENT_KINDS)
    assert all(NOW_US - r.opened_at_us > 20 * MINUTE_US for r in rows)
    codes = [str(r.fields["type_code"]) for r in rows]
    assert sum(code in APPROVE or code in HOLD for code in codes) >= 8
    assert sum(code in NEVER for code in codes) >= 4


def test_types_are_mixed_and_never_is_among_them() -> None:
    codes = Counter(str(i.fields["type_code"]) for i in past(halden()))
    assert set(codes) == {kind.type_code for kind in KINDS}
    assert sum(n for code, n in codes.items() if code in NEVER) > 50


def test_narratives_hold_names_and_numbers(views: SqlViews) -> None:
    told = 0
    for row in views.board(500):
        notes = " ".join(n.text for n in views.narrative(row.incident_id))
        told += str(row.fields["caller_name"]) in notes
        for number in re.findall(r"\d{3}-\d{3}-\d{4}", notes):
            assert re.fullmatch(r"315-555-01\d\d", number)
        assert "{" not in notes
    assert told > INCIDENTS * 0.8


def test_no_unit_is_in_two_places_or_goes_an_impossible_way() -> None:
    events: list[tuple[float, int, str, UnitStatus]] = []
    for number, incident in enumerate(past(halden())):
        for step in incident.steps:
            if step.unit_id is not None and step.status is not None:
                at = step.at_s - incident.opened_s
                events.append((at, number, step.unit_id, step.status))
        ends = incident.lasts_s - incident.opened_s
        units = {s.unit_id for s in incident.steps if s.unit_id is not None}
        events += [(ends, number, u, UnitStatus.AVAILABLE) for u in units]
    now = {u.unit_id: UnitNow(UnitStatus.AVAILABLE, None) for u in halden().units}
    for _, number, unit_id, status in sorted(events, key=lambda e: e[0]):
        free = status is UnitStatus.AVAILABLE
        plan = order(unit_id, now[unit_id], status, None if free else str(number))
        assert not isinstance(plan, UnitRefusal), plan
        now[unit_id] = plan


def test_all_units_are_free_and_cameras_and_people_known(views: SqlViews) -> None:
    assert len(views.units()) == 60
    assert {u.status for u in views.units()} == {"available"}
    names = {p.name: p.role for p in views.people()}
    assert names == dict(throw_away.PEOPLE)
    assert len(views.cameras_within(*halden().extent())) == LISTED
    (counted,) = views.connection.execute("SELECT count(*) FROM cameras").fetchone()
    assert counted == CAMERAS


def test_the_log_verifies(profile: Profile) -> None:
    report = verify(profile.log_path)
    assert report.ok, report.first_bad
    assert report.events > 2000


def test_the_log_is_in_order_and_its_stamps_are_of_the_past(profile: Profile) -> None:
    database = open_database(profile.log_path, read_only=True)
    try:
        rows = database.conn.execute("SELECT utc_us, mono_ns FROM heads ORDER BY n")
        stamps = rows.fetchall()
        assert all(utc < NOW_US for utc, _ in stamps)
        assert stamps == sorted(stamps)
        begun = {utc * 1000 - mono for utc, mono in stamps}
        assert len(begun) == 1  # both clocks tell of the same past
    finally:
        database.conn.close()


def test_the_keys_open_with_the_password(profile: Profile, views: SqlViews) -> None:
    for person in views.people():
        assert open_key(profile.key_folder, person.person_id, throw_away.PASSWORD)
