"""From the last byte of a record at the port to its row painted in the call strip.

A simulator, a process of its own, writes records into a pseudo-terminal, ten bits a
byte at 9600 and at 115200 Bd, and stamps the monotonic clock after the last byte of
each. The real core reads the other end with pyserial; the real window paints. All the
while somebody types into a form, and every record changes the map. Each call is set
aside when it was painted, so that the strip stays as full as at a desk.

Records that only a silence ends (gap framing) are printed apart: the goal is the gap
and 50 ms.

    python tests/bench/bench_window.py [--records 500] [--gap-records 100]
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

if os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer

from aliquot.console import app
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.demo import ali_text
from aliquot.console.demo.ali_text import AliText, framed
from aliquot.console.demo.county import halden
from aliquot.console.demo.stage import base_map
from aliquot.console.domain.commands import SetCallAside
from aliquot.console.domain.ports import Changed
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig, Settings, StorageSettings
from aliquot.drivers.lines.api import Direction, Extent, LineSettings
from aliquot.drivers.lines.recording import (
    Header,
    RecordingWriter,
    read_recording,
)
from aliquot.drivers.lines.simulator import PtySimulator
from aliquot.widgets.calls.probe import PaintProbe, RowPainted
from aliquot.widgets.hands import Hands

GAP_MS = 300
GOAL_MS = 50.0


@dataclass(frozen=True)
class Run:
    """``rest_s``: silence between two records. ``framing`` as in the settings."""

    name: str
    baud: int
    records: int
    rest_s: float
    framing: str = "stx_etx"

    @property
    def goal_ms(self) -> float:
        return GOAL_MS + (GAP_MS if self.framing == "gap" else 0)


def number_of(index: int) -> str:
    return f"315{5550000 + index:07d}"


def record(index: int, framing: str) -> bytes:
    """A wireless record with a number of its own, somewhere in the county."""
    towers = halden().towers
    tower = towers[index % len(towers)]
    text = AliText(
        number=number_of(index),
        class_of_service="WPH2",
        name=tower.name,
        house=str(tower.number),
        street=tower.street.upper(),
        community=tower.community,
        pani=f"31551146{index % 100:02d}",
        company=tower.company,
        latitude=tower.latitude + (index % 17) * 0.001,
        longitude=tower.longitude - (index % 13) * 0.001,
        uncertainty_m=59,
        confidence_pct=90,
    )
    body = ali_text.body(text, datetime.now(UTC))
    return framed(body, "01") if framing == "stx_etx" else body.encode()


def write_records(path: Path, run: Run) -> None:
    took = 10 / run.baud
    at = 1.0
    with RecordingWriter(path, Header(line="ali", baud=run.baud)) as writer:
        for index in range(run.records):
            data = record(index, run.framing)
            at += len(data) * took + run.rest_s
            writer.append(Direction.RECEIVED, round(at * 1e6), data)


def simulate(recording: Path, baud: int, stamps: Path) -> None:
    """The child: prints the port, plays, and stamps each record's last byte."""
    written: list[int] = []
    with PtySimulator(baud) as simulator:
        print(simulator.path, flush=True)
        simulator.wait_for_reader(120)
        sys.stdin.readline()  # the window says when its map is drawn
        with recording.open("rb") as file:
            simulator.play(
                read_recording(file), lambda _: written.append(time.monotonic_ns())
            )
        simulator.drain()
        stamps.write_text("\n".join(map(str, written)))
        simulator.pause(3600)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * share // 100))
    return ordered[int(rank) - 1]


class Measurement:
    """One run: a profile, a simulator, the window, and what was seen when."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run
        self.painted: dict[str, int] = {}
        self.committed: dict[str, tuple[int, int]] = {}
        self._stamps = folder / "stamps"
        recording = folder / "bench.rec"
        write_records(recording, run)
        command = [sys.executable, __file__, "--simulate", str(recording)]
        options = ["--baud", str(run.baud), "--stamps", str(self._stamps)]
        self._child = subprocess.Popen(
            [*command, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._child.stdout is not None
        port = self._child.stdout.readline().strip()
        self._profile = Profile.open(folder / "profile")
        self._profile.save_settings(self._settings(port))

    def _settings(self, port: str) -> Settings:
        south, west, north, east = halden().extent()
        reading = LineSettings(
            framing=self.run.framing,
            gap_ms=GAP_MS,
            extent=Extent(south=south, west=west, north=north, east=east),
        )
        line = LineConfig(name="ali", source=port, baud=self.run.baud, reading=reading)
        storage = StorageSettings(reserve_mb=0)
        return Settings(positions=("01",), desk="01", lines=(line,), storage=storage)

    def measure(self) -> list[tuple[int, str]]:
        """(stamp of the last byte, call id) of all records; fills ``painted``."""
        core = Core(self._profile, SystemClock())
        core.subscribe(self._on_changed)
        core.start()
        settings = self._profile.folder / "window.toml"
        made = app.build(desk=core, settings_path=settings, base_map=base_map())
        hands = app.hands(made)
        made.show()
        hands.resize(1920, 1080)
        probe = PaintProbe(
            made.window.strip.table, made.window.strip.model, time.monotonic_ns
        )
        probe.painted.connect(self._on_painted)
        self._submit = core.submit
        typing = self._type(hands)
        hands.until("the map is drawn", lambda: hands.map_state() == "ready")
        hands.settle()
        assert self._child.stdin is not None
        print("go", file=self._child.stdin, flush=True)
        self._until_all(hands)
        typing.stop()
        calls = core.views().recent_calls(self.run.records + 10)
        made.shutdown()
        core.stop()
        written = [int(line) for line in self._stamps.read_text().split()]
        return [
            (written[int(row.callback_number[3:]) - 5550000], row.call_id)
            for row in calls
            if row.callback_number
        ]

    def _on_changed(self, changed: Changed) -> None:
        now = time.monotonic_ns()
        for subject in changed.subjects:
            if subject.startswith("call:") and changed.stamp_ns:
                self.committed.setdefault(subject[5:], (changed.stamp_ns, now))

    def _on_painted(self, row: RowPainted) -> None:
        self.painted[row.call_id] = row.mono_ns
        self._submit(SetCallAside(call_id=row.call_id, reason="test"))

    def _type(self, hands: Hands) -> QTimer:
        """Somebody types some twenty keys a second into a form, all the while."""
        hands.press("Ctrl+N")
        hands.tab_to("Place note")
        keys = itertools.cycle("the caller says that smoke comes from the roof ")
        timer = QTimer()

        def key() -> None:
            if self._typed % 120 == 119:
                hands.press("Ctrl+A", "Delete")
            hands.type(next(keys))
            self._typed += 1

        timer.timeout.connect(key)
        timer.start(50)
        return timer

    _typed = 0

    def _until_all(self, hands: Hands) -> None:
        """Until all rows were painted, or none was for half a minute."""
        seen, since = -1, time.monotonic()
        while len(self.painted) < self.run.records:
            if len(self.painted) != seen:
                seen, since = len(self.painted), time.monotonic()
            if time.monotonic() - since > 30:
                print(f"  only {seen} of {self.run.records} rows were painted")
                break
            hands.rest(50)
        hands.until("the simulator is done", self._stamps.exists)
        hands.rest(100)

    def end(self) -> None:
        self._child.terminate()
        self._child.wait()


def report(run: Run, measurement: Measurement, rows: list[tuple[int, str]]) -> None:
    """One line of the table: milliseconds, from the last byte at the port."""
    whole = [
        (measurement.painted[call] - byte) / 1e6
        for byte, call in rows
        if call in measurement.painted
    ]
    parts = [
        (stamp - byte, done - stamp, measurement.painted[call] - done)
        for byte, call in rows
        if call in measurement.painted
        for stamp, done in [measurement.committed[call]]
    ]
    if not whole:
        print(f"{run.name:<22} nothing was painted")
        return
    goal = run.goal_ms
    p50, p99 = percentile(whole, 50), percentile(whole, 99)
    print(
        f"{run.name:<22} {len(whole):>5} {p50:>8.1f} {p99:>8.1f} {max(whole):>8.1f}"
        f" {goal:>7.0f}   {'met' if p99 < goal else 'MISSED'}"
    )
    for index, name in enumerate(("byte to read", "read to commit", "commit to paint")):
        values = [part[index] / 1e6 for part in parts]
        low, high = percentile(values, 50), percentile(values, 99)
        print(f"  {name:<20} {'':>5} {low:>8.1f} {high:>8.1f} {max(values):>8.1f}")


def measure(run: Run) -> None:
    with tempfile.TemporaryDirectory(prefix="aliquot-bench-") as name:
        measurement = Measurement(run, Path(name))
        try:
            report(run, measurement, measurement.measure())
        finally:
            measurement.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--gap-records", type=int, default=100)
    parser.add_argument("--simulate", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--baud", type=int, default=9600, help=argparse.SUPPRESS)
    parser.add_argument("--stamps", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the folder goes, too
    if given.simulate:
        simulate(given.simulate, given.baud, given.stamps)
        return
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print("From the last byte of a record at the port to its row painted, in ms")
    print(f"{'':<22} {'n':>5} {'p50':>8} {'p99':>8} {'max':>8} {'goal':>7}")
    measure(Run("9600 Bd, STX/ETX", 9600, given.records, 0.06))
    measure(Run("115200 Bd, STX/ETX", 115_200, given.records, 0.12))
    measure(Run("115200 Bd, length", 115_200, given.records, 0.12, "length"))
    measure(Run("9600 Bd, gap 300 ms", 9600, given.gap_records, 0.6, "gap"))


if __name__ == "__main__":
    main()
