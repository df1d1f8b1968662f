"""The command line as these tests use it: run, waited for, fed with files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Header

LONG_S = 60.0
T0 = 1_795_282_936_000_000

Run = Callable[..., tuple[int, str, str]]


def put(path: Path, rows: list[dict[str, Any]]) -> None:
    """As JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def write(path: Path, pieces: list[tuple[float, bytes]], **header: Any) -> Path:
    """A recording of pieces that came so many seconds after its beginning."""
    with RecordingWriter(path, Header(**header)) as writer:
        for at_s, data in pieces:
            writer.append(Direction.RECEIVED, T0 + round(at_s * 1e6), data)
    return path


def program(*words: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "aliquot.console", *map(str, words)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, **options)


def ended(process: subprocess.Popen[bytes], code: int = 0) -> tuple[bytes, str]:
    """What it wrote to both streams."""
    out, err = process.communicate(timeout=LONG_S)
    assert process.returncode == code, err.decode()
    return out, err.decode()
