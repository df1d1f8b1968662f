"""The map's tools in a window, and the wall screen: what it shows and what it never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from aliquot.console.clock import SystemClock
from aliquot.console.domain import commands as c
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CameraRow
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.main_window import NO_MAP
from aliquot.widgets.map.desk import MapDesk
from aliquot.widgets.map.keys import MAP_KEYS
from aliquot.widgets.map.model import Layers, MapCall, MapCamera, MapSpot, Tools
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.sources import BaseMap
from aliquot.widgets.map.wall import WallWindow
from aliquot.widgets.map_help import MapHelp
from aliquot.widgets.pointing import PlacePointed

Seat = Any
K = Qt.Key


class Grounds:
    """Counts how often it is asked, and gives a new map each time."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> BaseMap:
        self.asked += 1
        return BaseMap(b'{"type":"FeatureCollection","features":[]}')


def helped(seat: Seat) -> tuple[MapDesk, MapHelp, Grounds]:
    desk = MapDesk(MapPanel(SystemClock()), seat.window)
    grounds = Grounds()
    made = MapHelp(desk, seat.bridge, seat.look, seat.window, grounds)
    return desk, made, grounds


def test_a_place_of_the_map_comes_into_the_form_in_front(seat: Seat) -> None:
    desk, _help, _ = helped(seat)
    seat.key(K.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.place_taken.emit(PlacePointed(42.36, -71.1, "near Elm & 3rd"))
    assert seat.text("place") == "near Elm & 3rd"
    assert seat.form.data.point is not None
    assert seat.form.data.point.latitude == 42.36


def test_a_call_that_is_started_on_the_map_has_a_form_of_its_own(seat: Seat) -> None:
    desk, _help, _ = helped(seat)
    seat.key(K.Key_N, Qt.KeyboardModifier.ControlModifier)
    seat.type("bur")
    first = seat.form
    desk.call_wanted.emit(PlacePointed(42.36, -71.1, "near Elm & 3rd"))
    assert seat.form is not first
    assert seat.text("place") == "near Elm & 3rd"
    assert seat.window.isAncestorOf(QApplication.focusWidget())
    assert first.fields.texts()["type"] == "bur"


def test_another_geofile_lies_under_the_map_at_once(seat: Seat) -> None:
    desk, _help, grounds = helped(seat)
    before = desk.panel.base
    assert grounds.asked == 1
    seat.bridge.changed.emit(Changed(frozenset({"geofile"})))
    assert grounds.asked == 2
    assert desk.panel.base is not before
    seat.bridge.changed.emit(Changed(frozenset({"unit:2A11"})))
    assert grounds.asked == 2


def test_the_wall_shows_calls_without_numbers_and_listed_cameras_only(
    seat: Seat, qtbot: QtBot
) -> None:
    seat.desk.cameras = [CameraRow(camera_id="A", latitude=42.0, longitude=-71.0)]
    unit = seat.desk.units["2A11"]
    seat.desk.units["2A11"] = replace(unit, latitude=42.0, longitude=-71.0)
    row = seat.ring(latitude=42.1, longitude=-71.1, uncertainty_m=30.0)
    seat.desk.submit(
        c.OpenIncident(
            fields={"type_code": "FIGHT", "latitude": 42.0, "longitude": -71}
        )
    )
    seat.settle()
    wall = WallWindow(seat.bridge, MapPanel(SystemClock()))
    qtbot.addWidget(wall)
    wall.feed.refresh()
    labels = sorted(call.label for call in wall.panel.calls)
    assert labels == ["0001", "Call"]
    assert str(row.callback_number) not in repr(wall.panel.calls)
    assert list(wall.panel.cameras.ids) == ["A"]
    assert [u.unit_id for u in wall.panel.layers.units] == ["2A11"]
    assert wall.panel.layers.cameras == ()
    assert wall.panel.tools == Tools(follow="all")


def test_what_is_chosen_at_the_desk_is_not_on_the_wall(
    seat: Seat, qtbot: QtBot
) -> None:
    desk = MapPanel(SystemClock())
    near = MapCamera(camera_id="N", latitude=42.0, longitude=-71.0, near=True)
    desk.show_layers(Layers(cameras=(near,), camera="N"))
    desk.use(Tools(found=MapSpot(latitude=42.0, longitude=-71.0, text="there")))
    call = MapCall(
        call_id="a",
        latitude=42.0,
        longitude=-71.0,
        uncertainty_m=5,
        label="(617) 555-0142",
        state="waiting",
    )
    desk.show_calls((call,))
    desk.select("a")
    wall = WallWindow(seat.bridge, desk)
    qtbot.addWidget(wall)
    wall.feed.refresh()
    assert wall.panel.calls == ()
    assert wall.panel.selected is None
    assert wall.panel.layers.camera is None
    assert wall.panel.tools.found is None


def test_the_wall_opens_and_closes_by_its_key_and_goes_with_the_window(
    seat: Seat,
) -> None:
    desk, made, _ = helped(seat)
    focus = seat.focus
    desk.ask_wall()
    wall = made.wall
    assert wall is not None
    assert wall.isVisible()
    assert seat.focus is focus
    assert not wall.testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
    desk.ask_wall()
    assert made.wall is None
    desk.ask_wall()
    wall = made.wall
    assert wall is not None
    wall.activateWindow()
    seat.until(wall.isActiveWindow)
    QTest.keyClick(wall, K.Key_Escape)
    assert made.wall is None
    desk.ask_wall()
    made.leave()
    made.leave()
    assert made.wall is None


CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def on_the_desk(make_seat: Any) -> Iterator[tuple[Seat, MapDesk]]:
    """The map where it stands in the window."""
    desk = MapDesk(MapPanel(SystemClock()))
    seat = make_seat(map_panel=desk)
    MapHelp(desk, seat.bridge, seat.look, seat.window, Grounds())
    yield seat, desk
    desk.panel.shutdown()


def test_the_keys_of_the_map_are_the_window_s_and_stand_on_its_buttons(
    on_the_desk: tuple[Seat, MapDesk],
) -> None:
    seat, desk = on_the_desk
    seat.key(K.Key_F9)
    seat.key(K.Key_F, CTRL)
    assert seat.focus is desk.finder
    assert seat.window.drawer.shown is None
    seat.key(K.Key_6, ALT)
    assert seat.focus is desk.panel
    seat.key(K.Key_4, CTRL)
    assert not desk.panel.isVisible()
    seat.key(K.Key_F, CTRL)
    assert seat.window.places.perspective is Perspective.DESK
    assert seat.focus is desk.finder
    assert (desk.printing.key, desk.walling.key) == ("Ctrl+P", "Ctrl+Shift+W")
    assert {b.key for b in (desk.measuring, desk.following)} == {"M", "F"}


def test_the_map_is_found_in_the_palette_and_on_the_sheet_of_keys(
    on_the_desk: tuple[Seat, MapDesk],
) -> None:
    seat, desk = on_the_desk
    seat.key(K.Key_K, CTRL)
    seat.type("find a place")
    seat.key(K.Key_Return)
    assert seat.focus is desk.finder
    seat.key(K.Key_F1)
    shown = {w.text() for w in seat.window.drawer.findChildren(QLabel) if w.isVisible()}
    assert {"Alt+6", "Ctrl+F", "Ctrl+P", "Ctrl+Shift+W"} <= shown


def test_esc_is_the_map_s_while_it_has_the_focus(
    on_the_desk: tuple[Seat, MapDesk],
) -> None:
    """The window has an Esc of its own, which would take it."""
    seat, desk = on_the_desk
    seat.key(K.Key_N, CTRL)
    before = seat.focus
    seat.key(K.Key_6, ALT)
    seat.key(K.Key_M)
    assert desk.panel.tools.measure == ()
    seat.key(K.Key_Escape)
    assert desk.panel.tools.measure is None
    assert seat.focus is desk.panel
    seat.key(K.Key_Escape)
    assert seat.focus is before
    seat.key(K.Key_F, CTRL)
    assert seat.focus is desk.finder
    seat.key(K.Key_Escape)
    assert seat.focus is before


def test_esc_closes_what_is_open_over_the_window_first(
    on_the_desk: tuple[Seat, MapDesk],
) -> None:
    seat, desk = on_the_desk
    seat.key(K.Key_N, CTRL)
    seat.key(K.Key_6, ALT)
    seat.key(K.Key_F1)
    assert seat.window.drawer.shown is not None
    seat.key(K.Key_Escape)
    assert seat.window.drawer.shown is None
    assert seat.focus is desk.panel


def test_the_map_s_own_keys_are_on_the_sheet_of_keys(
    on_the_desk: tuple[Seat, MapDesk],
) -> None:
    seat, _desk = on_the_desk
    seat.key(K.Key_F1)
    shown = {w.text() for w in seat.window.drawer.findChildren(QLabel) if w.isVisible()}
    for key, means in MAP_KEYS:
        assert {key, means} <= shown


def test_a_window_without_a_map_says_so(seat: Seat) -> None:
    for key, modifier in ((K.Key_6, ALT), (K.Key_F, CTRL), (K.Key_P, CTRL)):
        seat.window.line.say("")
        seat.key(key, modifier)
        assert seat.said == NO_MAP
    assert seat.window.drawer.shown is None


def test_keys_on_the_map_s_bar_never_make_its_dock_wider(
    on_the_desk: tuple[Seat, MapDesk],
) -> None:
    seat, desk = on_the_desk
    least = desk.minimumSizeHint().width()
    desk.keys_are("", "", "")
    assert desk.minimumSizeHint().width() == least
    desk.keys_are("Ctrl+F", "Ctrl+P", "Ctrl+Shift+W")
    bar, wall = desk.walling.parentWidget(), desk.walling
    assert bar is not None
    bar.setParent(None)
    seat.bot.addWidget(bar)
    bar.resize(1000, 40)
    bar.show()
    assert wall.width() >= wall.across(True)
    bar.resize(bar.minimumWidth(), 40)
    QApplication.processEvents()
    buttons = (desk.measuring, desk.following, desk.printing, wall)
    assert [b.width() for b in buttons] == [b.across(False) for b in buttons]
    assert wall.geometry().right() <= least


def test_text_on_the_map_grows_with_the_window_s(
    on_the_desk: tuple[Seat, MapDesk],
) -> None:
    seat, desk = on_the_desk
    assert desk.panel.scale == 1.0
    seat.look.set_scale(1.5)
    assert desk.panel.scale == 1.5
