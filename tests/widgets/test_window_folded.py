"""Text at 200 % on a small screen: the desk folds, and all of it is reached."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollArea

from aliquot.console.domain import commands as c
from aliquot.console.domain.rows import LineRow
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


def test_troubles_push_nothing_off_the_screen_at_200_percent(make_seat: Any) -> None:
    """One line says the first and how many; a screen reader is told all."""
    seat = make_seat(width=1366, height=768, scale=2.0)
    seat.ring()
    seat.key(K.Key_F2)
    seat.desk.set_log_problem("The disk is nearly full: 90 MB are left. " * 3)
    now = seat.clock.now().utc_us
    for name in ("ali-1", "cti", "ng911"):
        seat.desk.set_line(LineRow(line=name, state="lost", message="", since_us=now))
    seat.desk.hear_again("c1", latitude=42.5, uncertainty_m=9.0)
    seat.settle()
    window, alarm = seat.window, seat.window.alarm
    seat.until(lambda: alarm.height() >= alarm.sizeHint().height())
    assert alarm.said[0].startswith("1 of 4, F9 says all: The disk")
    assert "ng911 is lost" in alarm.accessibleDescription()
    assert window.minimumSizeHint().height() <= 768
    assert (window.width(), window.height()) == (1366, 768)


def test_a_long_place_leaves_the_notes_their_room(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768, scale=2.0)
    place = "Northwest Saint Bartholomew Memorial Boulevard Extension East " * 2
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT", "place": place}))
    seat.settle()
    seat.key(K.Key_F6)
    seat.key(K.Key_F7)
    title = seat.window.narrative._title
    seat.until(lambda: len(title.shown) == 2)
    assert title.is_cut
    assert place.strip() in title.text()
    view = seat.window.narrative.view
    seat.until(lambda: view.height() > title.height())


def test_the_newest_note_stays_in_sight_when_its_room_changes(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768, scale=2.0)
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    for text in ("The smoke is thick and comes from the second floor. " * 40, "end"):
        seat.desk.submit(c.AddNote(incident_id="i1", text=text))
    seat.settle()
    seat.key(K.Key_F6)
    seat.key(K.Key_F7)
    view = seat.window.narrative.view
    bar = view.verticalScrollBar()
    seat.until(lambda: bar.maximum() > view.height() and bar.value() == bar.maximum())
    for width, height in ((1366, 700), (1500, 900), (1366, 768)):
        before = bar.maximum(), view.size()
        seat.window.resize(width, height)
        seat.until(lambda was=before: (bar.maximum(), view.size()) != was)
        seat.until(lambda: bar.value() == bar.maximum())
    bar.setValue(0)
    small = view.size()
    seat.window.resize(1500, 900)
    seat.until(lambda: view.size() != small)
    assert bar.value() == 0, "who reads an old one is left there"


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
