"""Region, listed cameras and units: drawn, clicked, and nothing but what was given."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from map_hands import click
from pytestqt.qtbot import QtBot

from aliquot.console.geo.geofile_rows import Rows, Segment
from aliquot.console.geo.geofile_tiles import write_tiles
from aliquot.widgets.map.model import (
    Layers,
    Look,
    MapCall,
    MapCamera,
    MapRegion,
    MapUnit,
    box_of,
)
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.sources import BaseMap

Probe = Callable[[MapPanel], dict[str, Any]]
Ask = Callable[[MapPanel, str], Any]

SIDE = "aliquot.page.region.marker.getTooltip().options.direction"
AT = "aliquot.page.map.latLngToContainerPoint([{}, {}])"
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


LINE = ((42.3662, -71.1045), (42.3662, -71.1015))


@pytest.fixture(params=["tiles", "one file"])
def one_street(request: pytest.FixtureRequest, tmp_path: Path) -> BaseMap:
    """It runs above the region, where its words would stand else."""
    if request.param == "tiles":
        rows = Rows()
        none = ((None, None, "Z"), (None, None, "Z"))
        rows.segments.append(
            Segment(0, None, "Elm Street", (LINE,), none, (), "residential", None)
        )
        made = write_tiles(tmp_path, rows)
        files = {name: tmp_path / f"{name}.pmtiles" for name in made.files}
        return BaseMap(None, files, made.towns)
    street = {
        "type": "Feature",
        "properties": {"kind": "street", "name": "Elm Street"},
        "geometry": {"type": "LineString", "coordinates": [p[::-1] for p in LINE]},
    }
    whole = {"type": "FeatureCollection", "features": [street]}
    return BaseMap(json.dumps(whole).encode())


def test_the_words_of_a_region_hide_none_of_its_streets(
    qtbot: QtBot, panel: MapPanel, probe: Probe, ask: Ask, one_street: BaseMap
) -> None:
    panel.show_layers(Layers(region=REGION))
    panel.reveal_region()
    probe(panel)
    assert ask(panel, SIDE) == "top"
    panel.set_base(one_street)
    qtbot.waitUntil(lambda: panel.base_is_drawn, timeout=30_000)
    qtbot.waitUntil(lambda: ask(panel, SIDE) == "bottom", timeout=30_000)
    panel.look_at(Look(42.5, -71.3, 16.0))  # away, and back to tiles that come anew
    probe(panel)
    panel.reveal_region()
    qtbot.waitUntil(lambda: ask(panel, SIDE) == "bottom", timeout=30_000)
    (words,) = ask(panel, "aliquot.page.region.boxes")
    for latitude, longitude in LINE:
        spot = ask(panel, AT.format(latitude, longitude))
        assert not words["top"] <= spot["y"] <= words["bottom"]


def test_the_words_of_a_unit_are_under_no_pin(
    panel: MapPanel, probe: Probe, ask: Ask
) -> None:
    """Neither of its own call nor of another one beside it."""
    panel.look_at(Look(UNIT.latitude, UNIT.longitude, 16.0))
    probe(panel)
    unit = replace(UNIT, unit_id="2A14")
    for right in (0, 24, 60):
        at = ask(
            panel,
            "(() => { const m = aliquot.page.map; const l = m.containerPointToLatLng("
            f"m.latLngToContainerPoint([{UNIT.latitude}, {UNIT.longitude}])"
            f".add([{right}, 0])); return [l.lat, l.lng]; }})()",
        )
        call = MapCall(
            call_id="c1",
            latitude=at[0],
            longitude=at[1],
            uncertainty_m=0.0,
            label="0142",
            state="incident",
        )
        panel.show_calls((call,))
        panel.select("c1")
        panel.show_layers(Layers(units=(unit,)))
        probe(panel)
        (pin,) = ask(panel, "aliquot.page.calls.pinBoxes()")
        (label,) = ask(panel, "aliquot.page.units.boxes")
        beside = label["right"] <= pin["left"] or label["left"] >= pin["right"]
        above = label["bottom"] <= pin["top"] or label["top"] >= pin["bottom"]
        assert beside or above, right


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
