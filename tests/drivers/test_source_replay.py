"""A recording as a source, on a clock that the test moves."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import pytest

from aliquot.drivers.lines.api import Direction, LineState, SourceError
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Damage, Header
from aliquot.drivers.lines.replay_source import ReplaySource

T0 = 1_795_282_936_000_000


class Time:
    """A monotonic clock that moves by being waited for."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def now(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> bool:
        self.now_s += seconds
        return False


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "calls.rec"
    with RecordingWriter(path, Header(line="ali-1")) as writer:
        writer.append(Direction.RECEIVED, T0, b"one")
        writer.append(Direction.SENT, T0 + 500_000, b"\x06")
        writer.append(Direction.RECEIVED, T0 + 4_000_000, b"two")
        writer.append(Direction.RECEIVED, T0 + 4_000_000, b"")
        writer.append(Direction.RECEIVED, T0 + 5_000_000, b"three")
    return path


def play(source: ReplaySource, time: Time) -> list[tuple[float, bytes]]:
    source.open()
    began, got = time.now_s, []
    while (data := source.read(0.25)) is not None:
        if data:
            got.append((round(time.now_s - began, 6), data))
    assert source.read(0.25) is None
    source.close()
    return got


@pytest.mark.parametrize(("speed", "times"), [(1, (0, 4, 5)), (4, (0, 1, 1.25))])
def test_chunks_come_at_the_recorded_pace(
    path: Path, speed: float, times: tuple[float, ...]
) -> None:
    time = Time()
    source = ReplaySource(path, speed, wait=time.wait, now=time.now)
    assert play(source, time) == list(
        zip(times, [b"one", b"two", b"three"], strict=True)
    )
    assert source.recorded_us == T0 + 5_000_000


def test_time_spent_between_the_reads_does_not_add_up(path: Path) -> None:
    time = Time()
    source = ReplaySource(path, wait=time.wait, now=time.now)
    source.open()
    assert source.read(9) == b"one"
    time.now_s += 1.5
    assert source.read(9) == b"two"
    assert time.now_s == pytest.approx(104.0)
    source.close()


def test_as_fast_as_it_is_read(path: Path) -> None:
    time = Time()
    source = ReplaySource(path, math.inf, wait=time.wait, now=time.now)
    assert play(source, time) == [(0, b"one"), (0, b"two"), (0, b"three")]


@pytest.mark.parametrize(
    ("start", "rest"),
    [(0, b"onetwothree"), (2, b"etwothree"), (3, b"twothree"), (11, b"")],
)
def test_it_goes_on_from_any_offset(path: Path, start: int, rest: bytes) -> None:
    time = Time()
    source = ReplaySource(path, 1, start, wait=time.wait, now=time.now)
    assert b"".join(data for _, data in play(source, time)) == rest


def test_opened_again_it_begins_again(path: Path) -> None:
    time = Time()
    source = ReplaySource(path, wait=time.wait, now=time.now)
    assert play(source, time) == play(source, time)


def test_cancel_ends_a_waiting_read(path: Path) -> None:
    source = ReplaySource(path)
    source.open()
    assert source.read(30) == b"one"
    got: list[bytes | None] = []
    reader = threading.Thread(target=lambda: got.append(source.read(30)))
    reader.start()
    source.cancel()
    reader.join(15)
    assert not reader.is_alive()
    assert got == [b""]
    source.close()


def test_no_file_and_no_recording_are_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file") as caught:
        ReplaySource(tmp_path / "none.rec").open()
    assert caught.value.state is LineState.MISSING
    bare = tmp_path / "bare.bin"
    bare.write_bytes(b"(850) 555-0101\r\n")
    with pytest.raises(SourceError, match="is no recording"):
        ReplaySource(bare).open()


def test_damage_is_told(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"two", b"twa"))
    damages: list[Damage] = []
    source = ReplaySource(path, math.inf, on_damage=damages.append)
    source.open()
    assert [source.read(1), source.read(1)] == [b"one", b"three"]
    source.write(b"nobody hears this")
    source.close()
    assert [d.number for d in damages] == [4]
