"""One line to type into, which knows whether a person or a record filled it."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, QStringListModel, Qt, Slot
from PySide6.QtGui import QFocusEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QCompleter, QLineEdit

from aliquot.console.domain.incident_types import IncidentType
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.parts import restyle
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Index


class Entry(QLineEdit):
    """``touched`` is True once a person typed here. Records never change it then."""

    def __init__(self, name: str, title: str, *, mono: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        if mono:
            self.setProperty("mono", "true")
        self.touched = False
        self.textEdited.connect(self._typed)

    def offer(self, text: str) -> bool:
        """A record's value: taken only by an empty field nobody typed in."""
        if self.touched or self.text() or not text:
            return False
        self.setText(text)
        self.setCursorPosition(0)
        return True

    def put(self, text: str) -> None:
        """A person's own act by a key; Ctrl+Z takes it back."""
        self.selectAll()
        self.insert(text)
        self.touched = True
        self.textEdited.emit(self.text())

    def follow(self, text: str) -> None:
        """Show what is saved, without counting as typing."""
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def set_wrong(self, reason: str | None) -> None:
        restyle(self, wrong="true" if reason else "false")
        self.setAccessibleDescription(reason or "")
        self.setToolTip(reason or "")

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self.touched = True


class DigitEntry(Entry):
    """Priority: 1 is first, 5 last."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__(name, title, mono=True)
        digits = QRegularExpression("[1-5]?")
        self.setValidator(QRegularExpressionValidator(digits, self))
        self.setMaxLength(1)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)


class _Labels(QCompleter):
    """Completes to the label; the list shows the code beside it."""

    def pathFromIndex(self, index: Index) -> str:  # noqa: N802
        return str(index.data()).partition("  ·  ")[0]

    def splitPath(self, path: str) -> list[str]:  # noqa: N802
        return [path.strip()]


class TypeEntry(Entry):
    """Type of incident, completed from the agency's table while it is typed."""

    resolved = SignalOf[object](object)

    def __init__(self, name: str, title: str, table: TypeTable) -> None:
        super().__init__(name, title)
        self._table = table
        lines = [f"{t.label}  ·  {t.code}" for t in table.types]
        completer = _Labels(self)
        completer.setModel(QStringListModel(lines, completer))
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(8)
        completer.popup().setObjectName("completions")
        completer.popup().setAccessibleName("Types that fit")
        self.setCompleter(completer)
        completer.activated.connect(self._picked)

    def kind(self) -> IncidentType | None:
        return self._table.find(self.text())

    def code(self) -> str:
        """The code, or the text as typed: no call waits for a table."""
        kind = self.kind()
        return kind.code if kind else self.text().strip()

    def settle(self) -> None:
        """Write the label out once it is clear which type is meant."""
        kind = self.kind()
        if kind is not None and self.text() != kind.label:
            self.setText(kind.label)
        self.resolved.emit(kind)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.settle()

    @Slot(str)
    def _picked(self, _text: str) -> None:
        self.touched = True
        self.textEdited.emit(self.text())
        self.resolved.emit(self.kind())
