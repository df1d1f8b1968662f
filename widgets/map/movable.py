"""Moving the view by hand: methods for the window's keys, and keys of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from aliquot.widgets.map.bridge import Command
from aliquot.widgets.map.model import Look

PAN_SHARE = 0.25  # of the view's width or height
RING = 2  # pixels


class MovableView(QWidget):
    """A view that is entered by Tab only, shows that by a ring, and moves by keys.

    A click on it leaves the focus where it is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleDescription("Arrows move, plus and minus zoom, N next call")

    def run(self, command: Command) -> None:
        """Carry out one movement."""
        raise NotImplementedError

    def ring_colour(self) -> str:
        """Colour of the focus ring, ``#rrggbb``."""
        raise NotImplementedError

    @Slot()
    def next_call(self) -> None:
        """Choose the next call."""
        raise NotImplementedError

    @Slot()
    def fit(self) -> None:
        """Show all calls; without calls, all of the base map."""
        self.run(Command("fit"))

    def reveal_region(self) -> None:
        """Bring the region into sight."""
        self.run(Command("region"))

    def look_at(self, look: Look) -> None:
        """Go to a place."""
        self.run(
            Command(
                "look",
                latitude=look.latitude,
                longitude=look.longitude,
                zoom=look.zoom,
            )
        )

    @Slot()
    def zoom_in(self) -> None:
        self.run(Command("zoom", by=1))

    @Slot()
    def zoom_out(self) -> None:
        self.run(Command("zoom", by=-1))

    @Slot()
    def pan_left(self) -> None:
        self.run(Command("pan", x=-PAN_SHARE))

    @Slot()
    def pan_right(self) -> None:
        self.run(Command("pan", x=PAN_SHARE))

    @Slot()
    def pan_up(self) -> None:
        self.run(Command("pan", y=-PAN_SHARE))

    @Slot()
    def pan_down(self) -> None:
        self.run(Command("pan", y=PAN_SHARE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ring of the focus, in the margin around the map."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(self.ring_colour()), RING))
            half = RING // 2
            painter.drawRect(self.rect().adjusted(half, half, -half, -half))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys while the map was tabbed into; all other keys go on to the window."""
        keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Left: self.pan_left,
            Qt.Key.Key_Right: self.pan_right,
            Qt.Key.Key_Up: self.pan_up,
            Qt.Key.Key_Down: self.pan_down,
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_Home: self.fit,
            Qt.Key.Key_N: self.next_call,
        }
        act = keys.get(event.key())
        if act is None:
            super().keyPressEvent(event)
        else:
            act()
