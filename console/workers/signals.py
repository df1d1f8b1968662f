"""SIGINT and SIGTERM as a request to end, heard wherever the program waits."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

NUMBERS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def asked_to_stop(
    stop: Callable[[], object] | None = None,
    numbers: Sequence[signal.Signals] = NUMBERS,
    *,
    for_good: bool = False,
) -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, meanwhile; then ``stop`` is called.

    Both in a thread of their own, woken by the byte that the kernel's side of a signal
    writes. A Python handler would run in the main thread only, and there it can come
    too late (the signal fell just before a system call that waits, and wakes nothing)
    or at a bad moment (the main thread holds the lock that the handler wants).
    ``numbers``: other signals than these two. ``for_good``: afterwards they do nothing,
    for a program that takes a while to end. Only from the main thread.
    """
    asked = threading.Event()
    heard, told = socket.socketpair()
    told.setblocking(False)

    def listen() -> None:
        while came := heard.recv(16):
            if not asked.is_set() and set(came) & set(numbers):
                asked.set()
                if stop is not None:
                    stop()

    listener = threading.Thread(target=listen, name="signals", daemon=True)
    listener.start()
    before: dict[signal.Signals, Any] = {}
    wakes = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    try:
        for number in numbers:
            before[number] = signal.getsignal(number)
            signal.signal(number, _noted)
        yield asked
    finally:
        if not for_good:
            for number, handler in before.items():
                signal.signal(number, handler)
        signal.set_wakeup_fd(wakes)
        told.close()
        listener.join()
        heard.close()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The byte was written; whoever listens to it does the rest."""
