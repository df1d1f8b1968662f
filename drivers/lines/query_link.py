"""This end of a two-way ALI query link, as a table of states. EXPERIMENTAL.

``QueryLink`` is one link and a ``Conversation``; ``LinkPair`` is two of them that
share their requests. Every byte and time is in the ``LinkTable``. A request ends in
an answer or in a named failure, always: each state that waits has a timer, and each
timer that runs out uses up one of the tries.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, NoiseReason
from aliquot.drivers.lines.query_link_states import TRANSITIONS, Act, Event, State
from aliquot.drivers.lines.query_link_table import LinkTable
from aliquot.drivers.lines.query_link_wire import (
    LinkFramer,
    Piece,
    Repeats,
    Request,
    is_answer,
    request_bytes,
    wire,
)
from aliquot.drivers.lines.talk import Ask, AskKind

_MS = 1_000_000


class Failure(Enum):
    """Why a request has no answer. Each is a sentence in ``FAILURES``."""

    NO_ACK = "no_ack"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    DAMAGED = "damaged"
    LINK_DOWN = "link_down"


FAILURES = {
    Failure.NO_ACK: "The other end did not acknowledge the last request.",
    Failure.REFUSED: "The other end refused the last request (NAK).",
    Failure.NO_ANSWER: "The other end acknowledged the last request and sent no record.",
    Failure.DAMAGED: "The record for the last request came damaged each time.",
    Failure.LINK_DOWN: "The link went down before the last request was answered.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended. ``failure`` None: it was answered, by ``raw``."""

    request: Request
    link: str
    tries: int
    mono_ns: int
    failure: Failure | None = None
    raw: bytes = b""


class QueryLink:
    """One link: a ``Conversation``. ``name`` is the link's, A or B.

    ``outcomes()`` takes what has ended since it was last called; at most 64 are kept.
    """

    def __init__(
        self,
        table: LinkTable,
        settings: LineSettings | None = None,
        name: str = "A",
        repeats: Repeats | None = None,
    ) -> None:
        self.table = table
        self.name = name
        self.state = State.DOWN
        self._settings = settings or LineSettings()
        self._shared_repeats = repeats
        self._framer = self._new_framer()
        self._request: Request | None = None
        self._waiting: deque[Request] = deque()
        self._tries = 0
        self._damaged = False
        self._granted = False
        self._answer = b""
        self._due_ns: int | None = None  # ACK or record
        self._beat_ns: int | None = None  # our next heartbeat
        self._life_ns: int | None = None  # theirs is missed then
        self._owed: deque[int] = deque(maxlen=16)  # heartbeats they have not ACKed
        self._missed = 0
        self._failed: Failure | None = None
        self._out = b""
        self._now = 0
        self._outcomes: deque[Outcome] = deque(maxlen=64)
        self._acts: dict[Act, Callable[[], None]] = {
            Act.BEGIN: self._begin,
            Act.SEND_REQUEST: self._send_request,
            Act.WAIT_FOR_RECORD: self._wait_for_record,
            Act.SEND_ACK: self._send_ack,
            Act.SEND_NAK: self._send_nak,
            Act.ACK_HEARTBEAT: self._ack_heartbeat,
            Act.SEND_HEARTBEAT: self._send_heartbeat,
            Act.PUT_OFF_HEARTBEAT: self._put_off_heartbeat,
            Act.NOTE_LIFE: self._note_life,
            Act.COUNT_MISSED: self._count_missed,
            Act.ANSWERED: self._answered,
            Act.FAIL_NO_ACK: lambda: self._fail(Failure.NO_ACK),
            Act.FAIL_REFUSED: lambda: self._fail(Failure.REFUSED),
            Act.FAIL_NO_ANSWER: lambda: self._fail(Failure.NO_ANSWER),
            Act.FAIL_LINK_DOWN: lambda: self._fail(Failure.LINK_DOWN),
            Act.FORGET_TIMERS: self._forget_timers,
        }

    # --- the Conversation -------------------------------------------------------

    asks_in_trouble = True  # to ask once more is how it is found out

    @property
    def deadline_ns(self) -> int | None:
        if self._out:
            return self._now
        times = (self._due_ns, self._beat_ns, self._life_ns, self._framer.deadline_ns)
        if self.state is State.DOWN:
            return None
        return min((t for t in times if t is not None), default=None)

    @property
    def trouble(self) -> str | None:
        if self.state is State.DOWN and self._failed is None:
            return None
        if self._missed >= self.table.heartbeat.missed:
            seconds = self._missed * self.table.heartbeat.expect_ms // 1000
            return f"Link {self.name}: no heartbeat for {seconds} s."
        if self._failed is not None:
            return f"Link {self.name}: {FAILURES[self._failed]}"
        return None

    def opened(self, mono_ns: int) -> bytes:
        self._now = mono_ns
        self._framer = self._new_framer()
        spent = self.busy and not self._tries_left()
        self._on(Event.OPENED_SPENT if spent else Event.OPENED)
        self._next()
        return self._give()

    def lost(self, mono_ns: int) -> None:
        """The port is gone; what was asked fails now, not when the time is over."""
        self._now = mono_ns
        self._on(Event.LOST)
        while self._waiting:
            self._request, self._tries = self._waiting.popleft(), 0
            self._fail(Failure.LINK_DOWN)
        self._out = b""

    def heard(self, chunk: Chunk) -> bytes:
        self._now = max(self._now, chunk.mono_ns)
        self._hear(self._framer.pieces(chunk))
        return self._give()

    def tick(self, mono_ns: int) -> bytes:
        self._now = max(self._now, mono_ns)
        self._hear(self._framer.due(0, mono_ns))
        self._run_timers()
        return self._give()

    def ask(self, ask: Ask, mono_ns: int) -> bytes | None:
        """A rebid, or a heartbeat as a test. The same question that is under way is
        not sent again: ``b""``."""
        self._now = max(self._now, mono_ns)
        if ask.kind is AskKind.TEST and self.state is not State.DOWN:
            self._send_heartbeat()
            return self._give()
        if ask.kind is not AskKind.REBID or ask.number is None:
            return None
        request = Request(ask.number, ask.position or "")
        return self._give() if self.put(request, mono_ns) else None

    # --- requests ---------------------------------------------------------------

    def put(self, request: Request, mono_ns: int) -> bool:
        """Takes a request, to be sent now or when those before it have ended; False
        when it cannot be expressed, the link is down or too many wait."""
        self._now = max(self._now, mono_ns)
        if self.state is State.DOWN or request_bytes(self.table, request) is None:
            return False
        if self.has(request):
            return True
        if self._request is not None and len(self._waiting) >= self.table.tries.waiting:
            return False
        self._waiting.append(request)
        self._next()
        return True

    def has(self, request: Request) -> bool:
        """It is under way here, or waits."""
        return request == self._request or request in self._waiting

    def more(self) -> bytes:
        """What is to be sent beside what the last call returned."""
        return self._give()

    def outcomes(self) -> list[Outcome]:
        taken = list(self._outcomes)
        self._outcomes.clear()
        return taken

    @property
    def busy(self) -> bool:
        """A request is under way."""
        return self._request is not None

    # --- events -----------------------------------------------------------------

    def _on(self, event: Event) -> None:
        step = TRANSITIONS[self.state][event]
        self.state = step.to
        for act in step.acts:
            self._acts[act]()

    def _hear(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            for event in self._events(piece):
                self._on(event)
                self._next()

    def _events(self, piece: Piece) -> Iterable[Event]:
        one = piece.what
        if isinstance(one, Frame):
            yield self._of_frame(one, piece.repeat)
        elif one.reason is NoiseReason.CONTROL:
            yield from self._of_controls(one.raw)
        elif one.reason is NoiseReason.NO_START and self.table.bytes.etx in one.raw:
            yield self._of_damage()  # the mark that begins it was lost
        else:
            yield _EVENTS.get(one.reason, Event.STRAY)
            if one.reason in _DAMAGE:
                self._damaged = True

    def _of_damage(self) -> Event:
        self._damaged = True
        return Event.DAMAGED

    def _of_frame(self, frame: Frame, repeat: bool) -> Event:
        if self._request and is_answer(self.table, frame, self._request):
            self._answer = frame.raw
            return Event.ANSWER
        return Event.REPEAT if repeat else Event.RECORD

    def _of_controls(self, raw: bytes) -> Iterable[Event]:
        seen = bytes(b & 0x7F for b in raw) if self._strips else raw
        for byte in seen:
            if byte == self.table.bytes.ack:
                yield Event.BEAT_ACK if self._owes() else Event.ACK
            elif byte == self.table.bytes.nak:
                yield Event.NAK if self._tries_left() else Event.REFUSED

    def _owes(self) -> bool:
        """They have a heartbeat to acknowledge, which was sent before the request."""
        while self._owed and self._owed[0] <= self._now:
            self._owed.popleft()
        return bool(self._owed) and bool(self._owed.popleft())

    def _tries_left(self) -> bool:
        return self._tries < self.table.tries.request

    def _run_timers(self) -> None:
        if self._due_ns is not None and self._now >= self._due_ns:
            self._due_ns = None
            self._on(Event.LATE if self._tries_left() else Event.SPENT)
            self._next()
        if self._beat_ns is not None and self._now >= self._beat_ns:
            self._on(Event.HEARTBEAT_DUE)
        if self._life_ns is not None and self._now >= self._life_ns:
            self._on(Event.HEARTBEAT_MISSED)

    def _next(self) -> None:
        if self.state is State.READY and self._waiting:
            self._request = self._waiting.popleft()
            self._tries, self._damaged, self._granted = 0, False, False
            self._on(Event.ASK)

    # --- what is done -----------------------------------------------------------

    @property
    def _strips(self) -> bool:
        return self._settings.parity != "none"

    def _new_framer(self) -> LinkFramer:
        repeats = self._shared_repeats or Repeats(self.table.times.repeat_ms)
        return LinkFramer(self.table, self._settings, 0, repeats)

    def _send(self, data: bytes) -> None:
        self._out += wire(self._settings, data)

    def _give(self) -> bytes:
        out, self._out = self._out, b""
        return out

    def _begin(self) -> None:
        beat = self.table.heartbeat
        self._beat_ns = self._now if beat.send_ms else None
        self._missed = 0
        self._life_ns = self._later(beat.expect_ms) if beat.expect_ms else None
        self._owed.clear()

    def _later(self, ms: int) -> int:
        return self._now + ms * _MS

    def _send_request(self) -> None:
        data = self._request and request_bytes(self.table, self._request)
        self._tries += 1
        self._send(data or b"")
        self._due_ns = self._later(self.table.times.ack_ms)

    def _wait_for_record(self) -> None:
        self._granted = True
        self._due_ns = self._later(self.table.times.answer_ms)

    def _send_ack(self) -> None:
        if self.table.answer.acknowledged:
            self._send(bytes((self.table.bytes.ack,)))

    def _send_nak(self) -> None:
        if self.table.answer.acknowledged:
            self._send(bytes((self.table.bytes.nak,)))

    def _ack_heartbeat(self) -> None:
        if self.table.heartbeat.answered:
            self._send(bytes((self.table.bytes.ack,)))

    def _send_heartbeat(self) -> None:
        self._send(self.table.heartbeat.wire)
        if self.table.heartbeat.answered:
            self._owed.append(self._later(self.table.times.ack_ms))
        self._put_off_heartbeat()

    def _put_off_heartbeat(self) -> None:
        send_ms = self.table.heartbeat.send_ms
        self._beat_ns = self._later(send_ms) if send_ms else None

    def _note_life(self) -> None:
        self._missed = 0
        if self._failed in _WAS_AWAY:
            self._failed = None
        expect_ms = self.table.heartbeat.expect_ms
        self._life_ns = self._later(expect_ms) if expect_ms else None

    def _count_missed(self) -> None:
        self._missed += 1
        self._life_ns = self._later(self.table.heartbeat.expect_ms)

    def _answered(self) -> None:
        self._failed = None
        self._end(None)

    def _fail(self, why: Failure) -> None:
        if why in (Failure.NO_ACK, Failure.NO_ANSWER):
            why = self._nearest(why)
        self._failed = why
        self._end(why)

    def _nearest(self, why: Failure) -> Failure:
        """How far the request got in any of its tries."""
        if self._damaged:
            return Failure.DAMAGED
        return Failure.NO_ANSWER if self._granted else why

    def _end(self, why: Failure | None) -> None:
        self._due_ns = None
        request, self._request = self._request, None
        raw, self._answer = self._answer, b""
        if request is not None:
            self._outcomes.append(
                Outcome(
                    request, self.name, self._tries, self._now, why, b"" if why else raw
                )
            )

    def _forget_timers(self) -> None:
        self._due_ns = self._beat_ns = self._life_ns = None
        self._owed.clear()


_WAS_AWAY = (Failure.NO_ACK, Failure.LINK_DOWN)  # over with any sign of life
_DAMAGE = (
    NoiseReason.BLOCK_CHECK,
    NoiseReason.PARITY,
    NoiseReason.CUT,
    NoiseReason.OVERSIZE,
)
_EVENTS = dict.fromkeys(_DAMAGE, Event.DAMAGED) | {
    NoiseReason.HEARTBEAT: Event.HEARTBEAT,
    NoiseReason.BROADCAST: Event.BROADCAST,
}
