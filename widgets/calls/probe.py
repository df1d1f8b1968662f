"""When a row was painted; for measurements, and only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent

from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import KeyedModel, Table


@dataclass(frozen=True, slots=True)
class RowPainted:
    """A row's first paint. ``mono_ns``: monotonic, after the paint returned."""

    call_id: str
    mono_ns: int


class PaintProbe(QObject):
    """Paints a table in its place and stamps what was painted for the first time."""

    painted = SignalOf[RowPainted](object)

    def __init__(
        self, table: Table, model: KeyedModel[Any], mono_ns: Callable[[], int]
    ) -> None:
        super().__init__(table)
        self._table, self._model, self._mono_ns = table, model, mono_ns
        self._seen: set[str] = set()
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.Paint or not isinstance(event, QPaintEvent):
            return False
        self._table.paintEvent(event)
        now = self._mono_ns()
        for key in self._painted_keys(event):
            if key not in self._seen:
                self._seen.add(key)
                self.painted.emit(RowPainted(key, now))
        return True

    def _painted_keys(self, event: QPaintEvent) -> list[str]:
        keys: list[str] = []
        area = event.rect()
        for number in range(self._model.rowCount()):
            top = self._table.rowViewportPosition(number)
            shown = top < area.bottom() and top + self._table.row_height() > area.top()
            key = self._model.key_at(number)
            if shown and key is not None:
                keys.append(key)
        return keys
