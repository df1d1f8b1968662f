"""What is typed into the command line."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
Seat = Any


@pytest.mark.parametrize(
    ("typed", "unit", "status"),
    [
        ("d 2a11 1", "2A11", "dispatched"),
        ("2a11 en", "2A11", "en_route"),
        ("os 2a11", "2A11", "on_scene"),
        ("av 2a11", "2A11", "available"),
        ("oos m", "M21", "out_of_service"),
    ],
)
def test_units_by_command(seat: Seat, typed: str, unit: str, status: str) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.desk.submit(c.DispatchUnits(incident_id="i1", unit_ids=("2A11",)))
    if typed.startswith("d "):
        seat.desk.submit(c.SetUnitStatus(unit_id="2A11", status="available"))
    seat.settle()
    seat.command(typed)
    assert seat.desk.units[unit].status == status


def test_a_wrong_command_stays_and_is_explained(seat: Seat) -> None:
    seat.command("d 9z 1")
    assert seat.window.line.entry.text() == "d 9z 1"
    assert "No unit begins with 9Z" in seat.said


def test_note_by_command_keeps_the_words_as_typed(seat: Seat) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    seat.command("note 1 blue van,  plate 12 note")
    assert seat.desk.notes["i1"][-1].text == "blue van,  plate 12 note"


def test_calls_are_set_aside_with_a_reason(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2, SHIFT)
    seat.type("dup")
    seat.key(K.Key_Return)
    seat.settle()
    asides = [x for x in seat.desk.commands if isinstance(x, c.SetCallAside)]
    assert [(x.call_id, x.reason) for x in asides] == [("c1", "duplicate")]
    assert seat.window.strip.model.rowCount() == 0


def test_slash_goes_to_the_command_line_outside_fields_only(seat: Seat) -> None:
    seat.window.board.pending.table.setFocus()
    seat.type("/")
    assert seat.focus is seat.window.line.entry
    seat.key(K.Key_F2)
    seat.type("a/b")
    assert seat.focus.objectName() == "type"
    assert seat.text("type") == "a/b"


def test_the_next_command_takes_the_place_of_a_refused_one(seat: Seat) -> None:
    seat.command("d 9z 1")
    seat.key(K.Key_Escape)
    seat.key(K.Key_L, CTRL)
    seat.type("en")
    entry = seat.window.line.entry
    assert entry.text() == "en"
    seat.key(K.Key_Up)
    assert entry.text() == "d 9z 1", "it is not lost"


def test_a_refused_command_is_mended_where_it_stands(seat: Seat) -> None:
    seat.command("d 9z")
    seat.key(K.Key_Backspace)
    seat.type("x")
    assert seat.window.line.entry.text() == "d 9x"
    seat.key(K.Key_Escape)
    seat.key(K.Key_L, CTRL)
    seat.type("1")
    assert seat.window.line.entry.text() == "d 9x1", "half typed: gone on with"
