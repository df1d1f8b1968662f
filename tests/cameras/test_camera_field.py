"""All listed cameras packed: what is in it is what is listed, and nothing of others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest
from camera_samples import DESK, listed, new_log, registered, unlisted
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.camera_field import (
    NONE_LISTED,
    PACKED,
    UNKNOWN,
    ListedCameras,
    packed_cameras,
)
from aliquot.console.store import views as views_module
from aliquot.console.store.database import open_database
from aliquot.console.store.views import SqlViews
from aliquot.console.workers.listed import ListedReader

PATIENCE_S = 20.0
degrees = st.none() | st.floats(0, 360)
cameras = st.tuples(
    st.text(max_size=4), st.floats(-90, 90), st.floats(-180, 180), degrees, degrees
)


@given(st.lists(st.lists(cameras, max_size=4), max_size=4))
def test_what_is_packed_is_what_was_given(blocks: list[list[Any]]) -> None:
    rows = [row for block in blocks for row in block]
    made = packed_cameras(blocks)
    assert list(made.ids) == [row[0] for row in rows]
    assert len(made.packed) == 12 * len(rows)
    for row, packed in zip(rows, np.frombuffer(made.packed, PACKED), strict=True):
        assert packed["latitude"] / 1e7 == pytest.approx(row[1], abs=5.1e-8)
        assert packed["longitude"] / 1e7 == pytest.approx(row[2], abs=5.1e-8)
        for given_, name in ((row[3], "azimuth"), (row[4], "view")):
            if given_ is None:
                assert packed[name] == UNKNOWN
            else:
                assert packed[name] / 10 == pytest.approx(given_, abs=0.0501)


@given(st.lists(st.text("ab", max_size=3), max_size=8), st.text("ab", max_size=3))
def test_an_id_is_found_where_it_is_whole(ids: list[str], wanted: str) -> None:
    """Ids that begin, end or hold others, and those that only their joints make."""
    made = packed_cameras([[(camera_id, 1.0, 2.0, None, None) for camera_id in ids]])
    at = made.ids.place_of(wanted)
    if wanted and wanted in ids:
        assert at is not None
        assert made.ids[at] == wanted
        assert made.place_of(wanted) == (1.0, 2.0)
    else:
        assert at is None
        assert made.place_of(wanted) is None
    assert made.ids[-len(ids) :] == tuple(ids)


def test_there_is_no_camera_beyond_the_last() -> None:
    made = packed_cameras([[("a", 0, 0, None, None), ("b", 0, 0, None, None)]])
    assert (made.ids[-1], made.ids[0]) == ("b", "a")
    for at in (2, -3):
        with pytest.raises(IndexError):
            made.ids[at]
    assert len(NONE_LISTED.ids) == 0


def test_the_views_pack_who_is_listed_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_module, "BLOCK", 2)
    log = new_log(tmp_path)
    ids = [f"c{n}" for n in range(5)]
    log.append(
        [registered(c, 43.9 + n, azimuth_deg=n) for n, c in enumerate(ids)], DESK
    )
    views = SqlViews(open_database(log.path, read_only=True))
    assert views.cameras_listed() == NONE_LISTED
    log.append([listed(camera_id) for camera_id in ids], DESK)
    assert list(views.cameras_listed().ids) == ids
    assert views.cameras_listed().place_of("c3") == (46.9, -75.4)
    log.append([unlisted("c3")], DESK)
    assert list(views.cameras_listed().ids) == ["c0", "c1", "c2", "c4"]
    with log.work(DESK) as work:
        work.append(unlisted("c0"))
        assert list(work.views.cameras_listed().ids) == ["c1", "c2", "c4"]
    turns: list[int] = []
    views.cameras_listed(lambda: turns.append(1))
    assert len(turns) == 2, "after each block, and there are two"
    views.close()
    log.close()


# The thread


class _Views:
    def __init__(self, read: Callable[[], ListedCameras]) -> None:
        self._read = read

    def cameras_listed(self, between: Callable[[], None]) -> ListedCameras:
        between()
        return self._read()


def test_all_are_read_in_a_thread_of_its_own() -> None:
    made = packed_cameras([[("a", 1.0, 2.0, None, None)]])
    threads: SimpleQueue[str] = SimpleQueue()
    came: SimpleQueue[ListedCameras] = SimpleQueue()

    def views() -> Any:
        threads.put(threading.current_thread().name)
        return _Views(lambda: made)

    reader = ListedReader(views)
    reader.ask(came.put)
    assert came.get(timeout=PATIENCE_S) is made
    assert threads.get(timeout=PATIENCE_S) == "listed cameras"
    reader.close()
    reader.close()
    assert not reader.is_alive()
    reader.ask(came.put)
    assert came.empty()


@pytest.mark.expects_log("cameras")
def test_what_cannot_be_read_is_no_camera_and_the_next_reading_goes_on() -> None:
    made = packed_cameras([[("a", 1.0, 2.0, None, None)]])
    came: SimpleQueue[ListedCameras] = SimpleQueue()
    failures = [OSError("gone")]

    def read() -> ListedCameras:
        if failures:
            raise failures.pop()
        return made

    reader = ListedReader(lambda: _Views(read))  # type: ignore[arg-type, return-value]
    reader.ask(came.put)
    assert came.get(timeout=PATIENCE_S) == NONE_LISTED
    reader.ask(lambda _listed: 1 / 0)  # type: ignore[arg-type, return-value]
    reader.ask(came.put)
    assert came.get(timeout=PATIENCE_S) is made
    reader.close()


def test_nothing_is_told_after_the_end() -> None:
    began, go = threading.Event(), threading.Event()
    came: SimpleQueue[ListedCameras] = SimpleQueue()

    def read() -> ListedCameras:
        began.set()
        go.wait(PATIENCE_S)
        return NONE_LISTED

    reader = ListedReader(lambda: _Views(read))  # type: ignore[arg-type, return-value]
    reader.ask(came.put)
    assert began.wait(PATIENCE_S)
    closing = threading.Thread(target=reader.close)
    closing.start()
    while not reader._closed:
        closing.join(0.001)
    go.set()
    closing.join(PATIENCE_S)
    assert not reader.is_alive()
    assert came.empty()
