"""Text on the map grows with the text of the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from map_hands import kill
from pytestqt.qtbot import QtBot

from aliquot.widgets.map.model import Look, MapCall, MapState
from aliquot.widgets.map.panel import MapPanel

Ask = Callable[[MapPanel, str], Any]
Wait = Callable[[MapPanel, MapState], None]


def across(panel: MapPanel, ask: Ask) -> int:
    """Width of the view in the page's own pixels."""
    found: int = ask(panel, "window.innerWidth")
    return found


def test_text_of_the_page_is_twice_as_large_at_200_percent(
    panel: MapPanel, ask: Ask, qtbot: QtBot
) -> None:
    before = across(panel, ask)
    panel.set_scale(2.0)
    qtbot.waitUntil(lambda: abs(across(panel, ask) - before / 2) <= 1, timeout=5000)
    panel.set_scale(1.0)
    qtbot.waitUntil(lambda: across(panel, ask) == before, timeout=5000)


def test_a_page_that_died_comes_back_as_large(
    panel: MapPanel, ask: Ask, qtbot: QtBot, wait_state: Wait
) -> None:
    before = across(panel, ask)
    panel.set_scale(2.0)
    kill(panel)
    wait_state(panel, MapState.RESTARTING)
    wait_state(panel, MapState.READY)
    qtbot.waitUntil(lambda: abs(across(panel, ask) - before / 2) <= 1, timeout=5000)


def test_what_is_in_sight_at_200_percent_is_half_as_wide(panel: MapPanel) -> None:
    panel.start_at(Look(41.5, -93.6, 14.0))
    plain = panel.box()
    panel.set_scale(2.0)
    large = panel.box()
    assert plain is not None
    assert large is not None
    assert abs((large.east - large.west) / (plain.east - plain.west) - 0.5) < 0.01


def test_pins_and_outlines_are_as_sharp_as_the_text(
    panel: MapPanel, ask: Ask, calls: tuple[MapCall, ...], qtbot: QtBot
) -> None:
    """Leaflet asks for the screen's points once, when the page begins."""
    panel.show_calls(calls)
    sharp = (
        "(canvas => canvas.width / parseFloat(canvas.style.width))"
        "(document.querySelector('.leaflet-calls-pane canvas'))"
    )
    for scale in (2.0, 1.0):
        panel.set_scale(scale)
        qtbot.waitUntil(lambda scale=scale: ask(panel, sharp) == scale)
