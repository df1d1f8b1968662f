"""The whole recording on a narrow band: where its faults are, and which part is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from aliquot.widgets.lab.bench import Bench, Moved, Shown
from aliquot.widgets.lab.zoom import Part
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

if TYPE_CHECKING:
    from aliquot.widgets.lab.outline import Outline

_HIGH = 14  # at 100 %


class Minimap(QWidget):
    """Faults reach over its whole height; all else is a line below. A click goes
    there, a drag takes the seen part along."""

    def __init__(self, bench: Bench, look: Look) -> None:
        super().__init__()
        self._bench, self._look = bench, look
        self._picture: QPixmap | None = None
        self.setAccessibleName("Whole recording with its faults")
        self.setToolTip("The whole recording: red where something is lost or damaged")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the lab's keys do all it does
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Fixed)
        bench.shown.connect(self._on_shown)
        bench.moved.connect(self._on_moved)
        bench.zoom.changed.connect(self._on_zoom)
        look.changed.connect(self._on_look)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(400), self._look.px(_HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self._look.px(_HIGH))

    def _ground(self) -> QRect:
        ring = self._look.px(4)  # as the strip above has it
        return self.rect().adjusted(ring, 1, -ring, -1)

    def x_of(self, place: float) -> int:
        ground = self._ground()
        return ground.left() + round(place * (ground.width() - 1))

    def place_at(self, x: int) -> float:
        ground = self._ground()
        return min(1.0, max(0.0, (x - ground.left()) / max(1, ground.width() - 1)))

    def _draw(self, outline: Outline) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._look.colour(Tone.PANEL))
        ground = self._ground()
        columns = outline.columns(0.0, 1.0, max(1, ground.width()))
        painter = QPainter(picture)
        painter.setPen(Qt.PenStyle.NoPen)
        thin, left = self._look.px(3), ground.left()
        painter.setBrush(self._look.colour(Tone.MUTED))
        foot = ground.bottom() - thin + 1
        painter.drawRects([QRect(left + x, foot, 1, thin) for x, _ in columns.codes])
        painter.setBrush(self._look.colour(Tone.DANGER))
        wide, high = max(2, self._look.px(2)), ground.height()
        top = ground.top()
        painter.drawRects([QRect(left + x, top, wide, high) for x in columns.faults])
        painter.end()
        return picture

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        outline = self._bench.outline
        if outline is None:
            painter.fillRect(self.rect(), self._look.colour(Tone.PANEL))
            painter.end()
            return
        if self._picture is None:
            self._picture = self._draw(outline)
        painter.drawPixmap(0, 0, self._picture)
        part, thick = self._bench.zoom.part, self._look.px(2)
        left, right = self.x_of(part.begin), self.x_of(part.end)
        frame = QRect(left, 0, max(right - left, 2 * thick), self.height())
        inside = thick // 2
        painter.setPen(QPen(self._look.colour(Tone.TEXT), thick))
        painter.drawRect(frame.adjusted(inside, inside, -inside - 1, -inside - 1))
        painter.setPen(QPen(self._look.colour(Tone.FOCUS), self._look.px(1)))
        x = self.x_of(self._bench.place)
        painter.drawLine(x, 0, x, self.height())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        place = self.place_at(round(event.position().x()))
        zoom = self._bench.zoom
        zoom.set(zoom.part.around(place))
        self._bench.seek_place(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None

    @Slot(object)
    def _on_shown(self, _shown: Shown) -> None:
        self._picture = None
        self.update()

    @Slot(object)
    def _on_moved(self, _moved: Moved) -> None:
        self.update()

    @Slot(object)
    def _on_zoom(self, _part: Part) -> None:
        self.update()

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        self._picture = None
        self.updateGeometry()
        self.update()
