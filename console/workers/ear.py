"""How far the silence of a line is known, though its reading thread was held up.

A slow disk or a long turn of another thread can keep the reading thread from its port
while bytes wait in the kernel. A stamp taken only then would show a silence that never
was, and cut a record in two. So no time counts as silence in which nobody listened:
stamps are set back by it until the line has really been silent for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from aliquot.console.clock import Stamp
from aliquot.drivers.lines.api import ByteSource, TellsWaiting

_MS = 1_000_000
HELD_UP_NS = 20 * _MS  # shorter delays are the ordinary ones of a busy machine
ALERT_NS = 3_000 * _MS  # after bytes: so long a record may wait for its silence
ALERT_S = 0.01


class Ear:
    """Of one line. ``known_ns`` is for other threads: up to which monotonic time it is
    known what came; None when that cannot be told, or nobody listens."""

    def __init__(self, ticks: Callable[[], int] = time.monotonic_ns) -> None:
        self._ticks = ticks
        self.known_ns: int | None = None
        self._left_ns: int | None = None  # when the last read returned
        self._entered_ns = self._patience_ns = 0
        self._spoke_ns = -ALERT_NS
        self._owed_ns = 0  # by which stamps are set back
        self._able = self._were_there = False

    def patience_s(self, longest_s: float) -> float:
        """How long to wait in the next read: short while a silence may matter."""
        alert = self._ticks() - self._spoke_ns < ALERT_NS
        return min(ALERT_S, longest_s) if alert else longest_s

    def listen(self, source: ByteSource, patience_s: float) -> None:
        """Right before a read of so many seconds."""
        self._able = isinstance(source, TellsWaiting)
        now_ns = self._ticks()
        away_ns = 0 if self._left_ns is None else now_ns - self._left_ns
        self._were_there = (
            away_ns > HELD_UP_NS
            and isinstance(source, TellsWaiting)
            and source.waiting()
        )
        self._entered_ns = now_ns
        self._patience_ns = round(patience_s * 1e9)

    def heard(self, data: bytes, now: Stamp) -> Stamp:
        """Right after the read: when its bytes, or its silence, may have come."""
        left_ns = self._ticks()
        late_ns = self._late_ns(data, left_ns)
        if late_ns > HELD_UP_NS:
            self._owed_ns += late_ns
        elif not data and left_ns - self._spoke_ns > ALERT_NS:
            self._owed_ns = 0
        if data:
            self._spoke_ns = left_ns
        self._left_ns = left_ns
        if not self._able:
            return now
        mono_ns = now.mono_ns - self._owed_ns
        if self.known_ns is not None:
            mono_ns = max(mono_ns, min(self.known_ns, now.mono_ns))
        self.known_ns = mono_ns
        return back_to(now, mono_ns)

    def _late_ns(self, data: bytes, left_ns: int) -> int:
        if data and self._were_there and self._left_ns is not None:
            return left_ns - self._left_ns
        return left_ns - self._entered_ns - self._patience_ns

    def leave(self) -> None:
        """The source is closed: nothing more can be known of its silence."""
        self.known_ns = self._left_ns = None
        self._owed_ns = 0

    def known(self, now: Stamp) -> Stamp:
        """``now``, or the last moment of which it is known what came. Any thread."""
        known_ns = self.known_ns
        return now if known_ns is None else back_to(now, min(known_ns, now.mono_ns))


def back_to(now: Stamp, mono_ns: int) -> Stamp:
    """The moment of an earlier monotonic time, on both clocks."""
    return Stamp(now.utc_us - (now.mono_ns - mono_ns) // 1000, mono_ns)
