"""Whether work grows no faster than its input, on a machine that others use too."""

from __future__ import annotations

from collections.abc import Callable

TRIES = 5


def stays_below(
    small: Callable[[], float],
    large: Callable[[], float],
    factor: float,
    least_s: float = 1e-3,
) -> bool:
    """``large`` takes less than ``factor`` times the seconds of ``small``, at one of
    five tries: a disturbance passes, growth of a higher power never does. ``least_s``
    is what the smaller one counts for at the least."""
    quick, slow = least_s, float("inf")
    for _ in range(TRIES):
        quick = max(quick, small())  # the longest of it allows for a busy machine
        slow = min(slow, large())
        if slow < quick * factor:
            return True
    return False
