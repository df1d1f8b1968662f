"""When a picture of the map may be taken: all of it is there, and nothing moves."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from aliquot.widgets.hands import Hands
from aliquot.widgets.map.model import MapCall, MapState, MapStatus
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.stillness import MOST_S, missing, settle

Ask = Callable[[MapPanel, str], Any]
Calls = tuple[MapCall, ...]
ONE_STREET = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kind": "street", "name": "Elm St"},
            "geometry": {
                "type": "LineString",
                "coordinates": [[-93.62, 41.49], [-93.58, 41.5]],
            },
        }
    ],
}
HOLD = "(globalThis.kept = fetch, globalThis.fetch = () => new Promise(() => 0), 1)"
LET_GO = "(globalThis.fetch = globalThis.kept, 1)"
FONT = "(document.fonts.add(new FontFace('Late', 'url(late.woff2)')), 1)"
LETTERS = "([...document.fonts].forEach((face) => face.load().catch(() => 0)), 1)"


@pytest.fixture
def rest(panel: MapPanel) -> Callable[[int], None]:
    return Hands(panel).rest


def test_what_was_sent_last_is_drawn(
    panel: MapPanel, calls: Calls, ask: Ask, rest: Callable[[int], None]
) -> None:
    panel.set_base(json.dumps(ONE_STREET).encode())
    panel.show_calls(calls)
    assert settle(panel, rest) == ""
    assert panel.is_current()
    assert panel.base_is_drawn
    drawn = ask(panel, "aliquot.page.probe()")
    assert (drawn["base"], len(drawn["calls"])) == (1, len(calls))
    now = panel.grab().toImage()
    assert settle(panel, rest) == ""
    assert panel.grab().toImage() == now


def test_streets_that_do_not_come_are_named(
    qtbot: QtBot, panel: MapPanel, ask: Ask, rest: Callable[[int], None]
) -> None:
    """The page's own way to its files is held, then let go."""
    ask(panel, HOLD)
    panel.set_base(json.dumps(ONE_STREET).encode())
    qtbot.waitUntil(panel.is_current)
    assert "streets" in settle(panel, rest, 0.0)
    ask(panel, LET_GO)
    panel.set_base(json.dumps(ONE_STREET).encode())
    assert settle(panel, rest) == ""


def test_a_font_that_does_not_come_is_named(
    qtbot: QtBot, panel: MapPanel, ask: Ask, rest: Callable[[int], None]
) -> None:
    panel.set_base(json.dumps(ONE_STREET).encode())
    assert settle(panel, rest) == ""
    ask(panel, FONT)
    qtbot.waitUntil(lambda: "letters" in missing(panel, rest))
    ask(panel, LETTERS)
    assert settle(panel, rest) == ""  # it cannot be read; another is taken


def test_a_map_that_was_given_up_is_not_waited_for(
    panel: MapPanel, rest: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.shutdown()
    assert "not there" in settle(panel, rest, 0.0)
    monkeypatch.setattr(panel, "_status", MapStatus(MapState.STOPPED, 0, "gone"))
    begun = time.monotonic()
    assert settle(panel, rest) == ""
    assert time.monotonic() - begun < MOST_S
