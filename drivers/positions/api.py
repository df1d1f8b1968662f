"""What passes between a source of unit positions and the rest. Pure and frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fix:
    """Where something was.

    ``unit_key`` is the source's own name of it: an id that it sent, else the two
    letters of an NMEA talker, else "". Degrees WGS84; metres a second; degrees
    clockwise from true north; ``accuracy_m`` is one standard deviation, roughly.
    ``utc_us`` is the time of the fix in µs since 1970, as the receiver says it, else
    of its arrival; ``mono_ns`` is of its arrival always. None is not known.
    """

    unit_key: str
    latitude: float
    longitude: float
    speed_mps: float | None
    heading_deg: float | None
    accuracy_m: float | None
    utc_us: int
    mono_ns: int
    warnings: tuple[str, ...]
    raw: bytes


FIX_WARNINGS: Mapping[str, str] = {
    "estimated": "dead reckoning or simulation, no measurement",
    "jump": "faster than 100 m/s from the fix before",
    "late": "the receiver's time is more than a minute before its arrival",
    "old_data": "the receiver says that the fix is old",
    "week_rollover": "the receiver's date was 1,024 weeks behind, and is mended",
    "time_ahead": "the receiver's time is more than a minute after its arrival",
}


class Refusal(Enum):
    """Why a sentence gave no fix. The values are in reports."""

    CHECKSUM = "checksum"  # there is one, and it does not match
    NO_CHECKSUM = "no_checksum"  # a cut sentence looks just like this
    VOID = "void"  # the receiver has no fix
    NULL_ISLAND = "null_island"  # 0, 0
    OUT_OF_RANGE = "out_of_range"
    UNREADABLE = "unreadable"  # the checksum holds, a field does not
    OVERLONG = "overlong"
    IGNORED = "ignored"  # well formed, and says no position
    STRAY = "stray"  # bytes that are no sentence


class PositionDecoder(Protocol):
    """Bytes of one peer into fixes. Incremental, bounded, never raises."""

    @property
    def refused(self) -> Mapping[Refusal, int]:
        """How many sentences of each kind gave no fix so far."""
        ...

    def feed(self, data: bytes, utc_us: int, mono_ns: int) -> Sequence[Fix]:
        """Stamps are of the moment at which ``data`` was read."""
        ...

    def end(self, utc_us: int, mono_ns: int) -> Sequence[Fix]:
        """What is held is complete: a datagram ended, or a connection."""
        ...


@dataclass(frozen=True, slots=True)
class Packet:
    """Bytes of one peer. ``whole``: a sentence does not go on in the next packet.
    ``gone``: the peer has closed its connection."""

    peer: str
    data: bytes
    whole: bool = False
    gone: bool = False


class PositionSource(Protocol):
    """A thin owner of a port or socket, used from one thread. No thread of its own."""

    def open(self) -> None:
        """Raises ``SourceError`` of ``drivers.lines.api``."""
        ...

    def read(self, timeout_s: float) -> Sequence[Packet] | None:
        """None at the end of a source that has one. Raises ``SourceError``."""
        ...

    def cancel(self) -> None:
        """From another thread: make a waiting ``read`` return soon."""
        ...

    def close(self) -> None: ...
