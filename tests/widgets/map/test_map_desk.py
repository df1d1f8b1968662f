"""The map's tools: by key and by mouse, and nothing typed elsewhere is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from map_hands import click, press
from map_room import Ask, K, Probe, Room, Streets, Wait, candidate
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from aliquot.widgets.map.button import MapButton
from aliquot.widgets.map.foot import MapFoot
from aliquot.widgets.map.keys import LAYERS, MAP_KEYS
from aliquot.widgets.map.model import MapCall, Tools
from aliquot.widgets.map.sources import BaseMap


@pytest.fixture
def room(qtbot: QtBot, web_engine: None, wait_state: Wait) -> Iterator[Room]:
    made = Room()
    try:
        made.show(qtbot, wait_state)
        yield made
    finally:
        made.end()


def test_a_click_offers_the_place_and_takes_it_only_when_asked(
    room: Room, qtbot: QtBot, ask: Ask
) -> None:
    room.look(qtbot, 41.5, -93.6, 15.0)
    with qtbot.waitSignal(room.panel.pointed, timeout=10_000):
        click(qtbot, room.panel, ask, 41.501, -93.601)
    assert room.taken == []
    assert "near 41.50" in room.desk.words.text()
    assert room.field.hasFocus()
    QTest.mouseClick(room.desk._take, Qt.MouseButton.LeftButton)
    (taken,) = room.taken
    assert taken.latitude == pytest.approx(41.501, abs=1e-4)
    assert taken.longitude == pytest.approx(-93.601, abs=1e-4)
    assert taken.text == "near 41.50"
    assert room.panel.tools.found is None
    assert room.field.hasFocus()


def test_the_other_button_starts_a_call(room: Room, qtbot: QtBot, ask: Ask) -> None:
    room.look(qtbot, 41.5, -93.6, 15.0)
    with qtbot.waitSignal(room.desk.call_wanted, timeout=10_000):
        click(qtbot, room.panel, ask, 41.501, -93.601, Qt.MouseButton.RightButton)
    assert room.started[0].latitude == pytest.approx(41.501, abs=1e-4)
    assert room.taken == []


def test_keys_do_what_the_mouse_does(room: Room, qtbot: QtBot) -> None:
    room.look(qtbot, 41.5, -93.6, 15.0)
    room.desk.go_to_map()
    assert QApplication.focusWidget() is room.panel
    assert room.panel.tools.crosshair
    room.key(K.Key_Space)
    qtbot.waitUntil(lambda: room.panel.tools.found is not None, timeout=5000)
    room.key(K.Key_Return)
    assert room.taken[0].latitude == pytest.approx(41.5, abs=1e-6)
    room.key(K.Key_Insert)
    qtbot.waitUntil(lambda: bool(room.started), timeout=5000)
    assert room.started[0].text == "near 41.50"
    room.key(K.Key_Escape)
    assert QApplication.focusWidget() is room.field
    assert not room.panel.tools.crosshair


def test_a_way_is_measured_by_keys_and_by_mouse(
    room: Room, qtbot: QtBot, probe: Probe, ask: Ask
) -> None:
    room.look(qtbot, 41.5, -93.6, 15.0)
    room.desk.go_to_map()
    room.key(K.Key_M)
    with qtbot.waitSignal(room.panel.pointed, timeout=10_000):
        room.key(K.Key_Space)
    with qtbot.waitSignal(room.panel.pointed, timeout=10_000):
        click(qtbot, room.panel, ask, 41.505, -93.6)
    (_, _, first), (_, _, second) = probe(room.panel)["tools"]["measure"]
    metres = re.fullmatch(r"\d+ ft \((\d+) m\)", second)
    assert first == ""
    assert metres is not None
    assert int(metres[1]) == pytest.approx(555, abs=6)  # a pixel is 3.6 m
    assert f"{second} in all" in room.desk.words.text()
    room.key(K.Key_Backspace)
    assert len(room.panel.tools.measure or ()) == 1
    room.key(K.Key_Escape)
    assert room.panel.tools.measure is None
    assert probe(room.panel)["tools"]["measure"] is None
    assert room.taken == []


def test_quick_hands_measure_from_where_the_arrows_went(
    room: Room, qtbot: QtBot, probe: Probe
) -> None:
    """Space comes before the page could say that it moved."""
    room.look(qtbot, 41.5, -93.6, 15.0)
    room.desk.go_to_map()
    for key in (
        K.Key_M,
        K.Key_Space,
        K.Key_Right,
        K.Key_Space,
        K.Key_Down,
        K.Key_Space,
    ):
        room.key(key)
    qtbot.waitUntil(lambda: len(room.panel.tools.measure or ()) == 3, timeout=5000)
    (_, a, _), (_, b, _), (c, d, _) = probe(room.panel)["tools"]["measure"]
    assert a < b - 0.001
    assert (c < 41.499, d) == (True, pytest.approx(b))


def test_enter_takes_the_middle_that_the_arrows_went_to(
    room: Room, qtbot: QtBot
) -> None:
    room.look(qtbot, 41.5, -93.6, 15.0)
    room.desk.go_to_map()
    room.key(K.Key_Right)
    room.key(K.Key_Return)
    qtbot.waitUntil(lambda: bool(room.taken), timeout=5000)
    assert room.taken[0].longitude > -93.599
    assert room.panel.tools.found is None


def test_layers_go_off_and_on_by_their_letter(room: Room, probe: Probe) -> None:
    room.desk.go_to_map()
    room.key(K.Key_U)
    room.key(K.Key_B)
    assert sorted(probe(room.panel)["hidden"]) == ["beats", "hydrants", "units"]
    room.key(K.Key_U)
    assert sorted(probe(room.panel)["hidden"]) == ["beats", "hydrants"]
    assert room.said[-1] == "Units are on the map."


def test_the_page_knows_how_much_of_its_foot_is_covered(
    room: Room, qtbot: QtBot, probe: Probe, ask: Ask
) -> None:
    room.look(qtbot, 41.5, -93.6, 15.0)
    room.desk.go_to_map()
    with qtbot.waitSignal(room.panel.pointed, timeout=5000):
        room.key(K.Key_Space)
    high = room.desk._foot.height()
    assert high > 10
    assert probe(room.panel)["tools"]["foot"] == high
    room.key(K.Key_Escape)
    assert probe(room.panel)["tools"]["foot"] == 0
    assert ask(room.panel, "aliquot.foot") == 0


@pytest.mark.parametrize(
    ("zoom", "said"),
    [
        (14.0, "Hydrants are on, and show from nearer: press + 2 times."),
        (15.0, "Hydrants are on, and show from nearer: press + once."),
        (16.0, "Hydrants are on the map."),
    ],
)
def test_hydrants_are_off_until_wanted_and_it_says_from_where_they_show(
    room: Room, qtbot: QtBot, probe: Probe, zoom: float, said: str
) -> None:
    room.look(qtbot, 41.5, -93.6, zoom)
    assert probe(room.panel)["hidden"] == ["hydrants"]
    room.desk.go_to_map()
    room.key(K.Key_H)
    assert room.said[-1] == said
    assert probe(room.panel)["hidden"] == []
    room.key(K.Key_H)
    assert room.said[-1] == "Hydrants are off on the map."


def test_a_geofile_without_them_says_so(room: Room, tmp_path: Path) -> None:
    room.panel.set_base(BaseMap(None, {"streets": tmp_path / "streets.pmtiles"}))
    room.desk.go_to_map()
    room.key(K.Key_H)
    assert room.said[-1] == "This geofile has no hydrants for the map."


def test_every_key_of_the_list_does_something(room: Room, qtbot: QtBot) -> None:
    """And nothing that the map answers to is missing from it."""
    listed = {key for keys, _ in MAP_KEYS for key in keys.split() if len(key) == 1}
    assert listed == {"+", "-", "N", "C", "/", "M", "F", *"UKBSHT", "Y", "P"}
    assert {layer.key.name.removeprefix("Key_") for layer in LAYERS} <= listed
    room.look(qtbot, 41.5, -93.6, 16.0)
    room.desk.go_to_map()
    for letter in "MFUKBSHTY":
        before, count = room.panel.tools, len(room.said)
        room.key(getattr(K, f"Key_{letter}"))
        assert (room.panel.tools, len(room.said)) != (before, count), letter


def test_letters_typed_in_a_form_do_nothing_to_the_map(room: Room) -> None:
    for letter in "mfubkshty/ p":
        press(room.window, letter)
    assert room.field.text() == "mfubkshty/ p"
    tools = room.panel.tools
    assert tools == Tools()


def test_a_place_is_found_by_typing_and_taken_by_a_second_enter(
    room: Room, qtbot: QtBot, probe: Probe
) -> None:
    room.desk.begin_search()
    assert QApplication.focusWidget() is room.desk.finder
    QTest.keyClicks(room.desk.finder, "212")
    shown = room.desk.finder.list
    qtbot.waitUntil(shown.isVisible, timeout=5000)
    assert [shown.item(n).text() for n in range(shown.count())] == [
        "212 Elm St",
        "212 Elm Ave",
    ]
    room.key(K.Key_Down)
    room.key(K.Key_Return)
    found = room.panel.tools.found
    assert found is not None
    assert found.text == "212 Elm St"
    assert not shown.isVisible()
    seen = probe(room.panel)
    assert seen["latitude"] == pytest.approx(41.5, abs=1e-4)
    assert seen["zoom"] == 17
    assert room.taken == []
    room.key(K.Key_Return)
    assert [t.text for t in room.taken] == ["212 Elm St"]
    room.key(K.Key_Escape)
    assert QApplication.focusWidget() is room.field


def test_unsure_places_are_offered_and_not_chosen(room: Room, qtbot: QtBot) -> None:
    class Unsure(Streets):
        known = (candidate("5 Elm St", 41.5, 88.0), candidate("5 Elm Av", 41.6, 85.0))

    room.desk.places = Unsure
    room.desk.begin_search()
    room.desk.finder.setText("5 elm")
    room.key(K.Key_Return)
    assert room.panel.tools.found is None
    shown = room.desk.finder.list
    assert [shown.item(n).text() for n in range(shown.count())] == [
        "5 Elm St  ·  point  ·  88",
        "5 Elm Av  ·  point  ·  85",
    ]
    room.key(K.Key_Down)
    room.key(K.Key_Return)
    assert room.panel.tools.found is not None
    assert room.panel.tools.found.text == "5 Elm Av"


def test_a_point_is_found_without_any_streets(room: Room) -> None:
    room.desk.places = _none
    room.desk.begin_search()
    QTest.keyClicks(room.desk.finder, "41.25, -93.75")
    room.key(K.Key_Return)
    found = room.panel.tools.found
    assert found is not None
    assert (found.latitude, found.longitude) == (41.25, -93.75)
    room.desk.finder.setText("Elm St")
    room.key(K.Key_Return)
    assert "no geofile" in room.said[-1]


def _none() -> None:
    return None


def test_the_map_follows_the_chosen_call(
    room: Room, calls: tuple[MapCall, ...], probe: Probe
) -> None:
    room.panel.show_calls(calls)
    room.desk.toggle_follow()
    room.panel.select("near")
    seen = probe(room.panel)
    assert seen["latitude"] == pytest.approx(41.5, abs=1e-4)
    room.panel.select("unsure")
    seen = probe(room.panel)
    assert seen["latitude"] == pytest.approx(41.51, abs=1e-4)
    assert seen["longitude"] == pytest.approx(-93.61, abs=1e-4)


def test_a_print_is_one_private_page_and_moves_nothing(
    room: Room, qtbot: QtBot, tmp_path: Path, calls: tuple[MapCall, ...], probe: Probe
) -> None:
    room.panel.show_calls(calls)
    room.look(qtbot, 41.5, -93.6, 14.0)
    before = probe(room.panel)
    room.desk.folder = lambda: tmp_path / "prints"
    with qtbot.waitSignal(room.desk.said, timeout=30_000):
        room.desk.print_map()
    (made,) = (tmp_path / "prints").iterdir()
    assert str(made) in room.said[-1]
    assert made.stat().st_mode & 0o777 == 0o600
    body = made.read_bytes()
    assert body.startswith(b"%PDF")
    assert len(body) > 20_000
    after = probe(room.panel)
    for key in ("latitude", "longitude", "zoom", "calls"):
        assert after[key] == before[key]
    assert room.panel.theme == "dark"


def test_a_print_that_cannot_be_written_is_said(
    room: Room, qtbot: QtBot, tmp_path: Path
) -> None:
    room.look(qtbot, 41.5, -93.6, 14.0)
    (tmp_path / "file").write_text("in the way")
    room.desk.folder = lambda: tmp_path / "file" / "prints"
    with qtbot.waitSignal(room.desk.said, timeout=30_000):
        room.desk.print_map()
    assert "cannot be written" in room.said[-1]


def test_words_of_a_place_have_a_line_of_their_own_where_the_map_is_narrow(
    qtbot: QtBot,
) -> None:
    """Else the buttons leave them a column that covers the map."""
    window = QWidget()
    qtbot.addWidget(window)
    take, start = MapButton("Into the form", "Enter"), MapButton("New call", "Ins")
    foot = MapFoot(window, take, start)
    foot.words.setText("near 11 Kirkland Place, 470 ft NW of Kirkland Place")
    foot.show()
    window.resize(2000, 900)
    with qtbot.waitExposed(window):
        window.show()
    buttons = take.sizeHint().width() + start.sizeHint().width()
    for wide, beside in ((8 * buttons, True), (round(1.3 * buttons), False)) * 2:
        foot.resize(wide, foot.high(wide))
        foot.layout().activate()
        words = foot.words.geometry()
        assert (words.right() < take.x()) is beside
        assert (words.bottom() < take.y()) is not beside
        assert words.height() >= foot.words.heightForWidth(words.width())
