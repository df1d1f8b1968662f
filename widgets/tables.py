"""Item models over rows with a key, and the one kind of table the window has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from aliquot.widgets.cells import (
    CELL_ROLE,
    EMPTY,
    HEAD_ROLE,
    Cell,
    CellDelegate,
    Index,
)
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look

Row = TypeVar("Row")
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """``make`` gives the cell of a row at a time (UTC µs). ``sample`` sets the width
    in characters; without one it takes its ``share`` of what is left. ``ages`` columns
    are told of each second."""

    title: str
    make: Callable[[Row, int], Cell]
    sample: str = ""
    ages: bool = False
    mono: bool = False
    right: bool = False
    share: int = 1


class KeyedModel(QAbstractTableModel, Generic[Row]):
    """Rows by key. New rows replace old ones with the fewest moves, so that what is
    selected stays selected and what is looked at stays where it is."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._rows: list[Row] = []
        self._next: Sequence[Row] | None = None
        self._busy = False
        self.now_us = 0
        self.heading: Callable[[Row], bool] | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows)

    def key_at(self, row: int) -> str | None:
        return self._key(self._rows[row]) if 0 <= row < len(self._rows) else None

    def row_of(self, key: str) -> int | None:
        for number, row in enumerate(self._rows):
            if self._key(row) == key:
                return number
        return None

    def set_rows(self, rows: Sequence[Row], now_us: int) -> None:
        """Of rows with one key the first counts. A call from within, by who hears of
        a row that came or went, is heard when this one is done."""
        self.now_us = now_us
        self._next = rows
        if self._busy:
            return
        self._busy = True
        try:
            while (wanted := self._next) is not None:
                self._next = None
                self._take(wanted)
        finally:
            self._busy = False

    def _take(self, rows: Sequence[Row]) -> None:
        by_key: dict[str, Row] = {}
        for row in rows:
            by_key.setdefault(self._key(row), row)
        self._remove_gone(set(by_key))
        for at, (key, row) in enumerate(by_key.items()):
            self._place(at, row, key)

    def tick(self, now_us: int) -> None:
        """A second passed: only the columns with ages are painted again."""
        self.now_us = now_us
        if not self._rows:
            return
        last = len(self._rows) - 1
        for number, column in enumerate(self.columns):
            if column.ages:
                self.dataChanged.emit(self.index(0, number), self.index(last, number))

    def repaint_rows(self) -> None:
        if self._rows:
            corner = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), corner)

    def _remove_gone(self, wanted: set[str]) -> None:
        for at in range(len(self._rows) - 1, -1, -1):
            if self._key(self._rows[at]) not in wanted:
                self.beginRemoveRows(_NOWHERE, at, at)
                del self._rows[at]
                self.endRemoveRows()

    def _place(self, at: int, row: Row, key: str) -> None:
        if self.key_at(at) != key:
            self._bring(at, row, key)
        if self._rows[at] != row:
            self._rows[at] = row
            last = self.index(at, len(self.columns) - 1)
            self.dataChanged.emit(self.index(at, 0), last)

    def _bring(self, at: int, row: Row, key: str) -> None:
        found = self.row_of(key)
        if found is None:
            self.beginInsertRows(_NOWHERE, at, at)
            self._rows.insert(at, row)
            self.endInsertRows()
        else:
            self.beginMoveRows(_NOWHERE, found, found, _NOWHERE, at)
            self._rows.insert(at, self._rows.pop(found))
            self.endMoveRows()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def cell(self, row: int, column: int) -> Cell:
        if row >= len(self._rows):
            return EMPTY
        return self.columns[column].make(self._rows[row], self.now_us)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == HEAD_ROLE:
            return self.heading is not None and self.heading(row)
        if role not in _TEXT_ROLES:
            return None
        cell = self.columns[index.column()].make(row, self.now_us)
        return cell if role == CELL_ROLE else cell.text

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        horizontal = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole and horizontal:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole and horizontal:
            right = self.columns[section].right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


_TEXT_ROLES = frozenset(
    (
        CELL_ROLE,
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
    )
)


@dataclass(frozen=True, slots=True)
class RowAsked:
    """A person chose a row (``opened``: with Enter or a double click)."""

    key: str
    opened: bool


class Table(QTableView):
    """One row is selected, Tab leaves the table, no letter is eaten by a search."""

    asked = SignalOf[RowAsked](object)

    def __init__(
        self,
        model: KeyedModel[Any],
        look: Look,
        name: str,
        *,
        header: bool = True,
        row_px: float | None = None,
    ) -> None:
        super().__init__()
        self._model = model
        self._look = look
        self._row_px = row_px or look.tokens.row_px
        self.setAccessibleName(name)
        self.setModel(model)
        self.cells = CellDelegate(look, self)
        self.setItemDelegate(self.cells)
        self._quiet(header)
        self.rescale()
        look.changed.connect(self._on_scale)
        self.activated.connect(self._opened)
        selection = self.selectionModel()
        selection.currentRowChanged.connect(self._moved)

    def _quiet(self, header: bool) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        top = self.horizontalHeader()
        top.setVisible(header)
        top.setHighlightSections(False)
        top.setSectionsClickable(False)
        top.setMinimumSectionSize(1)
        top.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def row_height(self) -> int:
        return self._look.px(self._row_px)

    def rescale(self) -> None:
        """After a change of scale or width."""
        up = self.verticalHeader()
        up.setMinimumSectionSize(1)
        up.setDefaultSectionSize(self.row_height())
        self.horizontalHeader().setFixedHeight(self._look.px(22))
        self._share_width()

    @Slot(object)
    def _on_scale(self, _changed: object) -> None:
        self.rescale()

    def _share_width(self) -> None:
        wide = [self._fixed_width(c) for c in self._model.columns]
        wide = [-1 if self.isColumnHidden(i) else w for i, w in enumerate(wide)]
        columns = self._model.columns
        shares = {i: columns[i].share for i, w in enumerate(wide) if w == 0}
        taken = sum(w for w in wide if w > 0)
        left = max(0, self.viewport().width() - taken)
        for number, width in enumerate(wide):
            if number in shares:
                own = left * shares[number] // sum(shares.values())
                width = max(self._look.px(40), own)
            if width > 0:
                self.setColumnWidth(number, width)

    def _fixed_width(self, column: Column[Any]) -> int:
        if not column.sample:
            return 0
        metrics = self.fontMetrics()
        if column.mono:
            metrics = QFontMetrics(self._look.font(mono=True, bold=True))
        longest = max(column.sample, column.title, key=metrics.horizontalAdvance)
        return metrics.horizontalAdvance(longest) + self._look.space(4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self.row_height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text() not in ("", " "):
            event.ignore()  # a letter is no search here: the window may want it
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.modifiers() and self.currentIndex().isValid():
                self._opened(self.currentIndex())
            else:
                event.ignore()
            return
        super().keyPressEvent(event)

    def current_key(self) -> str | None:
        index = self.currentIndex()
        return self._model.key_at(index.row()) if index.isValid() else None

    def choose(self, key: str | None) -> None:
        """Select a row without taking the focus."""
        row = None if key is None else self._model.row_of(key)
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif self.currentIndex().row() != row or not self.selectedIndexes():
            self.selectRow(row)

    @Slot(QModelIndex)
    def _opened(self, index: Index) -> None:
        key = self._model.key_at(index.row())
        if key is not None:
            self.asked.emit(RowAsked(key, opened=True))

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: Index, _previous: Index) -> None:
        key = self._model.key_at(index.row())
        if key is not None and self.hasFocus():
            self.asked.emit(RowAsked(key, opened=False))
