"""Where typed text goes: never into a field that was not meant."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
K = Qt.Key
Seat = Any


def test_tab_from_the_type_comes_to_the_place(seat: Seat) -> None:
    seat.key(K.Key_N, CTRL)
    seat.type("burglary")
    seat.key(K.Key_Return)
    seat.key(K.Key_Tab)
    seat.type("350 Main St")
    assert seat.text("place") == "350 Main St"
    assert seat.text("priority") == "2"


def test_tab_goes_as_a_call_is_asked_for(seat: Seat) -> None:
    seat.key(K.Key_N, CTRL)
    seen = []
    for _ in range(8):
        seen.append(seat.focus.objectName() or seat.focus.accessibleName())
        seat.key(K.Key_Tab)
    assert seen == [
        "type",
        "place",
        "place_note",
        "caller_name",
        "callback_number",
        "caller_place",
        "Take caller's place as incident place, F4",
        "note",
    ]
    assert "Create or update" in seat.focus.accessibleName()


def test_tab_goes_the_same_way_in_every_form(seat: Seat) -> None:
    for _ in range(3):
        seat.key(K.Key_N, CTRL)
        seat.type("x")
    seat.key(K.Key_Tab, CTRL)
    seat.key(K.Key_Tab)
    assert seat.focus is seat.form.fields.entries["place"]


def test_the_priority_has_a_key_of_its_own(seat: Seat) -> None:
    seat.key(K.Key_N, CTRL)
    seat.type("burglary")
    seat.key(K.Key_P, ALT)
    assert seat.focus.objectName() == "priority"
    seat.type("1")
    assert seat.text("priority") == "1"
    assert seat.form.fields._to_priority.text() == "Alt+P"


def test_the_priority_refuses_an_address_in_words_and_keeps_it(seat: Seat) -> None:
    seat.key(K.Key_N, CTRL)
    seat.type("burglary")
    seat.key(K.Key_P, ALT)
    seat.type("350 Main St")
    assert seat.text("priority") == "350 Main St"
    assert "one digit, 1 to 5" in seat.form._message.text()
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert not any(isinstance(x, c.OpenIncident) for x in seat.desk.commands)
    assert seat.text("priority") == "350 Main St"
    seat.key(K.Key_P, ALT)
    seat.type("2")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert seat.desk.incidents["i1"].fields["priority"] == 2
