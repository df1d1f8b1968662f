"""The list of all that came: records, call events, noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from aliquot.console.domain.lab_result import StripItem
from aliquot.widgets import words as say
from aliquot.widgets.cells import Cell
from aliquot.widgets.lab import words
from aliquot.widgets.lab.bench import Bench, Moved, Shown
from aliquot.widgets.statuses import Shape
from aliquot.widgets.tables import Column, KeyedModel, Row, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone


def _at(item: StripItem, _now: int) -> Cell:
    return Cell(words.span_text(item.at_s), Tone.MUTED, mono=True, right=True)


def _kind(item: StripItem, _now: int) -> Cell:
    word, tone, shape = words.kind_look(item)
    return Cell(word, tone, shape=shape)


def _what(item: StripItem, _now: int) -> Cell:
    if item.reason:
        return Cell(say.NOISE_REASONS.get(item.reason, item.title), Tone.MUTED)
    return Cell(item.title, mono=True)


def _warnings(item: StripItem, _now: int) -> Cell:
    if not item.warnings:
        return Cell("")
    return Cell(str(len(item.warnings)), Tone.WAITING, shape=Shape.TRIANGLE)


def _key(item: StripItem) -> str:
    return str(item.index)


COLUMNS: tuple[Column[StripItem], ...] = (
    Column("At", _at, "00:00.00", mono=True, right=True),
    Column("Kind", _kind, "call event XX"),
    Column("What", _what),
    Column("Warnings", _warnings, "XX 00"),
)


_HOUR_S, _DAY_S = 3600.0, 86_400.0


def columns_for(duration_s: float) -> tuple[Column[StripItem], ...]:
    """As wide as the longest time of the recording asks for."""
    first = COLUMNS[0]
    if duration_s >= _DAY_S:
        first = replace(first, sample="00 d 00:00:00")
    elif duration_s >= _HOUR_S:
        first = replace(first, sample="00:00:00.00")
    return (first, *COLUMNS[1:])


class WholeModel(KeyedModel[Row]):
    """Rows that are replaced as a whole: a recording may have 50,000."""

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], str]
    ) -> None:
        super().__init__(columns, key)
        self._at: dict[str, int] = {}

    def put(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self._at = {self._key(row): n for n, row in enumerate(self._rows)}
        self.endResetModel()

    def replace(self, row: int, value: Row) -> None:
        """One row says something else under the same key."""
        self._rows[row] = value
        last = self.index(row, len(self.columns) - 1)
        self.dataChanged.emit(self.index(row, 0), last)

    def row_of(self, key: str) -> int | None:
        return self._at.get(key)


class ItemModel(WholeModel[StripItem]):
    """Row and index are one."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, _key)

    def put(self, rows: Sequence[StripItem]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def grow(self, rows: Sequence[StripItem]) -> None:
        """The same with more behind."""
        first, last = len(self._rows), len(rows) - 1
        if last < first:
            return
        self.beginInsertRows(QModelIndex(), first, last)
        self._rows += rows[first:]
        self.endInsertRows()

    def row_of(self, key: str) -> int | None:
        return int(key) if int(key) < len(self._rows) else None


class QuietTable(Table):
    """Leaves the lab's keys to the lab: Space, Left, Right, Page Up, Page Down."""

    LEFT = frozenset(
        (
            Qt.Key.Key_Space,
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
        )
    )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self.LEFT:
            event.ignore()
        else:
            super().keyPressEvent(event)


class ItemList(QuietTable):
    """Follows the cursor; the arrows move it."""

    def __init__(self, bench: Bench, look: Look) -> None:
        self.items = ItemModel()
        super().__init__(self.items, look, "Items of the recording")
        self.items.setParent(self)
        self._bench = bench
        bench.shown.connect(self._on_shown)
        bench.moved.connect(self._on_moved)
        self.asked.connect(self._on_asked)
        look.changed.connect(self._on_look)

    def set_narrow(self, narrow: bool) -> None:
        """Little room across: the time of the chosen one stands above, its warnings
        stand beside it and in the strip."""
        for column in (0, 3):
            self.setColumnHidden(column, narrow)
        self.rescale()

    @Slot(object)
    def _on_shown(self, shown: Shown) -> None:
        if shown.grown:
            self.items.grow(shown.result.items)
        else:
            self.items.columns = columns_for(shown.result.recording.duration_s)
            self.items.put(shown.result.items)
            self.rescale()

    @Slot(object)
    def _on_moved(self, moved: Moved) -> None:
        if moved.index is None:
            self.choose(None)
            return
        self.choose(str(moved.index))
        hint = QAbstractItemView.ScrollHint.EnsureVisible
        self.scrollTo(self.items.index(moved.index, 0), hint)

    @Slot(object)
    def _on_asked(self, asked: RowAsked) -> None:
        index = int(asked.key)
        if index != self._bench.index:
            self._bench.choose(index)

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        self.rescale()
