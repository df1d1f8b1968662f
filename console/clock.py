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


LOOK_NS = 60 * 10**9  # how often the kernel is asked
_TIME_ERROR = 5  # what adjtimex(2) gives while nothing disciplines the clock
_STA_UNSYNC = 0x40


class SystemClock:
    """The machine's own clock. ``state``: what to say of it; None asks the kernel,
    once a minute at most."""

    def __init__(self, state: ClockState | None = None) -> None:
        self._told = state
        self._state = ClockState.UNKNOWN
        self._next_ns = 0

    @property
    def state(self) -> ClockState:
        if self._told is not None:
            return self._told
        now_ns = time.monotonic_ns()
        if now_ns >= self._next_ns:
            self._next_ns = now_ns + LOOK_NS
            self._state = kernel_state()
        return self._state

    def now(self) -> Stamp:
        return Stamp(time.time_ns() // 1000, time.monotonic_ns())


def kernel_state() -> ClockState:
    """Whether something keeps the machine's clock right, as the kernel has it."""
    import ctypes

    class Timex(ctypes.Structure):
        """What is read of ``struct timex``, with room for all that is written."""

        _fields_ = (
            ("modes", ctypes.c_uint),
            ("offset", ctypes.c_long),
            ("freq", ctypes.c_long),
            ("maxerror", ctypes.c_long),
            ("esterror", ctypes.c_long),
            ("status", ctypes.c_int),
            ("rest", ctypes.c_byte * 512),
        )

    timex = Timex()  # no mode is set: nothing is changed
    try:
        code = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (AttributeError, OSError):
        return ClockState.UNKNOWN
    return state_of(code, timex.status)


def state_of(code: int, status: int) -> ClockState:
    """What adjtimex(2) returned, and the ``status`` that it gave."""
    if code < 0:
        return ClockState.UNKNOWN
    if code == _TIME_ERROR or status & _STA_UNSYNC:
        return ClockState.UNSYNCED
    return ClockState.SYNCED


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
