"""Opening a big recording in the line lab: CPU, memory, and the window's turns.

The demonstration's records again and again, 11.6 MB. First without a window, then in
one: how long until the first items are seen, and how much CPU the longest turn of the
window takes meanwhile.

    python tests/bench/bench_lab.py [--mb 11.6] [--no-window]
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from aliquot.console import app
from aliquot.console.domain.lab_result import AUTO, LabResult
from aliquot.console.lab.loading import Watch
from aliquot.console.lab.session import Session
from aliquot.console.profile import Profile
from aliquot.drivers.lines.recording import RecordingReader
from aliquot.drivers.lines.recording_format import encode_entry, encode_header
from aliquot.widgets.actions import Act
from aliquot.widgets.lab.panel import LabPanel

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "halden.rec"
BETWEEN_US = 20_000_000
IDLE_S = 6.0


def make(path: Path, megabytes: float) -> None:
    with DEMO.open("rb") as stream:
        reader = RecordingReader(stream)
        header, entries = reader.header, list(reader)
    span = entries[-1].utc_us - entries[0].utc_us + BETWEEN_US
    size = turn = 0
    with path.open("wb") as out:
        out.write(encode_header(header))
        while size < megabytes * 1e6:
            for one in entries:
                at = one.utc_us + turn * span
                size += out.write(encode_entry(one.direction, at, one.data))
            turn += 1


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bare(path: Path) -> None:
    """In a process of its own: the memory is the most there ever was."""
    gc.disable()
    before_mb, began = memory_mb(), time.process_time()
    found = Session().open(str(path), AUTO, Watch())
    assert isinstance(found, LabResult)
    took = time.process_time() - began
    more = memory_mb() - before_mb
    print(f"{len(found.items)} items, CPU {took:.1f} s, memory {more:.0f} MB")


class Turns(QObject):
    """CPU of each turn of the event loop, ms."""

    def __init__(self) -> None:
        super().__init__()
        self.spent_ms: list[float] = []
        self._now_ms = 0.0
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._end)

    def add(self, cpu_ms: float) -> None:
        self._now_ms += cpu_ms

    def _end(self) -> None:
        if self._now_ms:
            self.spent_ms.append(self._now_ms)
        self._now_ms = 0.0

    def worst(self) -> str:
        found = ", ".join(f"{ms:.0f}" for ms in sorted(self.spent_ms)[:-6:-1])
        self.spent_ms.clear()
        return found


class Measured(QApplication):
    turns: Turns | None = None
    _inside = False

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if self._inside or self.turns is None:
            return super().notify(receiver, event)
        self._inside, began = True, time.thread_time()
        try:
            return super().notify(receiver, event)
        finally:
            self._inside = False
            self.turns.add((time.thread_time() - began) * 1e3)


def rest(seconds: float, panel: LabPanel | None = None) -> None:
    """So long; with ``panel`` until it is done with its work."""
    loop, timer = QEventLoop(), QTimer()
    end = time.monotonic() + seconds

    def look() -> None:
        done = panel is not None and panel.bench is not None and not panel.bench.is_busy
        if done or time.monotonic() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(10)
    loop.exec()


def in_window(path: Path, folder: Path) -> None:
    app.prepare_qt()
    running = Measured(sys.argv[:1])
    running.setStyle("Fusion")
    profile = Profile.open(folder / "profile")
    made = app.build(profile, settings_path=folder / "window.toml", with_map=False)
    made.show()
    made.window.resize(1920, 1080)
    turns = running.turns = Turns()
    rest(IDLE_S)
    turns.spent_ms.clear()
    began, cpu = time.perf_counter(), time.thread_time()
    made.window.book.ask(Act.LAB)
    running.processEvents()
    took, spent = time.perf_counter() - began, time.thread_time() - cpu
    print(f"first Ctrl+4 {took * 1e3:.0f} ms, CPU {spent * 1e3:.0f} ms")
    rest(1)
    turns.spent_ms.clear()
    open_in(made.window.lab.panel, path)
    print(f"longest turns, CPU: {turns.worst()} ms")
    made.shutdown()


def open_in(panel: LabPanel, path: Path) -> None:
    assert panel.bench is not None
    seen: list[float] = []

    def note(_shown: object) -> None:
        seen.append(time.perf_counter())

    panel.bench.shown.connect(note)
    began = time.perf_counter()
    panel.open_path(str(path))
    rest(300, panel)
    rest(1)
    whole = seen[-1] - began
    print(f"first items after {seen[0] - began:.2f} s, all after {whole:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=11.6)
    parser.add_argument("--no-window", action="store_true")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        bare(given.bare)
        return
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(prefix="aliquot-bench-") as name:
        path = Path(name) / "big.rec"
        make(path, given.mb)
        subprocess.run([sys.executable, __file__, "--bare", str(path)], check=True)
        if not given.no_window:
            in_window(path, Path(name))


if __name__ == "__main__":
    main()
