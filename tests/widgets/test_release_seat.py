"""Whose window it is; a second window of a profile; map layers; sentences of lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt

from aliquot.console.clock import ManualClock
from aliquot.console.domain import commands as c
from aliquot.console.domain.people import Role
from aliquot.console.domain.rows import CameraNear, CameraRow, LineRow
from aliquot.widgets.actions import ACTS, Act
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.map.cameras import NO_CAMERAS, CameraField
from aliquot.widgets.map.life import RETRY_KEY
from aliquot.widgets.map.model import Layers, Look
from aliquot.widgets.map_layers import MapLayers
from aliquot.widgets.seat import title_text
from aliquot.widgets.subject import OnHand

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any


def test_titles_say_whose_window_it_is() -> None:
    assert (
        title_text("Ben Cho", Role.SUPERVISOR, "joined-1", joined=True)
        == "Ben Cho, supervisor – second window joined-1 – Aliquot"
    )
    assert title_text(None, None, "1", joined=False).startswith("nobody signed in")


@pytest.fixture
def joined(make_seat: Any) -> Seat:
    """A second window: nobody is signed in."""
    from fake_releases import FakeReleasingDesk

    desk = FakeReleasingDesk(ManualClock())
    desk.add_person("Ana Ortiz", "dispatcher", "ana")
    desk.add_person("Ben Cho", "supervisor", "ben")
    desk._actor = replace(desk._actor, joined=True)
    desk.submit(c.OpenIncident(fields={"type_code": "BURGLARY", "place": "12 Elm St"}))
    desk.settle()
    return make_seat(desk)


def enter(seat: Seat, name: str, password: str) -> None:
    if seat.window.drawer.shown is not Act.SIGN_IN:
        seat.key(K.Key_I, CTRL)
    seat.window.sign_in.name.setFocus()
    seat.type(name)
    seat.key(K.Key_Return)
    seat.type(password)
    seat.key(K.Key_Return)
    seat.settle()
    seat.until(lambda: seat.window.drawer.shown is None)


def test_a_second_window_asks_who_sits_there(joined: Seat) -> None:
    assert joined.window.drawer.shown is Act.SIGN_IN
    assert joined.window.windowTitle().startswith("nobody signed in – second window")


def test_a_second_window_opens_on_the_release_desk_for_a_supervisor(
    joined: Seat,
) -> None:
    enter(joined, "Ben Cho", "ben")
    assert joined.window.places.perspective is Perspective.RELEASES
    assert joined.window.windowTitle().startswith("Ben Cho, supervisor – second window")
    assert joined.window.strip.isVisible()


def test_a_dispatcher_comes_to_the_desk_there(joined: Seat) -> None:
    enter(joined, "Ana Ortiz", "ana")
    assert joined.window.places.perspective is Perspective.DESK


def test_forms_are_out_of_sight_while_nobody_is_signed_in(joined: Seat) -> None:
    enter(joined, "Ana Ortiz", "ana")
    joined.key(K.Key_N, CTRL)
    joined.type("burg")
    form = joined.window.intake.forms[0].data.form_id
    joined.key(K.Key_I, CTRL | Qt.KeyboardModifier.ShiftModifier)
    joined.settle()
    joined.settle()
    assert not joined.window.intake.forms
    assert joined.window.windowTitle().startswith("nobody signed in")
    enter(joined, "Ana Ortiz", "ana")
    assert [f.data.form_id for f in joined.window.intake.forms] == [form]
    assert joined.text("type") == "burg"


class Target:
    """What the map panel is to the layers."""

    def __init__(self) -> None:
        self.layers = Layers()
        self.field = NO_CAMERAS
        self.look: Look | None = Look(42.0, -71.0, 16.0)
        self.looked: list[Look] = []
        self.revealed = 0

    def show_layers(self, layers: Layers) -> None:
        self.layers = layers

    def reveal_region(self) -> None:
        self.revealed += 1

    def show_cameras(self, field: CameraField) -> None:
        self.field = field

    def look_at(self, look: Look) -> None:
        self.looked.append(look)


@pytest.fixture
def layers(seat: Seat) -> tuple[Seat, Target, MapLayers]:
    target = Target()
    seat.desk.cameras = [
        CameraRow(camera_id="A", latitude=42.0, longitude=-71.0, azimuth_deg=90.0),
        CameraRow(camera_id="B", latitude=42.1, longitude=-71.0),
        CameraRow(camera_id="Z", latitude=10.0, longitude=-71.0),
    ]
    seat.desk.cameras_near = [
        CameraNear(
            camera_id="A",
            latitude=42.0,
            longitude=-71.0,
            distance_m=40.0,
            bearing_deg=90.0,
            facing=None,
        )
    ]
    unit = seat.desk.units["2A11"]
    seat.desk.units["2A11"] = replace(unit, latitude=42.0, longitude=-71.0)
    window = seat.window
    made = MapLayers(
        seat.bridge,
        window.subject,
        target,
        window.units,
        window.cameras,
        QObject(window),
    )
    made.refresh()
    return seat, target, made


def test_listed_cameras_in_sight_and_units_with_a_place_are_shown(
    layers: tuple[Seat, Target, MapLayers],
) -> None:
    _, target, _ = layers
    assert list(target.field.ids) == ["A", "B", "Z"]
    assert [x.unit_id for x in target.layers.units] == ["2A11"]
    assert target.layers.units[0].tone == "available"
    assert target.layers.cameras == (), "nothing is on hand"


def test_cameras_near_what_is_on_hand_are_marked(
    layers: tuple[Seat, Target, MapLayers],
) -> None:
    seat, target, made = layers
    fields = {"type_code": "FIGHT", "latitude": 42.0, "longitude": -71.0}
    seat.desk.submit(c.OpenIncident(fields=fields))
    seat.settle()
    seat.window.subject.take(OnHand(incident_id="i1"))
    made.refresh()
    assert [x.camera_id for x in target.layers.cameras if x.near] == ["A"]
    assert [x.camera_id for x in seat.window.cameras.cameras()] == ["A"]


def test_choosing_on_either_side_chooses_on_both(
    layers: tuple[Seat, Target, MapLayers],
) -> None:
    seat, target, made = layers
    focus = seat.focus
    made.unit_clicked("2A11")
    made.refresh()
    assert target.layers.unit == "2A11"
    assert seat.window.units.table.current_key() == "2A11"
    assert seat.focus is focus
    seat.key(K.Key_3, Qt.KeyboardModifier.AltModifier)
    seat.key(K.Key_Down)
    seat.key(K.Key_Up)
    made.refresh()
    assert target.layers.unit == seat.window.units.table.current_key()
    made.camera_clicked("A")
    made.refresh()
    assert target.layers.camera == "A"


def test_no_two_keys_are_the_same_and_the_map_has_its_own() -> None:
    keys = [spec.key for spec in ACTS]
    assert len(set(keys)) == len(keys)
    assert RETRY_KEY not in keys


def test_what_a_line_says_of_itself_can_be_read(seat: Seat) -> None:
    line = LineRow(
        line="ali-1",
        state="lost",
        message="read failed: Input/output error",
        since_us=seat.clock.now().utc_us,
    )
    seat.desk.set_line(line)
    seat.settle()
    sign = seat.window.status._lines["ali-1"]
    assert sign.toolTip().startswith("read failed: Input/output error. ali-1 is lost")
    seat.key(K.Key_F9)
    assert "read failed: Input/output error" in seat.said


def test_before_sign_in_nothing_is_said_of_calls_and_partners(joined: Seat) -> None:
    """It does not know them: that none waits would not be true."""
    joined.ring()
    strip, window = joined.window.strip, joined.window
    assert "Ctrl+I" in strip._empty.text()
    assert "No call is waiting" not in strip._empty.text()
    assert strip._counts.text() == ""
    assert "nothing waits" not in " ".join(window.status.texts)
    enter(joined, "Ana Ortiz", "ana")
    joined.until(lambda: "No call is waiting" in strip._empty.text())
    assert "not shown" not in " ".join(window.status.texts)
