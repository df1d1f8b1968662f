"""Decoded fields of one item, which bytes say so and by which rule; its warnings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from aliquot.console.domain.lab_result import FieldView, ItemDetail
from aliquot.widgets.cells import Cell, Index
from aliquot.widgets.lab import words
from aliquot.widgets.lab.items import QuietTable, WholeModel
from aliquot.widgets.parts import label
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.statuses import Shape
from aliquot.widgets.tables import Column, RowAsked
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field; ``lit`` when a byte of it is pointed at."""

    view: FieldView
    lit: bool = False


@dataclass(frozen=True, slots=True)
class SpanWanted:
    """Bytes of the field that is pointed at; None: none is."""

    span: tuple[int, int] | None


def _name(row: FieldRow, _now: int) -> Cell:
    shape = Shape.TRIANGLE if row.lit else None
    return Cell(row.view.name, Tone.TEXT, bold=row.lit, shape=shape)


def _value(row: FieldRow, _now: int) -> Cell:
    return Cell(row.view.text, mono=True, bold=row.lit)


def _bytes(row: FieldRow, _now: int) -> Cell:
    if row.view.span is None:
        return Cell("no bytes", Tone.MUTED)
    start, end = row.view.span
    return Cell(f"{start}-{end - 1}", Tone.MUTED, mono=True)


def _rule(row: FieldRow, _now: int) -> Cell:
    return Cell(row.view.rule, Tone.MUTED)


def _key(row: FieldRow) -> str:
    return row.view.name


COLUMNS: tuple[Column[FieldRow], ...] = (
    Column("Field", _name, "XXcallback_number_"),
    Column("Value", _value),
    Column("Bytes", _bytes, "0000-0000", mono=True),
    Column("Found by", _rule),
)


# Where there is little room the value is whole, and the rule has what is left.
NARROW = (
    COLUMNS[0],
    replace(COLUMNS[1], sample="00000000000", mono=True),
    *COLUMNS[2:],
)


class FieldTable(QuietTable):
    """Tells which field is pointed at, by mouse or by the arrows."""

    wanted = SignalOf[SpanWanted](object)

    def __init__(self, look: Look) -> None:
        self.fields: WholeModel[FieldRow] = WholeModel(COLUMNS, _key)
        super().__init__(self.fields, look, "Decoded fields")
        self.fields.setParent(self)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.entered.connect(self._entered)
        self.asked.connect(self._asked)

    def _span(self, row: int) -> tuple[int, int] | None:
        rows = self.fields.rows
        return rows[row].view.span if 0 <= row < len(rows) else None

    @Slot(QModelIndex)
    def _entered(self, index: Index) -> None:
        self.wanted.emit(SpanWanted(self._span(index.row())))

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        row = self.fields.row_of(asked.key)
        if row is not None:
            self.wanted.emit(SpanWanted(self._span(row)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.fields.rows:
            self.selectRow(0)
        self.wanted.emit(SpanWanted(self._span(self.currentIndex().row())))

    def leaveEvent(self, _event: object) -> None:
        row = self.currentIndex().row() if self.hasFocus() else -1
        self.wanted.emit(SpanWanted(self._span(row)))


class FieldsPane(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._detail: ItemDetail | None = None
        self._most = 4  # lines of remarks that are seen at once
        self.heading = label(wrap=True)
        self.heading.setAccessibleName("Item")
        self.table = FieldTable(look)
        self.remarks = QPlainTextEdit()
        self.remarks.setReadOnly(True)
        self.remarks.setTabChangesFocus(True)
        self.remarks.setAccessibleName("Warnings")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        box.addWidget(self.heading)
        box.addWidget(self.table, 1)
        box.addWidget(self.remarks)
        self.remarks.hide()
        look.changed.connect(self._on_look)

    def show_detail(self, detail: ItemDetail | None) -> None:
        self._detail = detail
        views = detail.fields if detail is not None else ()
        self.table.fields.put([FieldRow(v) for v in views])
        self.heading.setText(words.item_text(detail) if detail is not None else "")
        remarks = words.remarks_text(detail) if detail is not None else ""
        self.remarks.setPlainText(remarks)
        self.remarks.setVisible(bool(remarks))
        self._fit()

    def set_narrow(self, narrow: bool) -> None:
        """Little room: which bytes they are is seen by their light."""
        self._most = 2 if narrow else 4
        self.table.setColumnHidden(2, narrow)
        self.table.fields.columns = NARROW if narrow else COLUMNS
        self.table.rescale()
        self._fit()

    def light_byte(self, index: int | None) -> None:
        """Light the fields that a byte is part of, and bring the narrowest in sight."""
        found: tuple[FieldView, ...] = ()
        if self._detail is not None and index is not None:
            found = self._detail.fields_at(index)
        names = {view.name for view in found}
        model = self.table.fields
        for row, one in enumerate(model.rows):
            lit = one.view.name in names
            if lit != one.lit:
                model.replace(row, FieldRow(one.view, lit))
        if found:
            row_now = model.row_of(found[0].name)
            if row_now is not None:
                self.table.scrollTo(model.index(row_now, 0))

    def _fit(self) -> None:
        lines = min(self._most, self.remarks.toPlainText().count("\n") + 2)
        self.remarks.setFixedHeight(self._look.px(20 * lines))

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        self.table.rescale()
        self._fit()
