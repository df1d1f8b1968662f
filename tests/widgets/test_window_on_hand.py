"""One thing is on hand, and it is the form in front."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c

CTRL = Qt.KeyboardModifier.ControlModifier
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
