"""There and back: the release desk borrows the map and gives it back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from map_hands import kill
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from aliquot.console.clock import SystemClock
from aliquot.console.domain import commands as c
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.map.desk import MapDesk
from aliquot.widgets.map.model import Look, MapSpot, MapState
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map_feed import MapFeed
from aliquot.widgets.map_help import MapHelp
from aliquot.widgets.map_layers import MapLayers

Seat = Any
Probe = Callable[[MapPanel], dict[str, Any]]
Wait = Callable[[MapPanel, MapState], None]
K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
THERE = Look(42.371, -71.12, 15.0)


class Desk:
    """A window with everything that the map is joined to, and the page itself."""

    def __init__(self, seat: Seat, map_desk: MapDesk) -> None:
        self.seat, self.map, self.panel = seat, map_desk, map_desk.panel
        window = seat.window
        self.kept = [
            MapHelp(map_desk, seat.bridge, seat.look, window, lambda: None),
            MapFeed(
                seat.bridge, window.subject, self.panel, window, window.intake.calls
            ),
        ]
        self.layers = MapLayers(
            seat.bridge,
            window.subject,
            self.panel,
            window.units,
            window.cameras,
            window,
        )
        window.release.map_wanted.connect(self.layers.show)

    def key(self, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.seat.key(key, modifier)
        self.seat.settle()

    def look(self, look: Look, probe: Probe) -> dict[str, Any]:
        self.panel.look_at(look)
        return settled(self.seat, self.panel, probe)


def settled(seat: Seat, panel: MapPanel, probe: Probe) -> dict[str, Any]:
    """What the page shows when it has come to rest: docks may still move."""
    before: dict[str, Any] = {}

    def still() -> bool:
        nonlocal before
        with seat.bot.waitSignal(panel.still):
            panel.ask_still()
        now = probe(panel)
        same, before = now == before, now
        return same

    seat.bot.waitUntil(still, timeout=15_000)
    return before


def view(page: dict[str, Any]) -> tuple[float, float, float]:
    """To some pixels: each time docks take their places anew, the page may lose half
    a pixel of where its middle is."""
    return (round(page["latitude"], 3), round(page["longitude"], 3), page["zoom"])


@pytest.fixture
def desk(
    make_seat: Any, release_desk: Any, web_engine: None, wait_state: Wait
) -> Iterator[Desk]:
    map_desk = MapDesk(MapPanel(SystemClock()))
    try:
        made = Desk(make_seat(release_desk, map_panel=map_desk), map_desk)
        wait_state(map_desk.panel, MapState.READY)
        yield made
    finally:
        map_desk.panel.shutdown()


def on_hand(desk: Desk, probe: Probe) -> str:
    """The burglary comes on hand by its number; the map rings it."""
    seat = desk.seat
    seat.command("show 1")
    seat.until(lambda: desk.panel.selected is not None)
    page = settled(seat, desk.panel, probe)
    assert page["selected"] == desk.panel.selected
    return str(desk.panel.selected)


def sign_in(seat: Seat) -> None:
    seat.key(K.Key_I, CTRL)
    seat.type("Ana Ortiz")
    seat.key(K.Key_Return)
    seat.type("ana")
    seat.key(K.Key_Return)
    seat.settle()
    seat.until(lambda: seat.window.drawer.shown is None)


def test_back_from_the_release_desk_all_is_as_it_was(desk: Desk, probe: Probe) -> None:
    seat = desk.seat
    sign_in(seat)
    call = on_hand(desk, probe)
    before = desk.look(THERE, probe)
    subject = seat.window.subject.now
    focus = seat.focus
    desk.key(K.Key_2, CTRL)
    desk.key(K.Key_F8)
    desk.key(K.Key_Return)
    away = settled(seat, desk.panel, probe)
    assert away["layers"]["region"] is not None
    assert view(away) != view(before), "the region was brought into sight"
    desk.key(K.Key_Down)
    desk.key(K.Key_Up)
    desk.key(K.Key_1, CTRL)
    after = settled(seat, desk.panel, probe)
    assert seat.window.places.perspective is Perspective.DESK
    assert view(after) == view(before)
    assert after["selected"] == before["selected"] == call
    assert after["layers"]["region"] is None
    assert after["layers"]["units"] == before["layers"]["units"]
    assert seat.window.subject.now == subject
    assert seat.focus is focus


def test_there_and_back_three_times_does_not_wander(desk: Desk, probe: Probe) -> None:
    seat = desk.seat
    sign_in(seat)
    on_hand(desk, probe)
    before = desk.look(THERE, probe)
    put = desk.panel.look
    for _ in range(3):
        desk.key(K.Key_2, CTRL)
        settled(seat, desk.panel, probe)
        desk.key(K.Key_1, CTRL)
        assert view(settled(seat, desk.panel, probe)) == view(before)
        assert desk.panel.look == put, "not half a pixel is lost"


def test_a_map_moved_on_the_release_desk_is_back_where_the_desk_left_it(
    desk: Desk, probe: Probe
) -> None:
    seat = desk.seat
    sign_in(seat)
    call = on_hand(desk, probe)
    before = desk.look(THERE, probe)
    desk.key(K.Key_2, CTRL)
    desk.look(Look(42.2, -71.3, 12.0), probe)
    desk.key(K.Key_1, CTRL)
    after = settled(seat, desk.panel, probe)
    assert view(after) == view(before)
    assert after["selected"] == call


def test_a_place_that_was_marked_and_a_follower_are_still_there(
    desk: Desk, probe: Probe
) -> None:
    seat = desk.seat
    sign_in(seat)
    on_hand(desk, probe)
    desk.map.show_place(MapSpot(latitude=42.37, longitude=-71.11, text="Elm & 3rd"))
    before = settled(seat, desk.panel, probe)
    desk.key(K.Key_2, CTRL)
    settled(seat, desk.panel, probe)
    desk.key(K.Key_1, CTRL)
    after = settled(seat, desk.panel, probe)
    assert view(after) == view(before)
    assert after["tools"]["found"] == before["tools"]["found"]
    assert "Elm & 3rd" in desk.map.words.text()


def test_a_page_that_dies_meanwhile_comes_back_to_the_desk_s_view(
    desk: Desk, probe: Probe, wait_state: Wait
) -> None:
    seat = desk.seat
    sign_in(seat)
    call = on_hand(desk, probe)
    before = desk.look(THERE, probe)
    desk.key(K.Key_2, CTRL)
    settled(seat, desk.panel, probe)
    kill(desk.panel)
    wait_state(desk.panel, MapState.RESTARTING)
    desk.key(K.Key_1, CTRL)
    wait_state(desk.panel, MapState.READY)
    after = settled(seat, desk.panel, probe)
    assert view(after) == view(before)
    assert after["selected"] == call


def test_what_happened_meanwhile_is_there_and_moves_nothing(
    desk: Desk, probe: Probe
) -> None:
    seat = desk.seat
    sign_in(seat)
    call = on_hand(desk, probe)
    before = desk.look(THERE, probe)
    desk.key(K.Key_2, CTRL)
    fields = {"type_code": "FIGHT", "latitude": 42.3722, "longitude": -71.12}
    seat.desk.submit(c.OpenIncident(fields=fields))
    seat.settle()
    seat.until(lambda: len(desk.panel.calls) == 2)
    desk.key(K.Key_1, CTRL)
    after = settled(seat, desk.panel, probe)
    assert len(after["calls"]) == 2
    assert view(after) == view(before)
    assert after["selected"] == call


def test_a_proposal_begun_on_the_desk_and_left_gives_the_view_back(
    desk: Desk, probe: Probe, qtbot: QtBot
) -> None:
    seat = desk.seat
    sign_in(seat)
    call = on_hand(desk, probe)
    before = desk.look(THERE, probe)
    desk.key(K.Key_F8)
    away = settled(seat, desk.panel, probe)
    assert away["layers"]["region"] is not None
    desk.key(K.Key_Escape)
    after = settled(seat, desk.panel, probe)
    assert view(after) == view(before)
    assert after["selected"] == call
