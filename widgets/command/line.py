"""The command line, and the message line beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.announce import announce
from aliquot.widgets.command import grammar
from aliquot.widgets.command.where import PlaceList
from aliquot.widgets.elided import SentenceLabel
from aliquot.widgets.parts import KeyButton, restyle
from aliquot.widgets.pointing import PlacePointed
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look


@dataclass(frozen=True, slots=True)
class LineTyped:
    order: grammar.Order


class CommandEntry(QLineEdit):
    """Tab completes while there is something to complete, else it goes on."""

    def __init__(self, known: Callable[[], grammar.Known]) -> None:
        super().__init__()
        self._known = known
        self._round: tuple[str, ...] = ()
        self._at = 0
        self.past: list[str] = []
        self._back = 0
        self.setProperty("mono", "true")
        self.setAccessibleName("Command line")
        self.setPlaceholderText("d 2a14 142")

    def event(self, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Tab
            and not event.modifiers()
            and self._complete()
        ):
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A begun order is gone on with: Qt would select it when a key brings the
        focus, and the next letter would replace it."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.go_on()

    def go_on(self) -> None:
        self.deselect()
        self.end(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._recall(1 if event.key() == Qt.Key.Key_Up else -1)
            return
        self._round = ()
        super().keyPressEvent(event)

    def remember(self, text: str) -> None:
        self.past.append(text)
        del self.past[:-50]
        self._back = 0

    def _complete(self) -> bool:
        if not self.text():
            return False
        if not self._round:
            self._round = grammar.completions(self.text(), self._known())
            self._at = 0
        if not self._round:
            return False
        self.setText(self._round[self._at % len(self._round)])
        self._at += 1
        self.textEdited.emit(self.text())
        if len(self._round) == 1:
            self._round = ()
        return True

    def _recall(self, step: int) -> None:
        self._back = min(max(self._back + step, 0), len(self.past))
        self.setText(self.past[-self._back] if self._back else "")


MESSAGE = "Message: none yet"


class CommandLine(QWidget):
    """Errors stand beside what was typed, and what was typed stays.

    ``place_wanted``: a place was typed and found; where the map is shows it.
    """

    typed = SignalOf[LineTyped](object)
    place_wanted = SignalOf[PlacePointed](object)

    def __init__(
        self, book: ActionBook, look: Look, known: Callable[[], grammar.Known]
    ) -> None:
        super().__init__()
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._known = known
        self._preset = ""  # what a key began, not a person
        self._refused = ""  # what was entered and could not be done
        self._before: QWidget | None = None
        self.entry = CommandEntry(known)
        self.where = PlaceList(self.entry, self)
        self.where.said.connect(self._where_said)
        self.where.chosen.connect(self._place_chosen)
        self.message = SentenceLabel()
        self.message.setAccessibleName(MESSAGE)
        box = QHBoxLayout(self)
        gap = look.space()
        box.setContentsMargins(gap * 2, 0, gap * 2, 0)
        box.setSpacing(gap * 2)
        box.addWidget(KeyButton(book, Act.COMMAND, look, flat=True))
        box.addWidget(self.entry, 3)
        box.addWidget(self.message, 4)
        box.addWidget(KeyButton(book, Act.PALETTE, look, flat=True))
        box.addWidget(KeyButton(book, Act.KEYS, look, flat=True))
        self._look = look
        look.changed.connect(self._rescale)
        self._rescale(None)
        self.entry.returnPressed.connect(self._entered)
        self.entry.textEdited.connect(self._edited)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        high = self._look.px(self._look.tokens.control_px) + 2 * self._look.space()
        self.setFixedHeight(high + self._look.px(2))

    def say(self, text: str, bad: bool = False) -> None:
        """What a key or a command did. Stays until the next."""
        restyle(self.message, tone="danger" if bad else "text")
        self.message.setText(text)
        self.message.setToolTip(text)
        self.message.setAccessibleName(text or MESSAGE)
        announce(self.message, text, urgent=bad)

    def begin(self, text: str = "") -> None:
        """Go there, with the beginning of a command when a key asked for one."""
        if text:
            self._keep_typed()
            self._preset = text
            self.entry.setText(text)
            self._edited(text)
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self.entry.go_on()
        if not text and (self._untouched or self._is_refused):
            self.entry.selectAll()  # what is typed now is another command

    def drop_preset(self) -> None:
        """Esc: a beginning that nobody typed on goes; what was typed stays."""
        if self._untouched:
            self.entry.clear()
            self.say("")
        self._preset = ""

    def go_back(self) -> bool:
        """Give the focus back to where it was; False when that is gone."""
        before = self._before
        there = before is not None and shiboken6.isValid(before) and before.isVisible()
        if there and before is not None:
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        return there

    @property
    def _untouched(self) -> bool:
        return bool(self._preset) and self.entry.text() == self._preset

    @property
    def _is_refused(self) -> bool:
        return bool(self._refused) and self.entry.text() == self._refused

    def _refuse(self, why: str) -> None:
        """It stays to be mended; for who comes back for another it lies among the
        earlier ones."""
        text = self.entry.text()
        if self.entry.past[-1:] != [text]:
            self.entry.remember(text)
        self._refused = text
        self.say(why, bad=True)

    def _keep_typed(self) -> None:
        """The key of a command does not throw away another one, half typed."""
        if self.entry.text().strip() and not self._untouched:
            self.entry.remember(self.entry.text())

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is self.entry and old is not None and not self.isAncestorOf(old):
            self._before = old

    @Slot()
    def _entered(self) -> None:
        text = self.entry.text()
        order = grammar.parse(text, self._known())
        if isinstance(order, grammar.Wrong):
            self._refuse(order.text)
            return
        if isinstance(order, grammar.Where):
            self.where.ask(order.text)
            return
        self._done(text)
        self.typed.emit(LineTyped(order))

    def _done(self, text: str) -> None:
        self.entry.remember(text)
        self.entry.clear()
        self._preset = ""
        self.say("")
        self.go_back()  # before the command: it may have a place of its own to go to

    @Slot(object)
    def _place_chosen(self, place: PlacePointed) -> None:
        self._done(f"w {place.text or self.entry.text()[2:].strip()}")
        self.place_wanted.emit(place)

    @Slot(object)
    def _where_said(self, text: str) -> None:
        self._refuse(text)

    @Slot(str)
    def _edited(self, text: str) -> None:
        self.where.typed(text)
        usage = grammar.usage(text)
        more = grammar.completions(text, self._known())[:4]
        head = grammar.head_of(text)
        hint = ", ".join(m[len(head) :].strip() for m in more)
        parts = [usage, f"Tab: {hint}" if hint and text else ""]
        self.say("   ".join(p for p in parts if p))
