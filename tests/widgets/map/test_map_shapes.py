"""How unsure a place is: shapes are drawn as they are, and wide ones tint nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aliquot.widgets.map.model import MapCall
from aliquot.widgets.map.panel import MapPanel

Probe = Callable[[MapPanel], dict[str, Any]]
Ask = Callable[[MapPanel, str], Any]
BAND = {
    "type": "arc_band",
    "latitude": 41.5,
    "longitude": -93.6,
    "inner_m": 500,
    "outer_m": 1000,
    "start_deg": 0,
    "opening_deg": 90,
}
ELLIPSE = {
    "type": "ellipse",
    "latitude": 41.5,
    "longitude": -93.6,
    "semi_major_m": 400,
    "semi_minor_m": 100,
    "orientation_deg": 90,
}
BOUNDS = (
    "(() => {{ const b = aliquot.page.calls.areas.get('near').bounds; return"
    " [b.getSouth(), b.getWest(), b.getNorth(), b.getEast()]; }})()"
)
METRE = 1 / 111_320
EAST = METRE / 0.74896  # cosine of 41.5 degrees


def bounds(panel: MapPanel, probe: Probe, ask: Ask, call: MapCall) -> list[float]:
    panel.show_calls((call,))
    probe(panel)
    found: list[float] = ask(panel, BOUNDS.format())
    return found


def test_a_band_lies_between_its_arcs(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, ask: Ask
) -> None:
    call = replace(calls[0], uncertainty_m=700.0, shape=json.dumps(BAND))
    south, west, north, east = bounds(panel, probe, ask, call)
    assert south == pytest.approx(41.5, abs=20 * METRE)
    assert west == pytest.approx(-93.6, abs=20 * METRE)
    assert north == pytest.approx(41.5 + 1000 * METRE, abs=20 * METRE)
    assert east == pytest.approx(-93.6 + 1000 * EAST, abs=20 * METRE)


def test_an_ellipse_is_turned_clockwise_from_north(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, ask: Ask
) -> None:
    call = replace(calls[0], shape=json.dumps(ELLIPSE))
    south, west, north, east = bounds(panel, probe, ask, call)
    assert (north - south) / METRE == pytest.approx(200, rel=0.03)
    assert (east - west) / EAST == pytest.approx(800, rel=0.03)


def test_a_polygon_has_its_corners(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, ask: Ask
) -> None:
    points = [[41.49, -93.61], [41.52, -93.6], [41.49, -93.57]]
    shape = json.dumps({"type": "polygon", "points": points})
    found = bounds(panel, probe, ask, replace(calls[0], shape=shape))
    assert found == pytest.approx([41.49, -93.61, 41.52, -93.57])


@pytest.mark.parametrize(
    "shape",
    [
        "no json",
        "{}",
        "null",
        "[]",
        json.dumps({"type": "polygon"}),
        json.dumps({"type": "polygon", "points": [[41, None], [1, 2], [3, 4]]}),
        json.dumps({"type": "polygon", "points": [[41.0, -93.0]]}),
        json.dumps(BAND | {"outer_m": "far"}),
        json.dumps({"type": "constructor"}),
        json.dumps({"type": "__proto__"}),
    ],
)
def test_what_is_no_shape_is_the_circle(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, ask: Ask, shape: str
) -> None:
    call = replace(calls[0], uncertainty_m=100.0, shape=shape)
    south, _, north, _ = bounds(panel, probe, ask, call)
    assert (north - south) / METRE == pytest.approx(200, rel=0.03)


def test_a_wide_area_tints_nothing_and_a_chosen_one_hardly(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe
) -> None:
    panel.show_calls(calls)
    assert probe(panel)["fills"]["wide"] == 0
    panel.select("wide")
    drawn = probe(panel)
    assert 0 < drawn["fills"]["wide"] <= 0.06
    assert "wide" not in drawn["pins"]
    assert drawn["fills"]["near"] > 0


def test_wide_areas_upon_each_other_leave_the_ground_as_it_is(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, ask: Ask
) -> None:
    """The colour of what is drawn in the middle of ten circles, chosen: none."""
    wide = [
        replace(calls[2], call_id=f"w{n}", state="waiting", latitude=41.5 + n / 1000)
        for n in range(10)
    ]
    panel.show_calls(tuple(wide))
    panel.fit()
    probe(panel)
    ink = (
        "(() => { const m = aliquot.page.map; const c = aliquot.page.calls.renderer"
        "._container; const r = window.devicePixelRatio; const o = L.DomUtil.getPosition(c);"
        "const p = m.latLngToLayerPoint([41.515, -93.63]).subtract(o).multiplyBy(r);"
        "return [...c.getContext('2d').getImageData(Math.round(p.x), Math.round(p.y), 1, 1)"
        ".data]; })()"
    )
    assert ask(panel, ink)[3] == 0


def test_a_tower_is_marked_apart_from_the_place(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, ask: Ask
) -> None:
    count = "aliquot.page.calls.group.getLayers().length"
    panel.show_calls(calls[:1])
    probe(panel)
    without = ask(panel, count)
    panel.show_calls((replace(calls[0], tower=(41.52, -93.62)),))
    probe(panel)
    assert ask(panel, count) == without + 2
