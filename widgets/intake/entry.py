"""One line to type into, which knows whether a person or a record filled it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from aliquot.console.domain.incident_types import IncidentType
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.intake.suggestions import Suggestion, Suggestions
from aliquot.widgets.parts import restyle
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look


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
    """Priority: 1 is first, 5 last. Anything else is refused in words and kept: it
    may be what was meant for another field."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__(name, title, mono=True)
        self.textChanged.connect(self._check)

    @property
    def problem(self) -> str | None:
        text = self.text().strip()
        if text in _PRIORITIES:
            return None
        return f"Priority is one digit, 1 to 5. “{text}” is kept here and not used."

    @Slot(str)
    def _check(self, _text: str) -> None:
        self.set_wrong(self.problem)


_PRIORITIES = frozenset(("", *"12345"))


class TypeEntry(Entry):
    """Type of incident, completed from the agency's table while it is typed.

    What fits stands in a list under the field, which is a part of the window and no
    window of its own: keys go on working while it is shown. Up and down choose,
    Enter or Tab takes, Esc puts it away.
    """

    resolved = SignalOf[object](object)

    def __init__(self, name: str, title: str, table: TypeTable, look: Look) -> None:
        super().__init__(name, title)
        self._table = table
        self._fits = Suggestions(self, look)
        self.textEdited.connect(self._suggest)
        self._fits.picked.connect(self._picked)

    @property
    def suggested(self) -> tuple[str, ...]:
        return self._fits.shown_lines

    def kind(self) -> IncidentType | None:
        return self._table.find(self.text())

    def code(self) -> str:
        """The code, or the text as typed: no call waits for a table."""
        kind = self.kind()
        return kind.code if kind else self.text().strip()

    def dismiss(self) -> bool:
        """Put the list away; False when none was shown."""
        shown = self._fits.isVisible()
        self._fits.put_away()
        return shown

    def settle(self) -> None:
        """Write the label out once it is clear which type is meant."""
        self._fits.put_away()
        kind = self.kind()
        if kind is not None and self.text() != kind.label:
            self.put(kind.label)
            self._fits.put_away()
        self.resolved.emit(kind)

    def event(self, event: QEvent) -> bool:
        """Tab takes what is marked, and goes on to the next field."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            tab = event.key() == Qt.Key.Key_Tab and not event.modifiers()
            if tab and self._fits.isVisible():
                self._fits.take()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() or not self._fits.handle(event.key()):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.settle()

    @Slot(str)
    def _suggest(self, text: str) -> None:
        self._fits.offer(self._table.fitting(text) if self.hasFocus() else ())

    @Slot(object)
    def _picked(self, picked: object) -> None:
        assert isinstance(picked, Suggestion)
        self.put(picked.label)
        self._fits.put_away()
        self.resolved.emit(self.kind())
