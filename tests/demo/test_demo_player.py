"""What the demonstration's lines say, and that they can be held."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from aliquot.console.demo import player
from aliquot.console.demo.simulation import Simulation
from aliquot.console.problems import KnownProblem
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Header

LONGEST_S = 60.0
GAP_S = 0.1


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two bytes, a moment apart."""
    file = tmp_path / "two.rec"
    with RecordingWriter(file, Header(line="x", baud=9600, format="8N1")) as writer:
        writer.append(Direction.RECEIVED, 1_000_000, b"A")
        writer.append(Direction.RECEIVED, 1_000_000 + round(GAP_S * 1e6), b"B")
    return file


def read(port: int, most_s: float = LONGEST_S) -> bytes:
    """The next byte; a second one may have come with it."""
    ready, _, _ = select.select([port], [], [], most_s)
    return os.read(port, 1) if ready else b""


def test_a_line_that_is_held_says_nothing(recording: Path) -> None:
    with Simulation(recording) as made:
        made.hold()
        made.hold()
        port = os.open(made.path, os.O_RDWR | os.O_NOCTTY)
        assert read(port, 0.2) == b""
        made.go_on()
        made.go_on()  # and not for a later hold
        assert read(port) == b"A"
        assert read(port) == b"B"
        os.close(port)


def test_time_stands_still_while_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 100.0
    told = player.GO_ON

    def wait(_signals: object) -> signal.Signals:
        nonlocal seconds
        seconds += 30.0
        return told

    now = SimpleNamespace(monotonic=lambda: seconds)
    monkeypatch.setattr(player, "time", now)
    monkeypatch.setattr(signal, "sigwait", wait)
    clock = player.Clock()
    clock.hold()
    assert (clock.now(), seconds) == (100.0, 130.0)
    seconds += 5.0
    clock.hold()
    assert clock.now() == 105.0
    told = signal.SIGTERM
    with pytest.raises(SystemExit):
        clock.hold()
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.fixture
def listening() -> Iterator[player.Clock]:
    """A clock that hears the signals of this process."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    before = signal.getsignal(player.HOLD)
    clock = player.Clock()
    clock.listen()
    yield clock
    signal.signal(player.HOLD, before)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def test_held_again_before_it_heard_that_it_goes_on(
    listening: player.Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No second is taken for two."""
    seconds, holds = 100.0, 0

    def wait(_signals: object) -> signal.Signals:
        nonlocal seconds, holds
        holds += 1
        if holds == 1:
            signal.raise_signal(player.HOLD)
        seconds += 30.0
        return player.GO_ON

    now = SimpleNamespace(monotonic=lambda: seconds)
    monkeypatch.setattr(player, "time", now)
    monkeypatch.setattr(signal, "sigwait", wait)
    began = listening.now()
    listening.hold()
    assert (holds, seconds) == (2, 160.0)
    assert listening.now() == began


def test_no_recording_is_no_line(tmp_path: Path) -> None:
    made = Simulation(tmp_path / "none.rec")
    with pytest.raises(KnownProblem, match="did not start"):
        made.path  # noqa: B018 - it waits
    made.end()
