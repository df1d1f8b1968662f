"""One second window, as the running console sees it: a connection and who is on it."""

from __future__ import annotations

import socket
from collections import deque

from aliquot.console import frames
from aliquot.console.domain.commands import NOBODY, Actor

MOST_WAITING = 32  # commands of one connection that wait for their turn
MOST_UNSENT = 1 << 20  # bytes; whoever reads more slowly is cut off
_READ_SIZE = 1 << 16


class Seat:
    """Touched by the thread of ``Seats`` only. The socket never blocks.

    ``busy``: a command is on its way; the next one waits, so that each is carried
    out for whoever the one before left signed in. ``errand``: so is one that takes
    files or other machines; calls go on meanwhile, nobody else signs in. ``until_ns``: when patience ends
    with a client that has not said hello, or does not fetch its farewell.
    """

    def __init__(self, line: socket.socket, position: str, until_ns: int) -> None:
        self.line = line
        self.position = position
        self.until_ns: int | None = until_ns
        self.person = NOBODY
        self.greeted = False
        self.leaving = False
        self.gone = False
        self.busy = False
        self.errand = False
        self.waiting: deque[frames.Ask] = deque()
        self._cutter = frames.Cutter()
        self._unsent = bytearray()

    @property
    def actor(self) -> Actor:
        return Actor(self.person, self.position, joined=True)

    @property
    def signed_in(self) -> bool:
        return self.person != NOBODY

    @property
    def at_work(self) -> bool:
        """Something that was begun for this connection is not done yet."""
        return self.busy or self.errand

    @property
    def wants_to_read(self) -> bool:
        return not self.leaving and len(self.waiting) < MOST_WAITING

    @property
    def wants_to_write(self) -> bool:
        return bool(self._unsent)

    def read(self) -> list[bytes] | None:
        """Frames that came whole; None at the end. Raises ``BadFrame``, OSError."""
        try:
            data = self.line.recv(_READ_SIZE)
        except BlockingIOError:
            return []
        return self._cutter.feed(data) if data else None

    def write(self, data: bytes) -> bool:
        """Send, or keep for later; False when too much is kept already."""
        if len(self._unsent) > MOST_UNSENT:
            return False
        self._unsent += data
        self.flush()
        return True

    def flush(self) -> None:
        """Raises OSError when nobody is there any more."""
        while self._unsent:
            try:
                sent = self.line.send(self._unsent)
            except BlockingIOError:
                return
            del self._unsent[:sent]
