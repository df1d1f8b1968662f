"""The recording as a strip of frames: what came when, the cursor, a stretch."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygon,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from aliquot.console.domain.lab_result import ItemKind, LabResult, StripItem
from aliquot.widgets.lab import words
from aliquot.widgets.lab.bench import Bench, Moved, Shown, Stretch
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class _Mark:
    """How one item stands in the strip: share of the height, from the bottom."""

    tone: Tone
    height: float
    rank: int  # the higher is drawn over the lower


_MARKS = {
    ItemKind.FRAME: _Mark(Tone.MUTED, 0.25, 1),
    ItemKind.SIGNAL: _Mark(Tone.PENDING, 0.45, 2),
    ItemKind.INCIDENT: _Mark(Tone.TEXT, 0.55, 2),
    ItemKind.RECORD: _Mark(Tone.AVAILABLE, 0.62, 3),
    ItemKind.NOISE: _Mark(Tone.DANGER, 1.0, 4),
}
_LINK = _Mark(Tone.MUTED, 0.15, 0)


def mark_of(item: StripItem) -> _Mark:
    if item.kind is ItemKind.NOISE and not words.is_trouble(item):
        return _LINK
    return _MARKS[item.kind]


def place_of(result: LabResult, item: StripItem) -> float:
    """0 to 1 along the strip: by time, or by order where all came at once."""
    whole = result.recording.duration_s
    if whole > 0:
        return min(1.0, max(0.0, item.at_s / whole))
    return item.index / max(1, len(result.items) - 1)


class Strip(QWidget):
    """Records are bars, call events shorter ones, noise reaches the top with a notch,
    a warning stands above its bar as a small triangle."""

    def __init__(self, bench: Bench, look: Look) -> None:
        super().__init__()
        self._bench, self._look = bench, look
        self._picture: QPixmap | None = None
        self._high = 52  # at 100 %
        self._drag_from: int | None = None
        self.setAccessibleName("Strip of the recording")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Fixed)
        bench.shown.connect(self._on_shown)
        bench.moved.connect(self._on_moved)
        bench.stretch_changed.connect(self._on_stretch)
        look.changed.connect(self._on_look)

    def set_low(self, low: bool) -> None:
        self._high = 36 if low else 52
        self._picture = None
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(400), self._look.px(self._high))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self._look.px(self._high))

    # where things are

    def _ground(self) -> QRect:
        ring = self._look.px(4)
        return self.rect().adjusted(ring, ring, -ring, -ring)

    def x_of(self, share: float) -> int:
        ground = self._ground()
        return ground.left() + round(share * (ground.width() - 1))

    def share_at(self, x: int) -> float:
        ground = self._ground()
        return min(1.0, max(0.0, (x - ground.left()) / max(1, ground.width() - 1)))

    def _seek(self, x: int) -> None:
        result = self._bench.result
        if result is None:
            return
        share = self.share_at(x)
        if result.recording.duration_s > 0:
            self._bench.seek(share * result.recording.duration_s)
        else:
            self._bench.choose(round(share * (len(result.items) - 1)))

    # the picture: drawn anew only when the result, size or colours change

    def _draw(self, result: LabResult) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._look.colour(Tone.PANEL))
        columns, warned = self._columns(result)
        ground = self._ground()
        painter = QPainter(picture)
        foot = QRect(ground.left(), ground.bottom(), ground.width(), 1)
        painter.fillRect(foot, self._look.colour(Tone.LINE))
        wide = max(2, self._look.px(2))
        for x, mark in sorted(columns.items(), key=_rank):
            self._bar(painter, ground, x, wide, mark)
        for x in warned:
            self._warning(painter, ground, x)
        painter.end()
        return picture

    def _columns(self, result: LabResult) -> tuple[dict[int, _Mark], set[int]]:
        """Of each column of pixels what is most important there."""
        columns: dict[int, _Mark] = {}
        warned: set[int] = set()
        ground, whole = self._ground(), result.recording.duration_s
        last = max(1, len(result.items) - 1)
        left, wide = ground.left() + 0.5, ground.width() - 1
        for item in result.items:  # of which there may be 50,000
            share = item.at_s / whole if whole > 0 else item.index / last
            x = int(left + share * wide)
            mark = mark_of(item)
            had = columns.get(x)
            if had is None or had.rank < mark.rank:
                columns[x] = mark
            if item.warnings:
                warned.add(x)
        return columns, warned

    def _bar(
        self, painter: QPainter, ground: QRect, x: int, wide: int, mark: _Mark
    ) -> None:
        high = round(ground.height() * mark.height)
        colour = self._look.colour(mark.tone)
        bar = QRect(x - wide // 2, ground.bottom() - high + 1, wide, high)
        painter.fillRect(bar, colour)
        if mark is _MARKS[ItemKind.NOISE]:
            self._notch(painter, x, ground.top(), colour, down=True)

    def _warning(self, painter: QPainter, ground: QRect, x: int) -> None:
        top = ground.top() + round(ground.height() * 0.18)
        self._notch(painter, x, top, self._look.colour(Tone.WAITING), down=False)

    def _notch(
        self, painter: QPainter, x: int, top: int, colour: QColor, down: bool
    ) -> None:
        half = self._look.px(3)
        flat, tip = (top, top + 2 * half) if down else (top + 2 * half, top)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        corners = [QPoint(x - half, flat), QPoint(x + half, flat), QPoint(x, tip)]
        painter.drawPolygon(QPolygon(corners))

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        result = self._bench.result
        if result is None:
            painter.fillRect(self.rect(), self._look.colour(Tone.PANEL))
        else:
            if self._picture is None:
                self._picture = self._draw(result)
            painter.drawPixmap(0, 0, self._picture)
            self._paint_stretch(painter, result)
            self._paint_cursor(painter, result)
        if self.hasFocus():
            pen = QPen(self._look.colour(Tone.FOCUS), self._look.px(2))
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_stretch(self, painter: QPainter, result: LabResult) -> None:
        """A bracket: two feet and a bar, so that it is seen without colour."""
        stretch = self._bench.stretch
        if stretch is None:
            return
        ground = self._ground()
        gap = self._look.px(3)
        left = self.x_of(place_of(result, result.items[stretch.first])) - gap
        right = self.x_of(place_of(result, result.items[stretch.last])) + gap
        painter.setPen(QPen(self._look.colour(Tone.TEXT), self._look.px(2)))
        painter.drawLine(left, ground.top(), right, ground.top())
        painter.drawLine(left, ground.top(), left, ground.bottom())
        painter.drawLine(right, ground.top(), right, ground.bottom())

    def _paint_cursor(self, painter: QPainter, result: LabResult) -> None:
        item = self._bench.item()
        whole = result.recording.duration_s
        if whole > 0:
            share = self._bench.at_s / whole
        else:
            share = place_of(result, item) if item is not None else 0.0
        x = self.x_of(share)
        painter.setPen(QPen(self._look.colour(Tone.FOCUS), self._look.px(1)))
        painter.drawLine(x, 0, x, self.height())
        self._notch(painter, x, 0, self._look.colour(Tone.FOCUS), down=True)

    # hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._seek(round(event.position().x()))
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._drag_from = self._bench.index if shift else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag scrubs; with Shift it chooses a stretch."""
        self._seek(round(event.position().x()))
        index = self._bench.index
        if self._drag_from is not None and index is not None:
            first, last = sorted((self._drag_from, index))
            self._bench.set_stretch(Stretch(first, last))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag_from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step, with Shift they take a stretch along."""
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        by = steps.get(event.key())
        if by is None or event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
            return
        before = self._bench.index
        self._bench.step(by)
        now = self._bench.index
        if event.modifiers() and before is not None and now is not None:
            self._bench.set_stretch(grown(self._bench.stretch, before, now))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None

    @Slot(object)
    def _on_shown(self, _shown: Shown) -> None:
        self._picture = None
        self.setAccessibleDescription(self._bench.said)
        self.update()

    @Slot(object)
    def _on_moved(self, _moved: Moved) -> None:
        self.update()

    @Slot(object)
    def _on_stretch(self, _stretch: Stretch | None) -> None:
        self.update()

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        self._picture = None
        self.updateGeometry()
        self.update()


def _rank(column: tuple[int, _Mark]) -> int:
    return column[1].rank


def grown(stretch: Stretch | None, before: int, now: int) -> Stretch:
    """The end of the stretch that the cursor stood at goes along with it."""
    if stretch is None or before not in (stretch.first, stretch.last):
        return Stretch(*sorted((before, now)))
    other = stretch.last if before == stretch.first else stretch.first
    return Stretch(*sorted((other, now)))
