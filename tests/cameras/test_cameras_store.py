"""The registry, and that nothing of an unlisted camera is on the read side."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from camera_samples import AT, DESK, SITE, listed, new_log, registered, unlisted
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.cameras.cells import cell_of
from aliquot.console.domain import events as ev
from aliquot.console.domain.camera_field import PACKED, PER_DEGREE, ListedCameras
from aliquot.console.domain.ports import Views
from aliquot.console.store.compare import difference
from aliquot.console.store.database import open_database, open_memory
from aliquot.console.store.folds import refold
from aliquot.console.store.log import LocalLog
from aliquot.console.store.lookup import Lookup
from aliquot.console.store.migrations import _CAMERAS_1, apply
from aliquot.console.store.rebuild import rebuild
from aliquot.console.store.verify import verify
from aliquot.console.store.views import SqlViews

HERE = (43.9, -75.4)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LocalLog]:
    log = new_log(tmp_path)
    yield log
    log.close()


@pytest.fixture
def views(log: LocalLog) -> Iterator[SqlViews]:
    views = SqlViews(open_database(log.path, read_only=True))
    yield views
    views.close()


def ids(views: SqlViews) -> list[str]:
    return [row.camera_id for row in views.cameras_near(*HERE, 1_000)]


def test_only_listed_ones_are_found(log: LocalLog, views: SqlViews) -> None:
    log.append([registered("c1"), registered("c2", 43.901)], DESK)
    assert ids(views) == []
    log.append([listed("c2")], DESK)
    assert ids(views) == ["c2"]
    (row,) = views.cameras_within(43, -76, 44, -75)
    assert (row.camera_id, row.latitude, row.longitude) == ("c2", 43.901, -75.4)


def test_unlisting_is_at_once_and_listing_again_possible(
    log: LocalLog, views: SqlViews
) -> None:
    log.append([registered(), listed()], DESK)
    assert ids(views) == ["c1"]
    log.append([unlisted()], DESK)
    assert ids(views) == []
    assert views.cameras_within(-90, -180, 90, 180) == ()
    log.append([listed()], DESK)
    assert ids(views) == ["c1"]


@pytest.mark.parametrize("change", [{"latitude": 43.9001}, {"owner": "o2"}])
def test_elsewhere_or_of_another_the_listing_ends(
    log: LocalLog, views: SqlViews, change: dict[str, object]
) -> None:
    log.append([registered(owner="o1"), listed()], DESK)
    again = {"owner": "o1", **change}
    log.append([registered(**again)], DESK)  # type: ignore[arg-type]
    assert ids(views) == []


def test_turned_it_stays_listed_and_faces_otherwise(
    log: LocalLog, views: SqlViews
) -> None:
    log.append([registered(), listed()], DESK)
    log.append([registered(azimuth_deg=0, field_of_view_deg=90)], DESK)
    south, north = (views.cameras_near(43.9 + d, -75.4, 1_000) for d in (-0.001, 0.001))
    assert [row.facing for row in (*south, *north)] == [False, True]


def test_of_an_unknown_camera_nothing_is_listed(log: LocalLog, views: SqlViews) -> None:
    log.append([listed("ghost"), unlisted("ghost")], DESK)
    assert views.cameras_within(-90, -180, 90, 180) == ()


def test_a_box_across_180_degrees(log: LocalLog, views: SqlViews) -> None:
    log.append([registered("w", -17.0, 179.9995), listed("w")], DESK)
    log.append([registered("e", -17.0, -179.9995), listed("e")], DESK)
    log.append([registered("far", -17.0, 0.0), listed("far")], DESK)
    assert [r.camera_id for r in views.cameras_within(-18, 179, -16, -179)] == [
        "e",
        "w",
    ]
    rows = views.cameras_near(-17.0, 180.0, 100)
    assert {r.camera_id for r in rows} == {"e", "w"}
    assert all(row.distance_m == pytest.approx(53.2, abs=0.1) for row in rows)


def test_boxes_are_exact(log: LocalLog, views: SqlViews) -> None:
    """Cells hold more than a box; what they give is checked with the true places."""
    edge = 43.123456789
    log.append([registered("c1", edge, -75.4), listed()], DESK)
    assert len(views.cameras_within(edge, -76, 44, -75)) == 1
    assert views.cameras_within(edge + 1e-9, -76, 44, -75) == ()


def test_the_lookup_of_writers_knows_all(log: LocalLog) -> None:
    log.append([registered(kind="dome", owner="o1", range_m=20), unlisted()], DESK)
    database = open_database(log.path, read_only=True)
    known = Lookup(database).camera("c1")
    assert known is not None
    assert (known.camera.kind, known.camera.range_m) == ("dome", 20.0)
    assert (known.listed, known.channel) == (False, "owner")
    assert Lookup(database).camera("c2") is None
    database.conn.close()


# What is erased


def test_erasing_a_yes_hides_and_erasing_a_no_brings_nothing_back(
    log: LocalLog, views: SqlViews
) -> None:
    log.append([registered(), listed()], DESK)
    log.append([erasure(2)], DESK)
    assert ids(views) == []
    log.append([listed()], DESK)
    log.append([unlisted(channel="import")], DESK)
    log.append([erasure(5)], DESK)
    assert ids(views) == []
    known = Lookup(log._database).camera("c1")
    assert known is not None
    assert (known.listed, known.channel) == (False, "owner")


def test_erasing_the_registration_takes_the_camera(
    log: LocalLog, views: SqlViews
) -> None:
    log.append([registered(), listed(), erasure(1)], DESK)
    assert ids(views) == []
    assert verify(log.path).ok


def erasure(*targets: int) -> ev.BodiesErased:
    found: list[ev.Json] = [[SITE, n] for n in targets]
    return ev.BodiesErased(targets=found, reason="r", authority="a", at_us=AT)


# Rebuilt from the log

camera_ids = st.sampled_from(["a", "b"])
places = st.sampled_from([43.9, 43.901, -17])
happenings = st.one_of(
    st.builds(
        registered,
        camera_ids,
        places,
        places,
        azimuth_deg=st.none() | st.integers(0, 359),
        field_of_view_deg=st.none() | st.floats(1, 360),
        owner=st.sampled_from(["o1", "o2", None]),
    ),
    st.builds(listed, camera_ids),
    st.builds(unlisted, camera_ids, st.sampled_from(["owner", "import"])),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(happenings, max_size=12), st.lists(st.integers(1, 12), max_size=2))
def test_made_anew_the_tables_are_the_same(
    events: list[ev.Event], erased: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_made_anew(Path(folder), events, erased)


def check_made_anew(folder: Path, events: list[ev.Event], erased: list[int]) -> None:
    log = new_log(folder)
    try:
        for event in events:
            log.append([event], DESK)
        targets = sorted({n for n in erased if n <= len(events)})
        if targets:
            log.append([erasure(*targets)], DESK)
        assert verify(log.path).ok
        check_listed(log)
    finally:
        log.close()
    assert rebuild(log.path).ok


def check_listed(log: LocalLog) -> None:
    """What is listed is what the registry says is, and lies in the cell of its place."""
    run = log._database.conn.execute
    seen = "key, camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
    should = run(f"SELECT {seen} FROM cameras WHERE listed = 1").fetchall()
    has = run(f"SELECT cell, {seen} FROM cameras_listed").fetchall()
    assert sorted(has) == sorted((cell_of(row[2], row[3]), *row) for row in should)


def test_a_listing_by_hand_in_the_table_is_found(log: LocalLog) -> None:
    log.append([registered()], DESK)
    log._database.conn.execute(
        "INSERT INTO cameras_listed VALUES(5, 1, 'c1', 43.9, -75.4, NULL, NULL)"
    )
    found = verify(log.path).first_bad
    assert found is not None
    assert "cameras_listed" in found.reason


def test_a_listed_camera_in_another_cell_is_found(log: LocalLog) -> None:
    log.append([registered(), listed()], DESK)
    log._database.conn.execute("UPDATE cameras_listed SET cell = cell + 1")
    found = verify(log.path).first_bad
    assert found is not None
    assert "cameras_listed, key 1: cell" in found.reason


def test_a_log_of_before_the_grid_is_folded_anew(tmp_path: Path) -> None:
    """What stood in the tables of an older version is made again from the log."""
    log = new_log(tmp_path)
    log.append([registered("c1"), listed("c1"), registered("c2", 43.901)], DESK)
    log.close()
    before = open_database(log.path)
    with before.conn:
        before.execute("DROP TABLE cameras_listed")
        for statement in _CAMERAS_1.split(";")[1:]:
            before.execute(statement)
        before.execute("DELETE FROM _sqlite_migrations WHERE name = 'cameras_2'")
        before.execute("UPDATE site SET folds = 3")
    before.conn.close()
    log = new_log(tmp_path)
    views = SqlViews(open_database(log.path, read_only=True))
    assert ids(views) == ["c1"]
    views.close()
    check_listed(log)
    log.close()


def test_refold_of_nothing_is_nothing() -> None:
    one, two = open_memory(), open_memory()
    for database in (one, two):
        apply(database)
    refold(one)
    assert difference(one.conn, two.conn) is None


# What reaches the window

MARK = "SECRET-CAM"
PLACE = (43.912345, -75.467891)


def walk(value: Any) -> Iterator[Any]:
    """All that is in a value, whatever it is made of."""
    yield value
    if isinstance(value, ListedCameras):
        rows = np.frombuffer(value.packed, PACKED)
        yield from (rows["latitude"] / PER_DEGREE).tolist()
        yield from (rows["longitude"] / PER_DEGREE).tolist()
        yield from walk(list(value.ids))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from walk(getattr(value, field.name))
    elif isinstance(value, dict):
        for pair in value.items():
            yield from walk(pair)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from walk(item)


def traces(value: Any) -> list[Any]:
    """What is of the unlisted camera: its id, its owner or a coordinate."""
    found = []
    for part in walk(value):
        near = isinstance(part, float) and any(abs(part - c) < 1e-3 for c in PLACE)
        if near or (isinstance(part, str | bytes) and MARK in str(part)):
            found.append(part)
    return found


def every_view(views: SqlViews) -> dict[str, Any]:
    """The answer of each method of the read side, asked for all there is."""
    asked: dict[str, tuple[Any, ...]] = {
        "call": ("c1",),
        "incident": ("i1",),
        "narrative": ("i1",),
        "cameras_near": (*PLACE, 20_000_000.0, 1e9),
        "cameras_within": (-90, -180, 90, 180),
        "search": ("SECRET",),
        "incidents_within": (-90, -180, 90, 180),
        "signed_in": ("01",),
    }
    unasked = {"close", "connection"}
    names = [n for n in dir(SqlViews) if not n.startswith("_") and n not in unasked]
    assert {n for n in dir(Views) if not n.startswith("_")} <= set(names)
    return {name: getattr(views, name)(*asked.get(name, ())) for name in names}


def test_nothing_of_an_unlisted_camera_is_on_the_read_side(
    log: LocalLog, views: SqlViews
) -> None:
    secret = registered(MARK, *PLACE, owner=f"{MARK}-owner", azimuth_deg=12)
    log.append([registered("c1"), listed("c1")], DESK)
    before = every_view(views)
    log.append([secret], DESK)
    log.append([listed(MARK), unlisted(MARK)], DESK)
    after = every_view(views)
    assert traces(after) == []
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"log_status"}  # that something was logged, not what
    log.append([listed(MARK)], DESK)
    found = every_view(views)
    assert MARK in traces(found), "the search finds what is there"
    packed = traces(found["cameras_listed"])
    assert packed == [*PLACE, MARK], "packed too"


def test_no_view_reads_the_registry(log: LocalLog) -> None:
    """Not by discipline alone: SQLite itself tells which tables are read."""
    log.append([registered("c1"), listed("c1")], DESK)
    read: set[str] = set()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == 20 and table:  # SQLITE_READ
            read.add(table)
        return 0

    database = open_database(log.path, read_only=True)
    database.conn.set_authorizer(note)
    views = SqlViews(database)
    every_view(views)
    views.close()
    assert "cameras" not in read
    assert "cameras_listed" in read


def test_what_changed_is_told_without_a_name(log: LocalLog) -> None:
    with log.work(DESK) as work:
        work.append(registered(MARK, *PLACE))
        subjects = work.subjects
    assert subjects == {"cameras"}
    with log.work(DESK) as work:
        work.append(erasure(1))
        subjects = work.subjects
    assert traces(subjects) == []
    assert "cameras" in subjects
