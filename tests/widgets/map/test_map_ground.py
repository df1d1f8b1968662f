"""What lies under the calls: tiles, what stands in for them, and pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from aliquot.console.geo.geofile_rows import Rows, Segment
from aliquot.console.geo.geofile_tiles import write_tiles
from aliquot.widgets.map.cameras import PACKED, UNKNOWN, camera_field
from aliquot.widgets.map.model import Layers, Look, MapCamera, Tools
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.sources import BaseMap

Probe = Callable[[MapPanel], dict[str, Any]]
Ask = Callable[[MapPanel, str], Any]
HERE = Look(41.51, -93.59, 15.0)
GEOJSON = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    b'{"kind":"street","name":"Elm St"},"geometry":{"type":"LineString",'
    b'"coordinates":[[-93.6,41.5],[-93.59,41.5]]}}]}'
)
INK = (
    "(() => { let n = 0; for (const c of document.querySelectorAll("
    "'.leaflet-base-pane canvas')) { if (!c.width) continue; const d = c.getContext"
    "('2d').getImageData(0, 0, c.width, c.height).data; for (let i = 3; i < d.length;"
    " i += 4) if (d[i]) n += 1; } return n; })()"
)


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory) -> BaseMap:
    folder = tmp_path_factory.mktemp("tiles")
    rows = Rows()
    none = ((None, None, "Z"), (None, None, "Z"))
    for n in range(12):
        north = 41.5 + n / 500
        path = ((north, -93.6), (north, -93.58))
        kind = "primary" if n == 0 else "residential"
        rows.segments.append(Segment(n, None, f"{n} St", (path,), none, (), kind, None))
    made = write_tiles(folder, rows)
    files = {name: folder / f"{name}.pmtiles" for name in made.files}
    return BaseMap(GEOJSON, files, made.towns)


def settled(qtbot: QtBot, panel: MapPanel) -> None:
    qtbot.waitUntil(lambda: panel.base_is_drawn, timeout=20_000)


def test_streets_are_drawn_from_tiles_where_the_towns_are(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, probe: Probe, ask: Ask
) -> None:
    panel.set_base(tiled)
    settled(qtbot, panel)
    drawn = probe(panel)
    assert drawn["tiles"]
    assert not drawn["bare"]
    assert drawn["latitude"] == pytest.approx(41.511, abs=0.01)
    assert drawn["longitude"] == pytest.approx(-93.59, abs=0.02)
    assert ask(panel, INK) > 1000


def test_nothing_says_that_the_streets_are_anothers(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, ask: Ask
) -> None:
    panel.set_base(tiled)
    settled(qtbot, panel)
    text = ask(panel, "document.body.textContent")
    assert "Protomaps" not in text
    assert "OpenStreetMap" not in text
    options = "aliquot.page.ground.base.layer.options.attribution"
    assert ask(panel, options) == ""


def test_names_can_be_put_off_and_come_back(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, probe: Probe, ask: Ask
) -> None:
    panel.set_base(tiled)
    settled(qtbot, panel)
    panel.look_at(HERE)
    names = "aliquot.page.ground.base.labels.written.length"
    qtbot.waitUntil(lambda: ask(panel, names) > 0, timeout=10_000)
    panel.use(Tools(hidden=frozenset({"names"})))
    assert probe(panel)["hidden"] == ["names"]
    qtbot.waitUntil(lambda: ask(panel, names) == 0, timeout=10_000)
    panel.use(Tools())
    qtbot.waitUntil(lambda: ask(panel, names) > 0, timeout=10_000)


def test_the_other_theme_draws_the_tiles_in_its_colours(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, probe: Probe, ask: Ask
) -> None:
    panel.set_base(tiled)
    settled(qtbot, panel)
    rules = "aliquot.page.ground.base.layer.paintRules"
    colour = f"{rules}.find(r => r.dataLayer === 'streets').symbolizer.color.str"
    dark = ask(panel, colour)
    panel.set_theme("light")
    probe(panel)
    assert ask(panel, colour) != dark


def test_broken_tiles_leave_the_one_file(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, tmp_path: Path, probe: Probe
) -> None:
    bad = tmp_path / "streets.pmtiles"
    bad.write_bytes(b"PMTiles, but no more of them" * 40)
    panel.set_base(BaseMap(GEOJSON, {"streets": bad}, tiled.towns))
    settled(qtbot, panel)
    drawn = probe(panel)
    assert not drawn["tiles"]
    assert drawn["base"] == 1
    assert "could not be read" not in panel.status.message


def test_a_photo_lies_under_the_streets_when_asked_for(
    qtbot: QtBot, panel: MapPanel, tiled: BaseMap, probe: Probe, ask: Ask
) -> None:
    asked: list[tuple[int, int, int]] = []

    class Photo:
        mime = "image/png"
        zooms = (3, 16)

        def tile(self, zoom: int, x: int, y: int) -> bytes | None:
            asked.append((zoom, x, y))
            return None

    panel.set_base(BaseMap(tiled.geojson, tiled.tiles, tiled.towns, {"photo": Photo()}))
    settled(qtbot, panel)
    assert probe(panel)["raster"] is None
    assert asked == []
    panel.use(Tools(raster="photo"))
    assert probe(panel)["raster"] == "photo"
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    panel.use(Tools(raster="other"))
    assert probe(panel)["raster"] is None


def camera(n: int, latitude: float, longitude: float) -> MapCamera:
    return MapCamera(camera_id=f"C{n}", latitude=latitude, longitude=longitude)


def test_listed_cameras_are_grouped_from_afar_and_apart_when_close(
    qtbot: QtBot, panel: MapPanel, probe: Probe
) -> None:
    rows = [camera(n, 41.5 + n / 5000, -93.6) for n in range(20)]
    panel.look_at(Look(41.502, -93.6, 11.0))
    panel.show_cameras(camera_field(rows))
    qtbot.waitUntil(lambda: probe(panel)["layers"]["listed"] == 20, timeout=10_000)
    far = probe(panel)["layers"]
    assert (far["groups"], far["circles"]) == (1, 0)
    panel.look_at(Look(41.5, -93.6, 18.0))
    near = probe(panel)["layers"]
    assert near["groups"] == 0
    assert near["circles"] >= 3
    assert near["wedges"] == 0, "only near the call on hand"
    panel.use(Tools(hidden=frozenset({"cameras"})))
    assert probe(panel)["layers"]["circles"] == 0


def test_no_listed_camera_is_drawn_where_a_release_is_looked_at(
    qtbot: QtBot, panel: MapPanel, probe: Probe
) -> None:
    panel.look_at(Look(41.5, -93.6, 18.0))
    panel.show_cameras(camera_field([camera(1, 41.5, -93.6)]))
    qtbot.waitUntil(lambda: probe(panel)["layers"]["circles"] == 1, timeout=10_000)
    panel.show_layers(Layers(plain=True))
    assert probe(panel)["layers"]["circles"] == 0


def test_the_page_is_told_no_name_of_a_listed_camera(panel: MapPanel) -> None:
    field = camera_field([camera(1, 41.5, -93.6), camera(2, -41.5, 179.99)])
    import numpy as np

    packed = np.frombuffer(field.packed, PACKED)
    assert packed["latitude"].tolist() == [415000000, -415000000]
    assert packed["longitude"].tolist() == [-936000000, 1799900000]
    assert set(packed["azimuth"].tolist()) == {UNKNOWN}
    assert b"C1" not in field.packed
    assert list(field.ids) == ["C1", "C2"]


def test_a_number_of_an_older_field_chooses_no_camera(panel: MapPanel) -> None:
    old = camera_field([camera(1, 41.5, -93.6)])
    panel.show_cameras(camera_field([camera(2, 41.5, -93.6)]))
    chosen: list[str] = []
    panel.camera_selected.connect(chosen.append)
    panel._bridge.choose_listed(old.version, 0)
    assert chosen == []
    panel._bridge.choose_listed(panel.cameras.version, 1)
    panel._bridge.choose_listed(panel.cameras.version, -1)
    assert chosen == []
    panel._bridge.choose_listed(panel.cameras.version, 0)
    assert chosen == ["C2"]
