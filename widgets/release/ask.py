"""A question in line: a password or a choice, where the answer will stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from aliquot.widgets.parts import label, restyle, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look


class Want(Enum):
    PASSWORD = "password"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Answered:
    """Enter was pressed; ``value`` is the password or the code that was chosen."""

    value: str


@dataclass(frozen=True, slots=True)
class Turned:
    """Another choice is shown, not taken yet."""

    value: str


class Choice(QComboBox):
    """Arrows change it, Enter takes it, the wheel only where the focus is."""

    taken = SignalOf[Answered](object)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(12)
        adjust = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(adjust)
        self.view().setAccessibleName("Choices")

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """(code, words) of each; the first is shown."""
        self.blockSignals(True)
        self.clear()
        for code, said in choices:
            self.addItem(said, code)
        self.setCurrentIndex(0 if choices else -1)
        self.blockSignals(False)

    @property
    def code(self) -> str:
        return str(self.currentData() or "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit(Answered(self.code))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Ask(QWidget):
    """The password is gone from here with Enter, with Esc, and with the next line."""

    answered = SignalOf[Answered](object)
    turned = SignalOf[Turned](object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._prompt = label()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password of your key")
        self.choice = Choice()
        self.choice.setAccessibleName("Reason")
        self._hint = label(tone="muted")
        box = row(look, self._prompt, self.password, self.choice, self._hint)
        box.setStretch(1, 1)
        box.setStretch(2, 2)
        self.setLayout(box)
        self._look = look
        look.changed.connect(self._rescale)
        self._rescale(None)
        self._want: Want | None = None
        self._kept = True
        self._instead: QWidget | None = None
        self.password.returnPressed.connect(self._entered)
        self.choice.taken.connect(self._chosen)
        self.choice.currentIndexChanged.connect(self._turned)
        self.close_ask()

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        control = self._look.px(self._look.tokens.control_px)
        self.setMinimumHeight(control + self._look.space())

    def keep_room(self, kept: bool) -> None:
        """Whether its line stays free while nothing is asked."""
        self._kept = kept
        self._show()

    def stand_in_for(self, other: QWidget | None) -> None:
        """What is put away while something is asked, None: nothing."""
        if self._instead is not None:
            self._instead.show()
        self._instead = other
        self._show()

    def _show(self) -> None:
        asking = self._want is not None
        self.setVisible(asking or self._kept)
        if self._instead is not None:
            self._instead.setVisible(not asking)

    @property
    def want(self) -> Want | None:
        return self._want

    @property
    def hint(self) -> str:
        return self._hint.text()

    def ask_password(self, prompt: str, hint: str) -> None:
        self._begin(Want.PASSWORD, prompt, hint)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_choice(
        self, prompt: str, choices: Sequence[tuple[str, str]], hint: str, name: str
    ) -> None:
        self.choice.offer(choices)
        self.choice.setAccessibleName(name)
        self._begin(Want.CHOICE, prompt, hint)
        self.choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_ask(self) -> None:
        self._want = None
        self.password.clear()
        for part in (self._prompt, self.password, self.choice, self._hint):
            part.hide()
        self._show()

    def has_focus(self) -> bool:
        return self.password.hasFocus() or self.choice.hasFocus()

    def mark_wrong(self, wrong: bool) -> None:
        restyle(self.password, wrong="true" if wrong else "false")

    def _begin(self, want: Want, prompt: str, hint: str) -> None:
        self._want = want
        self.password.clear()
        self.mark_wrong(False)
        self._prompt.setText(prompt)
        self._hint.setText(hint)
        self._prompt.show()
        self._hint.show()
        self._show()
        self.password.setVisible(want is Want.PASSWORD)
        self.choice.setVisible(want is Want.CHOICE)

    @Slot()
    def _entered(self) -> None:
        typed = self.password.text()
        self.password.clear()
        self.answered.emit(Answered(typed))

    @Slot(object)
    def _chosen(self, answered: Answered) -> None:
        self.answered.emit(answered)

    @Slot(int)
    def _turned(self, _index: int) -> None:
        self.turned.emit(Turned(self.choice.code))
