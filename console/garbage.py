"""Python's garbage collection, in a process that lives for months.

It stops whoever makes the next object: a thread that reads a line, the writer, the
window. What was made by the start lives as long as the process does, and is never
looked at again; what comes later is looked at in larger lots, most of which are gone by
themselves.
"""

from __future__ import annotations

import gc

# New objects before a look; looks before the older ones, and before the oldest.
THRESHOLDS = (5_000, 20, 20)


def settle() -> None:
    """The start is over. Measured in docs/line-lab.md, section 10."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
