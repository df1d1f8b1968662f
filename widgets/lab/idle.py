"""The lab's page, built in small steps while the window has nothing else to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

BEGIN_MS = 1_500  # after the window stands
_STEP_MS = 60  # between two steps, of which each takes some 20 ms


class Idle(QObject):
    """Calls ``step`` until it says False: nothing is left to do."""

    def __init__(self, step: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._step = step
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_time)
        self._timer.start(BEGIN_MS)

    @Slot()
    def _on_time(self) -> None:
        if self._step():
            self._timer.start(_STEP_MS)
        else:
            self._timer.stop()
