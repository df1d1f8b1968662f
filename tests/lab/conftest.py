"""Recordings for the lab: the demonstration's, and small ones made here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Header

T0 = 1_795_282_936_000_000
DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
MakeRecording = Callable[..., Path]


@pytest.fixture
def demo() -> Path:
    return DEMO / "halden.rec"


@pytest.fixture
def demo_calls() -> Path:
    return DEMO / "halden_cti.rec"


@pytest.fixture
def make_recording(tmp_path: Path) -> MakeRecording:
    """``make(name, [(seconds, bytes), ...], **header)``: a file in tmp_path."""

    def make(name: str, pieces: Sequence[tuple[float, bytes]], **header: Any) -> Path:
        path = tmp_path / name
        with RecordingWriter(path, Header(**header)) as writer:
            for at_s, data in pieces:
                writer.append(Direction.RECEIVED, T0 + round(at_s * 1e6), data)
        return path

    return make
