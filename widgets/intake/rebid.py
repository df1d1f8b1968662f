"""Old, new and typed side by side. Nothing here touches a field by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from aliquot.console.domain.rows import CallRow
from aliquot.widgets.cells import Cell
from aliquot.widgets.elided import ElidedLabel
from aliquot.widgets.intake.values import (
    ONE_FIX,
    TITLES,
    Difference,
    FormData,
    caller_point,
    changes,
    compare,
    offers,
)
from aliquot.widgets.parts import column, label, row
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look, LookChanged
from aliquot.widgets.theme.tokens import Tone
from aliquot.widgets.words import ABSENT, clock_text

HINT = "Enter uses the new, Delete keeps the form's"
MOST = 4  # rows that are shown without scrolling


def _name(row: Difference, _now: int) -> Cell:
    return Cell(TITLES[row.name], Tone.MUTED)


def _old(row: Difference, _now: int) -> Cell:
    return Cell(row.old or ABSENT, Tone.MUTED, struck=bool(row.old))


def _new(row: Difference, _now: int) -> Cell:
    return Cell(row.new or ABSENT, bold=True)


def _typed(row: Difference, _now: int) -> Cell:
    return Cell(row.typed or ABSENT)


COLUMNS: tuple[Column[Difference], ...] = (
    Column("", _name, "Uncertainty"),
    Column("Old record", _old),
    Column("New record", _new),
    Column("In the form", _typed),
)


_OLD = 1


def _key(row: Difference) -> str:
    return row.name


@dataclass(frozen=True, slots=True)
class RowKept:
    """A person has seen the newer value and does not want it."""

    key: str


@dataclass(frozen=True, slots=True)
class RebidTurned:
    """The comparison came or went."""

    shown: bool


class RebidTable(Table):
    kept = SignalOf[RowKept](object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self.current_key()
        if event.key() == Qt.Key.Key_Delete and key is not None:
            self.kept.emit(RowKept(key))
        else:
            super().keyPressEvent(event)


class RebidBox(QWidget):
    """Shown when a further record says something else. Enter uses the new value,
    Delete leaves the form as it is; either way the line is done with."""

    used = SignalOf[Difference](object)
    turned = SignalOf[RebidTurned](object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._model: KeyedModel[Difference] = KeyedModel(COLUMNS, _key, self)
        name = "New record beside old and typed"
        self.table = RebidTable(self._model, look, name)
        self.table.setAccessibleDescription(HINT)
        self.table.asked.connect(self._asked)
        self.table.kept.connect(self._keep)
        self._folded = False
        self._title = ElidedLabel()
        self._title.setProperty("tone", "pending")
        self._hint = label(HINT, tone="muted", size="small")
        box = column(look)
        top = row(look, self._title, self._hint)
        top.setStretch(0, 1)
        box.addLayout(top)
        box.addWidget(self.table)
        gap = look.space(3)
        box.setContentsMargins(gap, look.space(), gap, 0)
        self.setLayout(box)
        look.changed.connect(self._rescale)
        self.hide()

    @property
    def rows(self) -> tuple[Difference, ...]:
        return self._model.rows

    def compare(
        self, data: FormData, record: CallRow | None, typed: dict[str, str]
    ) -> None:
        """``data`` has what was used so far; ``record``: the newest."""
        if record is None:
            return
        rows = compare(data.base, offers(record), typed)
        self._model.set_rows(rows, 0)
        said_at = clock_text(record.last_at_us)
        how = changes(data.caller, caller_point(record))
        self._title.setText(" · ".join((f"Newer record at {said_at}", *how)))
        self._size_table()
        if self.shown is not bool(rows):
            self.setVisible(bool(rows))
            self.turned.emit(RebidTurned(bool(rows)))

    @property
    def shown(self) -> bool:
        return not self.isHidden()

    def fix_of(self, row_: Difference) -> tuple[Difference, ...]:
        """The rows of one location: they are used together."""
        return tuple(r for r in self.rows if r.name in ONE_FIX or r is row_)

    def set_folded(self, folded: bool) -> None:
        """Little room: no head, and the new value beside the form's, whole. The hint
        is with the table, for who hears or points at it."""
        self._folded = folded
        self._hint.setHidden(folded)
        self.table.setToolTip(HINT if folded else "")
        self.table.setColumnHidden(_OLD, folded)
        self.table.rescale()
        self._size_table()

    @Slot(object)
    def _rescale(self, _changed: LookChanged) -> None:
        self.table.rescale()
        self._size_table()

    def _size_table(self) -> None:
        """All rows where there is room; with little of it one, and the others below:
        the fields of the caller are above."""
        self.table.horizontalHeader().setVisible(not self._folded)
        head = 0 if self._folded else self._look.px(22)
        frame = head + 2 * self._look.px(3)
        rows = 1 if self._folded else min(len(self._model.rows), MOST)
        self.table.setMinimumHeight(frame + self.table.row_height())
        self.table.setMaximumHeight(frame + self.table.row_height() * rows)

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        if not asked.opened:
            return
        for row_ in self._model.rows:
            if row_.name == asked.key:
                self.used.emit(row_)

    @Slot(object)
    def _keep(self, asked: RowKept) -> None:
        for row_ in self._model.rows:
            if row_.name == asked.key:
                self.used.emit(replace(row_, kept=True))
