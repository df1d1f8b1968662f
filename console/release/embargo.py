"""The embargo: two clocks have to agree that it is over.

The wall clock can be set, the monotonic one begins anew at a start of the machine.
Whichever is taken alone can be early; together they cannot: what the monotonic clock
proves to have gone by is never more than what truly did.
"""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.console.clock import Stamp


@dataclass(frozen=True, slots=True)
class Embargo:
    """``until_us``: wall clock, UTC µs. ``from_us`` and ``from_mono_us`` are the two
    clocks, in µs, when the incident was opened: the way from there is the time that
    has to go by."""

    until_us: int
    from_us: int
    from_mono_us: int

    def left_us(self, now: Stamp) -> int:
        """How long it goes on at least, µs; 0 when it is over."""
        by_wall = self.until_us - now.utc_us
        length = self.until_us - self.from_us
        by_mono = length - gone_by_us(self.from_mono_us, now.mono_ns // 1000)
        return max(0, by_wall, by_mono)

    def over(self, now: Stamp) -> bool:
        return self.left_us(now) == 0


def gone_by_us(from_mono_us: int, mono_us: int) -> int:
    """A time, µs, that has gone by for certain.

    A clock that stands lower than before began anew since, so all that it shows went
    by since. One that stands higher shows at least the difference: if it began anew
    meanwhile, more has gone by, never less.
    """
    return mono_us - from_mono_us if mono_us >= from_mono_us else max(0, mono_us)
