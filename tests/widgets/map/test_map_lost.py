"""A message that is lost, or a page that dies, leaves nothing wrong on the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from map_hands import kill
from pytestqt.qtbot import QtBot

from aliquot.widgets.map import life
from aliquot.widgets.map.cameras import camera_field
from aliquot.widgets.map.model import (
    Layers,
    MapCall,
    MapCamera,
    MapSpot,
    MapState,
    MapUnit,
    Picture,
    Tools,
)
from aliquot.widgets.map.panel import MapPanel

Probe = Callable[[MapPanel], dict[str, Any]]
Wait = Callable[[MapPanel, MapState], None]
UNIT = MapUnit(
    unit_id="2A14",
    latitude=41.5,
    longitude=-93.6,
    tone="en_route",
    shape="triangle",
    word="en route",
)


def test_a_lost_picture_is_sent_again(
    panel: MapPanel,
    calls: tuple[MapCall, ...],
    probe: Probe,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(life, "BEHIND_MS", 100)
    lost: list[int] = []
    send = panel._bridge.show_picture

    def lose_first(picture: Picture) -> None:
        if lost:
            send(picture)
        else:
            lost.append(picture.number)

    monkeypatch.setattr(panel._bridge, "show_picture", lose_first)
    panel.show_calls(calls)
    qtbot.waitUntil(panel.is_current, timeout=10_000)
    assert len(lost) == 1
    assert sorted(probe(panel)["calls"]) == ["near", "unsure", "wide"]
    assert panel.status.state is MapState.READY


def test_a_lost_picture_does_not_matter_to_the_next(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, qtbot: QtBot
) -> None:
    panel._bridge.picture.disconnect()  # the page hears nothing more
    panel.show_calls(calls)
    assert not panel.is_current()
    assert panel.engine is not None
    panel.engine.reload_soon()  # a new page, as after a crash
    qtbot.waitUntil(panel.is_current, timeout=20_000)
    panel.show_calls(calls[:1])
    assert probe(panel)["calls"] == ["near"]


def test_all_that_was_on_the_map_is_there_after_a_death(
    panel: MapPanel,
    calls: tuple[MapCall, ...],
    probe: Probe,
    wait_state: Wait,
    qtbot: QtBot,
) -> None:
    near = MapCamera(camera_id="N", latitude=41.5, longitude=-93.6, near=True)
    listed = [replace(near, camera_id=f"L{n}", latitude=41.5 + n) for n in range(3)]
    panel.show_calls(calls)
    panel.select("near")
    panel.show_layers(Layers(units=(UNIT,), cameras=(near,), unit="2A14"))
    panel.show_cameras(camera_field(listed))
    panel.use(
        Tools(
            found=MapSpot(latitude=41.5, longitude=-93.6, text="there"),
            measure=((41.5, -93.6, ""), (41.51, -93.6, "0.69 mi")),
            hidden=frozenset({"beats"}),
            follow="selected",
        )
    )
    qtbot.waitUntil(lambda: probe(panel)["layers"]["listed"] == 3, timeout=10_000)
    before = probe(panel)
    kill(panel)
    wait_state(panel, MapState.RESTARTING)
    wait_state(panel, MapState.READY)
    qtbot.waitUntil(lambda: probe(panel)["layers"]["listed"] == 3, timeout=10_000)
    after = probe(panel)
    for key in ("calls", "pins", "selected", "tools", "hidden", "latitude", "zoom"):
        assert after[key] == before[key], key
    assert after["layers"] == before["layers"]
