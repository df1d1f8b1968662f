"""What lines say, are asked, and what becomes of calls. Part of ``domain.events``;
import it from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from aliquot.console.domain.event_base import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecordReceived(Event):
    """An ALI record came. ``join`` says how it met its call.

    ``join``: ``opened`` (a new call), ``joined`` (first record of a call a CTI
    source offered), ``rebid`` (a further record of the same call), ``duplicate``
    (the same bytes again). ``ours`` is False when the record names a position
    that is not of this console. ``changes`` of a rebid: field -> [old, new, kind of
    change], see ``domain.rebid``; absent is None.
    """

    TYPE: ClassVar[str] = "line.record_received"
    call_id: str
    line: str
    join: str
    ours: bool
    at_us: int
    layout: str
    framing: str
    fields: dict[str, Json]
    spans: dict[str, Json]
    warnings: list[str]
    raw: str
    start: int
    end: int
    changes: dict[str, Json] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSignalled(Event):
    """A CTI source said something of a call; ``kind`` is of ``calls.CallEvent``.

    ``counts`` is False when it does not change the state: a second source of the
    same call says that nobody answered *there*, while the call is spoken on.
    """

    TYPE: ClassVar[str] = "line.call_signalled"
    call_id: str
    line: str
    kind: str
    call_key: str
    ours: bool
    at_us: int
    layout: str
    fields: dict[str, Json]
    spans: dict[str, Json]
    warnings: list[str]
    raw: str
    start: int
    end: int
    counts: bool = True

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNoiseHeard(Event):
    """Bytes that are no record; one event a stretch."""

    TYPE: ClassVar[str] = "line.noise_heard"
    line: str
    at_us: int
    reason: str
    raw: str
    start: int
    end: int

    @property
    def subject(self) -> str:
        return f"line:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStateChanged(Event):
    """A line came up, went away, is busy. ``message`` is for a person.

    ``asks``: what it can be asked now, by ``AskKind``; of a line that only listens
    nothing.
    """

    TYPE: ClassVar[str] = "line.state_changed"
    line: str
    at_us: int
    state: str
    message: str
    asks: list[str] = field(default_factory=list)

    @property
    def subject(self) -> str:
        return f"line:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAsked(Event):
    """A person asked something of a line, and it is about to be sent.

    ``ask``: rebid, dial or test. ``number``: ten digits; what is dialled or asked for.
    """

    TYPE: ClassVar[str] = "line.asked"
    line: str
    ask: str
    number: str | None = None
    call_id: str | None = None
    at_us: int

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}" if self.call_id else f"line:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAskFailed(Event):
    """What a person asked was not sent. ``reason`` is a code as of an outcome."""

    TYPE: ClassVar[str] = "line.ask_failed"
    line: str
    ask: str
    reason: str
    call_id: str | None = None
    at_us: int

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}" if self.call_id else f"line:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken(Event):
    """A person took the waiting call into a form (it does not answer the telephone)."""

    TYPE: ClassVar[str] = "call.taken"
    call_id: str
    form_id: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSetAside(Event):
    """A person decided that a waiting call needs no form (duplicate, test, other)."""

    TYPE: ClassVar[str] = "call.set_aside"
    call_id: str
    reason: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}"
