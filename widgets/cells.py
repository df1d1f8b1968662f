"""What stands in one place of a table, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygon
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from aliquot.widgets.elided import lines_of
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone
from aliquot.widgets.words import Grade

CELL_ROLE = Qt.ItemDataRole.UserRole + 1
HEAD_ROLE = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """Text with its tone; ``shape`` stands before it. ``filled``: an alert."""

    text: str
    tone: Tone = Tone.TEXT
    mono: bool = False
    bold: bool = False
    filled: bool = False
    right: bool = False
    struck: bool = False
    flashes: bool = False
    shape: Shape | None = None
    bare: bool = False  # only the shape is painted; the text is there to be heard
    ways: tuple[tuple[str, str], ...] = ()  # to say it in two parts, fullest first
    wrapped: bool = False  # a sentence, in two small lines where one will not do
    share: float | None = None  # 0 to 1: a bar below the text, that much of it full


EMPTY = Cell("")


def age_cell(text: str, grade: Grade, tone: Tone = Tone.MUTED) -> Cell:
    """An age: bold at warn, filled at alert."""
    loud = grade is not Grade.QUIET
    return Cell(
        text,
        Tone.TEXT if grade is Grade.WARN else tone,
        mono=True,
        bold=loud,
        filled=grade is Grade.ALERT,
        right=True,
    )


class CellDelegate(QStyledItemDelegate):
    """Paints ``Cell``. The row that has the focus gets a ring, not only a colour."""

    def __init__(self, look: Look, view: QTableView) -> None:
        super().__init__(view)
        self._look = look
        self._view = view
        self.lit = True  # the phase of the flash

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, Cell):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        ground = self._ground(index, cell, chosen)
        if ground is not None:
            painter.fillRect(rect, self._look.colour(ground))
        if chosen and self._view.hasFocus():
            self._ring(painter, rect, index)
        ink = Tone.INK if ground is Tone.WAITING else cell.tone
        self._content(painter, rect, cell, self._look.colour(ink))
        painter.restore()

    def _ground(self, index: Index, cell: Cell, chosen: bool) -> Tone | None:
        if cell.flashes and self.lit:
            return Tone.WAITING
        if chosen or index.data(HEAD_ROLE):
            return Tone.RAISED
        return None

    def _ring(self, painter: QPainter, rect: QRect, index: Index) -> None:
        width = self._look.px(self._look.tokens.ring_px)
        painter.setPen(QPen(self._look.colour(Tone.FOCUS), width))
        half = width // 2
        top, bottom = rect.top() + half, rect.bottom() - half + 1
        painter.drawLine(rect.left(), top, rect.right(), top)
        painter.drawLine(rect.left(), bottom, rect.right(), bottom)
        columns = index.model().columnCount()
        if index.column() == 0:
            painter.drawLine(rect.left() + half, top, rect.left() + half, bottom)
        if index.column() == columns - 1 or self._spans(index, columns):
            edge = rect.right() - half
            painter.drawLine(edge, top, edge, bottom)

    def _spans(self, index: Index, columns: int) -> bool:
        return self._view.columnSpan(index.row(), index.column()) == columns

    def _content(
        self, painter: QPainter, rect: QRect, cell: Cell, colour: QColor
    ) -> None:
        gap = self._look.space(1.5)
        inner = rect.adjusted(gap, 0, -gap, 0)
        if cell.shape is not None:
            inner = self._shape(painter, inner, cell.shape, colour)
        if cell.bare:
            return
        font = self._look.font(mono=cell.mono, bold=cell.bold)
        font.setStrikeOut(cell.struck)
        painter.setFont(font)
        if cell.filled:
            inner = self._fill(painter, inner, cell, colour)
            colour = self._look.colour(Tone.INK)
        painter.setPen(colour)
        side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        if cell.ways:
            self._in_parts(painter, inner, cell, colour)
            return
        if cell.wrapped:
            self._wrap(painter, inner, cell)
            return
        text = painter.fontMetrics().elidedText(
            cell.text, Qt.TextElideMode.ElideRight, inner.width()
        )
        if cell.share is not None:
            self._bar(painter, inner, cell.share, colour)
            inner = inner.adjusted(0, 0, 0, -self._look.px(5))
        painter.setPen(colour)
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _in_parts(
        self, painter: QPainter, inner: QRect, cell: Cell, colour: QColor
    ) -> None:
        """The fullest way that fits: in one line, else in two small ones."""
        small = self._look.font(mono=cell.mono, bold=cell.bold, step=-1)
        lines, two = self.way(cell, inner.width())
        if two:
            painter.setFont(small)
        left = Qt.AlignmentFlag.AlignLeft
        painter.setPen(colour)
        high = inner.height() // len(lines)
        for at, line in enumerate(lines):
            place = QRect(inner.left(), inner.top() + at * high, inner.width(), high)
            text = painter.fontMetrics().elidedText(
                line, Qt.TextElideMode.ElideRight, inner.width()
            )
            painter.drawText(place, left | Qt.AlignmentFlag.AlignVCenter, text)

    def _wrap(self, painter: QPainter, inner: QRect, cell: Cell) -> None:
        lines, small = self.wrapped(cell, inner.width())
        if small:
            painter.setFont(self._look.font(step=-1))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, side, "\n".join(lines))

    def wrapped(self, cell: Cell, width: int) -> tuple[tuple[str, ...], bool]:
        """The lines of a sentence in so many pixels, and whether they are small."""
        if QFontMetrics(self._look.font()).horizontalAdvance(cell.text) <= width:
            return (cell.text,), False
        return lines_of(cell.text, self._look.font(step=-1), width, 2), True

    def way(self, cell: Cell, width: int) -> tuple[tuple[str, ...], bool]:
        """The lines that are painted in so many pixels, and whether they are small."""
        large = QFontMetrics(self._look.font(mono=cell.mono, bold=cell.bold))
        small = QFontMetrics(self._look.font(mono=cell.mono, bold=cell.bold, step=-1))
        for way in cell.ways:
            parts = tuple(p for p in way if p)
            one = " · ".join(parts)
            if large.horizontalAdvance(one) <= width:
                return (one,), False
            if parts and all(small.horizontalAdvance(p) <= width for p in parts):
                return parts, True
        return tuple(p for p in cell.ways[-1] if p) or ("",), True

    def _bar(
        self, painter: QPainter, inner: QRect, share: float, colour: QColor
    ) -> None:
        """What is left of something, along the lower edge of the place."""
        high = self._look.px(3)
        track = QRect(
            inner.left(), inner.bottom() - high - self._look.px(1), inner.width(), high
        )
        painter.fillRect(track, self._look.colour(Tone.LINE))
        left = round(track.width() * min(max(share, 0.0), 1.0))
        painter.fillRect(QRect(track.topLeft(), QSize(left, high)), colour)

    def _fill(
        self, painter: QPainter, inner: QRect, cell: Cell, colour: QColor
    ) -> QRect:
        """A filled pill as wide as its text."""
        pad = self._look.space()
        wide = min(
            painter.fontMetrics().horizontalAdvance(cell.text) + 2 * pad,
            inner.width() + 2 * pad,
        )
        high = painter.fontMetrics().height() + self._look.px(2)
        left = inner.right() - wide + 1 + pad if cell.right else inner.left() - pad
        pill = QRect(left, inner.center().y() - high // 2, wide, high)
        corner = self._look.px(self._look.tokens.corner_px)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(pill, corner, corner)
        return pill.adjusted(pad, 0, -pad, 0)

    def _shape(
        self, painter: QPainter, inner: QRect, shape: Shape, colour: QColor
    ) -> QRect:
        size = self._look.px(8)
        box = QRect(inner.left(), inner.center().y() - size // 2 + 1, size, size)
        draw_shape(painter, box, shape, colour, self._look.px(1.5))
        return inner.adjusted(size + self._look.space(1.5), 0, 0, 0)


def draw_shape(
    painter: QPainter, box: QRect, shape: Shape, colour: QColor, pen: int
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    hollow = shape in _HOLLOW
    painter.setPen(QPen(colour, pen) if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
    match shape:
        case Shape.DOT | Shape.RING:
            painter.drawEllipse(box)
        case Shape.SQUARE:
            painter.drawRect(box)
        case Shape.BAR:
            painter.drawRect(box.adjusted(0, box.height() // 3, 0, -box.height() // 3))
        case Shape.TRIANGLE:
            middle = QPoint(box.right() + 1, box.center().y())
            painter.drawPolygon(QPolygon([box.topLeft(), middle, box.bottomLeft()]))
        case Shape.CROSS:
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())
        case Shape.CHECK:
            foot = QPoint(box.left() + box.width() // 3, box.bottom())
            start = QPoint(box.left(), box.center().y())
            painter.drawPolyline(QPolygon([start, foot, box.topRight()]))
        case Shape.DIAMOND | Shape.HOLLOW_DIAMOND | Shape.HALF_DIAMOND:
            _draw_diamond(painter, box, shape, colour)


_HOLLOW = frozenset(
    (
        Shape.RING,
        Shape.CROSS,
        Shape.CHECK,
        Shape.HOLLOW_DIAMOND,
        Shape.HALF_DIAMOND,
    )
)


def _draw_diamond(painter: QPainter, box: QRect, shape: Shape, colour: QColor) -> None:
    grown = box.adjusted(-1, -1, 2, 2)
    middle = grown.center()
    top, bottom = QPoint(middle.x(), grown.top()), QPoint(middle.x(), grown.bottom())
    left, right = QPoint(grown.left(), middle.y()), QPoint(grown.right(), middle.y())
    painter.drawPolygon(QPolygon([top, right, bottom, left]))
    if shape is Shape.HALF_DIAMOND:
        painter.setBrush(colour)
        painter.drawPolygon(QPolygon([top, bottom, left]))
