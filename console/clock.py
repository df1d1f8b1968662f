"""The clock, handed in everywhere. Nothing else in the program asks the system."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class ClockState(Enum):
    """Whether the wall clock can be believed."""

    SYNCED = "synced"
    UNSYNCED = "unsynced"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment: UTC in microseconds since 1970, and the monotonic clock in ns."""

    utc_us: int
    mono_ns: int


class Clock(Protocol):
    def now(self) -> Stamp: ...

    @property
    def state(self) -> ClockState: ...


class SystemClock:
    """The machine's own clock."""

    def __init__(self, state: ClockState = ClockState.UNKNOWN) -> None:
        self._state = state

    @property
    def state(self) -> ClockState:
        return self._state

    def now(self) -> Stamp:
        return Stamp(time.time_ns() // 1000, time.monotonic_ns())


class ManualClock:
    """A clock that stands until it is moved; for tests and for replays."""

    def __init__(self, utc_us: int = 1_770_000_000_000_000, mono_ns: int = 0) -> None:
        self._utc_us = utc_us
        self._mono_ns = mono_ns

    @property
    def state(self) -> ClockState:
        return ClockState.SYNCED

    def now(self) -> Stamp:
        return Stamp(self._utc_us, self._mono_ns)

    def advance(self, seconds: float) -> None:
        self._utc_us += round(seconds * 1e6)
        self._mono_ns += round(seconds * 1e9)

    def set_wall(self, utc_us: int) -> None:
        """The wall clock jumps; the monotonic clock does not."""
        self._utc_us = utc_us
