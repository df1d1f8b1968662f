"""Many changes at once: the tables are as if each had been written by itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from camera_samples import DESK, listed, new_log, registered, unlisted
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.cameras.cells import cell_of
from aliquot.console.domain import events as ev
from aliquot.console.store import folds_cameras
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds_cameras import show_all
from aliquot.console.store.log import LocalLog
from aliquot.console.store.rebuild import rebuild
from aliquot.console.store.verify import verify

camera_ids = st.sampled_from(["a", "b", "c", "d"])
happenings = st.one_of(
    st.builds(
        registered,
        camera_ids,
        st.sampled_from([43.9, 44, -17]),
        st.sampled_from([-75.4, 180, -180]),
        azimuth_deg=st.none() | st.integers(0, 359),
        owner=st.sampled_from(["o1", "o2", None]),
    ),
    st.builds(listed, camera_ids),
    st.builds(unlisted, camera_ids, st.sampled_from(["owner", "import"])),
)


def rows(log: LocalLog) -> list[Any]:
    run = log._database.conn.execute
    return [
        run(f"SELECT * FROM {table} ORDER BY {key}").fetchall()
        for table, key in (("cameras", "camera_id"), ("cameras_listed", "cell, key"))
    ]


@settings(max_examples=80, deadline=None)
@given(st.lists(happenings, max_size=14), st.integers(1, 6), st.integers(0, 14))
def test_at_once_is_as_one_by_one(
    events: list[ev.Event], held: int, first: int
) -> None:
    """However many are held, and whatever was there before."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(folds_cameras, "HELD", held)
        single, many = (new_log(Path(folder) / name) for name in ("one", "many"))
        for event in events:
            single.append([event], DESK)
        for part in (events[:first], events[first:]):
            if part:
                many.append(part, DESK)
        assert rows(many) == rows(single)
        found = verify(many.path)
        assert found.ok, found
        many.close()
        single.close()
        assert rebuild(many.path).ok


def test_what_is_held_is_written_before_anybody_reads(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.work(DESK) as work:
        work.append(registered())
        assert work.lookup.camera("c1") is not None
        work.append(listed())
        assert len(work.views.cameras_near(43.9, -75.4, 10)) == 1
        work.append(unlisted())
        assert work.views.cameras_within(-90, -180, 90, 180) == ()
        known = work.lookup.cameras(["c1", "c2"])
    assert (list(known), known["c1"].channel) == (["c1"], "owner")
    log.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.append([registered(), listed()], DESK)
    before = rows(log)
    with pytest.raises(KeyboardInterrupt), log.work(DESK) as work:  # noqa: PT012
        work.append(unlisted())
        work.append(registered("c2"))
        assert work.lookup.camera("c2") is not None
        raise KeyboardInterrupt
    assert rows(log) == before
    log.append([unlisted()], DESK)
    assert rows(log)[1] == []
    log.close()


def test_all_at_once_are_in_the_cells_where_one_by_one_puts_them(
    tmp_path: Path,
) -> None:
    """The arithmetic of the database and ours agree, at edges of cells too."""
    log = new_log(tmp_path)
    edges = [(n / 400, n / 200 - 1e-12 * (n % 3)) for n in range(-300, 300, 7)]
    corners = [(-90, -180), (90, 180), (-90.0, 180), (0, 0), (1e-9, -1e-9)]
    events: list[ev.Event] = []
    for n, place in enumerate([*edges, *corners]):
        events += [registered(f"c{n}", *place), listed(f"c{n}")]
    log.append(events, DESK)
    one_by_one = rows(log)[1]
    show_all(Tables(log._database.conn))
    assert rows(log)[1] == one_by_one
    assert all(row[0] == cell_of(row[3], row[4]) for row in one_by_one)
    log.close()


def test_more_cameras_than_are_asked_for_at_once(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    count = 2 * folds_cameras.ASKED + 1
    ids = [f"c{n}" for n in range(count)]
    log.append([registered(camera_id) for camera_id in ids], DESK)
    log.append([listed(camera_id) for camera_id in ids], DESK)
    registry, shown = rows(log)
    assert (len(registry), len(shown)) == (count, count)
    with log.work(DESK) as work:
        assert set(work.lookup.cameras(ids)) == set(ids)
    log.append([unlisted(camera_id) for camera_id in ids[:-1]], DESK)
    assert [row[2] for row in rows(log)[1]] == [ids[-1]]
    log.close()


def test_tables_made_in_one_pass_are_found_to_be_right(tmp_path: Path) -> None:
    """What is compared is what stands there, not how it came."""
    log = new_log(tmp_path)
    log.append([registered(), listed()], DESK)
    log._database.conn.execute("DELETE FROM cameras_listed")
    assert not verify(log.path).ok
    show_all(Tables(log._database.conn))
    assert verify(log.path).ok
    log.close()
