"""The recording as a strip of frames: what came when, the cursor, a stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygon,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from aliquot.console.domain.lab_result import LabResult, StripItem
from aliquot.widgets.lab.bench import Bench, Moved, Shown, Stretch
from aliquot.widgets.lab.zoom import FACTOR, STEP, Part
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

if TYPE_CHECKING:
    from aliquot.widgets.lab.outline import Outline


@dataclass(frozen=True, slots=True)
class _Mark:
    """How one item stands in the strip: share of the height, from the bottom."""

    tone: Tone
    height: float


# By the code of an outline: what is higher there is drawn over the lower.
_MARKS = {
    1: _Mark(Tone.MUTED, 0.15),
    2: _Mark(Tone.MUTED, 0.25),
    3: _Mark(Tone.PENDING, 0.45),
    4: _Mark(Tone.TEXT, 0.55),
    5: _Mark(Tone.AVAILABLE, 0.62),
    6: _Mark(Tone.DANGER, 1.0),
}
_NOISE = 6
_TURN = 120  # of a wheel, in Qt's eighths of a degree


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
        bench.zoom.changed.connect(self._on_zoom)
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

    def x_of(self, place: float) -> int:
        """Of a place along the recording; outside the widget where it is not seen."""
        ground, part = self._ground(), self._bench.zoom.part
        share = (place - part.begin) / part.width
        return ground.left() + round(min(2.0, max(-1.0, share)) * (ground.width() - 1))

    def place_at(self, x: int) -> float:
        ground, part = self._ground(), self._bench.zoom.part
        share = (x - ground.left()) / max(1, ground.width() - 1)
        return part.begin + min(1.0, max(0.0, share)) * part.width

    # the picture: drawn anew only when the result, part, size or colours change

    def _draw(self, outline: Outline) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._look.colour(Tone.PANEL))
        ground, part = self._ground(), self._bench.zoom.part
        columns = outline.columns(part.begin, part.end, max(1, ground.width()))
        painter = QPainter(picture)
        foot = QRect(ground.left(), ground.bottom(), ground.width(), 1)
        painter.fillRect(foot, self._look.colour(Tone.LINE))
        painter.setPen(Qt.PenStyle.NoPen)
        for code, mark in _MARKS.items():
            self._bars(
                painter, ground, mark, [x for x, c in columns.codes if c == code]
            )
        noise = [x for x, code in columns.codes if code == _NOISE]
        self._notches(painter, noise, ground.top(), Tone.DANGER, down=True)
        top = ground.top() + round(ground.height() * 0.18)
        self._notches(painter, columns.warned, top, Tone.WAITING, down=False)
        painter.end()
        return picture

    def _bars(
        self, painter: QPainter, ground: QRect, mark: _Mark, columns: Sequence[int]
    ) -> None:
        wide = max(2, self._look.px(2))
        high = round(ground.height() * mark.height)
        left, top = ground.left() - wide // 2, ground.bottom() - high + 1
        painter.setBrush(self._look.colour(mark.tone))
        painter.drawRects([QRect(left + x, top, wide, high) for x in columns])

    def _notches(
        self,
        painter: QPainter,
        columns: Sequence[int],
        top: int,
        tone: Tone,
        down: bool,
    ) -> None:
        """One after the other; what would lie on the one before is not drawn."""
        least, last = 2 * self._look.px(3), -self.width()
        left = self._ground().left()
        for x in columns:
            if x - last >= least:
                last = x
                self._notch(painter, left + x, top, tone, down)

    def _notch(
        self, painter: QPainter, x: int, top: int, tone: Tone, down: bool
    ) -> None:
        half = self._look.px(3)
        flat, tip = (top, top + 2 * half) if down else (top + 2 * half, top)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(tone))
        corners = [QPoint(x - half, flat), QPoint(x + half, flat), QPoint(x, tip)]
        painter.drawPolygon(QPolygon(corners))

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        result, outline = self._bench.result, self._bench.outline
        if result is None or outline is None:
            painter.fillRect(self.rect(), self._look.colour(Tone.PANEL))
        else:
            if self._picture is None:
                self._picture = self._draw(outline)
            painter.drawPixmap(0, 0, self._picture)
            self._paint_stretch(painter, result)
            self._paint_cursor(painter)
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

    def _paint_cursor(self, painter: QPainter) -> None:
        x = self.x_of(self._bench.place)
        painter.setPen(QPen(self._look.colour(Tone.FOCUS), self._look.px(1)))
        painter.drawLine(x, 0, x, self.height())
        self._notch(painter, x, 0, Tone.FOCUS, down=True)

    # hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._bench.seek_place(self.place_at(round(event.position().x())))
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._drag_from = self._bench.index if shift else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag scrubs; with Shift it chooses a stretch."""
        self._bench.seek_place(self.place_at(round(event.position().x())))
        index = self._bench.index
        if self._drag_from is not None and index is not None:
            first, last = sorted((self._drag_from, index))
            self._bench.set_stretch(Stretch(first, last))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag_from = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Closer and wider where the mouse is; with Shift, or sideways, along."""
        turn = event.angleDelta()
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        along = turn.x() or (turn.y() if shift else 0)
        if along:
            self._bench.zoom.move(-STEP * along / _TURN)
        elif turn.y():
            at = self.place_at(round(event.position().x()))
            self._bench.zoom.scale(FACTOR ** (-turn.y() / _TURN), at)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step, with Shift they take a stretch along; Up and Down go
        closer and wider."""
        zooms: dict[int, float] = {Qt.Key.Key_Up: 1 / FACTOR, Qt.Key.Key_Down: FACTOR}
        if event.key() in zooms and not event.modifiers():
            self._bench.zoom.scale(zooms[event.key()], self._bench.place)
            return
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
    def _on_zoom(self, _part: Part) -> None:
        self._picture = None
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


def grown(stretch: Stretch | None, before: int, now: int) -> Stretch:
    """The end of the stretch that the cursor stood at goes along with it."""
    if stretch is None or before not in (stretch.first, stretch.last):
        return Stretch(*sorted((before, now)))
    other = stretch.last if before == stretch.first else stretch.first
    return Stretch(*sorted((other, now)))
