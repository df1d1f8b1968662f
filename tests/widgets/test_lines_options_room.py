"""What each option of each driver says is read whole, on every usual screen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from aliquot.console.domain.line_sheet import LineSheet, LineSheets
from aliquot.console.lab.line_sheets import sheet_of
from aliquot.console.settings import LineConfig
from aliquot.drivers.lines import plugins

NAME, WHAT = 0, 2
Seat = Any


def _every_driver() -> tuple[LineSheet, ...]:
    names = [n for n, found in plugins.plugins().items() if found.driver is not None]
    return tuple(
        sheet_of(LineConfig(name=n, source="/dev/ttyUSB0", driver=n)) for n in names
    )


@pytest.fixture(scope="module")
def sheets() -> LineSheets:
    made = LineSheets(lines=_every_driver())
    assert len(made.lines) > 5
    return made


def _open(make_seat: Any, sheets: LineSheets, width: int, height: int) -> Seat:
    seat = make_seat(width=width, height=height, sheets=lambda: sheets)
    seat.key(Qt.Key.Key_F9)
    seat.until(lambda: len(seat.window.lines.model.rows) == len(sheets.lines))
    QApplication.processEvents()
    return seat


def test_a_wide_screen_shows_all_of_every_text(
    make_seat: Any, sheets: LineSheets
) -> None:
    seat = _open(make_seat, sheets, 1920, 1080)
    table = seat.window.lines.options.table
    assert not table.isColumnHidden(WHAT)
    metrics = QFontMetrics(seat.look.font(bold=True))
    for option in {o.name: o for line in sheets.lines for o in line.options}.values():
        assert metrics.horizontalAdvance(option.name) < table.columnWidth(NAME) - 12
        cell = seat.window.lines.options.model.columns[WHAT].make(option, 0)
        lines, _small = table.cells.wrapped(cell, table.columnWidth(WHAT) - 12)
        assert " ".join(lines) == option.text
    small = QFontMetrics(seat.look.font(step=-1))
    assert 2 * small.height() <= table.rowHeight(0) + 1


def test_a_small_screen_says_it_of_the_chosen_one(
    make_seat: Any, sheets: LineSheets
) -> None:
    seat = _open(make_seat, sheets, 1366, 768)
    page = seat.window.lines
    assert page.options.table.isColumnHidden(WHAT)
    page.options.table.setFocus()
    longest = max(page.options.model.rows, key=lambda o: len(o.text))
    page.options.table.choose(longest.name)
    assert longest.text in page.options.what.text()
    said = page.options.what
    QApplication.processEvents()
    seat.until(lambda: said.height() >= said.heightForWidth(said.width()))
