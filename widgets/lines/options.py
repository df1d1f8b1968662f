"""What can be set of a line: looked at, tried, and saved in place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.commands import Done, Outcome
from aliquot.console.domain.line_sheet import (
    LineSheet,
    OptionSheet,
    Value,
    option_lines,
    read_value,
    toml_value,
)
from aliquot.console.domain.people import Act
from aliquot.console.domain.settings_commands import NOW, ChangeLineSettings
from aliquot.widgets import permitted
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import Cell
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.lab.freebox import FreeBox
from aliquot.widgets.parts import label, restyle, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

HINT = (
    "Enter on an option, then its new value; Enter on Save writes it. An empty value "
    "is the default."
)
COPIED = "The lines below can be copied for who may."
SAVING = "Saving {} of {} …"
SAVED_NOW = "{}: saved, and {} has begun anew with it. No other line was touched."
SAVED_WITH = "{}: saved, and {} has begun anew with it; so has {}, of the same pair."
SAVED_LATER = "{}: saved. It applies at the next start: {}."
SAVED_SO = "{} of {} is set so already."
KINDS = {
    "text": "text",
    "number": "number",
    "flag": "true or false",
    "choice": "one of a list",
    "file": "file of the profile",
}


def _name(option: OptionSheet, _now: int) -> Cell:
    return Cell(option.name, bold=option.value is not None)


def _value(option: OptionSheet, _now: int) -> Cell:
    if option.value is None:
        return Cell("not set", Tone.MUTED)
    return Cell(toml_value(option.value), mono=True, bold=True)


def _what(option: OptionSheet, _now: int) -> Cell:
    return Cell(option.text, Tone.MUTED, wrapped=True)


def _key(option: OptionSheet) -> str:
    return option.name


COLUMNS: tuple[Column[OptionSheet], ...] = (
    Column("Option", _name, "request_position_digits mm"),
    Column("Set to", _value, share=2),
    Column("What it does", _what, share=9),
)
_WHAT = 2
ROW_PX = 32  # two small lines


@dataclass(frozen=True, slots=True)
class OptionSaved:
    """The settings of a line are other ones now."""

    line: str


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is about to be saved; ``value`` None: the default."""

    line: str
    option: OptionSheet
    value: Value | None

    @property
    def name(self) -> str:
        return f"options.{self.option.name}" if self.option.own else self.option.name


class SaveButton(PlainButton):
    """Enter presses it, as it says on it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class OptionsPane(QWidget):
    saved = SignalOf[OptionSaved](object)

    def __init__(self, look: Look, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._sheet: LineSheet | None = None
        self._wish: _Wish | None = None
        self._file = ""
        self._why_not: str | None = None
        self.model: KeyedModel[OptionSheet] = KeyedModel(COLUMNS, _key, self)
        self.table = Table(self.model, look, "Options of the line", row_px=ROW_PX)
        self.what = label(HINT, tone="muted", wrap=True)
        self.value = FreeBox("New value")
        self.value.entered.connect(self._entered)
        self.save = SaveButton(look, "Save", "Enter", name="Save the new value")
        self.save.set_why_not(HINT)
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
        box.addLayout(row(look, self.value, self.save, self.copy))
        box.addWidget(self.lines)
        self._fit(None)
        self.table.asked.connect(self._asked)
        self.save.clicked.connect(self._save)
        self.copy.clicked.connect(self._copy)
        look.changed.connect(self._fit)

    def show_sheet(self, sheet: LineSheet | None, file: str, now_us: int) -> None:
        self._look_at_rights()
        if sheet == self._sheet:
            return
        same = sheet is not None and self._sheet is not None
        same = same and sheet.line == self._sheet.line  # type: ignore[union-attr]
        self._sheet, self._file = sheet, file
        self.model.set_rows(sheet.options if sheet is not None else (), now_us)
        if same:
            return  # other values of the same line: what is said of them stays
        self._say(self._why_not or HINT)
        self._wishes(None)
        self.value.set_choices(())

    def _look_at_rights(self) -> None:
        """Said as soon as it is so, not when a value has been typed."""
        before = self._why_not
        self._why_not = permitted.why_not(
            self._bridge, Act.SET_LINES, "change settings of lines"
        )
        if before != self._why_not:
            self._say(self._why_not or HINT)
            self._wishes(self._wish)

    def set_narrow(self, narrow: bool) -> None:
        """Little room across: what the chosen one does is said below, as are its kind
        and default always."""
        self.table.setColumnHidden(_WHAT, narrow)
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
        self._say(f"{option.name}, {kind}, default {default}: {option.text}")
        self._wishes(None)
        choices = ("true", "false") if option.kind == "flag" else option.choices
        now = option.in_force
        plain = isinstance(now, str) and now.isprintable() and now == now.strip()
        text = str(now) if plain else toml_value(now)
        self.value.set_choices(choices, text)
        if asked.opened:
            self.value.begin()

    @Slot(object)
    def _entered(self, typed: str) -> None:
        option = self.option()
        if option is None or self._sheet is None:
            self._say(f"No option is chosen. {HINT}")
            return
        try:
            value = read_value(option, typed) if typed else None
        except ValueError as why:
            self._wishes(None)
            self._say(f"{option.name}: {why}.", bad=True)
            return
        self._wishes(_Wish(self._sheet.line, option, value))
        if self._why_not is not None:
            self._say(f"{self._why_not} {COPIED}", bad=True)
            return
        self._say(f"Enter saves it into {self._file}.")
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _wishes(self, wish: _Wish | None) -> None:
        """What Save would save; nothing is saved before."""
        self._wish = wish
        hint = None if wish is not None else HINT
        self.save.set_why_not(self._why_not or hint)
        text = ""
        if wish is not None and self._sheet is not None:
            text = f"# {wish.option.name} is taken out: the default holds\n"
            if wish.value is not None:
                text = option_lines(self._sheet, wish.option, wish.value)
        self.lines.setPlainText(text)

    @Slot()
    def _save(self) -> None:
        wish = self._wish
        if self._why_not is not None:
            self._say(self._why_not, bad=True)
            return
        if wish is None:
            self._say(f"There is nothing to save yet. {HINT}")
            return
        self._say(SAVING.format(wish.option.name, wish.line))
        self._bridge.submit(
            ChangeLineSettings(line=wish.line, changes={wish.name: wish.value}),
            partial(self._outcome, wish),
        )

    def _outcome(self, wish: _Wish, outcome: Outcome) -> None:
        """In the place where it was typed; what was typed stays when it is refused."""
        mine = self._sheet is not None and self._sheet.line == wish.line
        if not isinstance(outcome, Done):
            if mine:
                self._say(outcome.message, bad=True)
            return
        if mine:
            self._wishes(None)
            self._say(_said(wish, outcome))
            if self.save.hasFocus():
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.saved.emit(OptionSaved(wish.line))

    def _say(self, text: str, bad: bool = False) -> None:
        restyle(self.what, tone="danger" if bad else "muted")
        self.what.setText(text)

    @Slot()
    def _copy(self) -> None:
        text = self.lines.toPlainText()
        if text:
            QGuiApplication.clipboard().setText(text)
            self._say(f"Copied. They belong into {self._file}.")
        else:
            self._say(f"There is nothing to copy yet. {HINT}")

    @Slot(object)
    def _fit(self, _changed: object) -> None:
        self.table.rescale()
        self.lines.setFixedHeight(self._look.px(48))


def _said(wish: _Wish, done: Done) -> str:
    name, line = wish.option.name, wish.line
    if not done.result.get("changes"):
        return SAVED_SO.format(name, line)
    if done.result.get("applied") == NOW:
        also = done.result.get("also_begun")
        if isinstance(also, list) and also:
            return SAVED_WITH.format(name, line, " and ".join(map(str, also)))
        return SAVED_NOW.format(name, line)
    return SAVED_LATER.format(name, done.result.get("why", ""))
