"""The map as the window uses it: what is drawn is asked of the page itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from map_hands import Beside, click, kill, press
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from aliquot.widgets.map.model import MapCall, MapState, MapStatus
from aliquot.widgets.map.panel import MapPanel

Ask = Callable[[MapPanel, str], Any]
Probe = Callable[[MapPanel], dict[str, Any]]
Wait = Callable[[MapPanel, MapState], None]
Calls = tuple[MapCall, ...]

TOWN = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kind": "street", "name": "Elm St"},
            "geometry": {
                "type": "LineString",
                "coordinates": [[-93.62, 41.49], [-93.6, 41.5], [-93.58, 41.5]],
            },
        },
        {
            "type": "Feature",
            "properties": {"kind": "park", "name": "Mill Park"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[-93.6, 41.5], [-93.59, 41.5], [-93.59, 41.51], [-93.6, 41.5]]
                ],
            },
        },
    ],
}


def test_calls_are_drawn(panel: MapPanel, calls: Calls, probe: Probe) -> None:
    panel.show_calls(calls)
    drawn = probe(panel)
    assert sorted(drawn["calls"]) == ["near", "unsure", "wide"]
    assert sorted(drawn["areas"]) == ["near", "unsure", "wide"]
    assert sorted(drawn["pins"]) == ["near", "unsure"]


def test_calls_that_left_are_gone(panel: MapPanel, calls: Calls, probe: Probe) -> None:
    panel.show_calls(calls)
    probe(panel)
    panel.show_calls(calls[:1])
    assert probe(panel)["calls"] == ["near"]
    panel.show_calls(())
    assert probe(panel)["calls"] == []


def test_a_label_is_text_and_never_markup(
    panel: MapPanel, calls: Calls, probe: Probe, ask: Ask
) -> None:
    panel.show_calls(calls)
    probe(panel)
    texts = ask(
        panel, "[...document.querySelectorAll('.call')].map(e => e.textContent)"
    )
    assert any("<b>555-0177</b>" in text for text in texts)
    assert ask(panel, "document.querySelectorAll('.call b').length") == 0


def test_new_calls_do_not_move_the_view(
    qtbot: QtBot, panel: MapPanel, calls: Calls, probe: Probe
) -> None:
    panel.set_base(json.dumps(TOWN).encode())
    qtbot.waitUntil(lambda: probe(panel)["base"] == 2, timeout=10_000)
    before = probe(panel)
    far = replace(calls[0], call_id="far", latitude=44.0)
    panel.show_calls((calls[0], far))
    after = probe(panel)
    for key in ("latitude", "longitude", "zoom"):
        assert after[key] == pytest.approx(before[key])
    assert after["outside"].startswith("1 call outside this view, 1 waiting")


def test_a_selected_call_comes_into_sight(
    panel: MapPanel, calls: Calls, probe: Probe
) -> None:
    panel.show_calls(calls)
    panel.select("near")
    drawn = probe(panel)
    assert drawn["selected"] == "near"
    assert drawn["latitude"] == pytest.approx(41.5, abs=0.01)
    assert drawn["zoom"] >= 13


def test_base_is_drawn_and_a_bad_one_is_said(
    qtbot: QtBot, panel: MapPanel, probe: Probe
) -> None:
    panel.set_base(json.dumps(TOWN).encode())
    qtbot.waitUntil(lambda: probe(panel)["base"] == 2, timeout=10_000)
    drawn = probe(panel)
    assert drawn["latitude"] == pytest.approx(41.5, abs=0.02)
    with qtbot.waitSignal(panel.status_changed, timeout=10_000) as said:
        panel.set_base(b"{ not json")
    assert said.args is not None
    assert said.args[0].state is MapState.READY
    assert "could not be read" in said.args[0].message


def test_the_first_view_is_where_the_streets_are(
    qtbot: QtBot, panel: MapPanel, probe: Probe
) -> None:
    def street(x: float, y: float) -> dict[str, Any]:
        line = {"type": "LineString", "coordinates": [[x, y], [x + 0.01, y + 0.01]]}
        properties = {"kind": "street", "name": f"{x} St"}
        return {"type": "Feature", "properties": properties, "geometry": line}

    town = [street(-93.6 + n / 1000, 41.5 - n / 1000) for n in range(30)]
    county = {"type": "FeatureCollection", "features": [*town, street(-95.0, 43.0)]}
    panel.set_base(json.dumps(county).encode())
    qtbot.waitUntil(lambda: probe(panel)["base"] == 31, timeout=10_000)
    drawn = probe(panel)
    assert drawn["longitude"] == pytest.approx(-93.58, abs=0.02)
    assert drawn["latitude"] == pytest.approx(41.49, abs=0.02)
    assert drawn["zoom"] >= 12


def test_without_streets_the_first_calls_decide_the_view_and_then_stay(
    qtbot: QtBot, panel: MapPanel, calls: Calls, probe: Probe
) -> None:
    qtbot.waitUntil(lambda: probe(panel)["bare"], timeout=10_000)
    panel.show_calls(calls)
    first = probe(panel)
    assert first["latitude"] == pytest.approx(41.52, abs=0.02)
    panel.show_calls((*calls, replace(calls[0], call_id="far", latitude=44.0)))
    assert probe(panel)["latitude"] == first["latitude"]


def test_theme_changes_the_ground(panel: MapPanel, probe: Probe, ask: Ask) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    probe(panel)
    dark = ask(panel, ground)
    panel.set_theme("light")
    probe(panel)
    assert dark == "rgb(15, 19, 23)"
    assert ask(panel, ground) == "rgb(244, 246, 248)"


def test_zoom_pan_and_fit(panel: MapPanel, calls: Calls, probe: Probe) -> None:
    panel.show_calls(calls)
    panel.fit()
    start = probe(panel)
    panel.zoom_in()
    assert probe(panel)["zoom"] == start["zoom"] + 1
    panel.zoom_out()
    panel.pan_right()
    panel.pan_up()
    moved = probe(panel)
    assert moved["zoom"] == start["zoom"]
    assert moved["longitude"] > start["longitude"]
    assert moved["latitude"] > start["latitude"]


def test_next_call_is_chosen_in_turn(
    qtbot: QtBot, panel: MapPanel, calls: Calls, probe: Probe
) -> None:
    panel.show_calls(calls)
    chosen: list[object] = []
    panel.call_selected.connect(chosen.append)
    for _ in range(4):
        panel.next_call()
    assert chosen == ["near", "unsure", "wide", "near"]
    assert probe(panel)["selected"] == "near"


@pytest.fixture
def desk(beside: Beside, wait_state: Wait) -> tuple[QWidget, QLineEdit, MapPanel]:
    wait_state(beside.panel, MapState.READY)
    return beside.window, beside.field, beside.panel


def test_all_keys_arrive_while_the_renderer_dies_and_returns(
    qtbot: QtBot,
    desk: tuple[QWidget, QLineEdit, MapPanel],
    calls: Calls,
    probe: Probe,
    wait_state: Wait,
    record_property: Callable[[str, object], None],
) -> None:
    window, field, panel = desk
    panel.show_calls(calls)
    panel.select("unsure")
    before = probe(panel)
    seen: list[MapStatus] = []
    panel.status_changed.connect(seen.append)
    typed = ""
    begun = time.monotonic()
    kill(panel)
    while not seen or seen[-1].state is not MapState.READY:
        press(window, "abcdefghij"[len(typed) % 10])
        typed += "abcdefghij"[len(typed) % 10]
        with qtbot.waitSignal(panel.status_changed, timeout=2, raising=False):
            pass  # else the keys take the processor from the page
        assert time.monotonic() - begun < 120
    back = time.monotonic() - begun
    for _ in range(20):
        press(window, "z")
    assert field.text() == typed + "z" * 20
    assert field.hasFocus()
    after = probe(panel)
    for key in ("calls", "pins", "selected", "latitude", "longitude", "zoom"):
        assert after[key] == before[key], key
    states = [status.state for status in seen]
    assert states == [MapState.RESTARTING, MapState.READY]
    record_property("map_back_s", round(back, 3))
    print(f"map back {back * 1000:.0f} ms after its death, {len(typed)} keys meanwhile")


def test_a_click_on_the_map_chooses_but_leaves_the_focus(
    qtbot: QtBot,
    desk: tuple[QWidget, QLineEdit, MapPanel],
    calls: Calls,
    ask: Ask,
    probe: Probe,
) -> None:
    window, field, panel = desk
    panel.show_calls(calls[:1])
    panel.select("near")
    probe(panel)
    panel.select(None)
    probe(panel)
    with qtbot.waitSignal(panel.call_selected, timeout=10_000) as chosen:
        click(qtbot, panel, ask, 41.5, -93.6)
    assert chosen.args == ["near"]
    assert QApplication.focusWidget() is field
    press(window, "k")
    assert field.text() == "k"


def test_the_map_is_entered_and_left_by_tab(
    qtbot: QtBot, desk: tuple[QWidget, QLineEdit, MapPanel], calls: Calls, probe: Probe
) -> None:
    window, field, panel = desk
    panel.show_calls(calls)
    panel.fit()
    before = probe(panel)
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panel
    assert panel.grab().toImage().pixelColor(0, 100).name() == "#ffffff"
    QTest.keyClick(handle, Qt.Key.Key_Plus)
    QTest.keyClick(handle, Qt.Key.Key_Right)
    after = probe(panel)
    assert after["zoom"] == before["zoom"] + 1
    assert after["longitude"] > before["longitude"]
    QTest.keyClick(handle, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is field
    assert panel.grab().toImage().pixelColor(0, 100).name() != "#ffffff"
