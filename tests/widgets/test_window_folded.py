"""Text at 200 % on a small screen: the desk folds, and all of it is reached."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollArea

from aliquot.console.domain import commands as c
from aliquot.widgets.arrangement import Arrangement, fits
from aliquot.widgets.board.columns import WHAT

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
K = Qt.Key
Seat = Any


@pytest.mark.parametrize("scale", [1.75, 2.0])
def test_the_desk_folds_and_stays_as_wide_as_the_screen(
    make_seat: Any, scale: float
) -> None:
    assert fits(1366, 768, scale)
    seat = make_seat(width=1366, height=768, scale=scale)
    seat.ring()
    seat.key(K.Key_F2)
    seat.settle()
    window = seat.window
    assert window.places.kind is Arrangement.FOLDED
    assert window.minimumSizeHint().width() <= 1366
    assert (window.width(), window.height()) == (1366, 768)


def test_every_field_is_reached_at_200_percent(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768, scale=2.0)
    seat.ring()
    seat.key(K.Key_F2)
    seat.settle()
    (area,) = seat.form.findChildren(QScrollArea)
    names = ("type", "place", "place_note", "caller_name", "callback_number")
    for name in names:
        seat.bot.waitUntil(lambda: area.viewport().height() > 0)
        entry = seat.form.fields.entries[name]
        assert seat.focus is entry
        corner = entry.mapTo(area.viewport(), entry.rect().topLeft())
        inside = area.viewport().rect()
        assert inside.contains(QRect(corner, entry.size()))
        seat.key(K.Key_Tab)
    for key in seat.window.intake.keys:
        assert key.width() >= key.sizeHint().width()


def test_the_strip_keeps_the_class_at_200_percent(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768, scale=2.0)
    seat.ring()
    names = [c.title for c in seat.window.strip.model.columns]
    assert not seat.window.strip.table.isColumnHidden(names.index("In short"))
    model = seat.window.strip.model
    cell = model.columns[names.index("In short")].make(model.rows[0], 0)
    assert cell.ways[-1][0] == "WPH2 ±38 m conf 90"


def test_ages_in_the_status_say_of_what_they_are(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768, scale=1.5)
    seat.ring()
    seat.key(K.Key_F2)
    seat.settle()
    seat.window._tick()
    assert any(t.startswith("log entry 00:0") for t in seat.window.status.texts)


def test_a_rebid_does_not_make_the_window_larger_than_its_screen(
    make_seat: Any,
) -> None:
    seat = make_seat(width=1366, height=768)
    seat.ring()
    seat.key(K.Key_F2)
    seat.desk.hear_again(
        "c1", latitude=42.5, callback_number="6175550111", uncertainty_m=9.0
    )
    seat.settle()
    assert seat.form.rebid.isVisible()
    window, table = seat.window, seat.form.rebid.table
    small = table.rowHeight(0)
    window.places.set_size(2.0)
    seat.settle()
    assert (window.width(), window.height()) == (1366, 768)
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 768
    assert table.rowHeight(0) == 2 * small


def test_every_panel_a_key_goes_to_is_seen_at_200_percent(make_seat: Any) -> None:
    """They share one place as tabs; nobody types into one that is behind another."""
    seat = make_seat(width=1366, height=768, scale=2.0)
    seat.ring()
    seat.key(K.Key_F2)
    seat.type("burglary")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    panels = seat.window.panels

    def goes(name: str, key: Qt.Key, held: Any) -> None:
        seat.key(key, held)
        seat.until(lambda: not panels[name].visibleRegion().isEmpty())
        assert panels[name].isAncestorOf(seat.focus)

    goes("board", K.Key_2, ALT)
    goes("units", K.Key_3, ALT)
    goes("narrative", K.Key_F7, Qt.KeyboardModifier.NoModifier)
    goes("board", K.Key_2, ALT)
    goes("intake", K.Key_1, ALT)


def test_the_board_says_what_and_where_at_200_percent(make_seat: Any) -> None:
    """In two lines each: columns side by side would have two letters."""
    seat = make_seat(width=1366, height=768, scale=2.0)
    seat.desk.add_unit("2A11", "law")
    seat.desk.submit(
        c.OpenIncident(
            fields={"type_code": "FIGHT", "priority": 1, "place": "15 Oak Ct"}
        )
    )
    seat.desk.submit(c.DispatchUnits(incident_id="i1", unit_ids=("2A11",)))
    seat.settle()
    seat.key(K.Key_2, ALT)
    table = seat.window.board.active.table
    seat.until(lambda: not table.visibleRegion().isEmpty())
    columns = seat.window.board.active.model.columns
    shown = [n for n in range(len(columns)) if not table.isColumnHidden(n)]
    assert sum(map(table.columnWidth, shown)) <= table.viewport().width()
    (what,) = [n for n in shown if columns[n].title == WHAT]
    (row,) = seat.window.board.active.model.rows
    cell = columns[what].make(row, 0)
    assert cell.ways == (("P1 Fight 2A11", "15 Oak Ct"),)
    assert table.cells.way(cell, table.columnWidth(what) - seat.look.space(3)) == (
        ("P1 Fight 2A11", "15 Oak Ct"),
        True,
    )


def test_a_newer_record_leaves_the_fields_in_sight_at_200_percent(
    make_seat: Any,
) -> None:
    """It takes the place of a row of keys, never more, and gives it back."""
    seat = make_seat(width=1366, height=768, scale=2.0)
    seat.ring()
    seat.key(K.Key_F2)
    (area,) = seat.form.findChildren(QScrollArea)
    create, *_, release = seat.window.intake.keys
    assert create.isVisible()
    assert release.isVisible()
    seat.until(lambda: area.viewport().height() > 0)
    before = create.mapTo(seat.window, create.rect().bottomLeft())
    seat.desk.hear_again("c1", latitude=42.5, uncertainty_m=9.0)
    seat.settle()
    table = seat.form.rebid.table
    seat.until(lambda: table.viewport().height() >= table.row_height())
    assert not release.isVisible()
    assert create.mapTo(seat.window, create.rect().bottomLeft()) == before
    lines = 2 * seat.form.fields.entries["place"].height()
    seat.until(lambda: area.viewport().height() >= lines)
    assert (seat.window.width(), seat.window.height()) == (1366, 768)
    table.setFocus()
    table.selectRow(0)
    seat.key(K.Key_Delete)
    seat.until(release.isVisible)


def test_the_board_is_reached_where_nothing_is_pending(seat: Seat) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    (row,) = seat.window.board.pending.model.rows
    seat.desk.submit(c.DispatchUnits(incident_id=row.incident_id, unit_ids=("2A11",)))
    seat.settle()
    assert not seat.window.board.pending.model.rows
    seat.key(K.Key_2, ALT)
    assert seat.focus is seat.window.board.active.table


def test_an_empty_board_is_said_to_be_empty(seat: Seat) -> None:
    before = seat.focus
    seat.key(K.Key_2, ALT)
    assert seat.said.startswith("The board is empty")
    assert seat.focus is before
