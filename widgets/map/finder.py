"""The search box of the map: what is typed is completed, and candidates stand below.

Up and Down choose, Enter goes there; a second Enter on the same place takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from aliquot.console.domain.geocoding import Candidate, Geocoder
from aliquot.widgets.map.model import MapSpot
from aliquot.widgets.map.search import (
    SOON_MS,
    completions,
    line_of,
    look_up,
    spot_of,
)
from aliquot.widgets.signals import SignalOf


class Finder(QLineEdit):
    """``went`` carries a ``MapSpot``; ``said`` a sentence; ``left``: Esc was pressed."""

    went = SignalOf[MapSpot](object)
    said = SignalOf[str](object)
    left = SignalOf[object](object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mapFinder")
        self.setAccessibleName("Find a place on the map")
        self.setPlaceholderText("Find a place")
        self.setClearButtonEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.places: Callable[[], Geocoder | None] = _no_places
        self.near: Callable[[], tuple[float, float] | None] = _nowhere
        self._found: Sequence[Candidate] = ()
        self.list = QListWidget(parent)
        self.list.setObjectName("completions")
        self.list.setAccessibleName("Places found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.hide()
        self.list.itemClicked.connect(self._clicked)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._complete)
        self.textEdited.connect(self._typed)
        self.returnPressed.connect(self.go)
        parent.installEventFilter(self)

    def forget(self) -> None:
        """The place is not marked any more: its name does not stay either."""
        if not self.hasFocus():
            self.clear()

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self._found = ()
        self._soon.start()

    @Slot()
    def _complete(self) -> None:
        self._offer(completions(self.text(), self.places()))

    @Slot()
    def go(self) -> None:
        """Enter: to the line that is chosen, else to what the text means."""
        self._soon.stop()
        at = self.list.currentRow() if self.list.isVisible() else -1
        if self._found and 0 <= at < len(self._found):
            self._went(spot_of(self._found[at]))
        elif at >= 0:
            self.setText(self.list.item(at).text())
            self._search()
        else:
            self._search()

    def _search(self) -> None:
        if not self.text().strip():
            return
        found = look_up(self.text(), self.places(), self.near())
        if isinstance(found, MapSpot):
            self._went(found)
            return
        self._found = () if isinstance(found, str) else found
        self._offer([line_of(one) for one in self._found])
        if isinstance(found, str):
            self.said.emit(found)
        else:
            self.list.setCurrentRow(0)

    def _went(self, spot: MapSpot) -> None:
        self._offer([])
        self._found = ()
        if spot.text:
            self.setText(spot.text)
        self.went.emit(spot)

    def _offer(self, lines: list[str]) -> None:
        self.list.clear()
        self.list.addItems(lines)
        self.list.setVisible(bool(lines))
        self._place()

    def _place(self) -> None:
        if not self.list.count():
            return
        high = self.list.sizeHintForRow(0) * self.list.count()
        frame = 2 * self.list.frameWidth() + 4
        parent = self.parentWidget()
        assert parent is not None
        corner = self.mapTo(parent, self.rect().bottomLeft())
        wide = min(max(self.width(), 320), parent.width() - corner.x())
        self.list.setGeometry(corner.x(), corner.y() + 2, wide, high + frame)
        self.list.raise_()

    @Slot(QListWidgetItem)
    def _clicked(self, _item: QListWidgetItem) -> None:
        self.go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Esc is the box's own before it is the window's."""
        over = event.type() is QEvent.Type.ShortcutOverride
        if over and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() == Qt.Key.Key_Escape:
            self._offer([])
            self.left.emit(self)
        elif event.key() in steps and self.list.isVisible():
            row = self.list.currentRow() + steps[Qt.Key(event.key())]
            self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
        else:
            super().keyPressEvent(event)


def _no_places() -> Geocoder | None:
    return None


def _nowhere() -> tuple[float, float] | None:
    return None
