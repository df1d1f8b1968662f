"""A list to choose from that may also be typed into."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QSizePolicy,
)

from aliquot.widgets.signals import SignalOf


class FreeBox(QComboBox):
    """Enter says what stands there; the beginning of a name completes it."""

    entered = SignalOf[str](object)

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.entry = QLineEdit()
        self.entry.setPlaceholderText(hint)
        self.setEditable(True)
        self.setLineEdit(self.entry)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        policy = QComboBox.SizeAdjustPolicy
        self.setSizeAdjustPolicy(policy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setAccessibleName(name)
        self.entry.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.view().setAccessibleName(f"{name}: all")

    def set_choices(self, names: Sequence[str], text: str = "") -> None:
        """What is typed completes to the first that begins so: a name that begins
        another one goes before it, or it could not be typed."""
        self.clear()
        self.addItems(begun_first(names))
        self.setCurrentText(text)

    def begin(self) -> None:
        self.setFocus()
        self.entry.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(self.currentText().strip())
        else:
            super().keyPressEvent(event)


def begun_first(names: Sequence[str]) -> list[str]:
    """In their order, but that each stands before all that begin with it."""
    found: dict[str, None] = {}
    for name in names:
        begins = [one for one in names if name.startswith(one)]
        found |= dict.fromkeys(sorted(begins, key=len))
    return list(found)
