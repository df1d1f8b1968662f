"""Bytes of one item in hex and text. What is pointed at, chosen and marked shows."""

from __future__ import annotations

from PySide6.QtCore import QLine, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from aliquot.console.domain.lab import Mark
from aliquot.console.domain.lab_result import ItemDetail, byte_text
from aliquot.widgets.lab import words
from aliquot.widgets.lab.chosen import Chosen, PointedAt, in_fields, span_of
from aliquot.widgets.lab.word_steps import NOT_SAID, next_word, word_at
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

_WIDTHS = (8, 12, 16, 24, 32)
_OFFSET_CHARS = 6
_KEYS: dict[int, int] = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 0,
    Qt.Key.Key_Down: 0,
    Qt.Key.Key_Home: 0,
    Qt.Key.Key_End: 0,
}


class BytesView(QAbstractScrollArea):
    """Hex on the left, text on the right, as many bytes a row as there is room for."""

    pointed = SignalOf[PointedAt](object)
    chosen = SignalOf[Chosen](object)
    named = SignalOf[Chosen](object)  # Enter: the chosen bytes are to be named

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._detail: ItemDetail | None = None
        self._text = ""
        self._fields: bytes = b""
        self._marks: tuple[Mark, ...] = ()
        self._lit: tuple[int, int] | None = None
        self.cursor_at = 0
        self.anchor: int | None = None
        self._across = 16
        self.setAccessibleName("Bytes")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setObjectName("viewport")
        self.viewport().setMouseTracking(True)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(off)
        self.verticalScrollBar().setAccessibleName("Rows of bytes")
        look.changed.connect(self._on_look)
        self._measure()

    # what is shown

    def show_detail(self, detail: ItemDetail | None) -> None:
        self._detail = detail
        self._text = byte_text(detail.plain) if detail is not None else ""
        self._fields = in_fields(detail)
        self._lit, self.anchor = None, None
        self.cursor_at = 0
        self._fit()
        self.verticalScrollBar().setValue(0)
        self._say()

    def show_marks(self, marks: tuple[Mark, ...]) -> None:
        self._marks = marks
        self.viewport().update()

    def light(self, span: tuple[int, int] | None) -> None:
        """Light a field's bytes, and bring the first into sight."""
        if span == self._lit:
            return
        self._lit = span
        if span is not None:
            self._reveal(span[0])
        self.viewport().update()

    @property
    def lit(self) -> tuple[int, int] | None:
        return self._lit

    def selection(self) -> Chosen | None:
        if self.anchor is None or self._detail is None:
            return None
        first, last = sorted((self.anchor, self.cursor_at))
        return Chosen(first, last + 1)

    # measures

    def _measure(self) -> None:
        metrics = QFontMetrics(self._look.font(mono=True))
        self._char = max(1, metrics.horizontalAdvance("0"))
        self._row = metrics.height() + self._look.px(4)
        self._ascent = metrics.ascent()
        self._fit()

    def _fit(self) -> None:
        room = self.viewport().width() // self._char
        fitting = [n for n in _WIDTHS if _OFFSET_CHARS + 4 * n + 3 <= room]
        self._across = max(fitting, default=_WIDTHS[0])
        count = len(self._text)
        rows = (count + self._across - 1) // self._across
        whole = rows * self._row + self._look.px(4)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, whole - self.viewport().height()))
        bar.setSingleStep(self._row)
        bar.setPageStep(self.viewport().height())
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        chars = _OFFSET_CHARS + 4 * _WIDTHS[0] + 4
        return QSize(self._char * chars + self._look.px(16), self._row * 3)

    def sizeHint(self) -> QSize:
        return QSize(self._char * (_OFFSET_CHARS + 4 * 16 + 4), self._row * 12)

    def hex_rect(self, index: int) -> QRect:
        """Where a byte's two digits are, in the viewport."""
        row, column = divmod(index, self._across)
        x = (_OFFSET_CHARS + 1 + 3 * column) * self._char
        return QRect(x, self._y(row), 2 * self._char, self._row)

    def text_rect(self, index: int) -> QRect:
        row, column = divmod(index, self._across)
        x = (_OFFSET_CHARS + 2 + 3 * self._across + column) * self._char
        return QRect(x, self._y(row), self._char, self._row)

    def _y(self, row: int) -> int:
        return row * self._row - self.verticalScrollBar().value() + self._look.px(2)

    def byte_at(self, place: QPoint) -> int | None:
        row = (place.y() + self.verticalScrollBar().value()) // self._row
        column = place.x() // self._char - _OFFSET_CHARS - 1
        if 0 <= column < 3 * self._across:
            column //= 3
        else:
            column -= 3 * self._across + 1
        index = row * self._across + column
        inside = 0 <= column < self._across and row >= 0
        return index if inside and index < len(self._text) else None

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._look.colour(Tone.PANEL))
        painter.setFont(self._look.font(mono=True))
        top = self.verticalScrollBar().value() // self._row
        rows = self.viewport().height() // self._row + 2
        first = top * self._across
        last = min(len(self._text), (top + rows) * self._across)
        self._paint_plain(painter, first, last)
        for index in self._special(first, last):
            self._paint_byte(painter, index)
        for row in range(top, (last + self._across - 1) // self._across):
            painter.setPen(self._look.colour(Tone.MUTED))
            base = self._y(row) + self._ascent
            painter.drawText(0, base, f"{row * self._across:05X}")
        self._paint_marks(painter, first, last)
        if self.hasFocus():
            painter.setPen(QPen(self._look.colour(Tone.FOCUS), self._look.px(2)))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _special(self, first: int, last: int) -> list[int]:
        """Bytes on a ground of their own, and the one the cursor is at."""
        spans = [s for s in (self._lit, span_of(self.selection())) if s is not None]
        found = {n for begin, end in spans for n in range(begin, end)}
        if self.hasFocus():
            found.add(self.cursor_at)
        return sorted(n for n in found if first <= n < last)

    def _paint_plain(self, painter: QPainter, first: int, last: int) -> None:
        """All the others at once: the pen is changed but once for each colour."""
        if self._detail is None:
            return
        special, lines = set(self._special(first, last)), []
        by_tone: dict[Tone, list[int]] = {}
        for index in range(first, last):
            if index not in special:
                by_tone.setdefault(self._tone(index), []).append(index)
        across, char, lead = self._across, self._char, self._look.px(2)
        for tone, indices in by_tone.items():
            painter.setPen(self._look.colour(tone))
            for index in indices:
                row, column = divmod(index, across)
                one = (_OFFSET_CHARS + 1 + 3 * column) * char
                other = (_OFFSET_CHARS + 2 + 3 * across + column) * char
                top = self._y(row)
                base = top + self._ascent
                painter.drawText(one, base, f"{self._detail.raw[index]:02X}")
                painter.drawText(other, base, self._text[index])
                if self._fields[index]:
                    foot = top + self._row - 1 - lead
                    lines.append(QLine(one, foot, one + 2 * char - 1, foot))
                    lines.append(QLine(other, foot, other + char - 1, foot))
        painter.setPen(self._look.colour(Tone.EDGE))
        painter.drawLines(lines)

    def _paint_byte(self, painter: QPainter, index: int) -> None:
        assert self._detail is not None
        value = self._detail.raw[index]
        lit = self._lit is not None and self._lit[0] <= index < self._lit[1]
        picked = self.selection()
        picked_here = picked is not None and picked.start <= index < picked.end
        one, other = self.hex_rect(index), self.text_rect(index)
        if lit or picked_here:
            ground = self._look.colour(Tone.PENDING if picked_here else Tone.TEXT)
            wide = one.adjusted(0, 0, self._char if self._runs_on(index) else 0, 0)
            painter.fillRect(wide, ground)
            painter.fillRect(other, ground)
        tone = Tone.INK if lit or picked_here else self._tone(index)
        painter.setPen(self._look.colour(tone))
        base = one.top() + self._ascent
        painter.drawText(one.left(), base, f"{value:02X}")
        painter.drawText(other.left(), base, self._text[index])
        if self._fields[index] and not (lit or picked_here):
            painter.setPen(self._look.colour(Tone.EDGE))
            foot = one.bottom() - self._look.px(2)
            painter.drawLine(one.left(), foot, one.right(), foot)
            painter.drawLine(other.left(), foot, other.right(), foot)
        if index == self.cursor_at and self.hasFocus():
            painter.setPen(QPen(self._look.colour(Tone.FOCUS), self._look.px(1)))
            for box in (one, other):
                painter.drawRect(box.adjusted(-1, 0, 0, -1))

    def _runs_on(self, index: int) -> bool:
        """Whether the next byte of the row is lit or chosen with this one."""
        if (index + 1) % self._across == 0:
            return False
        spans = [self._lit, span_of(self.selection())]
        return any(s is not None and s[0] <= index < s[1] - 1 for s in spans)

    def _tone(self, index: int) -> Tone:
        said = self._text[index] not in NOT_SAID or self._fields[index]
        return Tone.TEXT if said else Tone.MUTED

    def _paint_marks(self, painter: QPainter, first: int, last: int) -> None:
        """A thick bar below bytes that a person has named."""
        thick = self._look.px(2)
        for mark in self._marks:
            for index in range(max(first, mark.start), min(last, mark.end)):
                for box in (self.hex_rect(index), self.text_rect(index)):
                    foot = QRect(box.left(), box.bottom() - thick, box.width(), thick)
                    painter.fillRect(foot, self._look.colour(Tone.PENDING))

    # hands

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.byte_at(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and index is not None:
            self._go(index, extend=True)
        else:
            self.pointed.emit(PointedAt(index))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.byte_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index is not None:
            self.anchor = None
            self._go(index, extend=False)
            self.anchor = index

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self.anchor == self.cursor_at:
            self.anchor = None  # a click chooses one byte
            self.viewport().update()
        self._offer()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A word: as far as no blank and no control character stands."""
        index = self.byte_at(event.position().toPoint())
        if index is None:
            return
        first, last = word_at(self._text, index)
        self.anchor, self.cursor_at = first, last - 1
        self.viewport().update()
        self._offer()

    def _offer(self) -> None:
        """What is chosen may be named: a stretch, or the byte of the cursor."""
        if self._text:
            at = self.cursor_at
            self.chosen.emit(self.selection() or Chosen(at, at + 1))

    def leaveEvent(self, _event: object) -> None:
        self.pointed.emit(PointedAt(None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        held = event.modifiers()
        shift = Qt.KeyboardModifier.ShiftModifier
        control = Qt.KeyboardModifier.ControlModifier
        plain = not held & ~(shift | Qt.KeyboardModifier.KeypadModifier)
        by_word = held & control and key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if by_word and self._text:
            back = key == Qt.Key.Key_Left
            extend = bool(held & shift)
            self._go(next_word(self._text, self.cursor_at, back, extend), extend)
            self._offer()
        elif key in _KEYS and plain and self._text:
            self._go(self._next(key), extend=bool(held & shift))
            self._offer()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self._text:
            found = self.selection() or Chosen(self.cursor_at, self.cursor_at + 1)
            self.named.emit(found)
        else:
            event.ignore()

    def _next(self, key: int) -> int:
        at = self.cursor_at
        row = at - at % self._across
        places: dict[int, int] = {
            Qt.Key.Key_Up: at - self._across,
            Qt.Key.Key_Down: at + self._across,
            Qt.Key.Key_Home: row,
            Qt.Key.Key_End: row + self._across - 1,
        }
        found = places.get(key, at + _KEYS[key])
        if found < 0 or (key == Qt.Key.Key_Down and found >= len(self._text)):
            return at
        return min(found, len(self._text) - 1)

    def _go(self, index: int, extend: bool) -> None:
        if extend and self.anchor is None:
            self.anchor = self.cursor_at
        elif not extend:
            self.anchor = None
        self.cursor_at = index
        self._reveal(index)
        self._say()
        self.viewport().update()
        self.pointed.emit(PointedAt(index))

    def _reveal(self, index: int) -> None:
        bar = self.verticalScrollBar()
        top = (index // self._across) * self._row
        if top < bar.value():
            bar.setValue(top)
        elif top + self._row > bar.value() + self.viewport().height():
            bar.setValue(top + self._row - self.viewport().height() + self._look.px(4))

    def _say(self) -> None:
        said = ""
        if self._detail is not None and self._text:
            said = words.byte_text(self._detail, self.cursor_at)
        self.setAccessibleDescription(said)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        self._measure()
        self.updateGeometry()


__all__ = ["BytesView", "Chosen", "PointedAt"]
