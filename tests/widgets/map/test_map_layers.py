"""Region, listed cameras and units: drawn, clicked, and nothing but what was given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from map_hands import click
from pytestqt.qtbot import QtBot

from aliquot.widgets.map.model import (
    Layers,
    Look,
    MapCamera,
    MapRegion,
    MapUnit,
    box_of,
)
from aliquot.widgets.map.panel import MapPanel

Probe = Callable[[MapPanel], dict[str, Any]]
Ask = Callable[[MapPanel, str], Any]

REGION = MapRegion(
    region_id=7,
    label="Elm St between 3rd and 4th St",
    words="1 of 13 parcels",
    point=(42.365, -71.103),
    rings=(((42.364, -71.104), (42.366, -71.104), (42.366, -71.102)),),
)
CAMERA = MapCamera(
    camera_id="HC-1", latitude=42.365, longitude=-71.103, azimuth_deg=90.0, near=True
)
FAR = MapCamera(camera_id="HC-2", latitude=42.38, longitude=-71.11, azimuth_deg=10.0)
UNIT = MapUnit(
    unit_id="2A14<b>",
    latitude=42.3652,
    longitude=-71.1032,
    tone="en_route",
    shape="triangle",
    word="en route",
    busy=True,
)


def test_what_was_given_is_drawn_and_gone_again(panel: MapPanel, probe: Probe) -> None:
    panel.show_layers(Layers(region=REGION, cameras=(CAMERA, FAR), units=(UNIT,)))
    drawn = probe(panel)["layers"]
    assert drawn["region"] == 7
    assert drawn["cameras"] == ["HC-1", "HC-2"]
    assert drawn["units"] == ["2A14<b>"]
    panel.show_layers(Layers())
    drawn = probe(panel)["layers"]
    assert (drawn["region"], drawn["cameras"], drawn["units"]) == (None, [], [])


def test_a_region_is_brought_into_sight_and_named(
    panel: MapPanel, probe: Probe, ask: Ask
) -> None:
    panel.show_layers(Layers(region=REGION))
    panel.reveal_region()
    seen = probe(panel)
    assert abs(seen["latitude"] - 42.365) < 0.002
    assert seen["zoom"] >= 15
    text = ask(panel, "document.querySelector('.leaflet-tooltip.region').textContent")
    assert text == "Elm St between 3rd and 4th St1 of 13 parcels"


def test_a_field_of_view_is_drawn_only_near_and_close(
    panel: MapPanel, probe: Probe
) -> None:
    panel.show_layers(Layers(cameras=(CAMERA, replace(FAR, azimuth_deg=None))))
    panel.look_at(Look(42.365, -71.103, 17.0))
    assert probe(panel)["layers"]["wedges"] == 1
    panel.look_at(Look(42.365, -71.103, 15.0))
    assert probe(panel)["layers"]["wedges"] == 0
    assert probe(panel)["layers"]["circles"] == 2


def test_a_click_on_a_unit_or_a_camera_says_which(
    panel: MapPanel, probe: Probe, ask: Ask, qtbot: QtBot
) -> None:
    panel.show_layers(Layers(cameras=(CAMERA,), units=(UNIT,)))
    panel.look_at(Look(42.365, -71.103, 17.0))
    probe(panel)
    with qtbot.waitSignal(panel.unit_selected, timeout=10_000) as unit:
        click(qtbot, panel, ask, UNIT.latitude, UNIT.longitude)
    assert unit.args == ["2A14<b>"]
    with qtbot.waitSignal(panel.camera_selected, timeout=10_000) as camera:
        click(qtbot, panel, ask, CAMERA.latitude, CAMERA.longitude)
    assert camera.args == ["HC-1"]


def test_words_of_a_unit_are_text_and_no_markup(
    panel: MapPanel, probe: Probe, ask: Ask
) -> None:
    panel.show_layers(Layers(units=(UNIT,)))
    panel.look_at(Look(42.365, -71.103, 17.0))
    probe(panel)
    assert probe(panel)["layers"]["labels"] == ["2A14<b> en route"]


def test_the_box_holds_what_is_in_sight() -> None:
    box = box_of(Look(42.0, -71.0, 16.0), 800, 600)
    assert box.south < 42.0 < box.north
    assert box.west < -71.0 < box.east
    metres = (box.north - box.south) * 111_320
    seen = 600 * 40_075_017 * 0.743 / (256 * 2**16)  # cosine of 42 degrees
    assert seen < metres < 2 * seen
