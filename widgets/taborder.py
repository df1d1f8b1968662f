"""The order in which Tab goes through the desk: form, notes, board, units, line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from aliquot.widgets.main_window import MainWindow


def chain(window: MainWindow) -> None:
    """Set once; the widgets of a form follow each other inside it."""
    stops: list[QWidget] = [
        window.strip.table,
        window.intake.tabs,
        window.narrative.view,
        window.narrative.entry,
        window.board.pending.table,
        window.board.active.table,
        window.board.closed.table,
        window.units.table,
        window.line.entry,
    ]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
