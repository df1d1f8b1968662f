"""The window while the lab's thread works: no collections, and short turns."""

from __future__ import annotations

import gc
import sys

LARGE = 50_000  # new objects that are not worth a collection of half a second
# Seconds that one thread may keep the interpreter when another waits for it. A turn of
# the window asks for it some ten times, and Python's own 5 ms would be felt.
_SHORT_S = 0.000_5
_usual_s: list[float] = []


def working() -> bool:
    """Whether the window's collections wait for the lab."""
    return bool(_usual_s)


def work_begins() -> None:
    """The lab's thread makes most of what is new while it works, and nearly all of it
    stays: going through it would cost the window's turn and give nothing."""
    if not _usual_s:
        _usual_s.append(sys.getswitchinterval())
        sys.setswitchinterval(_SHORT_S)


def work_ends() -> None:
    """Idempotent."""
    if not _usual_s:
        return
    sys.setswitchinterval(_usual_s.pop())
    if gc.get_count()[0] > LARGE:
        gc.freeze()  # else all of it is gone through at once, in the window's turn
