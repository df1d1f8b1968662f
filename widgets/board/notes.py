"""How a line of narrative is painted: time, who, and text that wraps."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from aliquot.console.domain.rows import NoteRow
from aliquot.widgets.cells import Cell, Index
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel, RowAsked
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone
from aliquot.widgets.words import clock_text

UNSAVED = "unsaved:"


def note_text(row: NoteRow, _now: int) -> Cell:
    struck = "struck: " if row.struck else ""
    return Cell(f"{clock_text(row.at_us)} {row.person} {struck}{row.text}")


def note_key(row: NoteRow) -> str:
    return row.note_id


class NotesModel(KeyedModel[NoteRow]):
    def __init__(self) -> None:
        super().__init__((Column("Narrative", note_text),), note_key)


class NoteDelegate(QStyledItemDelegate):
    def __init__(self, look: Look, view: QListView, model: NotesModel) -> None:
        super().__init__(view)
        self._look, self._view, self._model = look, view, model

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        note = self._model.rows[index.row()]
        metrics = QFontMetrics(self._look.font())
        left = self._left()
        width = max(60, self._view.viewport().width() - left - self._look.space(2))
        box = metrics.boundingRect(
            QRect(0, 0, width, 100_000), int(Qt.TextFlag.TextWordWrap), self._text(note)
        )
        return QSize(width, box.height() + self._look.space(1.5))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        note = self._model.rows[index.row()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            self._chosen(painter, rect)
        gap = self._look.space()
        inner = rect.adjusted(gap * 2, gap // 2, -gap * 2, 0)
        painter.setFont(self._look.font(mono=True))
        painter.setPen(self._look.colour(Tone.MUTED))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, clock_text(note.at_us))
        font = self._look.font()
        font.setStrikeOut(note.struck)
        quiet = note.system or note.struck
        painter.setFont(font)
        painter.setPen(self._look.colour(Tone.MUTED if quiet else Tone.TEXT))
        inner.setLeft(rect.left() + self._left())
        painter.drawText(inner, int(Qt.TextFlag.TextWordWrap), self._text(note))
        painter.restore()

    def _chosen(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, self._look.colour(Tone.RAISED))
        if self._view.hasFocus():
            ring = self._look.px(self._look.tokens.ring_px)
            painter.setPen(QPen(self._look.colour(Tone.FOCUS), ring))
            painter.drawRect(rect.adjusted(ring // 2, ring // 2, -ring, -ring))

    def _left(self) -> int:
        mono = QFontMetrics(self._look.font(mono=True))
        return mono.horizontalAdvance("00:00:00") + self._look.space(5)

    def _text(self, note: NoteRow) -> str:
        who = "" if note.system or not note.person else f"{note.person}: "
        end = "  (struck)" if note.struck else ""
        if note.note_id.startswith(UNSAVED):
            end = "  (kept in the form until the incident is created)"
        return f"{who}{note.text}{end}"


class NotesView(QListView):
    """Delete on a line asks to strike it."""

    asked = SignalOf[RowAsked](object)

    def __init__(self, model: NotesModel, look: Look) -> None:
        super().__init__()
        self._notes = model
        self.setModel(model)
        self.setItemDelegate(NoteDelegate(look, self, model))
        self.setAccessibleName("Narrative")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self._at_end = True
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._grew)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        self._at_end = value >= self.verticalScrollBar().maximum() - 4

    @Slot(int, int)
    def _grew(self, _least: int, most: int) -> None:
        """Who sees the newest note goes on seeing it, whatever takes room from it."""
        if self._at_end:
            self.verticalScrollBar().setValue(most)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 40)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            key = self._notes.key_at(self.currentIndex().row())
            if key is not None:
                self.asked.emit(RowAsked(key, opened=True))
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)
