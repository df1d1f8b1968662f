"""Listed cameras in the page: grouped beside it, the same as in it, and never mistaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from aliquot.widgets.map.cameras import CameraField, camera_field
from aliquot.widgets.map.model import Look, MapCamera
from aliquot.widgets.map.panel import MapPanel

Ask = Callable[[MapPanel, str], Any]
Probe = Callable[[MapPanel], dict[str, Any]]
CAMERAS = "aliquot.page.cameras"
# What is in the world at each zoom: of a group its number and count, of one its number.
SEEN = (
    "[3, 8, 11, 13, 15, 16].map((zoom) => {index}.getClusters([-180, -85, 180, 85], zoom)"
    ".map((f) => [f.id, f.properties ? f.properties.point_count : 1,"
    " ...f.geometry.coordinates.map((n) => Math.round(n * 1e6))]))"
)


def field(count: int) -> CameraField:
    """Heaps of cameras here and there, one at the end of the world."""
    rows = [
        MapCamera(
            camera_id=f"C{n}",
            latitude=41.5 + (n % 7) / 10 + (n % 31) / 9000,
            longitude=-93.6 + (n % 5) / 10 + (n % 37) / 9000,
        )
        for n in range(count)
    ]
    return camera_field(
        [*rows, MapCamera(camera_id="E", latitude=-41.5, longitude=180)]
    )


def shown(qtbot: QtBot, panel: MapPanel, ask: Ask, given: CameraField) -> None:
    panel.show_cameras(given)
    qtbot.waitUntil(
        lambda: ask(panel, f"{CAMERAS}.shown") == given.version, timeout=20_000
    )


def test_groups_made_beside_the_page_are_those_made_in_it(
    qtbot: QtBot, panel: MapPanel, ask: Ask
) -> None:
    given = field(3000)
    shown(qtbot, panel, ask, given)
    assert ask(panel, f"{CAMERAS}.worker instanceof Worker"), "it was made beside"
    beside = ask(panel, SEEN.replace("{index}", f"{CAMERAS}.index"))
    made = f"aliquot.camerasIndex.made({CAMERAS}.data.buffer)"
    assert beside == ask(panel, SEEN.replace("{index}", made))
    assert [sum(seen[1] for seen in zoom) for zoom in beside] == [3001] * 6
    assert len(beside[0]) < len(beside[-1]) == 3001


def test_a_group_opens_where_it_falls_apart(
    qtbot: QtBot, panel: MapPanel, ask: Ask, probe: Probe
) -> None:
    panel.look_at(Look(41.8, -93.4, 8.0))
    shown(qtbot, panel, ask, field(3000))
    before = probe(panel)["layers"]
    assert before["groups"] > 0
    group = f"{CAMERAS}.layer.spots.find((spot) => spot.kind === 'group')"
    ask(panel, f"{CAMERAS}.open({group}.id, {group}) || null")
    assert ask(panel, "aliquot.page.map.getZoom()") > 8


def test_where_there_is_no_beside_the_page_makes_them_itself(
    qtbot: QtBot, panel: MapPanel, ask: Ask
) -> None:
    broken = "() => new Worker('none.js')"
    ask(panel, f"(({CAMERAS}.start = {broken}), {CAMERAS}.stop(), 1)")
    given = field(50)
    shown(qtbot, panel, ask, given)
    assert ask(panel, f"{CAMERAS}.worker") is None
    assert ask(panel, f"{CAMERAS}.count()") == 51


def test_the_newest_cameras_win_however_many_come_at_once(
    qtbot: QtBot, panel: MapPanel, ask: Ask
) -> None:
    for count in (4000, 3000, 2000):
        panel.show_cameras(field(count))
    shown(qtbot, panel, ask, field(1000))
    assert ask(panel, f"{CAMERAS}.count()") == 1001
    shown(qtbot, panel, ask, camera_field([]))
    assert ask(panel, f"[{CAMERAS}.count(), {CAMERAS}.index]") == [0, None]


def test_a_camera_that_is_out_of_date_cannot_be_chosen(
    qtbot: QtBot, panel: MapPanel, ask: Ask
) -> None:
    """While newer ones are on their way, a number would be of another camera."""
    panel.look_at(Look(41.5, -93.6, 18.0))
    shown(qtbot, panel, ask, field(20))
    kinds = f"[...new Set({CAMERAS}.layer.spots.map((spot) => spot.kind))]"
    assert ask(panel, kinds) == ["listed"]
    held = f"(({CAMERAS}.group = () => null), {CAMERAS}.fetch(999), {kinds})"
    assert ask(panel, held) == ["old"]
    assert ask(panel, f"({CAMERAS}.layer.redraw(), {kinds})") == ["old"]
    assert ask(panel, f"{CAMERAS}.count()") == 21, "they are still seen"


def test_the_first_cameras_are_seen_before_they_are_grouped_exactly(
    qtbot: QtBot, panel: MapPanel, ask: Ask, probe: Probe
) -> None:
    """Each is counted once, near where it is, and none can be opened or chosen yet."""
    panel.look_at(Look(41.8, -93.4, 9.0))
    ask(panel, f"(({CAMERAS}.group = () => null), 1)")
    panel.show_cameras(field(3000))
    qtbot.waitUntil(lambda: probe(panel)["layers"]["groups"] > 0, timeout=20_000)
    spots = ask(panel, f"{CAMERAS}.layer.spots")
    assert {spot["kind"] for spot in spots} == {"old"}
    assert sum(spot.get("count", 1) for spot in spots) == 3000
    assert probe(panel)["layers"]["listed"] == 0
    box = "[-180, -85, 180, 85]"
    rough = f"aliquot.camerasIndex.rough({CAMERAS}.data, {box}, "
    groups = ask(panel, f"{rough} 12)")
    assert sum(group["count"] for group in groups) == 3001
    assert {round(group["latitude"], 2) for group in groups} <= {
        *(round(41.5 + n / 100, 2) for n in range(62)),
        -41.5,
    }
    assert len(ask(panel, f"{rough} 16)")) == 3001
