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
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from aliquot.console.demo import ali_text
from aliquot.console.demo.ali_text import AliText, framed
from aliquot.console.demo.county import halden
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import (
    Header,
    RecordingWriter,
    read_recording,
)
from aliquot.drivers.lines.simulator import PtySimulator

GAP_MS = 300
GOAL_MS = 50.0


@dataclass(frozen=True)
class Run:
    """``rest_s``: silence between two records. ``gap``: no STX, no ETX."""

    name: str
    baud: int
    records: int
    rest_s: float
    gap: bool = False


def number_of(index: int) -> str:
    return f"315{5550000 + index:07d}"


def record(index: int, gap: bool) -> bytes:
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
    return ("01" + body).encode() if gap else framed(body, "01")


def write_records(path: Path, run: Run) -> None:
    took = 10 / run.baud
    at = 1.0
    with RecordingWriter(path, Header(line="ali", baud=run.baud)) as writer:
        for index in range(run.records):
            data = record(index, run.gap)
            at += len(data) * took + run.rest_s
            writer.append(Direction.RECEIVED, round(at * 1e6), data)


def simulate(recording: Path, baud: int, stamps: Path) -> None:
    """The child: prints the port, plays, and stamps each record's last byte."""
    written: list[int] = []
    with PtySimulator(baud) as simulator:
        print(simulator.path, flush=True)
        simulator.wait_for_reader(120)
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
