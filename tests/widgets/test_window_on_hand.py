"""One thing is on hand, and it is the form in front."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
Seat = Any


@pytest.fixture
def two(seat: Seat) -> Seat:
    """Two pending incidents; 0001 is the more pressing."""
    for code, priority in (("ROBBERY", 1), ("FIGHT", 2)):
        seat.desk.submit(
            c.OpenIncident(fields={"type_code": code, "priority": priority})
        )
    seat.settle()
    return seat


def test_f6_brings_the_form_to_the_front_and_keeps_the_draft(two: Seat) -> None:
    two.key(K.Key_N, CTRL)
    two.type("fire")
    draft = two.form
    two.key(K.Key_F6)
    assert two.form is not draft
    assert two.form.data.incident_id == "i1"
    assert two.window.subject.now.incident_id == "i1"
    assert draft in two.window.intake.forms
    assert draft.fields.entries["type"].text() == "fire"
    assert two.form.isAncestorOf(two.focus)


def test_note_and_dispatch_go_to_the_form_in_front(two: Seat) -> None:
    two.key(K.Key_N, CTRL)
    two.type("fire")
    two.key(K.Key_F6)
    two.key(K.Key_F7)
    two.type("blue van")
    two.key(K.Key_Return)
    two.key(K.Key_F5)
    two.settle()
    assert two.desk.units["2A11"].incident_id == "i1"
    assert [n.text for n in two.desk.notes["i1"] if not n.system] == ["blue van"]
    two.key(K.Key_Tab, CTRL)
    two.key(K.Key_F5)
    assert "No incident is on hand" in two.said


def test_a_row_chosen_on_the_board_is_in_front_and_the_focus_stays(two: Seat) -> None:
    table = two.window.board.pending.table
    table.setFocus()
    table.selectRow(1)
    assert two.focus is table
    assert two.form.data.incident_id == "i2"
    assert two.window.subject.now.incident_id == "i2"
    two.key(K.Key_Up)
    assert two.form.data.incident_id == "i1"
    two.key(K.Key_Return, CTRL)
    assert two.form._message.text() == "Nothing is changed."


def test_what_was_only_looked_at_makes_room(two: Seat) -> None:
    for _ in range(5):
        two.key(K.Key_F6)
    assert len(two.window.intake.forms) == 1
    two.form.begin()
    two.type("x")
    two.key(K.Key_F6)
    assert len(two.window.intake.forms) == 2


def test_the_board_marks_what_is_in_front(two: Seat) -> None:
    two.key(K.Key_F6)
    two.key(K.Key_F6)
    assert two.window.board.pending.table.current_key() == "i2"
    two.key(K.Key_N, CTRL)
    assert two.window.board.pending.table.current_key() is None


def test_a_closed_incident_takes_no_unit_and_is_not_closed_twice(two: Seat) -> None:
    two.key(K.Key_F6)
    two.desk.submit(c.CloseIncident(incident_id="i1", disposition="05"))
    two.settle()
    two.key(K.Key_F5)
    assert "Incident 0001 is closed: reopen 1" in two.said
    two.key(K.Key_F12)
    assert "Incident 0001 is closed: reopen 1" in two.said
    assert two.window.units.recommended() is None
    assert "Recommended" not in two.window.units._advice.text()
    two.command("reopen 1 wrong number")
    assert two.window.units.recommended() is not None
    two.key(K.Key_F5)
    two.settle()
    assert two.desk.units["2A11"].incident_id == "i1"


def test_f5_pressed_twice_sends_one_unit(two: Seat) -> None:
    """However quickly, and also when the first has long been sent."""
    two.key(K.Key_F6)
    two.desk.held.clear()
    two.key(K.Key_F5)
    two.key(K.Key_F5)
    assert "2A11 is being sent to 0001 already" in two.said
    two.desk.held.set()
    two.settle()
    assert "2A11 dispatched to 0001" in two.said
    two.key(K.Key_F5)
    two.settle()
    assert "0001 has 2A11: nobody else was sent. Shift+F5 sends 2A14 too." in two.said
    sent = [x.unit_ids for x in two.desk.commands if isinstance(x, c.DispatchUnits)]
    assert sent == [("2A11",)]


def test_one_more_unit_has_a_key_of_its_own(two: Seat) -> None:
    two.key(K.Key_F6)
    for expected in (["2A11"], ["2A11", "2A14"]):
        two.key(K.Key_F5, SHIFT)
        two.settle()
        assert [u.unit_id for u in two.desk.incidents["i1"].units] == expected
    two.key(K.Key_F5)
    assert "No other unit of the service is available" in two.said


def test_chosen_units_go_to_those_already_there_and_once(two: Seat) -> None:
    two.key(K.Key_F6)
    two.key(K.Key_F5)
    two.settle()
    table = two.window.units.table
    table.setFocus()
    table.selectRow(two.window.units.model.row_of("E1"))
    two.key(K.Key_F5)
    two.key(K.Key_F5)
    two.settle()
    assert [u.unit_id for u in two.desk.incidents["i1"].units] == ["2A11", "E1"]


def test_two_incidents_in_a_hurry_get_two_units(two: Seat) -> None:
    two.key(K.Key_F6)
    two.desk.held.clear()
    two.key(K.Key_F5)
    two.key(K.Key_F6)
    two.key(K.Key_F5)
    two.desk.held.set()
    two.settle()
    assert two.desk.units["2A11"].incident_id == "i1"
    assert two.desk.units["2A14"].incident_id == "i2"
