"""The palette and the list of keys: everything that can be done, with its key."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from aliquot.widgets.actions import Act, ActionBook, ActSpec, Group, key_text
from aliquot.widgets.cells import Cell
from aliquot.widgets.command.drawer import Page
from aliquot.widgets.command.grammar import VERBS
from aliquot.widgets.intake.entry import Entry
from aliquot.widgets.lab.words import LAB_KEYS
from aliquot.widgets.map.keys import MAP_KEYS
from aliquot.widgets.parts import label
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class Choice:
    act: Act
    title: str
    group: str
    key: str
    reason: str


def _title(row: Choice, _now: int) -> Cell:
    return Cell(row.title, Tone.MUTED if row.reason else Tone.TEXT)


def _group(row: Choice, _now: int) -> Cell:
    return Cell(row.group, Tone.MUTED)


def _key(row: Choice, _now: int) -> Cell:
    return Cell(row.key, mono=True)


def _reason(row: Choice, _now: int) -> Cell:
    return Cell(row.reason, Tone.MUTED)


COLUMNS: tuple[Column[Choice], ...] = (
    Column("Key", _key, "Ctrl+Shift+M", mono=True),
    Column("What it does", _title),
    Column("Of", _group, "Incident and"),
    Column("Not now, because", _reason),
)


def _id(row: Choice) -> str:
    return row.act.value


@dataclass(frozen=True, slots=True)
class Chosen:
    act: Act


class PalettePage(Page):
    """Type to find, arrows to choose, Enter to do."""

    title = "Find anything that can be done"
    chosen = SignalOf[Chosen](object)

    def __init__(self, book: ActionBook, look: Look) -> None:
        super().__init__()
        self._book = book
        self.filter = Entry("palette", "Find an action")
        self.filter.setPlaceholderText("type a part of its name")
        self.model: KeyedModel[Choice] = KeyedModel(COLUMNS, _id, self)
        self.table = Table(self.model, look, "Actions that fit")
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.filter)
        box.addWidget(self.table, 1)
        self.filter.installEventFilter(self)
        self.filter.textChanged.connect(self._filtered)
        self.filter.returnPressed.connect(self._entered)
        self.table.clicked.connect(self._entered)
        self.table.asked.connect(self._asked)

    def opened(self) -> None:
        self.filter.clear()
        self._filtered("")
        self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _STEPS.get(event.key(), 0)
            if step:
                self._move(step)
                return True
        return False

    def _move(self, step: int) -> None:
        last = self.model.rowCount() - 1
        at = min(max(self.table.currentIndex().row() + step, 0), last)
        self.table.selectRow(at)

    @Slot(str)
    def _filtered(self, text: str) -> None:
        words = text.lower().split()
        rows = [self._choice(s) for s in self._book.specs if s.act is not Act.PALETTE]
        fits = [r for r in rows if all(_fits(r, w) for w in words)]
        self.model.set_rows(fits, 0)
        if fits:
            self.table.selectRow(0)

    def _choice(self, spec: ActSpec) -> Choice:
        reason = self._book.reason(spec.act) or ""
        key = key_text(spec.key)
        return Choice(spec.act, spec.title, spec.group.value, key, reason)

    @Slot()
    def _entered(self) -> None:
        key = self.table.current_key()
        if key is not None:
            self.chosen.emit(Chosen(Act(key)))

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        if asked.opened:
            self.chosen.emit(Chosen(Act(asked.key)))


_STEPS: dict[int, int] = {Qt.Key.Key_Up.value: -1, Qt.Key.Key_Down.value: 1}


def _fits(row: Choice, word: str) -> bool:
    return word in f"{row.title} {row.group} {row.key} {row.act.value}".lower()


class KeySheet(QScrollArea):
    """Scrolled by keys while it has the focus; Home and End as well."""

    def __init__(self, sheet: QWidget) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setWidgetResizable(True)
        self.setWidget(sheet)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Keys and commands")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        ends = {
            Qt.Key.Key_Home.value: bar.minimum(),
            Qt.Key.Key_End.value: bar.maximum(),
        }
        if event.key() in ends:
            bar.setValue(ends[event.key()])
        else:
            super().keyPressEvent(event)


class KeysPage(Page):
    """All keys and commands on one sheet."""

    title = "All keys and commands"
    hint = "↑ ↓ Page Up Page Down: scroll"
    height_px = 800

    def __init__(self, book: ActionBook, look: Look) -> None:
        super().__init__()
        sheet = QWidget()
        columns = self._columns = QHBoxLayout(sheet)
        columns.setSpacing(look.space(2))
        left = (Group.CALLS, Group.INCIDENT, Group.RELEASE, Group.DESK)
        for groups in (left, (Group.GO, Group.MAP)):
            columns.addLayout(self._keys(book, look, groups))
        columns.addLayout(self._commands(book, look))
        columns.addStretch(1)
        self._scroll = KeySheet(sheet)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._scroll)
        self._across = columns.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where its columns do not fit side by side they stand under each other."""
        super().resizeEvent(event)
        side, under = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        if self._columns.direction() == side:
            self._across = self._columns.minimumSize().width()
        fits = self._across <= event.size().width()
        self._columns.setDirection(side if fits else under)

    def opened(self) -> None:
        """Its keys scroll it, from the top; the drawer gives the focus back."""
        self._scroll.verticalScrollBar().setValue(0)
        self._scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keys(
        self, book: ActionBook, look: Look, groups: tuple[Group, ...]
    ) -> QGridLayout:
        grid = _grid(look)
        for group in groups:
            _head(grid, group.value)
            for spec in book.specs:
                if spec.group is group:
                    _line(grid, key_text(spec.key), spec.title)
            if group is Group.MAP:
                _head(grid, "While the map has the focus")
                for key, means in MAP_KEYS:
                    _line(grid, key, means)
        grid.setRowStretch(grid.rowCount(), 1)
        return grid

    def _commands(self, book: ActionBook, look: Look) -> QGridLayout:
        grid = _grid(look)
        _head(grid, "Command line, / outside fields")
        for verb in VERBS:
            _line(grid, verb.form, verb.means)
        _head(grid, Group.LAB.value)
        for spec in book.specs:
            if spec.group is Group.LAB:
                _line(grid, key_text(spec.key), spec.title)
        for key, means in LAB_KEYS:
            _line(grid, key, means)
        grid.setRowStretch(grid.rowCount(), 1)
        return grid


def _grid(look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.space(3))
    grid.setVerticalSpacing(look.space(0.5))
    grid.setColumnStretch(1, 1)  # a key stands beside what it does, however wide
    return grid


def _head(grid: QGridLayout, text: str) -> None:
    grid.addWidget(label(text, name="heading"), grid.rowCount(), 0, 1, 2)


def _line(grid: QGridLayout, key: str, text: str) -> None:
    at = grid.rowCount()
    left = Qt.AlignmentFlag.AlignLeft
    grid.addWidget(label(key, name="key"), at, 0, left)
    grid.addWidget(label(text), at, 1, left)
