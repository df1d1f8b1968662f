"""What is said of a place, over the foot of the map, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from aliquot.widgets.map.button import MapButton

LEAST_SHARE = 0.4  # of the width, for words that stand beside the buttons


class MapFoot(QWidget):
    """Words and two buttons: beside each other, or where that leaves too little room
    for the words, these in a line of their own."""

    def __init__(self, parent: QWidget, take: MapButton, start: MapButton) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = QLabel()
        self.words.setObjectName("mapWords")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self._buttons = (take, start)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(6, 2, 2, 2)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        for column, button in enumerate(self._buttons, 1):
            self._grid.addWidget(button, 1, column)
        self._stacked = False
        self._put()
        self.hide()

    def _put(self) -> None:
        row = 0 if self._stacked else 1
        self._grid.addWidget(self.words, row, 0, 1, 3 if self._stacked else 1)

    def high(self, wide: int) -> int:
        """Pixels of height that it needs at such a width."""
        shown = [button for button in self._buttons if not button.isHidden()]
        beside = wide - sum(button.sizeHint().width() + 6 for button in shown)
        stacked = bool(shown) and beside < LEAST_SHARE * wide
        if stacked is not self._stacked:
            self._stacked = stacked
            self._put()
        return max(self.heightForWidth(wide), 0)
