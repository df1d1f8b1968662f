"""What fits what is typed, in a list under its field. It never has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Slot
from PySide6.QtWidgets import QLineEdit

from aliquot.console.domain.incident_types import IncidentType
from aliquot.widgets.cells import Cell
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

MOST = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    label: str


def _label(row: IncidentType, _now: int) -> Cell:
    return Cell(row.label)


def _priority(row: IncidentType, _now: int) -> Cell:
    return Cell(f"P{row.priority}", Tone.MUTED, mono=True)


def _code(row: IncidentType, _now: int) -> Cell:
    return Cell(row.code, Tone.MUTED, mono=True)


def _key(row: IncidentType) -> str:
    return row.code


COLUMNS: tuple[Column[IncidentType], ...] = (
    Column("", _label),
    Column("", _priority, "P1", mono=True),
    Column("", _code, "ACTSHOOT", mono=True),
)


class FitList(Table):
    """A child of the window that lies over what is below the field."""

    picked = SignalOf[object](object)

    def __init__(
        self, model: KeyedModel[Any], field: QLineEdit, look: Look, name: str, wide: int
    ) -> None:
        self.fits = model
        super().__init__(model, look, name, header=False)
        self.fits.setParent(self)
        self._field = field
        self._wide = wide
        self.setObjectName("completions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setParent(field)
        self.clicked.connect(self._clicked)
        self.asked.connect(self._taken)
        self.hide()

    def offer(self, rows: Sequence[Any]) -> None:
        self.fits.set_rows(rows[:MOST], 0)
        if not rows:
            self.put_away()
            return
        self._place()
        self.show()
        self.raise_()
        self.selectRow(0)

    def put_away(self) -> None:
        """Hidden it belongs to its field again, and ends with it."""
        self.hide()
        if self.parentWidget() is not self._field:
            self.setParent(self._field)

    def handle(self, key: int) -> bool:
        """Whether a key of the field was for the list."""
        if not self.isVisible():
            return False
        steps = {Qt.Key.Key_Up.value: -1, Qt.Key.Key_Down.value: 1}
        if key in steps:
            at = self.currentIndex().row() + steps[key]
            self.selectRow(at % max(1, self.fits.rowCount()))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        else:
            return False
        return True

    def take(self) -> None:
        at = self.currentIndex().row()
        if 0 <= at < len(self.fits.rows):
            self.picked.emit(self._chosen(self.fits.rows[at]))

    def _chosen(self, row: Any) -> object:
        return row

    def _place(self) -> None:
        """Under the field; wider than it where that helps, within the window."""
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + 2))
        high = self.row_height() * self.fits.rowCount() + 2 * self._look.px(3)
        high = min(high, window.height() - corner.y() - self._look.px(4))
        wide = max(self._field.width(), self._look.px(self._wide))
        wide = min(wide, window.width() - self._look.px(4))
        left = min(corner.x(), window.width() - wide)
        self.setGeometry(left, corner.y(), wide, high)
        self.rescale()

    @Slot(QModelIndex)
    def _clicked(self, _index: QModelIndex) -> None:
        self.take()

    @Slot(object)
    def _taken(self, _asked: RowAsked) -> None:
        self.take()


class Suggestions(FitList):
    """Types of incident. ``picked`` gives a ``Suggestion``."""

    def __init__(self, field: QLineEdit, look: Look) -> None:
        model: KeyedModel[IncidentType] = KeyedModel(COLUMNS, _key)
        super().__init__(model, field, look, "Types that fit", 330)

    @property
    def shown_lines(self) -> tuple[str, ...]:
        return tuple(r.label for r in self.fits.rows) if self.isVisible() else ()

    def _chosen(self, row: IncidentType) -> Suggestion:
        return Suggestion(row.label)
