"""A layout as a form: a row a field, and the other values of the file below."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from aliquot.console.domain.lab import FormRow
from aliquot.widgets.cells import Index
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

FIELD = "field"
_PLACE = re.compile(r"\s*(\d+)\s*:\s*(\d+)(?:\s*-\s*(\d+))?\s*")
_GRID = (("name", "Field"), ("kind", "Kind"), ("pieces", "Line: columns"),
         ("label", "Label"))  # fmt: skip
_NOWHERE = QModelIndex()


def place_words(value: str) -> str:
    """``[[3, 28, 31]]`` as ``3: 28-31``; anything else as it is."""
    try:
        pieces = json.loads(value)
        parts = [f"{line}: {first}-{last}" for line, first, last in pieces]
    except (ValueError, TypeError):
        return value
    return ", ".join(parts)


def place_value(words: str) -> str:
    """The other way; what is no place is given on as it is, to be complained of."""
    found = [_PLACE.fullmatch(part) for part in words.split(",")]
    pieces = [[int(m[1]), int(m[2]), int(m[3] or m[2])] for m in found if m is not None]
    if len(pieces) != len(found):
        return words
    return json.dumps(pieces)


def bare(value: str) -> str:
    """A text without its quotes, to be read and changed."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        inner = value[1:-1]
        return inner if "\\" not in inner or value[0] == "'" else value
    return value


@dataclass(frozen=True, slots=True)
class FormEdited:
    """``row`` is to have ``value``."""

    row: FormRow
    value: str


@dataclass(frozen=True, slots=True)
class FormAdded:
    """A value that the file does not have yet, below ``row``."""

    row: FormRow
    key: str
    value: str


@dataclass(slots=True)
class FieldEntry:
    """The values of one ``[[field]]``."""

    number: int
    rows: dict[str, FormRow] = field(default_factory=dict)

    @property
    def last(self) -> FormRow:
        return max(self.rows.values(), key=_line)


def _line(row: FormRow) -> int:
    return row.line


def fields_of(rows: Sequence[FormRow]) -> list[FieldEntry]:
    found: dict[int, FieldEntry] = {}
    for row in rows:
        if row.table == FIELD and row.number is not None:
            found.setdefault(row.number, FieldEntry(row.number)).rows[row.key] = row
    return list(found.values())


class _FormModel(QAbstractTableModel):
    """What both tables share: the cell with an error, and headings."""

    edited = SignalOf[FormEdited](object)
    added = SignalOf[FormAdded](object)
    heads: tuple[str, ...] = ()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.bad_key = ""

    def mark(self, key: str) -> None:
        """``field[3].kind``, ``framing.widths``: what the error is about."""
        if key != self.bad_key:
            self.bad_key = key
            self._all_changed()

    def _all_changed(self) -> None:
        if self.rowCount():
            corner = self.index(self.rowCount() - 1, len(self.heads) - 1)
            self.dataChanged.emit(self.index(0, 0), corner)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole and across:
            return self.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and across:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def row_at(self, index: Index) -> FormRow | None:
        raise NotImplementedError

    def is_bad(self, index: Index) -> bool:
        row = self.row_at(index)
        return bool(self.bad_key) and row is not None and key_of(row) == self.bad_key

    def choices(self, index: Index) -> tuple[str, ...]:
        row = self.row_at(index)
        return row.choices if row is not None else ()


def key_of(row: FormRow) -> str:
    """As ``LayoutProblem.key`` says it."""
    if not row.table:
        return row.key
    number = "" if row.number is None else f"[{row.number}]"
    return f"{row.table}{number}.{row.key}"


class FieldsModel(_FormModel):
    heads = tuple(head for _, head in _GRID)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: list[FieldEntry] = []

    def put(self, rows: Sequence[FormRow]) -> None:
        fresh = fields_of(rows)
        if len(fresh) == len(self.entries):
            self.entries = fresh
            self._all_changed()
            return
        self.beginResetModel()
        self.entries = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def row_at(self, index: Index) -> FormRow | None:
        return self.entries[index.row()].rows.get(_GRID[index.column()][0])

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.help if row is not None else "not in the file: type to add it"
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        if row is None:
            return ""
        return place_words(row.value) if row.key == "pieces" else bare(row.value)

    def setData(
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or value == self.data(index):
            return False
        key = _GRID[index.column()][0]
        row = self.row_at(index)
        text = str(value)
        if row is not None:
            text = place_value(text) if key == "pieces" else text
            self.edited.emit(FormEdited(row, text))
        elif text.strip():
            made = place_value(text) if key == "pieces" else json.dumps(text)
            self.added.emit(FormAdded(self.entries[index.row()].last, key, made))
        return True


class ValuesModel(_FormModel):
    """All that is not in the grid of fields."""

    heads = ("Of", "Key", "Value", "What it is")
    VALUE = 2

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[FormRow] = []

    def put(self, rows: Sequence[FormRow]) -> None:
        grid = {key for key, _ in _GRID}
        fresh = [r for r in rows if r.table != FIELD or r.key not in grid]
        if len(fresh) == len(self.rows):
            self.rows = fresh
            self._all_changed()
            return
        self.beginResetModel()
        self.rows = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def row_at(self, index: Index) -> FormRow | None:
        return self.rows[index.row()]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() == self.VALUE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.rows[index.row()].help
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        row = self.rows[index.row()]
        number = "" if row.number is None else f" {row.number + 1}"
        texts = (f"{row.table}{number}", row.key, bare(row.value), row.help)
        return texts[index.column()]

    def setData(
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or value == self.data(index):
            return False
        self.edited.emit(FormEdited(self.rows[index.row()], str(value)))
        return True


class _Cells(QStyledItemDelegate):
    """A choice where only some values may stand; a ring round the current cell, and
    a thick bar before one that is wrong."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        model = index.model()
        choices = model.choices(index) if isinstance(model, _FormModel) else ()
        if choices:
            combo = QComboBox(parent)
            combo.addItems(list(choices))
            combo.setAccessibleName(f"Choice, {model.headerData(index.column(), _H)}")
            return combo
        made = super().createEditor(parent, option, index)
        made.setAccessibleName(f"Value, {model.headerData(index.column(), _H)}")
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data(Qt.ItemDataRole.EditRole)))
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText(), Qt.ItemDataRole.EditRole)
        else:
            super().setModelData(editor, model, index)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        model = index.model()
        if isinstance(model, _FormModel) and model.is_bad(index):
            bar = option.rect.adjusted(0, 1, 0, -1)
            bar.setWidth(self._look.px(4))
            painter.fillRect(bar, self._look.colour(Tone.DANGER))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._look.colour(Tone.FOCUS), self._look.px(2)))
            painter.drawRect(option.rect.adjusted(1, 1, -1, -1))
        painter.restore()


_H = Qt.Orientation.Horizontal


class FormTable(QTableView):
    """Enter changes the cell that has the ring; no letter is taken for a search."""

    def __init__(
        self, model: _FormModel, look: Look, name: str, shares: Sequence[float]
    ) -> None:
        super().__init__()
        self._look, self._shares = look, tuple(shares)
        self.setModel(model)
        self.setItemDelegate(_Cells(look, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.SelectedClicked)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        top = self.horizontalHeader()
        top.setSectionsClickable(False)
        top.setHighlightSections(False)
        top.setMinimumSectionSize(1)
        top.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        look.changed.connect(self._on_look)
        self._on_look(None)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(140), self._look.px(60))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            editing = self.state() is QAbstractItemView.State.EditingState
            if editing:
                event.accept()  # it ends the editing, no more
            elif not event.modifiers() and self.currentIndex().isValid():
                self.edit(self.currentIndex())
            else:
                event.ignore()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        room = self.viewport().width()
        for column, share in enumerate(self._shares):
            self.setColumnWidth(column, round(room * share))

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        up = self.verticalHeader()
        up.setMinimumSectionSize(1)
        up.setDefaultSectionSize(self._look.px(self._look.tokens.row_px))
        self.horizontalHeader().setFixedHeight(self._look.px(22))
        self._share()
