"""What a line is told: the half of a two-way line that speaks. Sans-IO, like ``api``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from aliquot.drivers.lines.api import Chunk, LineSettings


class AskKind(Enum):
    """What a person asks of a line."""

    REBID = "rebid"
    DIAL = "dial"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a person. ``number``: ten digits, or absent for ``TEST``."""

    kind: AskKind
    number: str | None = None
    position: str | None = None
    call_key: str | None = None


class Conversation(Protocol):
    """What a line is told: log-in, acknowledgement, heartbeat, request. Sans-IO.

    Used from the reading thread only. Each method returns the bytes to send now,
    ``b""`` for none, and never raises on what the other end says. What is sent goes
    into the recorded stream as ``>`` entries.
    """

    @property
    def deadline_ns(self) -> int | None:
        """Monotonic time at which ``tick`` wants to be called, or None."""
        ...

    @property
    def trouble(self) -> str | None:
        """What is wrong with the other end, in words; None when all is well."""
        ...

    def opened(self, mono_ns: int) -> bytes:
        """The port was opened, for the first time or anew."""
        ...

    def heard(self, chunk: Chunk) -> bytes: ...

    def tick(self, mono_ns: int) -> bytes: ...

    def ask(self, ask: Ask, mono_ns: int) -> bytes | None:
        """None when this line cannot do that, or not now."""
        ...


@runtime_checkable
class TalkingDriver(Protocol):
    """A ``LineDriver`` that also speaks; found by ``isinstance``."""

    def conversation(self, settings: LineSettings) -> Conversation: ...


@runtime_checkable
class AbleDriver(Protocol):
    """A ``TalkingDriver`` that knows beforehand what its line can be asked."""

    def able(self, settings: LineSettings) -> frozenset[AskKind]:
        """Without this every kind is tried, and ``Conversation.ask`` says None."""
        ...


@runtime_checkable
class PairingDriver(Protocol):
    """A ``TalkingDriver`` two lines of which may be two links to one other end."""

    def pair_name(self, settings: LineSettings) -> str:
        """What two lines of one pair have in common; empty for a line alone."""
        ...

    def pair(self, settings: LineSettings) -> tuple[Conversation, Conversation]:
        """The conversations of both. They may be used from two threads."""
        ...


@runtime_checkable
class Loses(Protocol):
    """A ``Conversation`` that wants to know at once that its port is gone."""

    def lost(self, mono_ns: int) -> None: ...


@runtime_checkable
class HangsUp(Protocol):
    """A ``Conversation`` that may want to begin again on a new connection."""

    @property
    def hang_up(self) -> bool:
        """Whether the port should be closed now and opened anew after a while."""
        ...


@runtime_checkable
class StillAsks(Protocol):
    """A ``Conversation`` that can be asked while there is trouble, too."""

    asks_in_trouble: bool


@runtime_checkable
class Hides(Protocol):
    """A ``Conversation`` that sends what must not be recorded."""

    def recorded(self, sent: bytes) -> bytes:
        """What to record of ``sent``: as long, without its secrets."""
        ...
