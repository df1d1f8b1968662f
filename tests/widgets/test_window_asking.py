"""Asking lines from the desk: rebid, call back, test; and what calls' states look like."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from aliquot.console.domain import commands as c
from aliquot.console.domain.rows import LineRow
from aliquot.widgets.actions import Act
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.tokens import Tone

K = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
Seat = Any


def line(seat: Seat, name: str, *asks: str, state: str = "up", said: str = "") -> None:
    now = seat.clock.now().utc_us
    row = LineRow(line=name, state=state, message=said, since_us=now, asks=asks)
    seat.desk.set_line(row)
    seat.settle()


def asked(seat: Seat, kind: type[c.Command]) -> list[Any]:
    return [x for x in seat.desk.commands if isinstance(x, kind)]


def answer(seat: Seat, kind: type[c.Command], **result: str) -> None:
    seat.desk.refuse[kind] = c.Done(dict(result))


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: object) -> None:
    QGuiApplication.clipboard().setText("nothing")


# --- rebid


def test_without_a_line_that_answers_the_key_says_why(seat: Seat) -> None:
    line(seat, "ali-1")
    seat.ring()
    seat.key(K.Key_F3)
    assert "only listens" in seat.said
    assert asked(seat, c.AskLine) == []


def test_a_line_that_can_is_asked_for_the_call_on_hand(seat: Seat) -> None:
    line(seat, "ali-1", "rebid", "test")
    answer(seat, c.AskLine, line="ali-1")
    assert seat.window.book.reason(Act.REBID) is None
    seat.ring()
    seat.key(K.Key_F2)
    seat.ring("c2")
    seat.key(K.Key_F3)
    seat.settle()
    (command,) = asked(seat, c.AskLine)
    assert (command.ask, command.call_id) == ("rebid", "c1")
    assert seat.said == "Asked for the record of (617) 555-0142 again on ali-1."


def test_a_line_that_goes_away_takes_the_key_with_it(seat: Seat) -> None:
    line(seat, "ali-1", "rebid")
    assert seat.window.book.reason(Act.REBID) is None
    line(seat, "ali-1", state="lost")
    assert "only listens" in (seat.window.book.reason(Act.REBID) or "")


def test_a_refusal_is_said(seat: Seat) -> None:
    line(seat, "ali-1", "rebid")
    seat.desk.refuse[c.AskLine] = c.Refused("line_down", "ali-1 is not up.")
    seat.ring()
    seat.key(K.Key_F3)
    seat.settle()
    assert seat.said == "ali-1 is not up."


# --- call back


def test_a_call_back_is_confirmed_by_enter(seat: Seat) -> None:
    line(seat, "cti", "dial")
    answer(seat, c.DialBack, line="cti")
    seat.ring()
    seat.key(K.Key_F2)
    seat.key(K.Key_F3, SHIFT)
    assert seat.window.line.entry.text() == "call 617-555-0142"
    assert seat.said == "Enter calls (617) 555-0142 back. Esc leaves it."
    assert asked(seat, c.DialBack) == [], "one key alone calls nobody"
    seat.key(K.Key_Return)
    seat.settle()
    (command,) = asked(seat, c.DialBack)
    assert (command.call_id, command.number) == ("c1", "6175550142")
    assert seat.said == "Calling (617) 555-0142 back on cti."
    assert clipboard() == "nothing"


def test_esc_leaves_it_and_goes_back_to_the_form(seat: Seat) -> None:
    line(seat, "cti", "dial")
    seat.ring()
    seat.key(K.Key_F2)
    before = seat.focus
    seat.key(K.Key_F3, SHIFT)
    seat.key(K.Key_Escape)
    seat.settle()
    assert asked(seat, c.DialBack) == []
    assert seat.window.line.entry.text() == ""
    assert seat.focus is before


def test_where_no_line_can_dial_the_number_is_copied(seat: Seat) -> None:
    line(seat, "ali-1", "rebid")
    seat.ring()
    seat.key(K.Key_F2)
    seat.key(K.Key_F3, SHIFT)
    assert clipboard() == "6175550142"
    assert "No line can dial: (617) 555-0142 is copied" in seat.said
    assert seat.window.line.entry.text() == ""


def test_a_line_that_went_away_meanwhile_leaves_the_copy(seat: Seat) -> None:
    line(seat, "cti", "dial")
    seat.desk.refuse[c.DialBack] = c.Refused("no_dialling_line", "None.")
    seat.ring()
    seat.key(K.Key_F3, SHIFT)
    seat.key(K.Key_Return)
    seat.settle()
    assert clipboard() == "6175550142"


@pytest.mark.parametrize("dials", [True, False])
@pytest.mark.parametrize("number", ["6175110142", "9115550142", "6172110142", None])
def test_what_must_not_be_called_is_neither_dialled_nor_copied(
    seat: Seat, number: str | None, dials: bool
) -> None:
    line(seat, "cti", *(("dial",) if dials else ()))
    seat.ring(callback_number=number)
    seat.key(K.Key_F2)
    seat.key(K.Key_F3, SHIFT)
    seat.settle()
    assert seat.window.line.entry.text() == ""
    assert clipboard() == "nothing"
    assert asked(seat, c.DialBack) == []
    assert seat.said


def test_a_known_routing_number_is_not_called(seat: Seat) -> None:
    line(seat, "cti", "dial")
    seat.ring(pani="6175550142")
    seat.key(K.Key_F3, SHIFT)
    assert "routing number" in seat.said
    seat.command("call 617 555 0142")
    assert asked(seat, c.DialBack) == []


def test_what_was_corrected_in_the_form_is_called(seat: Seat) -> None:
    line(seat, "cti", "dial")
    answer(seat, c.DialBack, line="cti")
    seat.ring()
    seat.key(K.Key_F2)
    seat.form.fields.entries["callback_number"].put("617 555 0199")
    seat.key(K.Key_F3, SHIFT)
    assert seat.window.line.entry.text() == "call 617-555-0199"
    seat.key(K.Key_Return)
    seat.settle()
    (command,) = asked(seat, c.DialBack)
    assert (command.call_id, command.number) == (None, "6175550199")


@pytest.mark.parametrize("typed", ["call", "call 911", "call 12", "call 617 211 0142"])
def test_a_typed_number_that_is_none_is_refused_where_it_stands(
    seat: Seat, typed: str
) -> None:
    line(seat, "cti", "dial")
    seat.command(typed)
    assert seat.window.line.entry.text() == typed
    assert asked(seat, c.DialBack) == []


# --- lines


def test_lines_that_answer_are_asked_to(seat: Seat) -> None:
    line(seat, "cti", "test")
    line(seat, "ali-1")
    answer(seat, c.AskLine, line="cti")
    seat.key(K.Key_F9)
    seat.settle()
    (command,) = asked(seat, c.AskLine)
    assert (command.ask, command.line) == ("test", "cti")
    assert "Asked to answer: cti." in seat.said


def test_trouble_of_a_line_is_said_whole_and_marked(seat: Seat) -> None:
    line(seat, "cti", state="trouble", said="Asterisk refuses the log-in of desk.")
    assert any("refuses the log-in" in text for text in seat.window.alarm.said)
    assert any(text.startswith("cti trouble") for text in seat.window.status.texts)


# --- calls


@pytest.mark.parametrize(
    ("news", "text", "shape", "tone"),
    [
        ({"state": "offered"}, "ringing", Shape.DOT, Tone.WAITING),
        ({"state": "held"}, "on hold", Shape.BAR, Tone.WAITING),
        ({"state": "transferred"}, "transferred", Shape.TRIANGLE, Tone.WAITING),
        ({"state": "held", "trouble": "x"}, "on hold", Shape.CROSS, Tone.DANGER),
    ],
)
def test_each_state_has_its_word_and_its_shape(
    seat: Seat, news: dict[str, Any], text: str, shape: Shape, tone: Tone
) -> None:
    seat.ring(**news)
    columns = seat.window.strip.model.columns
    cell = columns[0].make(seat.window.strip.model.rows[0], 0)
    assert (cell.text, cell.shape, cell.tone) == (text, shape, tone)


def test_where_a_call_went_and_its_trouble_are_in_words(seat: Seat) -> None:
    seat.ring(state="transferred", position="07", trouble="one way only")
    columns = {c.title: c for c in seat.window.strip.model.columns}
    row = seat.window.strip.model.rows[0]
    place = columns["Place"].make(row, 0).text
    assert "transferred to position 07, trouble: one way only" in place
    seat.key(K.Key_F2)
    assert "transferred to position 07" in seat.form.fields.facts.text()


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({"latitude": 42.3741}, "moved 1.0 km"),
        ({"uncertainty_m": 9.0}, "surer"),
        ({"uncertainty_m": 900.0}, "less sure"),
        ({"latitude": 42.3741, "uncertainty_m": None}, "uncertainty not known now"),
    ],
)
def test_a_rebid_says_how_the_place_changed(
    seat: Seat, news: dict[str, Any], said: str
) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.desk.hear_again("c1", **news)
    seat.settle()
    assert said in seat.form.rebid._title.text()
