"""A request to end is heard whatever the main thread is at."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading

import pytest

from aliquot.console.workers.signals import NUMBERS, asked_to_stop

LONG_S = 30.0


@pytest.mark.parametrize("number", NUMBERS)
def test_a_wait_ends_though_the_signal_did_not_interrupt_it(number: int) -> None:
    """As when it falls just before the system call: another thread takes it here."""
    here, there = socket.socketpair()
    over = threading.Event()
    other = threading.Thread(target=over.wait, args=[LONG_S])
    other.start()

    def when_waiting() -> None:
        assert other.ident
        signal.pthread_kill(other.ident, number)

    with here, there, asked_to_stop(lambda: there.sendall(b"!")) as asked:
        later = threading.Timer(0.05, when_waiting)
        later.start()
        assert select.select([here], [], [], LONG_S)[0] == [here]
        assert asked.is_set()
    over.set()
    later.join()
    other.join()


def test_the_lock_that_stop_wants_may_be_held() -> None:
    lock, stopped = threading.Lock(), threading.Event()

    def stop() -> None:
        with lock:
            stopped.set()

    with asked_to_stop(stop) as asked:
        with lock:
            signal.raise_signal(signal.SIGTERM)
            assert asked.wait(LONG_S)
            assert not stopped.is_set()
        assert stopped.wait(LONG_S)


def test_it_stops_once_and_all_is_as_before() -> None:
    before = [signal.getsignal(number) for number in NUMBERS]
    stops: list[int] = []
    with asked_to_stop(lambda: stops.append(1)) as asked:
        for _ in range(100):
            os.kill(os.getpid(), signal.SIGTERM)
        assert asked.wait(LONG_S)
    assert stops == [1]
    assert [signal.getsignal(number) for number in NUMBERS] == before
    assert signal.set_wakeup_fd(-1) == -1
    assert "signals" not in [thread.name for thread in threading.enumerate()]


def test_other_signals_do_not_end_it() -> None:
    before = signal.signal(signal.SIGUSR1, lambda _number, _frame: None)
    try:
        with asked_to_stop() as asked:
            signal.raise_signal(signal.SIGUSR1)
            assert not asked.wait(0.05)
    finally:
        signal.signal(signal.SIGUSR1, before)
