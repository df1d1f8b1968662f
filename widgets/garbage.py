"""Python's garbage, collected in the window's thread and in no other.

Left alone, Python collects in whatever thread makes the next object. When that is one
that reads a line, it takes a window's last objects apart while the window's own thread
goes through them, and the process ends with a segmentation fault.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from aliquot.widgets.lab import quiet

LOOK_MS = 100
NEW_OBJECTS = 5_000  # fewer are not worth a look
LOOKS_BEFORE_OLDER = 20
LOOKS_BEFORE_OLDEST = 400


class Collector(QObject):
    """From its making to ``end`` garbage is collected by this object's thread only."""

    def __init__(self) -> None:
        super().__init__()
        self._was_on = gc.isenabled()
        self._looks = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    @Slot()
    def look(self) -> None:
        """Collect, if enough is new; not while the lab works."""
        if quiet.working() or gc.get_count()[0] < NEW_OBJECTS:
            return
        self._looks += 1
        gc.collect(_generation(self._looks))

    @Slot()
    def settle(self) -> None:
        """The start is over: what it made lives as long as the process does and is
        never looked at again. Measured in docs/line-lab.md, section 10."""
        gc.freeze()

    def end(self) -> None:
        """Collect a last time and leave Python as it was. Idempotent."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        gc.collect()
        if self._was_on:
            gc.enable()


def _generation(look: int) -> int:
    """How old the objects are that the n-th look goes through."""
    if look % LOOKS_BEFORE_OLDEST == 0:
        return 2
    return 1 if look % LOOKS_BEFORE_OLDER == 0 else 0
