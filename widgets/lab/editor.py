"""The layout as a form and as TOML. Each pause in typing tries it on the recording."""

from __future__ import annotations

import json
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QComboBox,
    QPlainTextEdit,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.lab import Lab, LayoutProblem
from aliquot.console.domain.lab_result import AUTO
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.lab.form import (
    FieldsModel,
    FormAdded,
    FormEdited,
    FormTable,
    ValuesModel,
)
from aliquot.widgets.parts import KeyButton, label, restyle, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

PAUSE_MS = 400
NO_LAYOUT = "Choose a layout to begin with, or mark fields and have one written."
_ALONE = ("Beside all others", "Only this layout")


@dataclass(frozen=True, slots=True)
class TryWanted:
    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class LayoutChosen:
    """A bundled layout by name, or ``AUTO``."""

    name: str


class LayoutPane(QWidget):
    wanted = SignalOf[TryWanted](object)
    chosen = SignalOf[LayoutChosen](object)

    def __init__(self, lab: Lab, book: ActionBook, look: Look) -> None:
        super().__init__()
        self._lab, self._look = lab, look
        self._bundled = ""  # the text as it came, to know whether it was changed
        self._alone = False
        self._quiet = False
        self.problem: LayoutProblem | None = None
        self.names = QComboBox()
        self.names.setAccessibleName("Layout")
        self.names.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.names.setMinimumContentsLength(18)
        self.alone = PlainButton(look, _ALONE[0], name="How the layout is tried")
        self.said = label(NO_LAYOUT, wrap=True)
        self.said.setAccessibleName("What the layout does")
        self.toml = QPlainTextEdit()
        self.fields = FieldsModel(self)
        self.values = ValuesModel(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._build(book)
        self._connect()

    def _build(self, book: ActionBook) -> None:
        look = self._look
        self.names.addItem("found by the record", AUTO)
        for one in self._lab.layouts():
            self.names.addItem(f"{one.name}: {one.title}", one.name)
        self.toml.setAccessibleName("Layout as TOML")
        self.toml.setProperty("mono", "true")
        self.toml.setTabChangesFocus(True)
        self.toml.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.grid = FormTable(
            self.fields, look, "Fields of the layout", (0.3, 0.22, 0.28, 0.2)
        )
        self.rest = FormTable(
            self.values, look, "Other values of the layout", (0.14, 0.2, 0.33, 0.33)
        )
        tabs = QTabWidget()
        tabs.setAccessibleName("Layout as a form")
        tabs.addTab(self.grid, "Fields")
        tabs.addTab(self.rest, "Other values")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(tabs)
        split.addWidget(self.toml)
        split.setSizes([500, 500])
        policy = QSizePolicy.Policy
        self.said.setSizePolicy(policy.Expanding, policy.Preferred)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        save = KeyButton(book, Act.LAB_SAVE, look)
        box.addLayout(row(look, self.names, self.alone, save, 1))
        box.addWidget(self.said)
        box.addWidget(split, 1)

    def _connect(self) -> None:
        self.names.activated.connect(self._on_name)
        self.alone.clicked.connect(self._on_alone)
        self.toml.textChanged.connect(self._on_text)
        self._pause.timeout.connect(self._on_pause)
        for model in (self.fields, self.values):
            model.edited.connect(self._on_edited)
            model.added.connect(self._on_added)

    # the text

    @property
    def text(self) -> str:
        return self.toml.toPlainText()

    @property
    def changed_by_hand(self) -> bool:
        return bool(self.text.strip()) and self.text != self._bundled

    def show_bundled(self, name: str) -> None:
        """A layout of the program, untried: it is what the recording was read by.
        What stood there before comes back with Ctrl+Z."""
        try:
            text = self._lab.layout_text(name)
        except KeyError:
            return
        self._bundled = text
        self._put(text, quiet=True)
        self._look_at_begin()
        self.clear_problem()

    def show_written(self, text: str) -> None:
        """A layout that was learned or read: it is tried at once."""
        self._put(text, quiet=False)
        self._look_at_begin()
        self._pause.start(0)

    def _look_at_begin(self) -> None:
        self.toml.moveCursor(QTextCursor.MoveOperation.Start)

    def name_in_force(self, name: str) -> None:
        self.names.setCurrentIndex(max(0, self.names.findData(name)))

    def try_again(self) -> None:
        self._pause.start(0)

    def _put(self, text: str, quiet: bool) -> None:
        """Only what differs is replaced, so that the cursor and Ctrl+Z stay."""
        old = self.text
        if old == text:
            self._fill_form()
            return
        begin = 0
        while begin < min(len(old), len(text)) and old[begin] == text[begin]:
            begin += 1
        tail = 0
        most = min(len(old), len(text)) - begin
        while tail < most and old[-1 - tail] == text[-1 - tail]:
            tail += 1
        cursor = QTextCursor(self.toml.document())
        cursor.setPosition(_units(old, begin))
        keep = QTextCursor.MoveMode.KeepAnchor
        cursor.setPosition(_units(old, len(old) - tail), keep)
        self._quiet = quiet
        cursor.insertText(text[begin : len(text) - tail])
        self._quiet = False
        if old and not self.toml.hasFocus():
            self._look_at(cursor)
        self._fill_form()

    def _look_at(self, cursor: QTextCursor) -> None:
        """Show where it was changed, to who changed it elsewhere."""
        self.toml.setTextCursor(cursor)
        self.toml.centerCursor()

    def _fill_form(self) -> None:
        rows = self._lab.form(self.text)
        if rows or not self.text.strip():  # what is no TOML now keeps its form
            self.fields.put(rows)
            self.values.put(rows)

    # what came of it

    def say(self, text: str) -> None:
        self.said.setText(text)
        restyle(self.said, tone="")

    def show_problem(self, problem: LayoutProblem) -> None:
        """Said in place: the line in the text, the cell in the form."""
        self.problem = problem
        where = f"Line {problem.line}" if problem.line else "The layout"
        key = f", {problem.key}" if problem.key else ""
        text = problem.text.removeprefix(f"{problem.key}: ")
        still = "The recording is shown as before this edit."
        self.said.setText(f"Not used. {where}{key}: {text.rstrip('.')}. {still}")
        restyle(self.said, tone="danger")
        self.fields.mark(problem.key)
        self.values.mark(problem.key)
        self._underline(problem.line)

    def clear_problem(self) -> None:
        self.problem = None
        self.fields.mark("")
        self.values.mark("")
        self._underline(None)

    def _underline(self, line: int | None) -> None:
        found = []
        if line is not None:
            block = self.toml.document().findBlockByNumber(line - 1)
            style = QTextCharFormat()
            style.setBackground(self._look.colour(Tone.LINE))
            style.setProperty(QTextFormat.Property.FullWidthSelection, True)
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            style.setUnderlineColor(self._look.colour(Tone.DANGER))
            selection = QTextEdit.ExtraSelection()
            selection.format = style
            selection.cursor = QTextCursor(block)
            selection.cursor.select(QTextCursor.SelectionType.LineUnderCursor)
            found.append(selection)
            if not self.toml.hasFocus():
                self._look_at(QTextCursor(block))
        self.toml.setExtraSelections(found)

    # hands

    @Slot()
    def _on_text(self) -> None:
        if not self._quiet:
            self._pause.start(PAUSE_MS)

    @Slot()
    def _on_pause(self) -> None:
        self._fill_form()
        if self.text.strip():
            self.wanted.emit(TryWanted(self.text, self._alone))

    @Slot(int)
    def _on_name(self, at: int) -> None:
        name = self.names.itemData(at)
        if name != AUTO:
            self.show_bundled(name)
        self.chosen.emit(LayoutChosen(name))

    @Slot()
    def _on_alone(self) -> None:
        self._alone = not self._alone
        self.alone.set_text(_ALONE[self._alone])
        restyle(self.alone, chosen="true" if self._alone else "false")
        self._pause.start(0)

    @Slot(object)
    def _on_edited(self, edited: FormEdited) -> None:
        self._put(self._lab.change(self.text, edited.row, edited.value), quiet=False)

    @Slot(object)
    def _on_added(self, added: FormAdded) -> None:
        lines = self.text.split("\n")
        lines.insert(added.row.line, f"{added.key} = {added.value}")
        self._put("\n".join(lines), quiet=False)


def _units(text: str, at: int) -> int:
    """Qt counts UTF-16 units."""
    return at + sum(ord(c) > 0xFFFF for c in text[:at])


def new_name(text: str) -> str:
    """A file name for a layout: what it calls itself."""
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "name":
            try:
                return f"{json.loads(value.strip())}.toml"
            except ValueError:
                break
    return "layout.toml"
