"""When a delivery is tried again, and when it is given up. Pure: no clock, no dice."""

from __future__ import annotations

from dataclasses import dataclass

_DOUBLINGS = 64  # beyond this every delay is at its cap


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Too old: no further try. A person decides what happens now."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Delays double from ``first_s`` up to ``cap_s``, each changed by up to
    ``jitter`` (a share of it, 0 to 1) either way, so that many deliveries that failed
    together are not tried together.

    ``tell_s``: a person is told that it hangs; ``give_up_s``: the last try. Both are
    ages in seconds since the delivery was due, as the caller reckons them. Raises
    ``ValueError`` for figures that make no schedule.
    """

    first_s: float = 1.0
    cap_s: float = 3600.0
    jitter: float = 0.5
    tell_s: float = 15 * 60.0
    give_up_s: float = 76 * 3600.0

    def __post_init__(self) -> None:
        if not 0 < self.first_s <= self.cap_s < float("inf"):
            raise ValueError("0 < first_s <= cap_s")
        if not 0 <= self.jitter <= 1:
            raise ValueError("jitter is a share, 0 to 1")
        if not 0 < self.tell_s <= self.give_up_s:
            raise ValueError("0 < tell_s <= give_up_s")

    def next_try(
        self, failures: int, age_s: float, dice: float, asked_s: float | None = None
    ) -> Wait | GiveUp:
        """What follows after ``failures`` (1 or more) failed tries.

        ``dice`` is drawn evenly from 0 to 1. ``asked_s``: what the partner asked for;
        it is never undercut, but cannot put off the last try: the wait ends when the
        delivery is due to be given up, so that one more try is made then.
        """
        if failures < 1 or not 0 <= dice <= 1:
            raise ValueError("failures >= 1, dice from 0 to 1")
        left_s = self.give_up_s - age_s
        if left_s <= 0:
            return GiveUp()
        delay = self._delay(failures) * (1 + self.jitter * (2 * dice - 1))
        return Wait(min(max(delay, asked_s or 0.0), left_s))

    def is_late(self, age_s: float) -> bool:
        """Whether a person is to be told that the delivery hangs."""
        return age_s >= self.tell_s

    def _delay(self, failures: int) -> float:
        doublings = min(failures - 1, _DOUBLINGS)
        return min(self.first_s * 2.0**doublings, self.cap_s)


ITEMS = Schedule()
RETRACTIONS = Schedule(cap_s=20.0, tell_s=60.0, give_up_s=30 * 24 * 3600.0)
"""A retraction is urgent: at most half a minute between tries, told after a minute.
And it is no use to give it up while a partner who was away may still show the item."""
