"""The simulator's pseudo-terminal, read by the real pyserial."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from aliquot.drivers.lines.api import Direction, LineState, SourceError
from aliquot.drivers.lines.parity import Parity, add
from aliquot.drivers.lines.recording_format import Entry
from aliquot.drivers.lines.serial_source import SerialSource
from aliquot.drivers.lines.simulator import PtySimulator, simulate

LONG_S = 30.0
T0 = 1_795_282_936_000_000


def entry(at_s: float, data: bytes) -> Entry:
    return Entry(Direction.RECEIVED, T0 + round(at_s * 1e6), data)


@contextlib.contextmanager
def running(simulator: PtySimulator, work: Callable[[], object]) -> Iterator[None]:
    """``work`` in a thread of its own; stopped at the end whatever happens."""
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        simulator.stop()
        thread.join(LONG_S)
        simulator.close()
    assert not thread.is_alive()


def read_exactly(source: SerialSource, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = source.read(LONG_S)
        assert piece, "nothing came"
        data += piece
    return data


def test_a_signal_is_heard_in_a_long_silence() -> None:
    """Though it does not interrupt the wait: here another thread takes it."""
    over, late = threading.Event(), threading.Timer(LONG_S / 2, lambda: None)
    other = threading.Thread(target=over.wait, args=[LONG_S])
    other.start()
    late.start()
    assert other.ident
    later = threading.Timer(
        0.05, signal.pthread_kill, [other.ident, int(signal.SIGUSR1)]
    )
    with PtySimulator(0) as simulator:
        simulator.hold()
        before = signal.signal(signal.SIGUSR1, lambda _n, _frame: simulator.stop())
        later.start()
        assert not simulator.pause(LONG_S)
        signal.signal(signal.SIGUSR1, before)
    assert not late.finished.is_set()
    late.cancel()
    over.set()
    later.join()
    other.join()


def test_every_byte_comes_unchanged_once_somebody_listens() -> None:
    data = bytes(range(256)) * 4
    simulator = PtySimulator(0)
    results: list[bool] = []
    with running(
        simulator, lambda: results.append(simulate(lambda: [entry(0, data)], simulator))
    ):
        source = SerialSource(simulator.path, 115_200)
        source.open()
        assert read_exactly(source, len(data)) == data
        while not results:
            assert source.read(0.01) == b""
        simulator.close()
        with pytest.raises(SourceError) as caught:  # the end is a pulled plug
            source.read(LONG_S)
        assert caught.value.state is LineState.LOST
        source.close()
    assert results == [True]


def test_bytes_come_no_faster_than_the_line() -> None:
    """Compared with the schedule: 480 bytes and a second of silence at 9600 Bd."""
    entries = [entry(0, b"a" * 240), entry(0.9, b"b" * 240)]
    simulator = PtySimulator(9600, speed=2)
    ends: queue.Queue[float] = queue.Queue()
    begun = time.monotonic()
    with running(
        simulator,
        lambda: simulator.play(entries, lambda _: ends.put(time.monotonic())),
    ):
        source = SerialSource(simulator.path)
        source.open()
        assert read_exactly(source, 480) == b"a" * 240 + b"b" * 240
        ends.get(timeout=LONG_S)
        second = ends.get(timeout=LONG_S)
        source.close()
    # The second record's last byte is due 0.45 s after the first one's; never
    # earlier than that against an absolute schedule, later by what the machine adds.
    assert second - begun >= 0.45


@pytest.mark.parametrize("kind", [Parity.EVEN, Parity.ODD])
def test_seven_bits_with_parity(kind: Parity) -> None:
    simulator = PtySimulator(0, parity=kind)
    data = b"\x02 214 SMITH\r\x03"
    with running(simulator, lambda: simulator.play([entry(0, data)])):
        source = SerialSource(simulator.path)
        source.open()
        assert read_exactly(source, len(data)) == add(data, kind)
        source.close()


def test_a_reader_that_goes_away_and_comes_back_loses_nothing() -> None:
    data = os.urandom(60_000)  # far more than the kernel keeps
    simulator = PtySimulator(0)
    got = b""
    with running(
        simulator,
        lambda: simulate(lambda: [entry(0, data)], simulator),
    ):
        while len(got) < len(data):
            source = SerialSource(simulator.path)
            source.open()
            left = min(7001, len(data) - len(got))
            while left > 0:
                piece = source.read(LONG_S)
                got += piece
                left -= len(piece)
            source.close()
    assert got == data


def test_a_full_buffer_does_not_keep_it_from_stopping() -> None:
    simulator = PtySimulator(0)
    results: list[bool] = []
    with running(
        simulator,
        lambda: results.append(simulator.play([entry(0, b"x" * 1_000_000)])),
    ):
        source = SerialSource(simulator.path)
        source.open()
        assert source.read(LONG_S)  # it has begun, and nobody reads on
    assert results == [False]
    source.close()


def test_nobody_comes() -> None:
    with PtySimulator() as simulator:
        with pytest.raises(TimeoutError, match=simulator.path):
            simulate(list, simulator, wait_s=0.02)
        simulator.stop()
        assert simulate(list, simulator) is False
    simulator.stop()


def test_without_waiting_bytes_lie_ready_for_who_comes_later() -> None:
    with PtySimulator(0) as simulator:
        assert simulator.play([entry(0, b"early")])
        assert simulator.unread() == 5
        assert simulator.drain(linger_s=0.02) is False
        source = SerialSource(simulator.path)
        source.open()
        assert read_exactly(source, 5) == b"early"
        assert simulator.drain()
        source.close()


def test_what_the_reader_writes_is_taken_and_not_echoed() -> None:
    replies: list[bytes] = []
    told = threading.Event()

    def reply(data: bytes) -> None:
        replies.append(data)
        told.set()

    simulator = PtySimulator(0, on_reply=reply)
    entries = [entry(0, b"q"), entry(LONG_S, b"never")]
    with running(simulator, lambda: simulator.play(entries)):
        source = SerialSource(simulator.path)
        source.open()
        assert read_exactly(source, 1) == b"q"
        source.write(b"\x06\r")
        assert told.wait(LONG_S)
        assert source.read(0.02) == b""
        source.close()
    assert b"".join(replies) == b"\x06\r"


def test_it_can_go_round_and_round() -> None:
    simulator = PtySimulator(0)
    with running(
        simulator,
        lambda: simulate(lambda: [entry(0, b"ab")], simulator, loop=True, rest_s=0),
    ):
        source = SerialSource(simulator.path)
        source.open()
        assert read_exactly(source, 20)[:20] == b"ab" * 10
        source.close()
