"""A second window's end of the socket to the running console."""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from aliquot.console import frames
from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Command, Failed, Outcome, Refused
from aliquot.console.domain.ports import Changed
from aliquot.console.remote import SocketAddress
from aliquot.console.workers.wake import Wake, peer_uid

_log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0
_ANSWER_S = 5.0  # for a connection to be made
_READ_SIZE = 1 << 16
UNANSWERED = Failed(
    "unanswered",
    "The console went away before it answered. Look whether this was done "
    "before you do it again.",
)

Done = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told what, in the link's thread. ``lost`` gets why, None for an end
    without a word; it is called before outcomes that will not come are given up.
    ``away`` is the outcome of what is asked while nobody is there."""

    welcomed: Callable[[frames.Welcome], None]
    signed_in: Callable[[str], None]
    changed: Callable[[Changed], None]
    lost: Callable[[frames.BadFrame | None], None]
    away: Callable[[], Failed]


class SeatLink(threading.Thread):
    """Keeps the connection, makes it anew with back-off, 0.05 to 2 s."""

    def __init__(self, path: Path, clock: Clock, ears: Ears) -> None:
        super().__init__(name="seat-link", daemon=True)
        self._path = path
        self._clock = clock
        self._ears = ears
        self._wake = Wake()
        self._asked: SimpleQueue[tuple[Command, Done]] = SimpleQueue()
        self._unanswered: dict[int, Done] = {}
        self._number = 0
        self._unsent = bytearray()
        self._welcomed = False
        self._stopping = False
        self._guard = threading.Lock()
        self._ended = False
        self._farewell: frames.BadFrame | None = None

    def ask(self, command: Command, done: Done) -> None:
        """From any thread; ``done`` is called in the link's, at once when that has
        ended."""
        with self._guard:
            if not self._ended:
                self._asked.put((command, done))
                self._wake.wake()
                return
        self._tell(done, self._ears.away())

    def stop(self) -> None:
        self._stopping = True
        self._wake.wake()

    def close(self) -> None:
        """After the thread has ended, or was never started."""
        self._wake.close()

    def run(self) -> None:
        try:
            self._keep()
        finally:
            with self._guard:
                self._ended = True
            self._refuse_asked()

    def _keep(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping:
            if (line := self._connect()) is not None:
                self._talk(line)
                if self._welcomed:
                    pause_s = FIRST_PAUSE_S
                self._lose()
            self._rest(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _connect(self) -> socket.socket | None:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(_ANSWER_S)
            with SocketAddress(self._path) as address:
                line.connect(address)
            if peer_uid(line) != os.geteuid():
                raise PermissionError("it is another user's")
            line.setblocking(False)
        except OSError as why:
            _log.debug("No console at %s: %s.", self._path, why)
            line.close()
            return None
        return line

    def _rest(self, seconds: float) -> None:
        """What is asked meanwhile is answered at once."""
        end_ns = self._clock.now().mono_ns + round(seconds * 1e9)
        while not self._stopping:
            left_s = (end_ns - self._clock.now().mono_ns) / 1e9
            if left_s <= 0:
                return
            select.select([self._wake], [], [], left_s)
            self._wake.clear()
            self._refuse_asked()

    def _refuse_asked(self) -> None:
        with suppress(Empty):
            while True:
                _, done = self._asked.get_nowait()
                self._tell(done, self._ears.away())

    def _lose(self) -> None:
        """The connection has ended."""
        was, self._welcomed = self._welcomed, False
        why, self._farewell = self._farewell, None
        self._unsent.clear()
        if was or why is not None:
            self._ears.lost(why)
        unanswered, self._unanswered = self._unanswered, {}
        for done in unanswered.values():
            self._tell(done, UNANSWERED)

    # While connected.

    def _talk(self, line: socket.socket) -> None:
        cutter = frames.Cutter()
        with line:
            try:
                self._unsent += frames.encode(frames.Hello(frames.VERSION))
                while not self._stopping and self._turn(line, cutter):
                    pass
            except frames.BadFrame as bad:
                self._farewell = bad
            except OSError as why:
                _log.info("The console went away: %s.", why)
            except Exception:  # noqa: BLE001 - it is tried again
                _log.exception("A fault in talking to the console.")

    def _turn(self, line: socket.socket, cutter: frames.Cutter) -> bool:
        """Wait for one thing and do it; False at the end."""
        to_write = [line] if self._unsent else []
        watched: list[socket.socket | Wake] = [line, self._wake]
        ready, writable, _ = select.select(watched, to_write, [])
        if self._wake in ready:
            self._wake.clear()
            self._send_asked()
        if writable or self._unsent:
            self._flush(line)
        return line not in ready or self._read(line, cutter)

    def _send_asked(self) -> None:
        if not self._welcomed:
            return
        with suppress(Empty):
            while True:
                command, done = self._asked.get_nowait()
                self._number += 1
                try:
                    self._unsent += frames.encode(frames.ask(self._number, command))
                except frames.BadFrame as why:
                    self._tell(done, Refused(why.code, f"This cannot be sent: {why}"))
                    continue
                self._unanswered[self._number] = done

    def _flush(self, line: socket.socket) -> None:
        while self._unsent:
            try:
                sent = line.send(self._unsent)
            except BlockingIOError:
                return
            del self._unsent[:sent]

    def _read(self, line: socket.socket, cutter: frames.Cutter) -> bool:
        try:
            data = line.recv(_READ_SIZE)
        except BlockingIOError:
            return True
        for found in cutter.feed(data):
            self._hear(frames.from_console(found))
        return bool(data)

    def _hear(self, frame: frames.FromConsole) -> None:
        match frame:
            case frames.Welcome():
                self._welcomed = True
                self._ears.welcomed(frame)
                self._send_asked()
            case frames.Who():
                self._ears.signed_in(frame.person)
            case frames.News():
                subjects = frozenset(frame.subjects)
                self._ears.changed(Changed(subjects, frame.stamp_ns))
            case frames.Answer():
                if done := self._unanswered.pop(frame.id, None):
                    self._tell(done, frames.outcome_of(frame))
            case frames.Bad():
                raise frames.BadFrame(frame.code, frame.message)

    def _tell(self, done: Done, outcome: Outcome) -> None:
        try:
            done(outcome)
        except Exception:  # noqa: BLE001 - the asker's fault is not the link's
            _log.exception("An outcome could not be handed over.")
