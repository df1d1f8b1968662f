"""A label speaks for the circle it stands on, and stands on nobody else's pin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aliquot.widgets.map.model import Look, MapCall
from aliquot.widgets.map.panel import MapPanel

Ask = Callable[[MapPanel, str], Any]
Probe = Callable[[MapPanel], dict[str, Any]]

LABELS = (
    "[...document.querySelectorAll('.leaflet-tooltip.call')].map(e => {"
    "const b = e.getBoundingClientRect(); return {text: e.textContent,"
    "covered: e.classList.contains('covered'),"
    "left: b.left, right: b.right, top: b.top, bottom: b.bottom}; })"
)
PIN = "aliquot.page.map.latLngToContainerPoint([{}, {}])"
RADIUS = 9  # pixels of a pin


def labels(panel: MapPanel, ask: Ask, probe: Probe) -> dict[str, dict[str, Any]]:
    probe(panel)
    return {found["text"][:8]: found for found in ask(panel, LABELS)}


def covers(label: dict[str, Any], pin: dict[str, float]) -> bool:
    beside = label["right"] <= pin["x"] - RADIUS or label["left"] >= pin["x"] + RADIUS
    above = label["bottom"] <= pin["y"] - RADIUS or label["top"] >= pin["y"] + RADIUS
    return not (label["covered"] or beside or above)


def test_an_area_of_no_use_is_never_counted_with_a_fix(
    panel: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    """Both labels would lie on each other: the fix stays and counts nobody."""
    near = calls[0]
    useless = replace(
        near, call_id="useless", uncertainty_m=400_000.0, label="555-0199"
    )
    panel.show_calls((near, useless))
    panel.look_at(Look(near.latitude, near.longitude, 16.0))
    found = labels(panel, ask, probe)
    assert not found["555-0142"]["covered"]
    assert "beside" not in found["555-0142"]["text"]
    assert found["555-0199"]["covered"], "else the two lie on each other"


def test_a_fix_beside_a_fix_is_counted(
    panel: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    """Fixes at one place, more than there are sides: those hidden are counted."""
    near = calls[0]
    same = [
        replace(near, call_id=f"c{n}", label=f"555-020{n}", state="taken")
        for n in range(6)
    ]
    panel.show_calls((near, *same))
    panel.look_at(Look(near.latitude, near.longitude, 16.0))
    found = labels(panel, ask, probe)
    hidden = [text for text, label in found.items() if label["covered"]]
    told = sum(
        int(label["text"].partition("+")[2].split()[0])
        for label in found.values()
        if "beside" in label["text"]
    )
    assert len(hidden) == told > 0
    assert not found["555-0142"]["covered"], "the one that waits is the most pressing"


@pytest.mark.parametrize("east", [18, 40, 80, -18, -40, -80])
@pytest.mark.parametrize("north", [0, 12])
def test_a_label_covers_no_other_pin(
    panel: MapPanel,
    calls: tuple[MapCall, ...],
    ask: Ask,
    probe: Probe,
    east: int,
    north: int,
) -> None:
    """The other pin so many pixels away, where a label usually stands."""
    one = calls[0]
    panel.look_at(Look(one.latitude, one.longitude, 16.0))
    probe(panel)
    place = ask(
        panel,
        "(() => { const m = aliquot.page.map; const p = m.latLngToContainerPoint("
        f"[{one.latitude}, {one.longitude}]).add([{east}, {-north}]);"
        "const l = m.containerPointToLatLng(p); return [l.lat, l.lng]; })()",
    )
    other = replace(
        one,
        call_id="other",
        label="555-0188",
        state="taken",
        latitude=place[0],
        longitude=place[1],
    )
    panel.show_calls((one, other))
    found = labels(panel, ask, probe)
    pins = {
        call.label: ask(panel, PIN.format(call.latitude, call.longitude))
        for call in (one, other)
    }
    assert not covers(found["555-0142"], pins["555-0188"])
    assert not covers(found["555-0188"], pins["555-0142"])
    assert not found["555-0142"]["covered"]
