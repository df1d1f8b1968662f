"""The order in which Tab goes through the desk: the form in front, its note, what is
done with it, then board, units, line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from aliquot.widgets.main_window import MainWindow


def chain(window: MainWindow) -> None:
    """Set again whenever another form is in front."""
    window.intake.refuge = window.line.entry
    form = window.intake.current
    stops: list[QWidget] = [
        window.strip.table,
        *(form.fields.stops if form else ()),
        *((form.rebid.table,) if form else ()),
        window.narrative.entry,
        *window.intake.keys,
        *((form.fields.priority,) if form else ()),
        window.narrative.view,
        window.board.pending.table,
        window.board.active.table,
        window.board.closed.table,
        window.units.table,
        window.line.entry,
    ]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
