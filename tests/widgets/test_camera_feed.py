"""All listed cameras come to the maps from another thread, and go as owners say."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from aliquot.console.domain.camera_field import ListedCameras, packed_cameras
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CameraNear, CameraRow
from aliquot.widgets.map.camera_feed import CameraFeed
from aliquot.widgets.map.cameras import NO_CAMERAS, CameraField
from aliquot.widgets.map.model import Layers
from aliquot.widgets.map_layers import MapLayers, box_around
from aliquot.widgets.subject import OnHand

Seat = Any
CAMERAS = Changed(frozenset({"cameras"}))
Done = Callable[[ListedCameras], None]


def listing(*ids: str) -> ListedCameras:
    return packed_cameras([[(camera_id, 42.0, -71.0, None, None) for camera_id in ids]])


class Reader:
    """Keeps what is asked until the test answers, in a thread of its own."""

    def __init__(self) -> None:
        self.asked: list[Done] = []

    def ask(self, done: Done) -> None:
        self.asked.append(done)

    def answer(self, listed: ListedCameras) -> None:
        thread = threading.Thread(target=self.asked.pop(0), args=(listed,))
        thread.start()
        thread.join()


def test_changes_during_a_reading_are_one_more_reading(
    seat: Seat, qtbot: QtBot
) -> None:
    reader, came = Reader(), []
    feed = CameraFeed(seat.bridge, reader.ask, seat.window)
    feed.read.connect(came.append)
    feed.ask()
    for _ in range(5):
        seat.bridge.changed.emit(CAMERAS)
    seat.bridge.changed.emit(Changed(frozenset({"incident:i1"})))
    assert len(reader.asked) == 1
    with qtbot.waitSignal(feed.read):
        reader.answer(listing("A", "B"))
    assert list(feed.field.ids) == ["A", "B"]
    assert len(reader.asked) == 1, "what came meanwhile is read once more"
    with qtbot.waitSignal(feed.read):
        reader.answer(listing("B"))
    assert reader.asked == []
    assert [list(field.ids) for field in came] == [["A", "B"], ["B"]]
    assert len({field.version for field in came} | {NO_CAMERAS.version}) == 3
    assert feed.place_of("A") is None
    assert feed.place_of("B") == (42.0, -71.0)


def test_who_signs_in_is_a_reason_to_read_again(seat: Seat) -> None:
    reader = Reader()
    feed = CameraFeed(seat.bridge, reader.ask, seat.window)
    seat.bridge.changed.emit(Changed(frozenset({"session"})))
    assert len(reader.asked) == 1
    assert feed.field is NO_CAMERAS


@pytest.mark.expects_log("cameras")
def test_what_cannot_be_read_is_not_shown_any_more(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.desk.cameras = [CameraRow(camera_id="A", latitude=42.0, longitude=-71.0)]
    feed = CameraFeed(seat.bridge, None, seat.window)
    feed.ask()
    assert list(feed.field.ids) == ["A"]

    def fail() -> None:
        raise OSError("gone")

    monkeypatch.setattr(seat.bridge.views, "cameras_listed", fail)
    feed.ask()
    assert list(feed.field.ids) == []


class Target:
    def __init__(self) -> None:
        self.layers, self.field, self.look = Layers(), NO_CAMERAS, None

    def show_layers(self, layers: Layers) -> None:
        self.layers = layers

    def show_cameras(self, field: CameraField) -> None:
        self.field = field

    def reveal_region(self) -> None:
        pass

    def look_at(self, look: object) -> None:
        pass


@pytest.fixture
def made(seat: Seat) -> tuple[Target, MapLayers, Reader]:
    seat.desk.cameras = [
        CameraRow(camera_id="A", latitude=42.0, longitude=-71.0, azimuth_deg=90.0),
        CameraRow(camera_id="AA", latitude=42.0, longitude=-71.0),
        CameraRow(camera_id="Z", latitude=10.0, longitude=-71.0, azimuth_deg=5.0),
    ]
    target, reader, window = Target(), Reader(), seat.window
    feed = CameraFeed(seat.bridge, reader.ask, window)
    panels = (window.units, window.cameras)
    parent = QObject(window)
    layers = MapLayers(seat.bridge, window.subject, target, *panels, parent, feed)
    return target, layers, reader


def test_all_come_by_themselves_and_the_window_does_not_wait(
    made: tuple[Target, MapLayers, Reader], qtbot: QtBot
) -> None:
    target, layers, reader = made
    layers.refresh()
    assert target.field is NO_CAMERAS, "they are still being read"
    with qtbot.waitSignal(layers.listed.read):
        reader.answer(listing("A", "Z"))
    assert list(target.field.ids) == ["A", "Z"]


def test_a_chosen_camera_goes_with_its_listing_before_all_are_read_again(
    seat: Seat, made: tuple[Target, MapLayers, Reader], qtbot: QtBot
) -> None:
    target, layers, reader = made
    rows = [("Z", 10.0, -71.0, 5.0, None), ("A", 42.0, -71.0, None, None)]
    with qtbot.waitSignal(layers.listed.read):
        reader.answer(packed_cameras([rows]))
    layers.camera_clicked("Z")
    layers.refresh()
    assert [(c.camera_id, c.azimuth_deg) for c in target.layers.cameras] == [("Z", 5.0)]
    seat.desk.cameras = [c for c in seat.desk.cameras if c.camera_id != "Z"]
    layers.refresh()
    assert target.layers.cameras == ()
    assert "Z" in target.field.ids, "the page has not heard of it yet"


def test_near_ones_are_told_with_where_they_look(
    seat: Seat, made: tuple[Target, MapLayers, Reader]
) -> None:
    target, layers, _ = made
    near = CameraNear(
        camera_id="A",
        latitude=42.0,
        longitude=-71.0,
        distance_m=40.0,
        bearing_deg=90.0,
        facing=None,
    )
    seat.desk.cameras_near = [near]
    seat.ring(latitude=42.0, longitude=-71.0, uncertainty_m=30.0)
    seat.window.subject.take(OnHand(call_id="c1"))
    layers.refresh()
    (camera,) = target.layers.cameras
    assert (camera.camera_id, camera.azimuth_deg, camera.near) == ("A", 90.0, True)


def test_a_box_around_places_on_both_sides_of_the_date_line() -> None:
    south, west, north, east = box_around([(1.0, 179.9), (2.0, -179.9), (0.0, 180.0)])
    assert (south < 0 < north, west < 179.9, east > -179.9) == (True, True, True)
    assert west > 179.8
    assert east < -179.8
    plain = box_around([(1.0, 10.0), (2.0, 11.0)])
    assert plain == pytest.approx((1.0, 10.0, 2.0, 11.0), abs=2e-6)
