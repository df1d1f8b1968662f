"""The map's bar: a place to search, and buttons that show the key that does the same."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

GAP = 4
FIND_LEAST, FIND_ROOM = 8, 18  # letters in the search box


class MapButton(QPushButton):
    """It takes no focus: whoever has only keys needs none of it."""

    def __init__(self, text: str, key: str = "") -> None:
        super().__init__()
        self._word = QLabel(text)
        self._key = QLabel()
        self._key.setObjectName("key")
        for part in (self._word, self._key):
            part.setTextFormat(Qt.TextFormat.PlainText)
        self._inner = QHBoxLayout(self)
        self._inner.addWidget(self._word)
        self._inner.addWidget(self._key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("flat", "true")
        self.toggled.connect(self._turned)
        self.key_is(key)

    @property
    def key(self) -> str:
        return self._key.text()

    def key_is(self, key: str) -> None:
        """Empty: it has none."""
        word = self._word.text()
        self._key.setText(key)
        self.show_key(True)
        self.setToolTip(f"{word} ({key})" if key else word)
        self.setAccessibleName(f"{word}, {key}" if key else word)
        self._space()

    def show_key(self, shown: bool) -> None:
        """Where there is little room the words stand alone."""
        wanted = shown and bool(self.key)
        if wanted == self._key.isHidden():
            self._key.setVisible(wanted)
            self.updateGeometry()

    def across(self, keyed: bool) -> int:
        """Width in pixels with its key, or without."""
        edges = self._inner.contentsMargins()
        wide = edges.left() + self._word.sizeHint().width() + edges.right()
        if keyed and self.key:
            wide += self._inner.spacing() + self._key.sizeHint().width()
        return wide

    def sizeHint(self) -> QSize:
        wide = self.across(not self._key.isHidden())
        return QSize(wide, self._inner.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._space()

    def _space(self) -> None:
        """Room round the words grows with them."""
        gap = self.fontMetrics().height() // 3
        self._inner.setContentsMargins(gap * 2, gap, gap * 2, gap)
        self._inner.setSpacing(gap)
        self.updateGeometry()

    @Slot(bool)
    def _turned(self, on: bool) -> None:
        self.setProperty("chosen", "true" if on else "false")
        self.style().unpolish(self)
        self.style().polish(self)


class MapBar(QWidget):
    """Keys stand on it where they fit; they never make the map's dock wider."""

    def __init__(self, finder: QLineEdit, buttons: Sequence[MapButton]) -> None:
        super().__init__()
        self._finder, self._buttons = finder, buttons
        self.find_key = QLabel()
        self.find_key.setObjectName("key")
        self.find_key.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(GAP)
        row.addWidget(finder, 1)
        row.addWidget(self.find_key, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in buttons:
            row.addWidget(button)
        self.fit()

    def fit(self) -> None:
        """Show the keys if there is room for all of them; the least width is without."""
        letter = self._finder.fontMetrics().averageCharWidth()
        gaps = GAP * (len(self._buttons) + 2)
        bare = gaps + FIND_LEAST * letter + self._across(False)
        full = gaps + FIND_ROOM * letter + self._across(True)
        keyed = self.width() >= full + self.find_key.sizeHint().width()
        for button in self._buttons:
            button.show_key(keyed)
        self.find_key.setVisible(keyed and bool(self.find_key.text()))
        self._finder.setMinimumWidth(FIND_LEAST * letter)
        self.setMinimumWidth(bare)

    def _across(self, keyed: bool) -> int:
        return sum(button.across(keyed) for button in self._buttons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)
