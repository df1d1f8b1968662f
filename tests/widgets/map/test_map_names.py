"""Names on the ground: whole in the view or not there, and no two on each other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from aliquot.console.geo.geofile_rows import Place, Rows, Segment
from aliquot.console.geo.geofile_tiles import write_tiles
from aliquot.widgets.map.bridge import Command
from aliquot.widgets.map.measure import way
from aliquot.widgets.map.model import Look, MapCall, Tools
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.sources import BaseMap

Ask = Callable[[MapPanel, str], Any]
Probe = Callable[[MapPanel], dict[str, Any]]
WRITTEN = "aliquot.page.ground.base.labels.written"
SIZE = "aliquot.page.map.getSize()"
WEST, SOUTH = -93.6, 41.5
INK = (
    "(() => { const c = document.querySelector('.leaflet-labels-pane canvas');"
    "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    "let edge = 0, all = 0; for (let y = 0; y < c.height; y += 1)"
    "for (let x = 0; x < c.width; x += 1) if (d[4 * (y * c.width + x) + 3]) { all += 1;"
    "if (x < 1 || y < 1 || x > c.width - 2 || y > c.height - 2) edge += 1; }"
    "return {edge, all}; })()"
)


def streets() -> list[tuple[str, list[tuple[float, float]]]]:
    """A grid with long names, longitude first; crossings every 220 m."""
    found = []
    for n in range(10):
        at = n / 500
        across = [(WEST, SOUTH + at), (WEST + 0.02, SOUTH + at)]
        found.append((f"Old Quarry Landing Road {n}", across))
        down = [(WEST + at, SOUTH), (WEST + at, SOUTH + 0.02)]
        found.append((f"Northern Spy Orchard Lane {n}", down))
    return found


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory) -> BaseMap:
    folder = tmp_path_factory.mktemp("names")
    rows = Rows()
    none = ((None, None, "Z"), (None, None, "Z"))
    for n, (name, line) in enumerate(streets()):
        path = tuple((latitude, longitude) for longitude, latitude in line)
        kind = "primary" if n == 0 else "residential"
        rows.segments.append(Segment(n, None, name, (path,), none, (), kind, None))
    for n in range(16):
        spot = (SOUTH + 0.0011 + n // 4 * 0.004, WEST + 0.0012 + n % 4 * 0.004)
        rows.places.append(
            Place(n, None, f"Saint Somebody School {n}", "school", *spot)
        )
    made = write_tiles(folder, rows)
    files = {name: folder / f"{name}.pmtiles" for name in made.files}
    return BaseMap(None, files, made.towns)


@pytest.fixture(scope="module")
def plain() -> BaseMap:
    features = [
        {
            "type": "Feature",
            "properties": {"kind": "street", "name": name},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for name, line in streets()
    ]
    whole = {"type": "FeatureCollection", "features": features}
    return BaseMap(json.dumps(whole).encode())


@pytest.fixture(params=["tiles", "one file"])
def based(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    panel: MapPanel,
    tiled: BaseMap,
    plain: BaseMap,
) -> MapPanel:
    panel.set_base(tiled if request.param == "tiles" else plain)
    qtbot.waitUntil(lambda: panel.base_is_drawn, timeout=20_000)
    return panel


def named(qtbot: QtBot, panel: MapPanel, ask: Ask, least: int = 1) -> list[Any]:
    """What is written once all that it is written of has come."""
    with qtbot.waitSignal(panel.still):
        panel.ask_still()
    found: list[Any] = ask(panel, WRITTEN)
    assert len(found) >= least
    return found


def whole(written: list[Any], size: dict[str, float]) -> None:
    for one in written:
        for box in one["boxes"]:
            assert box["minX"] >= 0, one["name"]
            assert box["minY"] >= 0, one["name"]
            assert box["maxX"] <= size["x"], one["name"]
            assert box["maxY"] <= size["y"], one["name"]


def test_no_name_is_cut_wherever_the_map_looks(
    qtbot: QtBot, based: MapPanel, ask: Ask
) -> None:
    for step in range(5):
        look = Look(SOUTH + 0.009 + step * 0.00041, WEST + 0.009 + step * 0.00037, 17.0)
        based.look_at(look)
        written = named(qtbot, based, ask, least=4)
        whole(written, ask(based, SIZE))
        ink = ask(based, INK)
        assert ink["all"] > 500
        assert ink["edge"] == 0


def test_no_name_lies_on_another(qtbot: QtBot, based: MapPanel, ask: Ask) -> None:
    based.look_at(Look(SOUTH + 0.009, WEST + 0.009, 16.0))
    written = named(qtbot, based, ask, least=5)
    for one, other in itertools.combinations(written, 2):
        for a, b in itertools.product(one["boxes"], other["boxes"]):
            beside = a["maxX"] <= b["minX"] or b["maxX"] <= a["minX"]
            above = a["maxY"] <= b["minY"] or b["maxY"] <= a["minY"]
            assert beside or above, (one["name"], other["name"])


def test_of_a_street_that_just_looks_in_the_name_is_moved_in(
    qtbot: QtBot, based: MapPanel, ask: Ask
) -> None:
    """Its middle, where the name would stand, is far outside."""
    based.look_at(Look(SOUTH + 0.0001, WEST + 0.0012, 18.0))
    names = {one["name"] for one in named(qtbot, based, ask, least=2)}
    assert "Old Quarry Landing Road 0" in names
    assert "Northern Spy Orchard Lane 0" in names


def test_names_follow_a_step_to_the_side(
    qtbot: QtBot, based: MapPanel, ask: Ask
) -> None:
    based.look_at(Look(SOUTH + 0.009, WEST + 0.009, 17.0))
    named(qtbot, based, ask, least=4)
    for command in (Command("pan", x=0.25), Command("pan", y=-0.25)):
        based.run(command)
        whole(named(qtbot, based, ask, least=4), ask(based, SIZE))


def test_names_are_the_same_when_one_comes_back(
    qtbot: QtBot, based: MapPanel, ask: Ask
) -> None:
    """In whatever order the tiles came."""
    here = Look(SOUTH + 0.009, WEST + 0.009, 17.0)
    based.look_at(here)
    before = named(qtbot, based, ask, least=4)
    based.look_at(Look(SOUTH + 0.015, WEST + 0.002, 17.0))
    named(qtbot, based, ask, least=2)
    based.look_at(here)
    assert named(qtbot, based, ask, least=4) == before


def test_a_place_s_name_stands_whole_on_the_side_where_there_is_room(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, ask: Ask
) -> None:
    panel.set_base(tiled)
    qtbot.waitUntil(lambda: panel.base_is_drawn, timeout=20_000)
    panel.use(Tools(hidden=frozenset({"names"})))
    named(qtbot, panel, ask, least=0)
    panel.use(Tools())
    panel.look_at(Look(SOUTH + 0.0071, WEST + 0.0072, 17.0))
    written = named(qtbot, panel, ask, least=4)
    assert sum("School" in one["name"] for one in written) >= 3
    whole(written, ask(panel, SIZE))


def test_words_over_the_foot_of_the_map_leave_no_name_behind_them(
    qtbot: QtBot, based: MapPanel, ask: Ask
) -> None:
    based.look_at(Look(SOUTH + 0.009, WEST + 0.009, 17.0))
    before = named(qtbot, based, ask, least=4)
    size = ask(based, SIZE)
    high = {"x": size["x"], "y": size["y"] - 90}
    assert any(box["maxY"] > high["y"] for one in before for box in one["boxes"])
    based.use(Tools(foot=90))
    qtbot.waitUntil(based.is_current, timeout=10_000)
    whole(named(qtbot, based, ask, least=4), high)
    bar = "document.querySelector('.leaflet-control-scale').getBoundingClientRect().bottom"
    assert ask(based, bar) <= high["y"]
    based.use(Tools())
    qtbot.waitUntil(based.is_current, timeout=10_000)
    assert named(qtbot, based, ask, least=4) == before


def test_names_leave_room_for_the_words_of_a_call_and_of_a_way(
    qtbot: QtBot, based: MapPanel, calls: tuple[MapCall, ...], ask: Ask
) -> None:
    based.look_at(Look(SOUTH + 0.009, WEST + 0.009, 17.0))
    before = named(qtbot, based, ask, least=4)
    box = before[0]["boxes"][0]
    place = (
        "(() => { const l = aliquot.page.map.containerPointToLatLng("
        f"[{box['minX'] - 20}, {box['minY']}]); return [l.lat, l.lng]; }})()"
    )
    latitude, longitude = ask(based, place)
    call = replace(calls[0], latitude=latitude, longitude=longitude)
    based.show_calls((call,))
    based.use(
        Tools(measure=way([(SOUTH + 0.009, WEST + 0.009), (latitude, longitude)]))
    )
    qtbot.waitUntil(based.is_current, timeout=10_000)

    def clear() -> bool:
        told = ask(based, "[...aliquot.page.calls.boxes, ...aliquot.page.tools.boxes]")
        boxes = [b for one in ask(based, WRITTEN) for b in one["boxes"]]
        return len(told) == 2 and not any(
            t["left"] < b["maxX"]
            and b["minX"] < t["right"]
            and t["top"] < b["maxY"]
            and b["minY"] < t["bottom"]
            for t in told
            for b in boxes
        )

    qtbot.waitUntil(clear, timeout=10_000)


def test_a_line_is_cut_at_the_edges_of_a_box(panel: MapPanel, ask: Ask) -> None:
    box = "{minX: 0, minY: 0, maxX: 100, maxY: 100}"
    line = "[{x: -50, y: 50}, {x: 50, y: 50}, {x: 50, y: 150}, {x: 90, y: 150},"
    line += " {x: 90, y: 50}, {x: 150, y: 50}]"
    parts = ask(panel, f"aliquot.clippedLine({line}, {box})")
    assert parts == [
        [{"x": 0, "y": 50}, {"x": 50, "y": 50}, {"x": 50, "y": 100}],
        [{"x": 90, "y": 100}, {"x": 90, "y": 50}, {"x": 100, "y": 50}],
    ]
    assert (
        ask(panel, f"aliquot.clippedLine([{{x: -9, y: -1}}, {{x: 200, y: -1}}], {box})")
        == []
    )


def test_nothing_is_written_into_a_tile(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, ask: Ask
) -> None:
    """A tile knows no edge of the view: what is written there would be cut."""
    panel.set_base(tiled)
    qtbot.waitUntil(lambda: panel.base_is_drawn, timeout=20_000)
    assert (
        ask(panel, "aliquot.page.ground.base.layer.labelers.getIndex(15) || null")
        is None
    )
    assert ask(panel, "aliquot.page.ground.base.layer.labelRules") == []
