"""The map of a whole county, drawn by the processor: first paint, cameras, units.

A county is generated (105,000 segments), written as the importer writes it, and shown
by the map that the window shows. Peers in the same run, on the same page size: the
same streets as one GeoJSON, and folium's own MarkerCluster for the cameras.

    python tests/bench/bench_map.py [--segments 105000] [--cameras 100000]
        [--units 500] [--peer-cameras 100000] [--skip-peer]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

if os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench_map_page import SIZE, Asked, rest, say, until
from bench_map_peer import measure_markercluster
from map_county import MIDDLE, cameras, county, units
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from aliquot.console import app as console_app
from aliquot.console.clock import SystemClock
from aliquot.console.domain.camera_field import ListedCameras
from aliquot.console.geo.geofile_map import base_map
from aliquot.console.geo.geofile_tiles import read_tiles, write_tiles
from aliquot.console.store import migrations
from aliquot.console.store.database import open_database
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds_cameras import show_all
from aliquot.console.store.views import SqlViews
from aliquot.console.workers.listed import ListedReader
from aliquot.widgets.map.cameras import NO_CAMERAS, camera_field, field_of
from aliquot.widgets.map.model import Layers, Look, MapState
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.sources import BaseMap

BESIDE = """
import time
while time.process_time() < 0.5: pass
"""
PAINTED = """
aliquot.page.took = [];
aliquot.page.framed = (act) => {
  const begun = performance.now();
  act();
  const done = performance.now();
  requestAnimationFrame(() => setTimeout(() =>
    aliquot.page.took.push([done - begun, performance.now() - begun])));
};
"""


def shown(base: BaseMap) -> tuple[MapPanel, Asked]:
    panel = MapPanel(SystemClock())
    panel.set_base(base)
    panel.resize(*SIZE)
    panel.show()
    until("the map", lambda: panel.status.state is MapState.READY)
    assert panel.engine is not None
    return panel, Asked(panel.engine)


def first_paint(base: BaseMap) -> float:
    """Milliseconds from the page being ready to all streets of its view drawn."""
    panel, page = shown(base)
    until("the base", lambda: page.mark("base drawn") is not None)
    took = (page.mark("base drawn") or 0) - (page.mark("ready") or 0)
    panel.shutdown()
    panel.deleteLater()
    rest(50)
    return took


def painted(page: Asked, act: str) -> tuple[float, float]:
    """Script and painted frame, milliseconds, of one act in the page."""
    page.run("aliquot.page.took = []; aliquot.page.framed(() => {" + act + "});")
    until("a frame", lambda: bool(page.ask("aliquot.page.took")))
    script, frame = page.ask("aliquot.page.took")[0]
    return float(script), float(frame)


def measure_streets(segments: int, folder: Path) -> BaseMap:
    rows = county(segments)
    begun = time.perf_counter()
    made = write_tiles(folder, rows)
    took = time.perf_counter() - begun
    print(f"\nStreets: {len(rows.segments):,} segments")
    size = sum(made.files.values()) / 1e6
    say("written as tiles", f"{took:.1f} s, {size:.1f} MB")
    begun = time.perf_counter()
    whole = base_map(rows)
    took = time.perf_counter() - begun
    say("peer: written as GeoJSON", f"{took:.1f} s, {len(whole.body) / 1e6:.1f} MB")
    found = read_tiles(folder)
    assert found is not None
    base = BaseMap(None, found.files, found.towns)
    runs = [first_paint(base) for _ in range(3)]
    say(
        "first paint after the page is ready",
        f"{statistics.median(runs):.0f} ms",
        "goal 500 ms",
    )
    peer = first_paint(BaseMap(whole.body))
    left = f", without {', '.join(whole.left_out)}" if whole.left_out else ""
    say(f"peer: canvas GeoJSON, ±{whole.tolerance_m:.0f} m{left}", f"{peer:.0f} ms")
    return base


def measure_zooms(panel: MapPanel, page: Asked) -> None:
    for zoom in (12, 14, 16):
        panel.look_at(Look(*MIDDLE, float(zoom - 1)))
        rest(1500)
        page.run(
            "performance.clearMarks('zoomed');"
            "aliquot.page.ground.base.layer.once('load', () => performance.mark('zoomed'));"
            "performance.mark('asked'); aliquot.page.map.setZoom("
            f"{zoom}, {{animate: false}});"
        )
        until("the tiles", lambda: page.mark("zoomed") is not None)
        took = (page.mark("zoomed") or 0) - (page.mark("asked") or 0)
        say(f"zoom to {zoom}: all tiles drawn", f"{took:.0f} ms")


def camera_log(folder: Path, count: int) -> Path:
    """A log's file whose tables have so many listed cameras."""
    path = folder / "cameras.sqlite"
    database = open_database(path)
    migrations.apply(database)
    run = database.conn
    run.execute("BEGIN")
    run.executemany(
        "INSERT INTO cameras VALUES(?, ?, ?, ?, ?, ?, NULL, 'fixed', NULL, 1, NULL,"
        " NULL, NULL, NULL)",
        (
            (c.camera_id, n, c.latitude, c.longitude, c.azimuth_deg, 90.0)
            for n, c in enumerate(cameras(count), 1)
        ),
    )
    show_all(Tables(run))
    run.execute("COMMIT")
    run.close()
    return path


class Ticks:
    """How long the window's thread did nothing else, at most: milliseconds between
    two ticks of a timer that is due at once. ``cpu``: of them, its own processor
    time; what is beyond that, others had."""

    def __init__(self) -> None:
        self.worst = self.cpu = 0.0
        self._wall, self._used = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(1)

    def _tick(self) -> None:
        wall, used = time.perf_counter(), time.thread_time()
        self.worst = max(self.worst, (wall - self._wall) * 1000)
        self.cpu = max(self.cpu, (used - self._used) * 1000)
        self._wall, self._used = wall, used

    def stop(self) -> str:
        self._timer.stop()
        return f"{self.worst:.0f} ms, cpu {self.cpu:.1f} ms"


def measure_reading(panel: MapPanel, page: Asked, count: int) -> None:
    """From the log to the page, as the window has it read."""
    print(f"\nCameras: {count:,} listed, read for the map")
    rest(1000)
    ticks = Ticks()
    rest(2000)
    say("the window's thread stands still, at most: at rest", ticks.stop())
    ticks = Ticks()
    beside = subprocess.Popen([sys.executable, "-c", BESIDE])
    until("the other process", lambda: beside.poll() is not None)
    say("the same, another process computing", ticks.stop())
    with tempfile.TemporaryDirectory() as folder:
        path = camera_log(Path(folder), count)
        reader = ListedReader(lambda: SqlViews(open_database(path, read_only=True)))
        came: list[ListedCameras] = []
        begun, ticks = time.perf_counter(), Ticks()
        reader.ask(came.append)
        until("the cameras of the log", lambda: bool(came))
        read = time.perf_counter() - begun
        page.run("performance.clearMarks('cameras drawn')")
        panel.show_cameras(field_of(came[0]))
        until("the cameras", lambda: page.mark("cameras drawn") is not None)
        said = ticks.stop()
        reader.close()
    say("read and packed", f"{read * 1000:.0f} ms")
    say("the window's thread stands still, at most: meanwhile", said, "goal 16 ms")
    panel.show_cameras(NO_CAMERAS)
    rest(500)


def measure_cameras(panel: MapPanel, page: Asked, count: int) -> None:
    rows = cameras(count)
    print(f"\nCameras: {count:,} on the map")
    panel.look_at(Look(*MIDDLE, 11.0))
    rest(1500)
    listed = camera_field(rows)
    begun = time.perf_counter()
    panel.show_cameras(listed)
    for mark, what in (("seen", "roughly grouped"), ("drawn", "by supercluster")):
        until("the cameras", partial(marked, page, f"cameras {mark}"))
        painted(page, "")
        took = (time.perf_counter() - begun) * 1000
        say(f"given to the map, to the frame: {what}", f"{took:.0f} ms", "goal 600 ms")
    field = zoomed(page)
    panel.show_cameras(NO_CAMERAS)
    rest(500)
    bare = zoomed(page)
    say("a zoom: script", f"{field.script:.0f} ms")
    say("a zoom: to the painted frame, median", f"{field.median:.0f} ms", "goal 60 ms")
    say("a zoom: to the painted frame, worst of 10", f"{field.worst:.0f} ms")
    said = f"{bare.median:.0f} ms, {bare.worst:.0f} ms"
    say("the same zooms without a camera: median, worst", said)


def marked(page: Asked, name: str) -> bool:
    return page.mark(name) is not None


@dataclass(frozen=True)
class Zooms:
    """Milliseconds."""

    script: float
    median: float
    worst: float


def zoomed(page: Asked) -> Zooms:
    frames = []
    for zoom in (12, 13, 14, 15, 14, 13, 12, 11, 10, 11):
        act = f"aliquot.page.map.setZoom({zoom}, {{animate: false}})"
        frames.append(painted(page, act))
        rest(900)  # the streets of that zoom are drawn meanwhile
    whole = [frame for _, frame in frames]
    script = statistics.median(script for script, _ in frames)
    return Zooms(script, statistics.median(whole), max(whole))


def measure_units(panel: MapPanel, page: Asked, count: int) -> None:
    print(f"\nUnits: {count}, each moved once a second, with heading, age and name")
    panel.look_at(Look(*MIDDLE, 15.0))
    rest(1500)
    page.run(
        "aliquot.page.took = []; const shown = aliquot.page.show;"
        "aliquot.page.show = (picture) =>"
        " aliquot.page.framed(() => shown.call(aliquot.page, picture));"
    )
    sent = []
    for second in range(20):
        layers = Layers(units=units(count, second))
        begun = time.perf_counter()
        panel.show_layers(layers)
        sent.append((time.perf_counter() - begun) * 1000)
        until("the units", panel.is_current)
        rest(150)
    frames = sorted(one[1] for one in page.ask("aliquot.page.took"))
    page.run("aliquot.page.show = shown;")
    say("Python's share", f"{statistics.median(sent):.1f} ms")
    p95 = frames[round(0.95 * (len(frames) - 1))]
    say("a frame, median", f"{statistics.median(frames):.0f} ms", "goal 60 ms")
    say("a frame, p95", f"{p95:.0f} ms", "goal 60 ms")


def measure_round_trip(panel: MapPanel, count: int = 1000) -> None:
    print("\nPython to the page and back, and a page at rest")
    rest(1500)
    bridge = panel._bridge
    loop = QEventLoop()
    bridge.answered.connect(loop.quit)
    took = []
    for number in range(count):
        begun = time.perf_counter()
        bridge.ping.emit(number)
        loop.exec()
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    say("round trip, p50", f"{took[count // 2]:.2f} ms")
    say("round trip, p95", f"{took[round(0.95 * count)]:.2f} ms", "goal 1 ms")
    assert panel.engine is not None
    pid = panel.engine.page.renderProcessPid()
    before, begun = processor_s(pid), time.monotonic()
    rest(4000)
    share = (processor_s(pid) - before) / (time.monotonic() - begun)
    say("the page's share of a processor, at rest", f"{share:.2%}")


def processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=105_000)
    parser.add_argument("--cameras", type=int, default=100_000)
    parser.add_argument("--units", type=int, default=500)
    parser.add_argument("--peer-cameras", type=int, default=100_000)
    parser.add_argument("--skip-peer", action="store_true")
    chosen = parser.parse_args()
    application: QApplication = console_app.application()
    with tempfile.TemporaryDirectory() as folder:
        base = measure_streets(chosen.segments, Path(folder))
        panel, page = shown(base)
        page.run(PAINTED)
        until("the base", lambda: panel.base_is_drawn)
        measure_zooms(panel, page)
        measure_cameras(panel, page, chosen.cameras)
        measure_reading(panel, page, chosen.cameras)
        measure_units(panel, page, chosen.units)
        measure_round_trip(panel)
        panel.shutdown()
        panel.deleteLater()
        rest(50)
        if not chosen.skip_peer:
            measure_markercluster(chosen.peer_cameras)
    application.quit()


if __name__ == "__main__":
    main()
