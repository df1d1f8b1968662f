"""What is typed is on disk within a second, and comes back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c
from aliquot.widgets.intake.drafts import LONGEST_MS, QUIET_MS

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any


def bodies(seat: Seat) -> list[dict[str, Any]]:
    return [d.body for d in seat.desk.draft_rows.values()]


def test_typing_is_saved_within_a_second(seat: Seat) -> None:
    assert QUIET_MS <= LONGEST_MS < 1000
    seat.key(K.Key_F2)
    seat.type("figh")
    seat.until(lambda: bodies(seat))
    assert bodies(seat)[0]["texts"]["type"] == "figh"


def test_unbroken_typing_is_saved_all_the_same(seat: Seat) -> None:
    """The pause never comes, yet the longest wait ends."""
    seat.key(K.Key_F2)
    saver = seat.form._drafts
    seat.type("a")
    assert saver._longest.isActive()
    left = saver._longest.remainingTime()
    seat.type("b")
    assert saver._longest.remainingTime() <= left
    saver._longest.timeout.emit()
    seat.settle()
    assert bodies(seat)[0]["texts"]["type"] == "ab"


def test_a_taken_call_is_on_disk_before_anything_is_typed(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.settle()
    kinds = [type(x) for x in seat.desk.commands]
    assert kinds == [c.SaveDraft, c.TakeCall]
    assert bodies(seat)[0]["call_id"] == "c1"


def test_a_form_comes_back_as_it_was(seat: Seat, make_seat: Any) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.type("robb")
    seat.key(K.Key_Tab)
    seat.form.fields.entries["place"].setFocus()
    seat.type("back of 12 Elm")
    seat.key(K.Key_F7)
    seat.type("he has a")
    seat.form.flush()
    seat.settle()
    again = make_seat(seat.desk)
    assert "Recovered" in again.form._sign.text()
    assert again.form._sign.isVisible()
    assert again.text("place") == "back of 12 Elm"
    assert again.text("type") == "Robbery"
    assert again.text("callback_number") == "(617) 555-0142"
    assert again.window.narrative.entry.text() == "he has a"
    assert again.form.data.call_id == "c1"
    again.form.fields.entries["place"].setFocus()
    again.key(K.Key_Return, CTRL)
    again.settle()
    assert again.desk.incidents["i1"].call_id == "c1"
    assert not again.desk.draft_rows


def test_typed_changes_of_an_incident_come_back_over_what_the_log_says(
    seat: Seat, make_seat: Any
) -> None:
    fields = {"type_code": "FIGHT", "place": "12 Elm St"}
    seat.desk.submit(c.OpenIncident(fields=fields))
    seat.settle()
    seat.command("show 1")
    seat.form.fields.entries["place_note"].setFocus()
    seat.type("back gate")
    seat.form.flush()
    seat.desk.submit(c.ChangeIncident(incident_id="i1", fields={"place": "14 Elm St"}))
    seat.settle()
    again = make_seat(seat.desk)
    assert again.text("place") == "14 Elm St"
    assert again.text("place_note") == "back gate"
    again.form.fields.entries["place"].setFocus()
    again.key(K.Key_Return, CTRL)
    again.settle()
    assert again.desk.incidents["i1"].fields["place_note"] == "back gate"
    assert again.desk.incidents["i1"].fields["place"] == "14 Elm St"


def test_the_draft_ends_with_the_incident_and_does_not_come_back(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert not seat.desk.draft_rows
    seat.window.leave()
    seat.settle()
    assert not seat.desk.draft_rows


def test_typing_while_the_log_is_slow_is_kept(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.desk.held.clear()
    seat.key(K.Key_Return, CTRL)
    seat.form.fields.entries["place_note"].setFocus()
    seat.type("gate")
    seat.desk.held.set()
    seat.settle()
    seat.until(lambda: bodies(seat))
    assert bodies(seat)[0]["incident_id"] == "i1"
    assert bodies(seat)[0]["texts"]["place_note"] == "gate"


def test_leaving_saves_what_was_typed_last(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("x")
    seat.window.leave()
    seat.settle()
    assert bodies(seat)[0]["texts"]["type"] == "x"


def test_a_form_thrown_away_takes_its_draft_along(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("x")
    seat.form.flush()
    seat.key(K.Key_W, CTRL)
    seat.key(K.Key_W, CTRL)
    seat.settle()
    assert not seat.desk.draft_rows


def test_half_a_note_of_an_incident_comes_back(seat: Seat, make_seat: Any) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    seat.key(K.Key_F6)
    seat.key(K.Key_F7)
    seat.type("blue v")
    seat.window.leave()
    seat.settle()
    again = make_seat(seat.desk)
    again.key(K.Key_F6)
    assert again.window.narrative.entry.text() == "blue v"
    again.key(K.Key_F7)
    again.type("an")
    again.key(K.Key_Return)
    again.settle()
    again.settle()
    assert again.desk.notes["i1"][-1].text == "blue van"
    assert not again.desk.draft_rows


def test_a_spoilt_draft_does_not_stop_the_window(seat: Seat, make_seat: Any) -> None:
    body = {"kind": "form", "texts": 7, "touched": "x", "point": [1], "number": "n"}
    seat.desk.submit(c.SaveDraft(form_id="bad", body=body))
    seat.settle()
    again = make_seat(seat.desk)
    assert again.text("type") == ""
