"""What can be set of a line, and the exact lines to write into its settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.line_sheet import (
    LineSheet,
    OptionSheet,
    option_lines,
    read_value,
    toml_value,
)
from aliquot.widgets.cells import Cell
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.lab.freebox import FreeBox
from aliquot.widgets.parts import label, row
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

HINT = "Enter on an option, then its new value: the lines to write stand here."
KINDS = {
    "text": "text",
    "number": "number",
    "flag": "true or false",
    "choice": "one of a list",
    "file": "file of the profile",
}


def _name(option: OptionSheet, _now: int) -> Cell:
    return Cell(option.name, bold=option.value is not None)


def _kind(option: OptionSheet, _now: int) -> Cell:
    return Cell(KINDS.get(option.kind, option.kind), Tone.MUTED)


def _value(option: OptionSheet, _now: int) -> Cell:
    if option.value is None:
        return Cell("not set", Tone.MUTED)
    return Cell(toml_value(option.value), mono=True, bold=True)


def _default(option: OptionSheet, _now: int) -> Cell:
    return Cell(toml_value(option.default), Tone.MUTED, mono=True)


def _what(option: OptionSheet, _now: int) -> Cell:
    return Cell(option.text, Tone.MUTED)


def _key(option: OptionSheet) -> str:
    return option.name


COLUMNS: tuple[Column[OptionSheet], ...] = (
    Column("Option", _name, "position_channel"),
    Column("Kind", _kind, "file of the profile"),
    Column("Set to", _value, "ali_30w.toml"),
    Column("Default", _default, '"abandoned"', mono=True),
    Column("What it does", _what),
)
_SPARE = (1, 3)


class OptionsPane(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._sheet: LineSheet | None = None
        self._file = ""
        self.model: KeyedModel[OptionSheet] = KeyedModel(COLUMNS, _key, self)
        self.table = Table(self.model, look, "Options of the line")
        self.what = label(HINT, tone="muted", wrap=True)
        self.value = FreeBox("New value")
        self.value.entered.connect(self._entered)
        self.copy = PlainButton(look, "Copy", name="Copy the lines to write")
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setProperty("mono", "true")
        self.lines.setAccessibleName("Lines to write into the settings")
        self._look = look
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        box.addWidget(self.table, 1)
        box.addWidget(self.what)
        box.addLayout(row(look, self.value, self.copy))
        box.addWidget(self.lines)
        self._fit(None)
        self.table.asked.connect(self._asked)
        self.copy.clicked.connect(self._copy)
        look.changed.connect(self._fit)

    def show_sheet(self, sheet: LineSheet | None, file: str, now_us: int) -> None:
        if sheet == self._sheet:
            return
        self._sheet, self._file = sheet, file
        self.model.set_rows(sheet.options if sheet is not None else (), now_us)
        self.what.setText(HINT)
        self.value.set_choices(())
        self.lines.setPlainText("")

    def set_narrow(self, narrow: bool) -> None:
        """Little room across: kind and default of the chosen one are said below."""
        for column in _SPARE:
            self.table.setColumnHidden(column, narrow)
        self.table.rescale()

    def option(self) -> OptionSheet | None:
        key = self.table.current_key()
        return next((o for o in self.model.rows if o.name == key), None)

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        option = self.option()
        if option is None:
            return
        kind = KINDS.get(option.kind, option.kind)
        default = toml_value(option.default)
        said = f"{option.name}, {kind}, default {default}: {option.text}"
        self.what.setText(said)
        choices = ("true", "false") if option.kind == "flag" else option.choices
        now = option.in_force
        text = now if isinstance(now, str) else toml_value(now)
        self.value.set_choices(choices, text)
        if asked.opened:
            self.value.begin()

    @Slot(object)
    def _entered(self, typed: str) -> None:
        option = self.option()
        if option is None or self._sheet is None:
            self.what.setText(f"No option is chosen. {HINT}")
            return
        try:
            value = read_value(option, typed)
        except ValueError as why:
            self.what.setText(f"{option.name}: {why}.")
            return
        self.lines.setPlainText(option_lines(self._sheet, option, value))
        self.what.setText(
            f"Write these lines into {self._file}; the console reads it when it starts."
        )
        self.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _copy(self) -> None:
        text = self.lines.toPlainText()
        if text:
            QGuiApplication.clipboard().setText(text)
            self.what.setText(f"Copied. They belong into {self._file}.")
        else:
            self.what.setText(f"There is nothing to copy yet. {HINT}")

    @Slot(object)
    def _fit(self, _changed: object) -> None:
        self.table.rescale()
        self.lines.setFixedHeight(self._look.px(48))
