"""SIGINT and SIGTERM as a request to end, heard wherever the program waits."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

NUMBERS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def asked_to_stop(
    stop: Callable[[], None] | None = None,
) -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, meanwhile; then ``stop`` is called.

    Both in a thread of their own, woken by the byte that the kernel's side of a signal
    writes. A Python handler would run in the main thread only, and there it can come
    too late (the signal fell just before a system call that waits, and wakes nothing)
    or at a bad moment (the main thread holds the lock that the handler wants).
    Only from the main thread.
    """
    asked = threading.Event()
    heard, told = socket.socketpair()
    told.setblocking(False)

    def listen() -> None:
        while numbers := heard.recv(16):
            if not asked.is_set() and set(numbers) & set(NUMBERS):
                asked.set()
                if stop is not None:
                    stop()

    listener = threading.Thread(target=listen, name="signals", daemon=True)
    wakes = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    before = [signal.signal(number, _noted) for number in NUMBERS]
    listener.start()
    try:
        yield asked
    finally:
        signal.set_wakeup_fd(wakes)
        for number, handler in zip(NUMBERS, before, strict=True):
            signal.signal(number, handler)
        told.close()
        listener.join()
        heard.close()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The byte was written; whoever listens to it does the rest."""
