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
    for _ in range(9):
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
        "Call the caller back, Shift+F3",
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


def create(seat: Seat, kind: str) -> None:
    seat.key(K.Key_N, CTRL)
    seat.type(kind)
    seat.key(K.Key_Return, CTRL)
    seat.settle()


def correct(seat: Seat, kind: str) -> None:
    seat.form.begin()
    seat.key(K.Key_A, CTRL)
    seat.type(kind)
    seat.key(K.Key_Return, CTRL)
    seat.settle()


def test_a_corrected_type_brings_its_priority(seat: Seat) -> None:
    create(seat, "zzzz")
    assert "priority" not in seat.desk.incidents["i1"].fields
    correct(seat, "fire alarm")
    alarm = seat.window.intake._types.find("fire alarm")
    assert seat.desk.incidents["i1"].fields["priority"] == alarm.priority
    correct(seat, "robbery")
    assert seat.desk.incidents["i1"].fields["priority"] == 1


def test_a_priority_that_a_person_set_outlives_a_corrected_type(seat: Seat) -> None:
    seat.key(K.Key_N, CTRL)
    seat.type("zzzz")
    seat.key(K.Key_P, ALT)
    seat.type("5")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    correct(seat, "robbery")
    assert seat.desk.incidents["i1"].fields["priority"] == 5


def test_the_shortest_word_that_begins_so_comes_first(seat: Seat) -> None:
    seat.key(K.Key_N, CTRL)
    seat.type("burg")
    seat.key(K.Key_Return)
    assert seat.text("type") == "Burglary"


def test_a_word_inside_comes_before_letters_inside(seat: Seat) -> None:
    table = seat.window.intake._types
    labels = [t.label.lower() for t in table.fitting("al")]
    begins = [x.startswith("al") for x in labels if x.startswith("al") or " al" in x]
    assert begins == sorted(begins, reverse=True)
    inside = [labels.index(x) for x in labels if " al" in x]
    rest = [x for x in labels if " al" not in x and not x.startswith("al")]
    codes = {t.label.lower(): t.code.lower() for t in table.types}
    only_inside = [labels.index(x) for x in rest if not codes[x].startswith("al")]
    assert inside
    assert only_inside
    assert max(inside) < min(only_inside)
