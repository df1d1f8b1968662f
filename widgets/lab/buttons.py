"""A button of the lab with its key on it. Keys of the lab itself are no window keys:
they act only where nothing is typed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy

from aliquot.widgets.parts import label, restyle, row
from aliquot.widgets.theme.look import Look


class PlainButton(QPushButton):
    """Words, and behind them the key that does the same."""

    def __init__(self, look: Look, text: str, key: str = "", name: str = "") -> None:
        super().__init__()
        self._look, self._name, self._key_text = look, name, key
        self._text = label(text)
        self._key = label(key, name="key")
        if not key:
            self._key.hide()
        self._inner = row(look, self._text, self._key, gap=2)
        self._inner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(self._inner)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        look.changed.connect(self._rescale)
        self._rescale(None)
        self._say()

    def set_text(self, text: str) -> None:
        self._text.setText(text)
        self._say()
        self.updateGeometry()

    def set_why_not(self, reason: str | None) -> None:
        """Greyed with the reason; it still answers."""
        restyle(self, off="true" if reason else "false")
        self.setToolTip(reason or "")
        self.setAccessibleDescription(reason or "")

    def _say(self) -> None:
        said = self._name or self._text.text()
        self.setAccessibleName(f"{said}, {self._key_text}" if self._key_text else said)

    def sizeHint(self) -> QSize:
        wide = self._inner.sizeHint().width() + self._look.px(4)
        return QSize(wide, self._look.px(self._look.tokens.control_px))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        gap = self._look.space(2)
        self._inner.setContentsMargins(gap, 0, gap, 0)
        self._inner.setSpacing(gap)
        self.updateGeometry()
