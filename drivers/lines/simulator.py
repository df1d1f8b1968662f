"""A line that is not there: plays recorded bytes into a pseudo-terminal.

A pseudo-terminal knows no baud rate: whoever writes must pace. It is also not a
wire: what nobody reads stays in the kernel, some 4 kB of it, and then the simulator
waits. Nothing is lost when a reader is killed and comes back.
"""

from __future__ import annotations

import array
import errno
import fcntl
import os
import select
import termios
import time
import tty
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Self

from aliquot.drivers.lines.pacing import Burst, Pace, bursts
from aliquot.drivers.lines.parity import Parity, add
from aliquot.drivers.lines.recording_format import Entry

_LOOK_S = 0.01  # how often to look for what the kernel does not tell
_HELD_UP_S = 0.5  # longest uninterrupted wait for room


class PtySimulator:
    """One pseudo-terminal and its playing. Not thread-safe but for ``stop()``.

    ``baud`` bits a second at 10 bits a byte (0: as fast as it is read), ``speed``
    divides the recorded distances between chunks, ``parity`` is put into the
    eighth bit. ``on_reply`` gets what the reader writes to the line.
    """

    def __init__(
        self,
        baud: int = 9600,
        *,
        speed: float = 1.0,
        parity: Parity = Parity.NONE,
        on_reply: Callable[[bytes], None] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._baud = baud
        self._speed = speed
        self._parity = parity
        self._on_reply = on_reply
        self._master, slave = os.openpty()
        self.path = os.ttyname(slave)
        tty.setraw(slave)  # no echo: the reader would get its own answers back
        os.close(slave)  # so that the kernel says when somebody else opens it
        self._slave = -1
        self._stopped = False
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._master, False)
        os.set_blocking(self._wake_write, False)
        self._pace = Pace(self._pause, now)

    def wait_for_reader(self, timeout_s: float | None = None) -> bool:
        """True once somebody has opened the path; False after the time or a stop.

        From then on the simulator keeps the path open itself.
        """
        self._pace.start()
        while self._hung_up():
            if self._stopped or (
                timeout_s is not None and self._pace.left(timeout_s) <= 0
            ):
                return False
            self._sleep(_LOOK_S)
        self.hold()
        return True

    def hold(self) -> None:
        """Opens the path, so that bytes wait in the kernel for the next reader."""
        if self._slave < 0:
            self._slave = os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def play(
        self,
        entries: Iterable[Entry],
        on_entry: Callable[[Entry], None] | None = None,
    ) -> bool:
        """Plays to the end (True) or until ``stop()`` (False).

        ``on_entry`` is called right after the last byte of an entry was written.
        """
        self.hold()
        self._pace.start()
        for burst in bursts(entries, self._baud, self._speed):
            if self._pace.until(burst.due_s) or not self._send(burst):
                return False
            if burst.last and on_entry:
                on_entry(burst.entry)
        return not self._stopped

    def pause(self, seconds: float) -> bool:
        """Silence on the line; False when stopped in it."""
        self._pace.start()
        return not self._pace.until(seconds)

    def drain(self, linger_s: float = 5.0) -> bool:
        """Waits until all was read: closing the master throws away what was not."""
        self._pace.start()
        while self.unread():
            if self._stopped or self._pace.left(linger_s) <= 0:
                return False
            self._sleep(_LOOK_S)
        return True

    def unread(self) -> int:
        """Bytes that wait in the kernel for a reader."""
        if self._slave < 0:
            return 0
        # What was written reaches the reader's side a little later, in the kernel's
        # own time; asking whether there is something to read makes it hurry.
        poll = select.poll()
        poll.register(self._slave, select.POLLIN)
        poll.poll(0)
        count = array.array("i", [0])
        fcntl.ioctl(self._slave, termios.FIONREAD, count)
        return count[0]

    @property
    def stopped(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        """From any thread, or a signal handler: playing ends soon."""
        self._stopped = True
        with suppress(OSError):  # closed, or full: it is awake
            os.write(self._wake_write, b"!")

    def close(self) -> None:
        fds = self._slave, self._master, self._wake_read, self._wake_write
        self._slave = self._master = self._wake_read = self._wake_write = -1
        for fd in fds:
            if fd >= 0:
                os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hung_up(self) -> bool:
        poll = select.poll()
        poll.register(self._master, 0)
        return any(event & select.POLLHUP for _, event in poll.poll(0))

    def _sleep(self, seconds: float) -> None:
        select.select([self._wake_read], [], [], seconds)

    def _pause(self, seconds: float) -> bool:
        """Waits, not for long in one go: a signal that falls just before a wait is dealt
        with after it. Meanwhile takes what the reader writes, lest it be held up."""
        seconds = min(seconds, _HELD_UP_S)
        readable, _, _ = select.select([self._master, self._wake_read], [], [], seconds)
        if self._master in readable and not self._take_reply():
            self._sleep(min(seconds, _LOOK_S))
        return self._stopped

    def _take_reply(self) -> bool:
        try:
            data = os.read(self._master, 4096)
        except OSError as problem:
            if problem.errno not in {errno.EIO, errno.EAGAIN}:
                raise
            return False
        if data and self._on_reply:
            self._on_reply(data)
        return bool(data)

    def _send(self, burst: Burst) -> bool:
        data = memoryview(add(burst.data, self._parity))
        held_up = False
        while data and not self._stopped:
            try:
                data = data[os.write(self._master, data) :]
            except OSError as problem:
                if problem.errno not in {errno.EAGAIN, errno.EIO}:
                    raise
                held_up = True
                self._wait_for_room(problem.errno == errno.EIO)
        if held_up:
            self._pace.slip(burst.due_s)
        return not self._stopped

    def _wait_for_room(self, hung_up: bool) -> None:
        if hung_up:
            self._sleep(_LOOK_S)
            return
        watched = [self._master, self._wake_read]
        readable, _, _ = select.select(watched, [self._master], [], _HELD_UP_S)
        if self._master in readable:
            self._take_reply()


def simulate(
    entries: Callable[[], Iterable[Entry]],
    simulator: PtySimulator,
    *,
    wait_s: float | None = None,
    loop: bool = False,
    rest_s: float = 1.0,
) -> bool:
    """Waits for a reader, plays, and waits until it has read; False when stopped.

    ``entries`` is called for each round of ``loop``, with ``rest_s`` of silence in
    between. ``TimeoutError`` when nobody opens the path within ``wait_s``; 0 does
    not wait.
    """
    if wait_s != 0 and not simulator.wait_for_reader(wait_s):
        if simulator.stopped:
            return False
        raise TimeoutError(simulator.path)
    while simulator.play(entries()):
        if not loop:
            return simulator.drain()
        if not simulator.pause(rest_s):
            break
    return False
