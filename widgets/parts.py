"""Small parts that every panel is made of: buttons with keys, labels, rows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from aliquot.widgets.actions import Act, ActionBook, ActState
from aliquot.widgets.theme.look import Look


def label(
    text: str = "",
    *,
    tone: str | None = None,
    size: str | None = None,
    mono: bool = False,
    name: str | None = None,
    wrap: bool = False,
) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if tone:
        made.setProperty("tone", tone)
    if size:
        made.setProperty("step", size)  # "size" is Qt's own
    if mono:
        made.setProperty("mono", "true")
    if name:
        made.setObjectName(name)
    made.setWordWrap(wrap)
    return made


def restyle(widget: QWidget, **properties: str) -> None:
    """Set properties the style sheet looks at, and have it look again."""
    if all(widget.property(k) == v for k, v in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    for part in (widget, *widget.findChildren(QWidget)):
        part.style().unpolish(part)
        part.style().polish(part)


def row(look: Look, *parts: QWidget | int, gap: float = 2) -> QHBoxLayout:
    """Widgets side by side; a number is stretch."""
    made = QHBoxLayout()
    _fill(made, look, parts, gap)
    return made


def column(look: Look, *parts: QWidget | int, gap: float = 1) -> QVBoxLayout:
    made = QVBoxLayout()
    _fill(made, look, parts, gap)
    return made


def _fill(
    layout: QBoxLayout, look: Look, parts: tuple[QWidget | int, ...], gap: float
) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(look.space(gap))
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        else:
            layout.addWidget(part)


class KeyButton(QPushButton):
    """A button that shows its key, and says why when it cannot be used."""

    def __init__(
        self,
        book: ActionBook,
        act: Act,
        look: Look,
        *,
        text: str | None = None,
        main: bool = False,
        flat: bool = False,
    ) -> None:
        super().__init__()
        self._book, self._act, self._look = book, act, look
        self._text = label(text or book.spec(act).short)
        self._key = label(book.key_text(act), name="key")
        if not book.key_text(act):
            self._key.hide()
        self._key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._inner = row(look, self._text, self._key, gap=2)
        self._inner.setContentsMargins(look.space(2), 0, look.space(2), 0)
        self._inner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(self._inner)
        self.setProperty("main", "true" if main else "false")
        self.setProperty("flat", "true" if flat else "false")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{book.spec(act).title}, {book.key_text(act)}")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the field alone
        self.clicked.connect(self._pressed)
        book.state_changed.connect(self._on_state)
        look.changed.connect(self._rescale)
        self._say(book.reason(act))

    def set_text(self, text: str) -> None:
        if text != self._text.text():
            self._text.setText(text)
            self.updateGeometry()

    def set_needs(self, needs: bool) -> None:
        """Amber: something waits for this button."""
        restyle(self, needs="true" if needs else "false")

    def set_chosen(self, chosen: bool) -> None:
        restyle(self, chosen="true" if chosen else "false")

    def sizeHint(self) -> QSize:
        return QSize(
            self._inner.sizeHint().width() + self._look.px(4),
            self._look.px(self._look.tokens.control_px),
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        gap = self._look.space(2)
        self._inner.setContentsMargins(gap, 0, gap, 0)
        self._inner.setSpacing(gap)
        self.updateGeometry()

    @Slot()
    def _pressed(self) -> None:
        self._book.ask(self._act)

    @Slot(object)
    def _on_state(self, state: ActState) -> None:
        if state.act is self._act:
            self._say(state.reason)

    def _say(self, reason: str | None) -> None:
        restyle(self, off="true" if reason else "false")
        self.setToolTip(reason or self._book.spec(self._act).title)
        self.setAccessibleDescription(reason or "")


class Rule(QWidget):
    """A thin line between parts."""

    def __init__(self, vertical: bool = False) -> None:
        super().__init__()
        self.setObjectName("rule")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
