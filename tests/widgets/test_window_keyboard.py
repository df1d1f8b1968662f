"""Where the focus is after each key of a long evening: never lost, never far."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from aliquot.widgets.command import grammar
from aliquot.widgets.command.grammar import Dispatch, Known, Note, Status, parse

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
Seat = Any
KNOWN = Known(("1A11", "1A12", "E1"), (7, 142), on_hand=142)


def test_esc_leaves_a_note_for_the_field_it_was_begun_from(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    field = seat.form.fields.entries["place_note"]
    field.setFocus()
    seat.key(K.Key_F7)
    assert seat.focus is seat.window.narrative.entry
    seat.type("half a sent")
    seat.key(K.Key_Escape)
    assert seat.focus is field
    assert seat.window.narrative.entry.text() == "half a sent"


def test_esc_in_a_note_goes_nowhere_when_its_field_is_gone(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.key(K.Key_F7)
    entry = seat.window.narrative.entry
    assert seat.focus is entry
    seat.key(K.Key_W, CTRL)
    seat.settle()
    assert not seat.window.narrative.back() or seat.focus is not entry


def test_closing_a_form_goes_on_in_the_next(seat: Seat) -> None:
    seat.ring("c1")
    seat.key(K.Key_F2)
    first = seat.form
    seat.type("burglary")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    seat.ring("c2", callback_number="6175550143")
    seat.key(K.Key_F2)
    seat.type("fall")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert seat.form is not first
    seat.key(K.Key_W, CTRL)
    seat.settle()
    assert seat.form is first
    assert seat.focus is first.fields.kind


def test_after_the_last_form_the_command_line_waits(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.key(K.Key_W, CTRL)
    seat.settle()
    assert seat.window.intake.current is None
    assert seat.focus is seat.window.line.entry


def test_a_form_closed_from_elsewhere_takes_no_focus(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.window.line.entry.setFocus()
    seat.type("d 2a")
    seat.window.intake.close_current()
    seat.settle()
    assert seat.focus is seat.window.line.entry
    assert seat.window.line.entry.text() == "d 2a"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("er 1a11", Status("1A11", "en_route")),
        ("1a11 enr", Status("1A11", "en_route")),
        ("ARR 1a12 7", Status("1A12", "on_scene", 7)),
        ("ar e1", Status("E1", "on_scene")),
        ("clr 1a11", Status("1A11", "available")),
        ("disp 1a11 e1 7", Dispatch(("1A11", "E1"), 7)),
        ("rmk 7 caller called again", Note(7, "caller called again")),
    ],
)
def test_words_of_other_desks_mean_the_same(text: str, order: object) -> None:
    assert parse(text, KNOWN) == order


def test_no_word_of_another_desk_hides_one_of_ours() -> None:
    ours = {v.word for v in grammar.VERBS}
    assert not ours & set(grammar.ALSO)
    assert set(grammar.ALSO.values()) <= ours
    for word, own in grammar.ALSO.items():
        means = next(v.means for v in grammar.VERBS if v.word == own)
        assert word in means


def test_a_word_of_another_desk_is_completed_and_explained() -> None:
    assert grammar.usage("er 1") == "en UNIT [NUMBER]"
    assert "er 1A11" in [c.strip() for c in grammar.completions("er 1a1", KNOWN)]


def test_no_call_looks_chosen_that_the_key_would_not_take(seat: Seat) -> None:
    seat.ring("c1")
    seat.ring("c2", callback_number="6175550143")
    table = seat.window.strip.table
    table.setFocus()
    table.choose("c2")
    assert table.current_key() == "c2"
    seat.ring("c3", callback_number="6175550144")
    assert table.current_key() == "c2"
    seat.window.line.entry.setFocus()
    seat.window._tick()
    assert table.current_key() is None
    seat.key(K.Key_F2)
    assert seat.form.data.call_id == "c1"


def test_signing_out_says_so_and_what_it_means(seat: Seat) -> None:
    seat.window.operator.say("Something of before.")
    seat.key(K.Key_I, CTRL | SHIFT)
    seat.settle()
    assert seat.said.startswith("Signed out.")
    assert "Ctrl+I" in seat.said
