"""A call from the strip to the closed board, by keys only."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
Seat = Any


def test_call_is_taken_created_dispatched_noted_and_closed_by_keys(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    assert seat.focus.objectName() == "type"
    seat.type("robb")
    seat.key(K.Key_Tab)
    assert seat.text("type") == "Robbery"
    assert seat.text("priority") == "1"
    seat.key(K.Key_F4)
    assert seat.text("place") == "42.36510, -71.10340"
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    incident = seat.desk.incidents["i1"]
    assert incident.fields["type_code"] == "ROBBERY"
    assert incident.fields["latitude"] == pytest.approx(42.3651)
    assert incident.fields["caller_uncertainty_m"] == 38.0
    assert incident.call_id == "c1"
    seat.key(K.Key_F5)
    seat.settle()
    assert seat.desk.units["2A11"].status == "dispatched"
    assert "2A11 dispatched to 0001, recommended" in seat.said
    seat.key(K.Key_F7)
    seat.type("two men at the door")
    seat.key(K.Key_Return)
    seat.settle()
    assert [n.text for n in seat.desk.notes["i1"] if not n.system] == [
        "two men at the door"
    ]
    seat.key(K.Key_F12)
    assert seat.focus is seat.window.line.entry
    seat.type("05")
    seat.key(K.Key_Return)
    seat.settle()
    assert seat.desk.incidents["i1"].disposition == "05"
    assert seat.desk.units["2A11"].status == "available"
    assert seat.window.board.closed.model.rowCount() == 1


def test_manual_entry_needs_no_line(seat: Seat) -> None:
    assert "F2 opens an empty form" in seat.window.strip._empty.text()
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.key(K.Key_Tab)
    assert seat.focus.objectName() == "place"
    seat.type("Market Sq")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert seat.desk.incidents["i1"].fields["place"] == "Market Sq"
    assert seat.desk.incidents["i1"].fields["type_code"] == "FIGHT"


def test_dispatch_typed_ahead_of_the_answer_is_not_lost(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.desk.held.clear()
    seat.key(K.Key_Return, CTRL)
    seat.key(K.Key_F5)
    seat.desk.held.set()
    seat.until(lambda: seat.desk.units["2A11"].incident_id == "i1")


def test_a_form_without_type_and_place_is_not_created(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert not seat.desk.incidents
    assert seat.form._message.text() == "Type what happened or where, then create."


def test_what_fits_is_listed_and_chosen_with_arrows(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("alarm")
    listed = seat.form.fields.kind.suggested
    assert len(listed) > 2
    seat.key(K.Key_Down)
    seat.key(K.Key_Return)
    assert seat.text("type") == listed[1]
    assert seat.form.fields.kind.suggested == ()
    assert seat.focus.objectName() == "type"


def test_escape_puts_the_list_away_and_keeps_the_word(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("alar")
    seat.key(K.Key_Escape)
    assert seat.form.fields.kind.suggested == ()
    assert seat.text("type") == "alar"
    assert seat.focus.objectName() == "type"


def test_function_keys_work_while_the_list_is_shown(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("robb")
    assert seat.form.fields.kind.suggested
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert seat.desk.incidents["i1"].fields["type_code"] == "ROBBERY"


def test_a_type_not_in_the_table_is_kept_as_typed(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("cow on the roof")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert seat.desk.incidents["i1"].fields["type_code"] == "cow on the roof"


def test_what_the_desk_refuses_is_said_in_the_form_and_kept(seat: Seat) -> None:
    seat.desk.refuse[c.OpenIncident] = c.Failed("disk_full", "The disk is full.")
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert seat.form._message.text() == "The disk is full."
    assert seat.text("type") == "Fight"
    seat.until(lambda: seat.desk.draft_rows)
    seat.desk.refuse.clear()
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert "i1" in seat.desk.incidents
    assert not seat.desk.draft_rows


def test_update_sends_only_what_changed(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    seat.form.fields.entries["place_note"].setFocus()
    seat.type("back gate")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    changes = [x for x in seat.desk.commands if isinstance(x, c.ChangeIncident)]
    assert [x.fields for x in changes] == [{"place_note": "back gate"}]


def test_chosen_units_go_instead_of_the_recommended(seat: Seat) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT", "place": "x"}))
    seat.settle()
    seat.key(K.Key_F6)
    table = seat.window.units.table
    table.setFocus()
    row = seat.window.units.model.row_of("E1")
    table.selectRow(row)
    seat.key(K.Key_F5)
    seat.settle()
    assert seat.desk.units["E1"].incident_id == "i1"
    assert seat.desk.units["2A11"].incident_id is None
    assert "as chosen" in seat.said


def test_next_pending_goes_round(seat: Seat) -> None:
    for code in ("FIGHT", "ROBBERY"):
        seat.desk.submit(c.OpenIncident(fields={"type_code": code, "priority": 2}))
    seat.settle()
    seen = []
    for _ in range(3):
        seat.key(K.Key_F6)
        seen.append(seat.window.subject.now.incident_id)
    assert seen == ["i1", "i2", "i1"]


def test_keys_that_cannot_be_used_say_why(seat: Seat) -> None:
    seat.key(K.Key_F3)
    assert "only listens" in seat.said
    seat.key(K.Key_F8)
    assert "No incident is on hand" in seat.said
    seat.key(K.Key_F5)
    assert "No incident is on hand" in seat.said


def test_closing_a_form_with_typing_in_it_asks_once_in_line(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("x")
    seat.key(K.Key_W, CTRL)
    assert seat.window.intake.current is not None
    assert "once more" in seat.said
    seat.key(K.Key_W, CTRL)
    assert seat.window.intake.current is None


def test_typing_after_the_question_takes_it_back(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("x")
    seat.key(K.Key_W, CTRL)
    seat.type("y")
    seat.key(K.Key_W, CTRL)
    assert seat.window.intake.current is not None


def test_escape_leaves_the_command_line_and_keeps_what_is_typed(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("figh")
    seat.key(K.Key_L, CTRL)
    seat.type("d 2a")
    seat.key(K.Key_Escape)
    assert seat.focus.objectName() == "type"
    assert seat.window.line.entry.text() == "d 2a"


def test_letters_in_a_field_are_never_keys_of_the_desk(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.form.fields.entries["place"].setFocus()
    everything = (
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789?/.,;#+-"
    )
    seat.type(everything)
    assert seat.text("place") == everything


def test_undo_in_a_field_takes_back_f4(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.form.fields.entries["place"].setFocus()
    seat.type("Elm")
    seat.key(K.Key_F4)
    assert seat.text("place") == "42.36510, -71.10340"
    seat.key(K.Key_Z, CTRL)
    assert seat.text("place") == "Elm"


def test_a_note_before_the_incident_goes_with_it(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.key(K.Key_F7)
    seat.type("caller whispers")
    seat.key(K.Key_Return)
    assert seat.window.narrative.model.rowCount() == 1
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    typed = [n.text for n in seat.desk.notes["i1"] if not n.system]
    assert typed == ["caller whispers"]


def test_notes_are_struck_not_deleted(seat: Seat) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}, note="wrong door"))
    seat.settle()
    seat.key(K.Key_F6)
    view = seat.window.narrative.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(1, 0))
    seat.key(K.Key_Delete)
    seat.settle()
    notes = seat.desk.notes["i1"]
    assert [n.struck for n in notes if n.text == "wrong door"] == [True]


def test_a_note_that_is_refused_comes_back_to_its_line(seat: Seat) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    seat.key(K.Key_F6)
    seat.desk.refuse[c.AddNote] = c.Failed("disk_full", "The disk is full.")
    seat.key(K.Key_F7)
    seat.type("blue van")
    seat.key(K.Key_Return)
    seat.settle()
    assert seat.window.narrative.entry.text() == "blue van"
    assert seat.said == "The disk is full."


def test_half_a_note_stays_with_its_incident(seat: Seat) -> None:
    for code in ("FIGHT", "ROBBERY"):
        seat.desk.submit(c.OpenIncident(fields={"type_code": code}))
    seat.settle()
    seat.key(K.Key_F6)
    seat.key(K.Key_F7)
    seat.type("half")
    seat.key(K.Key_F6)
    assert seat.window.narrative.entry.text() == ""
    seat.key(K.Key_F6)
    assert seat.window.narrative.entry.text() == "half"


def test_sign_in_stands_in_line(seat: Seat) -> None:
    from aliquot.console.domain.rows import PersonRow

    row = PersonRow(person_id="p1", name="Rosa", role="dispatcher", public_key=b"")
    seat.desk.people["Rosa"] = (row, "secret")
    seat.key(K.Key_F2)
    before = seat.focus
    seat.key(K.Key_I, CTRL)
    seat.type("Rosa")
    seat.key(K.Key_Return)
    seat.type("wrong")
    seat.key(K.Key_Return)
    seat.settle()
    assert "not right" in seat.window.sign_in._message.text()
    seat.type("secret")
    seat.key(K.Key_Return)
    seat.settle()
    assert seat.desk.actor.person == "p1"
    assert seat.focus is before
    assert "Rosa" in seat.window.status._who._text.text()


def test_noise_becomes_a_form_with_its_text(seat: Seat) -> None:
    from aliquot.console.domain.rows import NoiseRow

    noise = NoiseRow(
        line="ali-1", at_us=1, reason="unknown_layout", raw=b"\x0212 LONG WHARF\x80"
    )
    seat.desk.hear_noise(noise)
    seat.settle()
    seat.key(K.Key_F10)
    seat.key(K.Key_Return)
    assert "12 LONG WHARF\\x80" in seat.form.fields.heard.toPlainText()
    assert seat.focus.objectName() == "type"
    seat.type("fight")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert "12 LONG WHARF" in seat.desk.notes["i1"][-1].text


def test_palette_finds_and_does(seat: Seat) -> None:
    seat.key(K.Key_K, CTRL)
    seat.type("empty form")
    seat.key(K.Key_Return)
    assert seat.window.drawer.shown is None
    assert seat.focus.objectName() == "type"


def test_tab_comes_to_every_part_of_the_desk(seat: Seat) -> None:
    seat.key(K.Key_F2)
    wanted = {
        "Type of incident",
        "Place of the incident",
        "Where the caller is",
        "Note: Enter adds it to the narrative",
        "Units",
        "Pending incidents",
        "Command line",
        "Waiting calls",
    }
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.ring()
    seen = set()
    for _ in range(60):
        seen.add(seat.focus.accessibleName())
        seat.key(K.Key_Tab)
    assert wanted <= seen
