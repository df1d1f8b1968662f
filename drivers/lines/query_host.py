"""The other end of a query link: a host that answers requests. EXPERIMENTAL.

Made from the same ``LinkTable`` as this end, for tests, training and the bench. Its
faults are set by rates, and drawn from a random generator that is handed in.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, Noise, NoiseReason
from aliquot.drivers.lines.framer import AliFramer
from aliquot.drivers.lines.query_link_table import LinkTable
from aliquot.drivers.lines.query_link_wire import (
    Request,
    answer_bytes,
    marks_of,
    read_request,
    wire,
)

_MS = 1_000_000
_MOST_REQUEST = 64


class HostState(Enum):
    IDLE = "idle"
    ANSWERED = "answered"  # a record was sent and is not acknowledged


class HostEvent(Enum):
    REQUEST = "request"
    BAD_REQUEST = "bad_request"
    RECORD_DUE = "record_due"
    ACK = "ack"
    NAK = "nak"  # and a try is left
    LATE = "late"  # no ACK in time, and a try is left
    SPENT = "spent"  # no ACK or a NAK, and none is left
    HEARTBEAT = "heartbeat"
    HEARTBEAT_DUE = "heartbeat_due"


class HostAct(Enum):
    ACK = "ack"
    NAK = "nak"
    QUEUE = "queue"
    SEND_RECORD = "send_record"
    END_RECORD = "end_record"
    ACK_HEARTBEAT = "ack_heartbeat"
    SEND_HEARTBEAT = "send_heartbeat"


@dataclass(frozen=True, slots=True)
class HostStep:
    """The next state, and what is done on the way, in order."""

    to: HostState
    acts: tuple[HostAct, ...] = ()


def _in_any(here: HostState) -> dict[HostEvent, HostStep]:
    return {
        HostEvent.REQUEST: HostStep(here, (HostAct.ACK, HostAct.QUEUE)),
        HostEvent.BAD_REQUEST: HostStep(here, (HostAct.NAK,)),
        HostEvent.HEARTBEAT: HostStep(here, (HostAct.ACK_HEARTBEAT,)),
        HostEvent.HEARTBEAT_DUE: HostStep(here, (HostAct.SEND_HEARTBEAT,)),
    }


_AGAIN = HostStep(HostState.ANSWERED, (HostAct.SEND_RECORD,))
_ENDED = HostStep(HostState.IDLE, (HostAct.END_RECORD,))

HOST_TRANSITIONS: Mapping[HostState, Mapping[HostEvent, HostStep]] = {
    HostState.IDLE: {
        **_in_any(HostState.IDLE),
        HostEvent.RECORD_DUE: _AGAIN,
        HostEvent.ACK: HostStep(HostState.IDLE),
        HostEvent.NAK: HostStep(HostState.IDLE),
        HostEvent.LATE: HostStep(HostState.IDLE),
        HostEvent.SPENT: HostStep(HostState.IDLE),
    },
    HostState.ANSWERED: {
        **_in_any(HostState.ANSWERED),
        HostEvent.RECORD_DUE: HostStep(HostState.ANSWERED),  # one at a time
        HostEvent.ACK: _ENDED,
        HostEvent.NAK: _AGAIN,
        HostEvent.LATE: _AGAIN,
        HostEvent.SPENT: _ENDED,
    },
}


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong at the other end. Rates are shares of 0 to 1."""

    nak_rate: float = 0.0  # requests refused
    lose_rate: float = 0.0  # requests not heard
    cut_rate: float = 0.0  # records of which only the half is sent
    damage_rate: float = 0.0  # records with a bit turned over
    silent_after: int | None = None  # requests, then nothing more is said
    delay_ms: int = 200  # between ACK and record


Look = Callable[[Request], bytes]


@dataclass(slots=True)
class _Answer:
    request: Request
    due_ns: int
    tries: int = 0


class QueryHost:
    """``records`` gives the bare text of the record for a request.

    Sans-IO, with the methods of a ``Conversation`` but for ``ask``. ``answered``
    counts records that were acknowledged, or sent where nobody acknowledges.
    """

    def __init__(
        self,
        table: LinkTable,
        records: Look,
        faults: Faults | None = None,
        *,
        settings: LineSettings | None = None,
        dice: random.Random | None = None,
    ) -> None:
        self.table = table
        self.state = HostState.IDLE
        self.silent = False
        self.requests = 0
        self.answered = 0
        self._records = records
        self._faults = faults or Faults()
        self._settings = settings or LineSettings()
        self._dice = dice or random.Random(0)
        self._reader = RequestReader(table, self._settings)
        self._queue: deque[_Answer] = deque()
        self._due_ns: int | None = None
        self._beat_ns: int | None = None
        self._owed: deque[int] = deque(maxlen=16)  # heartbeats that were not ACKed
        self._request: Request | None = None
        self._out = b""
        self._now = 0
        self._acts: dict[HostAct, Callable[[], None]] = {
            HostAct.ACK: self._ack,
            HostAct.NAK: self._nak,
            HostAct.QUEUE: self._put,
            HostAct.SEND_RECORD: self._send_record,
            HostAct.END_RECORD: self._end_record,
            HostAct.ACK_HEARTBEAT: self._ack_heartbeat,
            HostAct.SEND_HEARTBEAT: self._send_heartbeat,
        }

    @property
    def deadline_ns(self) -> int | None:
        if self.silent:
            return None
        times = [self._due_ns, self._beat_ns, self._reader.deadline_ns]
        if self._queue and self.state is HostState.IDLE:
            times.append(self._queue[0].due_ns)
        return min((t for t in times if t is not None), default=None)

    def opened(self, mono_ns: int) -> bytes:
        self._now = mono_ns
        self._beat_ns = mono_ns if self.table.heartbeat.send_ms else None
        return self.tick(mono_ns)

    def heard(self, chunk: Chunk) -> bytes:
        self._now = max(self._now, chunk.mono_ns)
        self._take(self._reader.feed(chunk))
        return self._give()

    def tick(self, mono_ns: int) -> bytes:
        self._now = max(self._now, mono_ns)
        self._take(self._reader.tick(self._now))
        if self._due_ns is not None and self._now >= self._due_ns:
            self._due_ns = None
            self._on(HostEvent.LATE if self._tries_left() else HostEvent.SPENT)
        if self._beat_ns is not None and self._now >= self._beat_ns:
            self._on(HostEvent.HEARTBEAT_DUE)
        self._next()
        return self._give()

    def say(self, text: str) -> bytes:
        """A text to all positions; ``b""`` where the table has no type for it."""
        kind = self.table.answer.broadcast
        if not kind or self.silent:
            return b""
        data = answer_bytes(self.table, text.encode("ascii", "replace"), "0", kind)
        return wire(self._settings, data)

    # --- events -----------------------------------------------------------------

    def _on(self, event: HostEvent) -> None:
        step = HOST_TRANSITIONS[self.state][event]
        self.state = step.to
        for act in step.acts:
            self._acts[act]()

    def _take(self, said: list[HostEvent | Request]) -> None:
        for one in said:
            if isinstance(one, Request):
                self._asked(one)
            elif one is HostEvent.ACK and self._owes():
                continue
            elif one is HostEvent.NAK and not self._tries_left():
                self._on(HostEvent.SPENT)
            else:
                self._on(one)
        self._next()

    def _asked(self, request: Request) -> None:
        self.requests += 1
        after = self._faults.silent_after
        if after is not None and self.requests > after:
            self.silent = True
        if self._hit(self._faults.lose_rate):
            return
        self._request = request
        refused = self._hit(self._faults.nak_rate)
        self._on(HostEvent.BAD_REQUEST if refused else HostEvent.REQUEST)

    def _hit(self, rate: float) -> bool:
        return rate > 0 and self._dice.random() < rate

    def _owes(self) -> bool:
        """The console has a heartbeat to acknowledge, sent before the record."""
        while self._owed and self._owed[0] <= self._now:
            self._owed.popleft()
        return bool(self._owed) and bool(self._owed.popleft())

    def _next(self) -> None:
        due = self._queue and self._now >= self._queue[0].due_ns
        if due and self.state is HostState.IDLE:
            self._on(HostEvent.RECORD_DUE)

    def _tries_left(self) -> bool:
        return bool(self._queue) and self._queue[0].tries < self.table.tries.answer

    # --- what is done -----------------------------------------------------------

    def _give(self) -> bytes:
        out, self._out = self._out, b""
        return b"" if self.silent else out

    def _send(self, data: bytes) -> None:
        self._out += wire(self._settings, data)

    def _ack(self) -> None:
        self._send(bytes((self.table.bytes.ack,)))

    def _nak(self) -> None:
        self._send(bytes((self.table.bytes.nak,)))

    def _put(self) -> None:
        """Unless the same is about to be answered: then it was only asked again."""
        if self._request and all(one.request != self._request for one in self._queue):
            due_ns = self._now + self._faults.delay_ms * _MS
            self._queue.append(_Answer(self._request, due_ns))

    def _send_record(self) -> None:
        answer = self._queue[0]
        answer.tries += 1
        text = self._records(answer.request)
        data = answer_bytes(self.table, text, answer.request.position or "0")
        self._send(self._spoilt(data))
        if self.table.answer.acknowledged:
            self._due_ns = self._now + self.table.times.ack_ms * _MS
        else:
            self._on(HostEvent.ACK)

    def _spoilt(self, data: bytes) -> bytes:
        if self._hit(self._faults.cut_rate):
            return data[: len(data) // 2]
        if self._hit(self._faults.damage_rate):
            spoilt = bytearray(data)
            at = self._dice.randrange(len(data))
            spoilt[at] ^= 1 << self._dice.randrange(7)
            return bytes(spoilt)
        return data

    def _end_record(self) -> None:
        self._due_ns = None
        self.answered += 1
        self._queue.popleft()

    def _ack_heartbeat(self) -> None:
        if self.table.heartbeat.answered:
            self._ack()

    def _send_heartbeat(self) -> None:
        self._send(self.table.heartbeat.wire)
        if self.table.heartbeat.answered:
            self._owed.append(self._now + self.table.times.ack_ms * _MS)
        self._beat_ns = self._now + self.table.heartbeat.send_ms * _MS


class RequestReader:
    """What the console says, as events and requests. Bounded in memory."""

    def __init__(self, table: LinkTable, settings: LineSettings) -> None:
        self._table = table
        self._strips = settings.parity != "none"
        self._line = bytearray()
        self._framer: AliFramer | None = None
        if table.request.block:
            framing = LineSettings(
                framing="stx_etx",
                block_check=table.request.block_check,
                gap_ms=table.times.gap_ms,
                cut_ms=table.times.cut_ms,
                parity=settings.parity,
            )
            self._framer = AliFramer(framing, 0, marks_of(table))

    @property
    def deadline_ns(self) -> int | None:
        return self._framer.deadline_ns if self._framer else None

    def feed(self, chunk: Chunk) -> list[HostEvent | Request]:
        if self._framer is not None:
            return self._of_blocks(list(self._framer.feed(chunk)))
        data = parity.strip(chunk.data) if self._strips else chunk.data
        return [said for byte in data if (said := self._of_byte(byte)) is not None]

    def tick(self, mono_ns: int) -> list[HostEvent | Request]:
        if self._framer is None:
            return []
        return self._of_blocks(list(self._framer.tick(0, mono_ns)))

    def _of_blocks(self, cut: list[Frame | Noise]) -> list[HostEvent | Request]:
        said: list[HostEvent | Request] = []
        for one in cut:
            if isinstance(one, Frame) and not one.warnings:
                said.append(self._of_text(one.payload))
            elif isinstance(one, Frame):  # it lacks its block check
                said.append(HostEvent.BAD_REQUEST)
            elif one.reason is NoiseReason.CONTROL:
                said += [e for byte in one.raw if (e := self._of_answer(byte))]
            elif one.reason is NoiseReason.HEARTBEAT:
                said.append(HostEvent.HEARTBEAT)
            elif one.reason is NoiseReason.BLOCK_CHECK:
                said.append(HostEvent.BAD_REQUEST)
        return said

    def _of_byte(self, byte: int) -> HostEvent | Request | None:
        answer = self._of_answer(byte)
        if answer is not None:
            self._line.clear()
            return answer
        if byte in b"\r\n":
            line, self._line = bytes(self._line), bytearray()
            return self._of_text(line) if line.strip() else None
        if len(self._line) < _MOST_REQUEST:
            self._line.append(byte)
        return None

    def _of_answer(self, byte: int) -> HostEvent | None:
        if self._strips:
            byte &= 0x7F
        if byte == self._table.bytes.ack:
            return HostEvent.ACK
        return HostEvent.NAK if byte == self._table.bytes.nak else None

    def _of_text(self, text: bytes) -> HostEvent | Request:
        if text.strip() == self._table.heartbeat.text.encode("ascii").strip():
            return HostEvent.HEARTBEAT
        return read_request(self._table, text) or HostEvent.BAD_REQUEST
