"""Whatever comes late, in the end the map is what it is when nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from map_hands import held, kill, let_go
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from aliquot.console.clock import SystemClock
from aliquot.console.geo.geofile_rows import Rows, Segment
from aliquot.console.geo.geofile_tiles import write_tiles
from aliquot.widgets.map import life
from aliquot.widgets.map.cameras import camera_field
from aliquot.widgets.map.model import (
    Layers,
    Look,
    MapCall,
    MapCamera,
    MapRegion,
    MapState,
    MapUnit,
    Tools,
)
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.printing import MapPrint
from aliquot.widgets.map.sources import BaseMap
from aliquot.widgets.map.style import map_colours

Probe = Callable[[MapPanel], dict[str, Any]]
Ask = Callable[[MapPanel, str], Any]
Wait = Callable[[MapPanel, MapState], None]
HERE = Look(41.5, -93.6, 16.0)
GEOJSON = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    b'{"kind":"street","name":"Elm St"},"geometry":{"type":"LineString",'
    b'"coordinates":[[-93.6,41.5],[-93.59,41.5]]}}]}'
)
STREETS = (
    "aliquot.page.ground.base.layer.paintRules"
    ".find(rule => rule.dataLayer === 'streets').symbolizer.color.str"
)
PAN = "aliquot.page.map.panBy([{x}, 0], {{animate: false}}) && 0"


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory) -> BaseMap:
    folder = tmp_path_factory.mktemp("late")
    rows, none = Rows(), ((None, None, "Z"), (None, None, "Z"))
    path = ((41.5, -93.6), (41.5, -93.58))
    rows.segments.append(Segment(1, None, "Elm St", (path,), none, (), "primary", None))
    made = write_tiles(folder, rows)
    files = {name: folder / f"{name}.pmtiles" for name in made.files}
    return BaseMap(GEOJSON, files, made.towns)


@pytest.fixture
def unborn(qtbot: QtBot, web_engine: None) -> Iterator[MapPanel]:
    """A map whose page does not run yet."""
    made = MapPanel(SystemClock())
    qtbot.addWidget(made)
    made.resize(800, 600)
    yield made
    made.shutdown()


def heard(qtbot: QtBot, panel: MapPanel) -> None:
    """All that the page said before is here."""
    with qtbot.waitSignal(panel._bridge.answered):
        panel._bridge.ping.emit(1)


def drawn(qtbot: QtBot, panel: MapPanel) -> None:
    qtbot.waitUntil(lambda: panel.base_is_drawn)


def near(page: dict[str, Any], call: MapCall) -> bool:
    """Whether the page looks at a call, from near."""
    off = max(
        abs(page["latitude"] - call.latitude), abs(page["longitude"] - call.longitude)
    )
    return bool(off < 0.002 and page["zoom"] >= 13)


# What lies under the calls


def test_tiles_that_are_read_late_have_the_colours_and_layers_of_now(
    panel: MapPanel, tiled: BaseMap, ask: Ask, probe: Probe, qtbot: QtBot
) -> None:
    held(panel, ask, "range/")
    panel.set_base(tiled)
    qtbot.waitUntil(lambda: bool(ask(panel, "globalThis.held.length")))
    panel.set_theme("light")
    panel.use(Tools(hidden=frozenset({"names"})))
    probe(panel)
    let_go(panel, ask)
    drawn(qtbot, panel)
    assert ask(panel, STREETS) == map_colours("light")["street"]
    assert ask(panel, "aliquot.page.ground.base.labels.hidden")


class Photo:
    mime = "image/png"
    zooms = (3, 16)

    def __init__(self) -> None:
        self.asked = 0

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        self.asked += 1
        return None


def test_the_photo_is_that_of_the_base_of_now(
    panel: MapPanel, ask: Ask, qtbot: QtBot
) -> None:
    old, new = Photo(), Photo()
    loading = "aliquot.page.ground.raster.isLoading()"
    panel.look_at(HERE)
    panel.use(Tools(raster="photo"))
    panel.set_base(BaseMap(GEOJSON, rasters={"photo": old}))
    qtbot.waitUntil(lambda: old.asked > 0 and not ask(panel, loading))
    panel.set_base(BaseMap(GEOJSON, rasters={"photo": new}))
    qtbot.waitUntil(lambda: new.asked > 0)


def test_a_base_that_cannot_be_read_keeps_nothing_waiting(
    panel: MapPanel, qtbot: QtBot
) -> None:
    panel.set_base(b"no streets")
    drawn(qtbot, panel)
    with qtbot.waitSignal(panel.still):
        panel.ask_still()


def test_what_a_dead_page_had_drawn_is_not_on_the_next(unborn: MapPanel) -> None:
    """Else a picture could be taken before the streets are there again."""
    unborn._bridge.drawn(0)
    assert unborn.base_is_drawn
    unborn._bridge.ready()
    assert not unborn.base_is_drawn


# Where it looks


def test_a_call_chosen_before_the_page_is_up_is_in_sight_when_it_is(
    unborn: MapPanel, calls: tuple[MapCall, ...], probe: Probe, wait_state: Wait
) -> None:
    unborn.show_calls(calls)
    unborn.select("near")
    unborn.set_base(GEOJSON)
    unborn.show()
    wait_state(unborn, MapState.READY)
    assert near(probe(unborn), calls[0])
    kill(unborn)
    wait_state(unborn, MapState.RESTARTING)
    unborn.select("unsure")
    wait_state(unborn, MapState.READY)
    assert near(probe(unborn), calls[1])


def test_a_page_that_comes_back_looks_where_it_looked(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, wait_state: Wait
) -> None:
    panel.show_calls(calls)
    panel.select("near")
    probe(panel)
    panel.look_at(Look(41.7, -93.9, 12.0))
    before = probe(panel)
    kill(panel)
    wait_state(panel, MapState.RESTARTING)
    wait_state(panel, MapState.READY)
    after = probe(panel)
    assert (after["latitude"], after["zoom"]) == (before["latitude"], before["zoom"])


@pytest.mark.parametrize("moved", [False, True])
def test_the_chosen_call_is_in_sight_once_it_has_a_place(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, moved: bool
) -> None:
    """Unless a person looked elsewhere meanwhile."""
    panel.select("near")
    probe(panel)
    if moved:
        panel.look_at(Look(40.0, -90.0, 12.0))
    panel.show_calls(calls[:1])
    assert near(probe(panel), calls[0]) is not moved


def test_where_a_map_without_ground_happens_to_look_is_not_kept(
    panel: MapPanel, ask: Ask, qtbot: QtBot
) -> None:
    """Else a page that died before its streets came would never find them."""
    ask(panel, PAN.format(x=90))
    heard(qtbot, panel)
    assert panel.look is None
    panel.set_base(GEOJSON)
    qtbot.waitUntil(lambda: panel.look is not None)
    assert panel.look is not None
    assert panel.look.latitude == pytest.approx(41.5, abs=0.01)


def test_a_region_shown_before_the_page_is_up_is_in_sight_when_it_is(
    unborn: MapPanel, probe: Probe, wait_state: Wait
) -> None:
    ring = ((41.5, -93.6), (41.501, -93.6), (41.501, -93.599))
    region = MapRegion(
        region_id=1, label="Old Town", words="214", point=ring[0], rings=(ring,)
    )
    unborn.show_layers(Layers(region=region, plain=True))
    unborn.reveal_region()
    unborn.set_base(GEOJSON)
    unborn.show()
    wait_state(unborn, MapState.READY)
    page = probe(unborn)
    assert page["latitude"] == pytest.approx(41.5005, abs=1e-3)
    assert page["zoom"] >= 15


# Words


def test_a_unit_s_words_make_room_for_a_way_s_wherever_the_view_goes(
    panel: MapPanel, ask: Ask, probe: Probe
) -> None:
    panel.look_at(HERE)
    way = ((41.5, -93.6, ""), (41.5, -93.599, "300 ft (83 m)"))
    unit = MapUnit(
        unit_id="2A11",
        latitude=41.5,
        longitude=-93.59905,
        tone="en_route",
        shape="dot",
        word="transporting",
        busy=True,
    )
    panel.use(Tools(measure=way))
    panel.show_layers(Layers(units=(unit,)))
    for x in (0, 300, -120, -300):
        ask(panel, PAN.format(x=x))
        probe(panel)
        (one,) = ask(panel, "aliquot.page.units.boxes")
        (other,) = ask(panel, "aliquot.page.tools.boxes")
        across = one["left"] < other["right"] and other["left"] < one["right"]
        down = one["top"] < other["bottom"] and other["top"] < one["bottom"]
        assert not (across and down)


# Still


def test_it_is_still_only_when_the_cameras_came(
    panel: MapPanel, ask: Ask, probe: Probe, qtbot: QtBot
) -> None:
    seen: list[int] = []
    panel.still.connect(seen.append)
    held(panel, ask, "cameras.bin")
    panel.show_cameras(
        camera_field([MapCamera(camera_id="A", latitude=1.0, longitude=1.0)])
    )
    probe(panel)
    panel.ask_still()
    frames = "(globalThis.frames = 0, (function count() { frames += 1;"
    ask(panel, frames + " requestAnimationFrame(count); })(), 0)")
    qtbot.waitUntil(lambda: ask(panel, "globalThis.frames") > 9)
    heard(qtbot, panel)
    assert seen == []
    let_go(panel, ask)
    qtbot.waitUntil(lambda: bool(seen))
    assert ask(panel, "aliquot.page.cameras.count()") == 1


def test_it_is_printed_when_all_of_it_is_on_the_page(
    panel: MapPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[MapPanel] = []
    panel.look_at(HERE)
    qtbot.waitUntil(panel.is_current)
    real = MapPanel.ask_still
    monkeypatch.setattr(MapPanel, "ask_still", lambda page: asked.append(page))
    work = MapPrint(panel, tmp_path, panel)
    work.begin()
    qtbot.waitUntil(lambda: bool(asked))
    before = work._left
    qtbot.waitUntil(lambda: work._left < before - 3)
    assert work.running
    assert list(tmp_path.iterdir()) == []
    with qtbot.waitSignal(work.done):
        real(asked[0])
    assert len(list(tmp_path.iterdir())) == 1


def test_what_the_engine_puts_into_its_view_late_never_takes_the_focus(
    panel: MapPanel, qtbot: QtBot
) -> None:
    """It is there, and can be clicked, before the page is loaded."""
    assert panel.engine is not None
    late = QWidget()
    late.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    late.setParent(panel.engine.view)
    qtbot.waitUntil(lambda: late.focusPolicy() is Qt.FocusPolicy.NoFocus)


def test_a_page_that_still_loads_is_not_dead(unborn: MapPanel) -> None:
    unborn._moves_on(10)
    assert not unborn._silent.isActive()
    unborn._silent.start(1_000_000)
    unborn._moves_on(20)
    assert unborn._silent.interval() == life.STARTING_MS
    unborn._silent.stop()


def test_what_a_dead_page_said_last_is_not_believed(
    panel: MapPanel, calls: tuple[MapCall, ...], probe: Probe, wait_state: Wait
) -> None:
    """Neither of one that died, nor of one that came up when it was given up."""
    panel.show_calls(calls)
    probe(panel)
    assert panel.engine is not None
    panel.engine.reload_soon()
    wait_state(panel, MapState.RESTARTING)
    assert not panel.is_current()
    panel._bridge.showed(panel._number)
    assert panel.status.state is MapState.RESTARTING
    wait_state(panel, MapState.READY)
    assert len(probe(panel)["calls"]) == len(calls)


def test_who_said_nothing_in_time_is_given_more_the_next_time(
    unborn: MapPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a slow machine would begin the same page anew until it is given up."""
    given = []
    monkeypatch.setattr(unborn._silent, "start", given.append)
    monkeypatch.setattr(unborn, "_engine_died", lambda: unborn._restarting())
    for _ in range(4):
        unborn._says_nothing()
    unborn._bridge.ready()
    unborn._restarting()
    first, most = life.STARTING_MS, life.LONGEST_STARTING_MS
    assert given == [2 * first, 4 * first, most, most, first]


def test_what_was_chosen_is_told_as_new_until_a_page_showed_it(
    unborn: MapPanel, calls: tuple[MapCall, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bool] = []
    monkeypatch.setattr(
        unborn._bridge, "show_picture", lambda picture: sent.append(picture.fresh)
    )
    unborn._page_up = True
    unborn.show_calls(calls)
    unborn.select("near")
    unborn.show_calls(calls[:1])
    unborn._page_showed(unborn._number - 1)  # of an older picture
    unborn.show_calls(calls)
    unborn._page_showed(unborn._number)
    unborn.show_calls((replace(calls[0], label="other"),))
    assert sent == [False, True, True, True, False]
