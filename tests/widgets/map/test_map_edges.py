"""At the edges of the view words are moved in or left out: none is ever cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from aliquot.widgets.map.measure import way
from aliquot.widgets.map.model import (
    Layers,
    Look,
    MapCall,
    MapCamera,
    MapRegion,
    MapUnit,
    Tools,
)
from aliquot.widgets.map.panel import MapPanel

Ask = Callable[[MapPanel, str], Any]
Probe = Callable[[MapPanel], dict[str, Any]]

HERE = Look(41.5, -93.6, 16.0)
SIZE = "aliquot.page.map.getSize()"
PLACE = (
    "(() => {{ const l = aliquot.page.map.containerPointToLatLng([{x}, {y}]);"
    "return [l.lat, l.lng]; }})()"
)
TIPS = (
    "[...document.querySelectorAll('.leaflet-tooltip.{kind}')]"
    ".filter(e => !e.classList.contains('covered')).map(e => {{"
    "const b = e.getBoundingClientRect(); return {{text: e.textContent,"
    "left: b.left, right: b.right, top: b.top, bottom: b.bottom}}; }})"
)
SPOTS = [(x, y) for x in (4, 0.5, -4) for y in (4, 0.5, -4) if (x, y) != (0.5, 0.5)]
"""Pixels from the edges; 0.5 is the middle."""
UNDER_WORDS = ((4, -4), (-4, 4))


def at(panel: MapPanel, ask: Ask, x: float, y: float) -> tuple[float, float]:
    size = ask(panel, SIZE)

    def pixel(value: float, most: float) -> float:
        if value == 0.5:
            return most / 2
        return value if value > 0 else most + value

    spot = PLACE.format(x=pixel(x, size["x"]), y=pixel(y, size["y"]))
    latitude, longitude = ask(panel, spot)
    return latitude, longitude


def whole(box: dict[str, Any], size: dict[str, float]) -> bool:
    across = box["left"] >= 0 and box["right"] <= size["x"]
    return bool(across and box["top"] >= 0 and box["bottom"] <= size["y"])


@pytest.fixture
def looking(panel: MapPanel, probe: Probe) -> MapPanel:
    panel.look_at(HERE)
    probe(panel)
    return panel


@pytest.mark.parametrize(("x", "y"), SPOTS)
@pytest.mark.parametrize("uncertainty_m", [12.0, 4200.0])
def test_a_call_s_words_are_whole(
    looking: MapPanel,
    calls: tuple[MapCall, ...],
    ask: Ask,
    probe: Probe,
    x: float,
    y: float,
    uncertainty_m: float,
) -> None:
    latitude, longitude = at(looking, ask, x, y)
    call = replace(
        calls[0],
        latitude=latitude,
        longitude=longitude,
        uncertainty_m=uncertainty_m,
        label="(617) 555-0142 a long one",
    )
    looking.show_calls((call,))
    probe(looking)
    (tip,) = ask(looking, TIPS.format(kind="call"))
    assert whole(tip, ask(looking, SIZE))
    if uncertainty_m < 3000:
        pin = ask(
            looking,
            f"aliquot.page.map.latLngToContainerPoint([{latitude}, {longitude}])",
        )
        beside = tip["left"] >= pin["x"] + 8 or tip["right"] <= pin["x"] - 8
        above = tip["top"] >= pin["y"] + 8 or tip["bottom"] <= pin["y"] - 8
        assert beside or above, "it covers its own pin"


def test_what_a_label_counts_does_not_push_it_out(
    looking: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    latitude, longitude = at(looking, ask, -40, 0.5)
    same = [
        replace(
            calls[0],
            call_id=f"c{n}",
            latitude=latitude,
            longitude=longitude,
            label=f"(617) 555-020{n}",
        )
        for n in range(12)
    ]
    looking.show_calls(tuple(same))
    probe(looking)
    tips = ask(looking, TIPS.format(kind="call"))
    assert any("beside" in tip["text"] for tip in tips)
    assert all(whole(tip, ask(looking, SIZE)) for tip in tips)


def test_a_call_out_of_sight_has_no_piece_of_a_label_in_sight(
    looking: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    size = ask(looking, SIZE)
    spot = PLACE.format(x=-30, y=size["y"] / 2)
    latitude, longitude = ask(looking, spot)
    looking.show_calls((replace(calls[0], latitude=latitude, longitude=longitude),))
    assert probe(looking)["outside"] == "1 call outside this view, 1 waiting"
    assert ask(looking, TIPS.format(kind="call")) == []


def test_a_call_out_of_sight_is_not_counted_beside_another(
    looking: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    """It is told of as outside; one that the words at the foot hide is, too."""
    size = ask(looking, SIZE)
    near = [at(looking, ask, x, y) for x, y in ((40, -200), (400, -40))]
    away = ask(looking, PLACE.format(x=-30, y=size["y"] - 200))
    shown = [
        replace(calls[0], call_id=f"c{n}", latitude=latitude, longitude=longitude)
        for n, (latitude, longitude) in enumerate((near[0], away, near[1]))
    ]
    looking.show_calls(tuple(shown))
    looking.use(Tools(foot=100))
    assert probe(looking)["outside"] == "2 calls outside this view, 2 waiting"
    (tip,) = ask(looking, TIPS.format(kind="call"))
    assert "beside" not in tip["text"]
    looking.use(Tools())
    assert probe(looking)["outside"] == "1 call outside this view, 1 waiting"


def test_after_a_step_of_the_view_they_stand_right_again(
    looking: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    latitude, longitude = at(looking, ask, 0.5, 0.5)
    call = replace(calls[0], latitude=latitude, longitude=longitude)
    looking.show_calls((call,))
    for x in (-1, -0.25, -0.25, 0.25, 0.6):
        ask(
            looking, f"aliquot.page.map.panBy([{x} * 390, 60], {{animate: false}}) && 0"
        )
        probe(looking)
        tips = ask(looking, TIPS.format(kind="call"))
        assert all(whole(tip, ask(looking, SIZE)) for tip in tips)


@pytest.mark.parametrize(("x", "y"), SPOTS)
def test_a_unit_s_words_are_whole(
    looking: MapPanel, ask: Ask, probe: Probe, qtbot: QtBot, x: float, y: float
) -> None:
    latitude, longitude = at(looking, ask, x, y)
    unit = MapUnit(
        unit_id="2A11",
        latitude=latitude,
        longitude=longitude,
        tone="en_route",
        shape="dot",
        word="transporting",
        busy=True,
        old="12 min ago",
    )
    looking.show_layers(Layers(units=(unit,), unit="2A11"))
    size, left_out = ask(looking, SIZE), (x, y) in UNDER_WORDS

    def drawn() -> bool:
        labels = probe(looking)["layers"]["labels"]
        if left_out:  # of the scale, and that there is no street map
            return bool(labels == [])
        boxes = ask(looking, "aliquot.page.units.boxes")
        return labels == ["2A11 transporting, 12 min ago"] and whole(boxes[0], size)

    qtbot.waitUntil(drawn)


@pytest.mark.parametrize(("x", "y"), SPOTS)
def test_the_name_of_the_chosen_camera_is_whole(
    looking: MapPanel, ask: Ask, probe: Probe, qtbot: QtBot, x: float, y: float
) -> None:
    latitude, longitude = at(looking, ask, x, y)
    camera = MapCamera(camera_id="HC-2087", latitude=latitude, longitude=longitude)
    looking.show_layers(Layers(cameras=(camera,), camera="HC-2087"))
    probe(looking)
    size, left_out = ask(looking, SIZE), (x, y) in UNDER_WORDS

    def drawn() -> bool:
        boxes = ask(looking, "aliquot.page.cameras.boxes")
        return boxes == [] if left_out else bool(boxes) and whole(boxes[0], size)

    qtbot.waitUntil(drawn)


def test_the_name_of_the_chosen_camera_makes_room_for_a_call_s(
    looking: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    latitude, longitude = at(looking, ask, 0.5, 0.5)
    camera = MapCamera(camera_id="HC-2087", latitude=latitude, longitude=longitude)
    looking.show_layers(Layers(cameras=(camera,), camera="HC-2087"))
    probe(looking)
    (before,) = ask(looking, "aliquot.page.cameras.boxes")
    looking.show_calls((replace(calls[0], latitude=latitude, longitude=longitude),))
    probe(looking)
    (box,) = ask(looking, "aliquot.page.cameras.boxes")
    (words,) = ask(looking, "aliquot.page.calls.boxes")
    assert box != before
    across = box["left"] < words["right"] and words["left"] < box["right"]
    down = box["top"] < words["bottom"] and words["top"] < box["bottom"]
    assert not (across and down)


@pytest.mark.parametrize(("x", "y"), SPOTS)
def test_the_length_of_a_way_is_whole(
    looking: MapPanel, ask: Ask, probe: Probe, x: float, y: float
) -> None:
    points = [at(looking, ask, 0.5, 0.5), at(looking, ask, x, y)]
    looking.use(Tools(measure=way(points)))
    probe(looking)
    boxes = ask(looking, "aliquot.page.tools.boxes")
    assert boxes
    assert all(whole(box, ask(looking, SIZE)) for box in boxes)


@pytest.mark.parametrize(("x", "y"), SPOTS)
def test_the_words_of_a_region_are_whole(
    looking: MapPanel, ask: Ask, probe: Probe, x: float, y: float
) -> None:
    south, west = at(looking, ask, x, y)
    ring = ((south, west), (south + 0.001, west), (south + 0.001, west + 0.001))
    region = MapRegion(
        region_id=1,
        label="Old Town, between the river and Prospect Street",
        words="214 parcels",
        point=(south, west),
        rings=(ring,),
    )
    looking.show_layers(Layers(region=region, plain=True))
    probe(looking)
    looking.look_at(Look(HERE.latitude + 0.0001, HERE.longitude, 16.0))
    looking.look_at(HERE)
    probe(looking)
    seen = ask(
        looking,
        "aliquot.page.map.getBounds().intersects("
        "L.polygon(aliquot.page.region.region.rings).getBounds())",
    )
    (tip,) = ask(looking, TIPS.format(kind="region"))
    assert seen
    assert whole(tip, ask(looking, SIZE))


def test_words_stand_above_what_lies_over_the_foot(
    looking: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    latitude, longitude = at(looking, ask, 0.5, -110)
    call = replace(calls[0], latitude=latitude, longitude=longitude)
    unit = MapUnit(
        unit_id="2A11",
        latitude=latitude,
        longitude=longitude,
        tone="en_route",
        shape="dot",
        word="en route",
        busy=True,
    )
    looking.show_calls((call,))
    looking.show_layers(Layers(units=(unit,)))
    looking.use(Tools(foot=100))
    probe(looking)
    size = ask(looking, SIZE)
    size["y"] -= 100
    (tip,) = ask(looking, TIPS.format(kind="call"))
    (box,) = ask(looking, "aliquot.page.units.boxes")
    assert whole(tip, size)
    assert whole(box, size)


def test_words_of_units_lie_neither_on_each_other_nor_under_a_call_s(
    looking: MapPanel, calls: tuple[MapCall, ...], ask: Ask, probe: Probe
) -> None:
    latitude, longitude = at(looking, ask, 0.5, 0.5)
    looking.show_calls((replace(calls[0], latitude=latitude, longitude=longitude),))
    units = tuple(
        MapUnit(
            unit_id=f"{n}A1{n % 10}",
            latitude=latitude + n // 5 * 0.0004,
            longitude=longitude + n % 5 * 0.0008,
            tone="available",
            shape="dot",
            word="available",
            busy=n == 7,
        )
        for n in range(25)
    )
    looking.show_layers(Layers(units=units))
    labels = probe(looking)["layers"]["labels"]
    assert "7A17 available" in labels, "those that are busy come first"
    assert 3 < len(labels) < 25
    boxes = ask(looking, "[...aliquot.page.units.boxes, ...aliquot.page.calls.boxes]")
    for n, one in enumerate(boxes):
        for other in boxes[:n]:
            across = one["left"] < other["right"] and other["left"] < one["right"]
            down = one["top"] < other["bottom"] and other["top"] < one["bottom"]
            assert not (across and down)


def test_no_label_where_there_is_no_room_for_one(
    qtbot: QtBot, looking: MapPanel, ask: Ask
) -> None:
    size = "{x: 60, y: 30}"
    wide = "{x: 90, y: 16}"
    assert ask(looking, f"aliquot.inView({size}, {{x: 9, y: 9}}, {wide}, 5)") is None
    narrow = "{x: 40, y: 16}"
    found = ask(looking, f"aliquot.inView({size}, {{x: 30, y: 4}}, {narrow}, 5)")
    assert found == {"left": 10, "top": 9}


CORNER = MapUnit(
    unit_id="2A11",
    latitude=0.0,
    longitude=0.0,
    tone="en_route",
    shape="dot",
    word="transporting",
    busy=True,
    old="12 min ago",
)


def test_words_make_room_for_what_is_told_later_of_the_streets(
    looking: MapPanel, ask: Ask, probe: Probe, qtbot: QtBot
) -> None:
    """The answer about the base may come after the first picture."""
    bare = (
        "((page, bare) => {{ page.ground.bare = bare; page.say(); }})(aliquot.page, {})"
    )
    qtbot.waitUntil(lambda: bool(ask(looking, "aliquot.page.ground.bare")))
    ask(looking, bare.format("false") + " || 0")
    latitude, longitude = at(looking, ask, -4, 4)
    unit = replace(CORNER, latitude=latitude, longitude=longitude)
    looking.show_layers(Layers(units=(unit,), unit="2A11"))
    assert probe(looking)["layers"]["labels"] == ["2A11 transporting, 12 min ago"]
    ask(looking, bare.format("true") + " || 0")
    assert probe(looking)["layers"]["labels"] == []


def test_words_are_measured_anew_when_a_font_came(
    looking: MapPanel, ask: Ask, probe: Probe, qtbot: QtBot
) -> None:
    latitude, longitude = at(looking, ask, 0.5, 0.5)
    unit = replace(CORNER, latitude=latitude, longitude=longitude)
    looking.show_layers(Layers(units=(unit,), unit="2A11"))
    qtbot.waitUntil(lambda: ask(looking, "document.fonts.status") == "loaded")
    probe(looking)
    (box,) = ask(looking, "aliquot.page.units.boxes")
    ask(
        looking,
        "[...aliquot.page.units.widths.keys()]"
        ".forEach(text => aliquot.page.units.widths.set(text, 7)) || 0",
    )
    ask(looking, "aliquot.page.units.layer.redraw() || 0")
    (narrow,) = ask(looking, "aliquot.page.units.boxes")
    ask(looking, "document.fonts.dispatchEvent(new Event('loadingdone')) && 0")
    assert narrow["right"] - narrow["left"] < 30
    assert ask(looking, "aliquot.page.units.boxes") == [box]
