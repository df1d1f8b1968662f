"""The command line gives back what it borrowed: the focus, and the room for text."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any


@pytest.fixture
def at_place(seat: Seat) -> Seat:
    """An incident in front, the cursor in its place."""
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    seat.key(K.Key_F6)
    seat.form.fields.entries["place"].setFocus()
    seat.type("12 El")
    return seat


def test_closing_gives_the_focus_back(at_place: Seat) -> None:
    before = at_place.focus
    at_place.key(K.Key_F12)
    at_place.type("05")
    at_place.key(K.Key_Return)
    at_place.settle()
    assert at_place.desk.incidents["i1"].state == "closed"
    assert at_place.focus is before
    at_place.type("m")
    assert at_place.text("place") == "12 Elm"


def test_escape_gives_the_focus_back(at_place: Seat) -> None:
    before = at_place.focus
    at_place.key(K.Key_F12)
    at_place.key(K.Key_Escape)
    assert at_place.focus is before


def test_a_command_with_a_place_of_its_own_goes_there(at_place: Seat) -> None:
    at_place.command("new")
    assert at_place.focus.objectName() == "type"
    assert at_place.form.data.incident_id is None


def test_a_wrong_command_keeps_the_focus_and_the_text(at_place: Seat) -> None:
    at_place.command("nonsense here")
    assert at_place.focus is at_place.window.line.entry
    assert at_place.focus.text() == "nonsense here"


def test_an_untouched_beginning_is_typed_over(at_place: Seat) -> None:
    at_place.key(K.Key_F12)
    assert at_place.focus.text() == "close 1 "
    at_place.key(K.Key_L, CTRL)
    at_place.type("new")
    assert at_place.focus.text() == "new"


def test_escape_drops_an_untouched_beginning(at_place: Seat) -> None:
    at_place.key(K.Key_F12)
    at_place.key(K.Key_Escape)
    assert at_place.window.line.entry.text() == ""


def test_a_beginning_that_was_typed_on_stays(at_place: Seat) -> None:
    at_place.key(K.Key_F12)
    at_place.type("0")
    at_place.key(K.Key_Escape)
    assert at_place.window.line.entry.text() == "close 1 0"
    at_place.key(K.Key_L, CTRL)
    at_place.type("5")
    assert at_place.window.line.entry.text() == "close 1 05"


def test_a_key_of_a_command_keeps_another_one_half_typed(at_place: Seat) -> None:
    at_place.key(K.Key_L, CTRL)
    at_place.type("d 2a")
    at_place.key(K.Key_F12)
    assert at_place.focus.text() == "close 1 "
    at_place.key(K.Key_Up)
    assert at_place.focus.text() == "d 2a"
