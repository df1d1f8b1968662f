"""Cold start: from the command to a form one can type into, and to a drawn map.

Each run is a new process on a profile that has units and people. The clock begins
before the process does. "Form": Ctrl+N was pressed and the first character typed
stands in the field. "Map": the map's page has confirmed the newest picture and its
streets can be seen on the screen. The files are in the system's cache; the first run
is printed apart and not counted.

    python tests/bench/bench_start.py [--runs 7]
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FORM_GOAL_S = 3.0
MAP_GOAL_S = 6.0

if os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def prepare(folder: Path) -> None:
    """A profile as the demonstration makes it, without lines."""
    from aliquot.console.clock import SystemClock
    from aliquot.console.core import Core
    from aliquot.console.demo.county import halden
    from aliquot.console.demo.throw_away import commands
    from aliquot.console.profile import Profile

    core = Core(Profile.open(folder), SystemClock())
    core.start()
    for command in commands(halden()):
        core.call(command)
    core.stop()


def child(folder: Path, begun_ns: int) -> None:
    """Prints seconds since ``begun_ns``: imports, window, form, map."""
    moments: list[int] = []
    from aliquot.console import app
    from aliquot.console.demo.stage import base_map

    moments.append(time.monotonic_ns())
    made = app.build(folder, settings_path=folder / "window.toml", base_map=base_map())
    hands = app.hands(made)
    made.show()
    hands.take_up()
    moments.append(time.monotonic_ns())
    hands.press("Ctrl+N")
    hands.type("f")
    hands.until("it is typed", lambda: hands.text("Type of incident").startswith("f"))
    moments.append(time.monotonic_ns())
    hands.until("the map is drawn", lambda: hands.map_state() == "ready")
    hands.settle()
    moments.append(time.monotonic_ns())
    print(*(f"{(moment - begun_ns) / 1e9:.3f}" for moment in moments))
    made.shutdown()


def one_run(folder: Path) -> tuple[float, ...]:
    command = [sys.executable, __file__, "--child", str(folder)]
    begun = ["--begun", str(time.monotonic_ns())]
    done = subprocess.run(
        [*command, *begun], check=True, stdout=subprocess.PIPE, text=True
    )
    return tuple(float(word) for word in done.stdout.split())


def report(runs: list[tuple[float, ...]]) -> None:
    names = ("imports done", "window shown", "form usable", "map drawn")
    goals = (None, None, FORM_GOAL_S, MAP_GOAL_S)
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"Cold start in seconds, {len(runs)} runs, files in the cache")
    print(f"{'':<16} {'median':>8} {'worst':>8} {'goal':>6}")
    for name, goal, values in zip(names, goals, zip(*runs, strict=True), strict=True):
        ordered = sorted(values)
        median, worst = ordered[len(ordered) // 2], ordered[-1]
        verdict = "" if goal is None else "met" if median < goal else "MISSED"
        said = "" if goal is None else f"{goal:.1f}"
        print(f"{name:<16} {median:>8.2f} {worst:>8.2f} {said:>6}   {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--begun", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the folder goes, too
    if given.child:
        child(given.child, given.begun)
        return
    with tempfile.TemporaryDirectory(prefix="aliquot-bench-") as name:
        folder = Path(name) / "profile"
        prepare(folder)
        first = one_run(folder)
        print("first run:", *(f"{value:.2f}" for value in first))
        report([one_run(folder) for _ in range(given.runs)])


if __name__ == "__main__":
    main()
