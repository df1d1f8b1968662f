"""Where second windows of the profile come in: one thread, any number of sockets.

Nothing here waits for a client, and the writer waits for nothing here: it leaves
word and goes on. Who does not fetch what is sent is cut off and has to read
everything anew. Who acts is known here, for each connection, since the password
was proved on it; a client cannot say it.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from aliquot.console import frames
from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    NOBODY,
    Command,
    Done,
    Failed,
    Outcome,
    Refused,
    SignIn,
    SignOut,
)
from aliquot.console.domain.ports import Changed
from aliquot.console.remote import SocketAddress
from aliquot.console.workers.errands import ERRANDS
from aliquot.console.workers.inbox import Asked
from aliquot.console.workers.seat import Seat
from aliquot.console.workers.wake import Wake, peer_uid

_log = logging.getLogger(__name__)

POSITIONS = tuple(f"joined-{n}" for n in range(1, 17))
PATIENCE_S = 5.0
_TO_NOBODY = frozenset({"session", "log"})  # news for who has not signed in
_AFTER_ERRANDS = (*ERRANDS, SignIn, SignOut)
_SIGN_IN_FIRST = Refused("not_allowed", "Nobody is signed in here: sign in first.")


@dataclass(frozen=True, slots=True)
class _Settled:
    seat: Seat
    number: int | None
    command: Command
    outcome: Outcome


class Seats(threading.Thread):
    """The console's side of ``JoinedDesk``.

    ``ask`` hands a command to the writer, never waiting; see ``Core``.
    """

    def __init__(
        self, path: Path, desk: str, clock: Clock, ask: Callable[[Asked], None]
    ) -> None:
        super().__init__(name="seats", daemon=True)
        self._path = path
        self._desk = desk
        self._clock = clock
        self._ask = ask
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.setblocking(False)
        self._wake = Wake()
        self._post: SimpleQueue[Changed | _Settled | None] = SimpleQueue()
        self._selector = selectors.DefaultSelector()
        self._seats: set[Seat] = set()
        self._free = list(POSITIONS)
        self._stopping = False

    def open(self) -> None:
        """Listen; OSError when the profile's disk knows no sockets.

        Whoever opens holds the writer's lock, so what lies here is left over.
        """
        self._path.unlink(missing_ok=True)
        with SocketAddress(self._path) as address:
            self._listening.bind(address)
        os.chmod(self._path, 0o600)
        self._listening.listen(len(POSITIONS))
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)

    def publish(self, changed: Changed) -> None:
        """Leave word of a commit. From any thread; returns at once."""
        self._put(changed)

    def stop(self) -> None:
        """Ends the thread. Sessions are ended in the log by what it asks before."""
        self._put(None)

    def close(self) -> None:
        """After the thread has ended, or was never started."""
        self._selector.close()
        self._listening.close()
        self._wake.close()
        self._path.unlink(missing_ok=True)

    def run(self) -> None:
        while not self._stopping:
            for key, events in self._selector.select(self._wait_s()):
                self._served(partial(self._ready, key.fileobj, key.data, events))
            self._lose_patience()
        for seat in tuple(self._seats):
            if seat.at_work and seat.signed_in:
                self._ask(Asked(SignOut(), seat.actor, None))
            self._end(seat)

    def _put(self, item: Changed | _Settled | None) -> None:
        self._post.put(item)
        self._wake.wake()

    def _served(self, act: Callable[[], None]) -> None:
        """A fault in one thing must not end the thread that serves all windows."""
        try:
            act()
        except Exception:  # noqa: BLE001 - the others want to be served
            _log.exception("A fault in serving second windows.")

    def _ready(self, what: object, seat: Seat | None, events: int) -> None:
        if what is self._listening:
            self._accept()
        elif seat is None:
            self._take_post()
        elif not seat.gone:
            if events & selectors.EVENT_WRITE:
                self._guarded(seat, seat.flush)
            if events & selectors.EVENT_READ:
                self._guarded(seat, partial(self._read, seat))
            self._watch(seat)

    def _guarded(self, seat: Seat, act: Callable[[], None]) -> None:
        """What goes wrong with one connection ends that one."""
        if seat.gone:
            return
        try:
            act()
        except frames.BadFrame as bad:
            self._farewell(seat, bad)
        except OSError as why:
            _log.info("%s went away: %s.", seat.position, why)
            self._end(seat)
        except Exception:  # noqa: BLE001 - the others want to be served
            _log.exception("A fault in serving %s.", seat.position)
            self._end(seat)

    # Coming and going.

    def _accept(self) -> None:
        try:
            line, _ = self._listening.accept()
        except OSError as why:  # the client has gone again, or too many files
            _log.info("A second window could not come in: %s.", why)
            return
        line.setblocking(False)
        if peer_uid(line) != os.geteuid() or not self._free:
            _turn_away(line)
            return
        seat = Seat(line, self._free.pop(0), self._patience_ns())
        self._seats.add(seat)
        self._selector.register(line, selectors.EVENT_READ, seat)

    def _end(self, seat: Seat) -> None:
        """Close; the position is free again when its session has ended in the log."""
        if seat.gone:
            return
        seat.gone = True
        seat.waiting.clear()
        with suppress(KeyError, ValueError):
            self._selector.unregister(seat.line)
        seat.line.close()
        self._seats.discard(seat)
        if not seat.at_work:
            self._leave(seat)

    def _leave(self, seat: Seat) -> None:
        if seat.signed_in:
            self._submit(seat, None, SignOut())
        else:
            self._free.append(seat.position)
            self._free.sort(key=POSITIONS.index)

    def _farewell(self, seat: Seat, why: frames.BadFrame) -> None:
        """Say what was wrong, and close when it is sent."""
        seat.leaving = True
        seat.waiting.clear()
        seat.until_ns = self._patience_ns()
        self._send(seat, frames.encode(frames.Bad(why.code, str(why))))
        self._watch(seat)

    def _patience_ns(self) -> int:
        return self._clock.now().mono_ns + round(PATIENCE_S * 1e9)

    def _wait_s(self) -> float | None:
        times = [s.until_ns for s in self._seats if s.until_ns is not None]
        if not times:
            return None
        return max(0.0, (min(times) - self._clock.now().mono_ns) / 1e9)

    def _lose_patience(self) -> None:
        now_ns = self._clock.now().mono_ns
        for seat in tuple(self._seats):
            if seat.until_ns is not None and seat.until_ns <= now_ns:
                self._end(seat)

    def _watch(self, seat: Seat) -> None:
        """Wait for what this connection can do next."""
        if seat.gone:
            return
        if seat.leaving and not seat.wants_to_write:
            self._end(seat)
            return
        events = selectors.EVENT_READ if seat.wants_to_read else 0
        events |= selectors.EVENT_WRITE if seat.wants_to_write else 0
        known = self._selector.get_map().get(seat.line)
        if known is None and events:
            self._selector.register(seat.line, events, seat)
        elif known is not None and not events:
            self._selector.unregister(seat.line)
        elif known is not None and known.events != events:
            self._selector.modify(seat.line, events, seat)

    # What a client says.

    def _read(self, seat: Seat) -> None:
        found = seat.read()
        if found is None:
            self._end(seat)
            return
        for data in found:
            if not seat.gone:
                self._take(seat, frames.from_client(data))

    def _take(self, seat: Seat, frame: frames.FromClient) -> None:
        if isinstance(frame, frames.Hello) == seat.greeted:
            raise frames.BadFrame("out_of_turn", "Hello comes first, and once.")
        if isinstance(frame, frames.Hello):
            self._greet(seat, frame)
        else:
            seat.waiting.append(frame)
            self._next(seat)

    def _greet(self, seat: Seat, frame: frames.Hello) -> None:
        if frame.v != frames.VERSION:
            text = (
                f"The running console speaks version {frames.VERSION}, this window "
                f"{frame.v}. Close both and open them again."
            )
            raise frames.BadFrame("other_version", text)
        seat.greeted, seat.until_ns = True, None
        welcome = frames.Welcome(frames.VERSION, self._desk, seat.position)
        self._send(seat, frames.encode(welcome))

    def _next(self, seat: Seat) -> None:
        """Begin with the command that has waited longest, one at a time."""
        while seat.waiting and not seat.busy and not seat.gone:
            frame = seat.waiting.popleft()
            try:
                command = frames.command_of(frame)
            except frames.BadFrame as why:
                self._tell(seat, frame.id, Refused(why.code, str(why)))
                continue
            if seat.errand and isinstance(command, _AFTER_ERRANDS):
                seat.waiting.appendleft(frame)
                return
            if seat.signed_in or isinstance(command, SignIn | SignOut):
                self._submit(seat, frame.id, command)
            else:
                self._tell(seat, frame.id, _SIGN_IN_FIRST)

    def _submit(self, seat: Seat, number: int | None, command: Command) -> None:
        if isinstance(command, ERRANDS):
            seat.errand = True
        else:
            seat.busy = True
        self._ask(
            Asked(command, seat.actor, partial(self._settled, seat, number, command))
        )

    def _settled(
        self, seat: Seat, number: int | None, command: Command, outcome: Outcome
    ) -> None:  # in the writer thread, or the helper's
        self._put(_Settled(seat, number, command, outcome))

    # What a client is told.

    def _take_post(self) -> None:
        self._wake.clear()
        with suppress(Empty):
            while not self._stopping:
                match self._post.get_nowait():
                    case None:
                        self._stopping = True
                    case Changed() as changed:
                        self._served(partial(self._spread, changed))
                    case _Settled() as settled:
                        self._served(partial(self._settle, settled))

    def _spread(self, changed: Changed) -> None:
        seats = [seat for seat in self._seats if seat.greeted and not seat.leaving]
        if not seats:
            return
        all_of_it = frames.encode(frames.news(changed))
        part = changed.subjects & _TO_NOBODY
        for seat in seats:
            if seat.signed_in:
                self._send(seat, all_of_it)
            elif part:
                self._send(seat, frames.encode(frames.news(Changed(part))))
            self._watch(seat)

    def _settle(self, settled: _Settled) -> None:
        seat, outcome = settled.seat, settled.outcome
        if isinstance(settled.command, ERRANDS):
            seat.errand = False
        else:
            seat.busy = False
        if isinstance(outcome, Done) and isinstance(settled.command, SignIn):
            seat.person = str(outcome.result["person_id"])
        elif isinstance(settled.command, SignOut) and (
            isinstance(outcome, Done) or seat.gone
        ):
            seat.person = NOBODY  # what the log could not say now, it says at a start
        if seat.gone:
            if not seat.at_work:
                self._leave(seat)
            return
        if isinstance(settled.command, SignIn | SignOut):
            self._send(seat, frames.encode(frames.Who(seat.person)))
        if settled.number is not None:
            self._tell(seat, settled.number, outcome)
        self._next(seat)
        self._watch(seat)

    def _tell(self, seat: Seat, number: int, outcome: Outcome) -> None:
        try:
            said = frames.encode(frames.answer(number, outcome))
        except frames.BadFrame as why:
            text = f"The answer cannot be sent: {why}"
            said = frames.encode(frames.answer(number, Failed(why.code, text)))
        self._send(seat, said)

    def _send(self, seat: Seat, data: bytes) -> None:
        """Cuts off who has not fetched what was sent before."""
        if seat.gone:
            return
        try:
            in_time = seat.write(data)
        except OSError as why:
            _log.info("%s went away: %s.", seat.position, why)
            in_time = False
        if not in_time:
            self._end(seat)


def _turn_away(line: socket.socket) -> None:
    _log.info("A second window was turned away.")
    text = "There is no room for another window, or it is another user's."
    with line, suppress(OSError):
        line.send(frames.encode(frames.Bad("turned_away", text)))
