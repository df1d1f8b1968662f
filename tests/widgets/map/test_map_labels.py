"""A label speaks for the circle it stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aliquot.widgets.map.model import MapCall
from aliquot.widgets.map.panel import MapPanel

LABELS = (
    "[...document.querySelectorAll('.leaflet-tooltip.call')].map(e => ({"
    "text: e.textContent, covered: e.classList.contains('covered'),"
    "left: e.getBoundingClientRect().left, right: e.getBoundingClientRect().right}))"
)


def test_an_area_of_no_use_is_never_counted_with_a_fix(
    panel: MapPanel,
    calls: tuple[MapCall, ...],
    ask: Callable[[MapPanel, str], Any],
    probe: Callable[[MapPanel], dict[str, Any]],
) -> None:
    near = calls[0]
    useless = replace(
        near, call_id="useless", uncertainty_m=400_000.0, label="555-0199"
    )
    panel.show_calls((near, useless))
    panel.select("near")
    probe(panel)
    (fix,) = [x for x in ask(panel, LABELS) if near.label in x["text"]]
    assert not fix["covered"]
    assert "beside" not in fix["text"]


def test_a_label_covers_no_other_pin(
    panel: MapPanel,
    calls: tuple[MapCall, ...],
    ask: Callable[[MapPanel, str], Any],
    probe: Callable[[MapPanel], dict[str, Any]],
) -> None:
    one = calls[0]
    panel.show_calls((one,))
    panel.select("near")
    probe(panel)
    other = replace(one, call_id="other", label="555-0188", longitude=-93.5995)
    panel.show_calls((one, other))
    probe(panel)
    pin = ask(panel, "aliquot.page.map.latLngToContainerPoint([41.5, -93.5995])")
    (label,) = [x for x in ask(panel, LABELS) if one.label in x["text"]]
    assert label["covered"] or not label["left"] < pin["x"] < label["right"]
