"""A question of the lab, asked in line: which file. Enter answers, Esc leaves it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QStringListModel, Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QFileDialog,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.parts import label, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look

MOST_NAMES = 400
MOST_SHOWN = 8


class Question(Enum):
    """The value says what is asked."""

    OPEN = "Open which recording?"
    LAYOUT = "Save the layout as"
    CASE = "Save the stretch as a case in folder"
    REPORT = "Write the report as"


@dataclass(frozen=True, slots=True)
class Answer:
    question: Question
    text: str


def completions(typed: str) -> list[str]:
    """Files and folders that go on from what was typed; recordings first."""
    folder, _, begun = typed.rpartition("/")
    place = Path(folder + "/" if folder or typed.startswith("/") else ".").expanduser()
    try:
        with os.scandir(place) as entries:
            found = [(e.name, e.is_dir()) for e in entries]
    except OSError:
        return []
    head = f"{folder}/" if "/" in typed else ""
    names = sorted(
        (not (is_dir or name.endswith(".rec")), name, is_dir)
        for name, is_dir in found
        if name.startswith(begun) and (begun or not name.startswith("."))
    )
    return [f"{head}{n}{'/' if d else ''}" for _, n, d in names[:MOST_NAMES]]


class AskRow(QWidget):
    """Hidden until something is asked. It stands where the answer will be said."""

    answered = SignalOf[Answer](object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.question: Question | None = None
        self._before: QWidget | None = None
        self._label = label()
        self.entry = QLineEdit()
        self.entry.setAccessibleName("Path")
        self.entry.setProperty("mono", "true")
        policy = QSizePolicy.Policy
        self.entry.setSizePolicy(policy.Expanding, policy.Fixed)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.entry.setCompleter(completer)
        self.fits = label(tone="muted", wrap=True)
        self.fits.setAccessibleName("Files that fit")
        self.browse = PlainButton(look, "Look for it…", name="Look for a file")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        box.addLayout(row(look, self._label, self.entry, self.browse))
        box.addWidget(self.fits)
        self.entry.returnPressed.connect(self._enter)
        self.entry.textEdited.connect(self._edited)
        self.browse.clicked.connect(self._browse)
        self.hide()

    def ask(self, question: Question, text: str, before: QWidget | None) -> None:
        """``before`` gets the focus back."""
        if self.question is None:
            self._before = before
        self.question = question
        self._label.setText(question.value)
        self.entry.setAccessibleName(question.value)
        self.entry.setText(text)
        self._edited(text)
        self.browse.setVisible(question is not Question.CASE)
        self.show()
        self.entry.setFocus()
        self.entry.selectAll()

    def leave(self) -> bool:
        """False: nothing was asked."""
        if self.question is None:
            return False
        self.question = None
        now = QApplication.focusWidget()
        mine = now is None or self.isAncestorOf(now)
        self.hide()
        if mine and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    @Slot()
    def _enter(self) -> None:
        text = self.entry.text().strip()
        if self.question is not None and text:
            path = str(Path(text).expanduser())
            self.answered.emit(Answer(self.question, path))

    @Slot(str)
    def _edited(self, text: str) -> None:
        found = completions(text)
        self._names.setStringList(found)
        shown = [name.rstrip("/").rpartition("/")[2] for name in found[:MOST_SHOWN]]
        left = len(found) - len(shown)
        more = f" and {left} more" if left else ""
        self.fits.setText(f"Here: {', '.join(shown)}{more}" if found else "")

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, self._label.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setModal(False)
        if self.question is not Question.OPEN:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self._browsed)
        dialog.show()

    @Slot(str)
    def _browsed(self, path: str) -> None:
        self.entry.setText(path)
        self._enter()
