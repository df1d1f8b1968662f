"""When to do what, on one absolute schedule: small delays do not add up.

The clock that is asked is monotonic and handed in; so is the waiting, which can be
cut short from another thread.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording_format import Entry

BITS_A_BYTE = 10  # start, eight data bits (or seven and parity), stop
BURST_S = 0.004  # as finely as a simulator writes; 4 bytes at 9600 Bd


class Pace:
    """Waits for moments counted in seconds from ``start()``.

    ``wait(seconds)`` returns True when it was cut short for good (an event's
    ``wait``); then ``until`` does too.
    """

    def __init__(
        self,
        wait: Callable[[float], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wait = wait
        self._now = now
        self._origin = now()

    def start(self) -> None:
        self._origin = self._now()

    def left(self, due_s: float) -> float:
        """Seconds until ``due_s``; negative when it is past."""
        return self._origin + due_s - self._now()

    def until(self, due_s: float) -> bool:
        """Waits; True when it was told to stop instead."""
        while (left := self.left(due_s)) > 0:
            if self._wait(left):
                return True
        return False

    def slip(self, due_s: float) -> None:
        """What was due at ``due_s`` was held up until now: all later is as late."""
        self._origin += max(0.0, -self.left(due_s))


@dataclass(frozen=True, slots=True)
class Burst:
    """Bytes to write in one go when the last of them is due on the wire.

    ``due_s`` counts from the beginning of the first byte. ``last`` says that the
    entry ends with this burst.
    """

    entry: Entry
    data: bytes
    due_s: float
    last: bool


def bursts(
    entries: Iterable[Entry], baud: int, speed: float = 1.0, burst_s: float = BURST_S
) -> Iterator[Burst]:
    """What was received, as a line of ``baud`` bits a second would bring it.

    An entry's recorded time is when its last byte was there; distances between
    entries are divided by ``speed`` (``math.inf``: none), bytes take 10 bits each
    whatever the speed. An entry that the line cannot bring in time comes when it
    can. ``baud`` 0: bytes take no time.
    """
    if baud < 0 or not speed > 0:
        raise ValueError(f"baud {baud} and speed {speed}: must be positive")
    byte_s = BITS_A_BYTE / baud if baud else 0.0
    size = max(1, int(burst_s / byte_s)) if byte_s else 0
    end_s = due_s = 0.0
    before: int | None = None
    for entry in entries:
        if before is None:
            due_s = len(entry.data) * byte_s
        else:
            due_s += max(0, entry.utc_us - before) / 1e6 / speed
        before = entry.utc_us
        if entry.direction is Direction.SENT or not entry.data:
            continue
        begin_s = max(end_s, due_s - len(entry.data) * byte_s)
        end_s = begin_s + len(entry.data) * byte_s
        yield from _cut(entry, begin_s, byte_s, size or len(entry.data))


def _cut(entry: Entry, begin_s: float, byte_s: float, size: int) -> Iterator[Burst]:
    total = len(entry.data)
    for at in range(0, total, size):
        stop = min(at + size, total)
        due_s = begin_s + stop * byte_s
        yield Burst(entry, entry.data[at:stop], due_s, stop == total)


def parse_speed(text: str) -> float:
    """``4``, ``0.5`` or ``max``. ValueError for all else."""
    speed = math.inf if text == "max" else float(text)
    if not speed > 0:
        raise ValueError(f"speed {text}: must be more than 0, or max")
    return speed
