"""The window while the lab's thread works: no collections, and short turns."""

from __future__ import annotations

import gc
import sys

LARGE = 50_000  # new objects that are not worth a collection of half a second
# Seconds that one thread may keep the interpreter when another waits for it. A turn of
# the window asks for it some ten times, and Python's own 5 ms would be felt.
_SHORT_S = 0.000_5
_usual_s: list[float] = []


def work_begins() -> None:
    """While the lab works nothing is collected: its thread makes most of what is
    new, so it would be the one to collect, and an object of Qt that is taken apart
    in another thread than its own ends the program."""
    gc.disable()
    if not _usual_s:
        _usual_s.append(sys.getswitchinterval())
        sys.setswitchinterval(_SHORT_S)


def work_ends() -> None:
    """Idempotent."""
    if _usual_s:
        sys.setswitchinterval(_usual_s.pop())
    if not gc.isenabled():
        if gc.get_count()[0] > LARGE:
            gc.freeze()  # else all of it is gone through at once, in the window's turn
        gc.enable()
