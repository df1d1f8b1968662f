"""The list over the command line while a place is typed: ``w 212 elm``.

Up and Down choose, Tab takes what is chosen into the line, Enter goes there, Esc puts
the list away. The line keeps the focus; without the list its keys are as always.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from aliquot.console.domain.geocoding import Candidate, Geocoder
from aliquot.widgets.command.grammar import place_typed
from aliquot.widgets.map.model import MapSpot
from aliquot.widgets.map.search import (
    SOON_MS,
    completions,
    line_of,
    look_up,
    spot_of,
)
from aliquot.widgets.pointing import PlacePointed
from aliquot.widgets.signals import SignalOf

NO_MAP = "There is no map in this window, so no place can be shown."
LEAST_PX = 320
_STEPS: dict[int, int] = {Qt.Key.Key_Up.value: -1, Qt.Key.Key_Down.value: 1}


class PlaceList(QObject):
    """``places`` and ``near`` are given by whoever has the map; without them there is
    none. ``chosen`` carries the place, ``said`` why there is none."""

    chosen = SignalOf[PlacePointed](object)
    said = SignalOf[str](object)

    def __init__(self, entry: QLineEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        self.places: Callable[[], Geocoder | None] | None = None
        self.near: Callable[[], tuple[float, float] | None] = _nowhere
        self._found: Sequence[Candidate] = ()
        self._list: QListWidget | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._complete)
        entry.installEventFilter(self)

    @property
    def shown(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def lines(self) -> list[str]:
        """What can be chosen now."""
        found = self._list
        if found is None or not self.shown:
            return []
        return [found.item(row).text() for row in range(found.count())]

    def typed(self, text: str) -> None:
        """The line reads otherwise now."""
        self._found = ()
        if place_typed(text) is None:
            self.hide()
        else:
            self._soon.start()

    def ask(self, text: str) -> None:
        """Enter: to the line that is chosen, else to what the text means."""
        self._soon.stop()
        if self.places is None:
            self.said.emit(NO_MAP)
            return
        row = self._list.currentRow() if self._list is not None and self.shown else -1
        if 0 <= row < len(self._found):
            self._choose(spot_of(self._found[row]))
            return
        if row >= 0:
            text = self.lines()[row]
            self._entry.setText(f"w {text}")
        found = look_up(text, self.places(), self.near())
        if isinstance(found, MapSpot):
            self._choose(found)
        elif isinstance(found, str):
            self.hide()
            self.said.emit(found)
        else:
            self._found = found
            self._offer([line_of(one) for one in found], chosen=0)

    def hide(self) -> None:
        self._soon.stop()
        if self._list is not None:
            self._list.hide()

    def _choose(self, spot: MapSpot) -> None:
        self.hide()
        self._found = ()
        self.chosen.emit(PlacePointed(spot.latitude, spot.longitude, spot.text))

    @Slot()
    def _complete(self) -> None:
        text = place_typed(self._entry.text())
        if text is None or self.places is None or not self._entry.hasFocus():
            self.hide()
            return
        self._offer(completions(text, self.places()), chosen=-1)

    def _offer(self, lines: list[str], chosen: int) -> None:
        if not lines:
            self.hide()
            return
        shown = self._list or self._made()
        shown.clear()
        shown.addItems(lines)
        shown.setCurrentRow(chosen)
        self._place(shown)
        shown.show()
        shown.raise_()

    def _made(self) -> QListWidget:
        """Only now: before, the line stood in no window."""
        made = QListWidget(self._entry.window())
        made.setObjectName("completions")
        made.setAccessibleName("Places for the command line")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setUniformItemSizes(True)
        made.itemClicked.connect(self._clicked)
        made.hide()
        self._entry.window().installEventFilter(self)
        self._list = made
        return made

    def _place(self, shown: QListWidget) -> None:
        """Above the line, which stays in sight."""
        window = self._entry.window()
        corner = self._entry.mapTo(window, QPoint(0, 0))
        row, frame = shown.sizeHintForRow(0), 2 * shown.frameWidth() + 4
        high = min(row * shown.count() + frame, corner.y())
        wide = max(
            self._entry.width(), LEAST_PX, shown.sizeHintForColumn(0) + 4 * frame
        )
        wide = min(wide, window.width() - corner.x())
        shown.setGeometry(corner.x(), corner.y() - high, wide, high)

    @Slot(QListWidgetItem)
    def _clicked(self, _item: QListWidgetItem) -> None:
        self.ask(place_typed(self._entry.text()) or "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.shown:
            return False
        kind = event.type()
        if watched is not self._entry:
            if kind == QEvent.Type.Resize:
                self.hide()
        elif kind == QEvent.Type.FocusOut:
            self.hide()
        elif isinstance(event, QKeyEvent):
            if (
                kind == QEvent.Type.ShortcutOverride
                and event.key() == Qt.Key.Key_Escape
            ):
                event.accept()  # else the window's own Esc would leave the line
                return True
            return kind == QEvent.Type.KeyPress and self._pressed(event)
        return False

    def _pressed(self, event: QKeyEvent) -> bool:
        shown = self._list
        if shown is None:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in _STEPS:
            row = shown.currentRow() + _STEPS[event.key()]
            shown.setCurrentRow(max(0, min(row, shown.count() - 1)))
        elif event.key() == Qt.Key.Key_Tab and not self._found:
            item = shown.item(max(shown.currentRow(), 0))
            self._entry.setText(f"w {item.text()}")
            self._soon.start()
        else:
            return False
        return True


def _nowhere() -> tuple[float, float] | None:
    return None
