"""Records fill what is empty and untouched, once; later ones stand beside."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any


def test_a_wireless_address_never_becomes_the_place(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    assert seat.text("place") == ""
    assert seat.text("caller_place") == "42.36510, -71.10340"
    assert seat.text("caller_name") == ""
    assert "tower at 440 TOWER RD" in seat.form.fields.facts.text()


def test_a_fixed_address_fills_place_and_caller(seat: Seat, fixed: Any) -> None:
    seat.ring(**fixed)
    seat.key(K.Key_F2)
    assert seat.text("place") == "15 OAK CT APT 3, HALDEN"
    assert seat.text("caller_name") == "ORTEGA, MARIA"


def test_what_is_typed_before_is_not_overwritten_by_taking(
    seat: Seat, fixed: Any
) -> None:
    seat.key(K.Key_F2)
    seat.form.fields.entries["place"].setFocus()
    seat.type("Market Sq")
    form = seat.form
    seat.ring(**fixed)
    seat.key(K.Key_F2)
    assert form.fields.entries["place"].text() == "Market Sq"
    assert seat.form is not form, "a call goes into an empty form or a new one"


def test_an_empty_form_is_used_for_the_call(seat: Seat, fixed: Any) -> None:
    seat.key(K.Key_F2)
    form = seat.form
    seat.ring(**fixed)
    seat.key(K.Key_F2)
    assert seat.form is form


def test_a_field_that_was_emptied_by_hand_stays_empty(seat: Seat, fixed: Any) -> None:
    seat.key(K.Key_F2)
    place = seat.form.fields.entries["place"]
    place.setFocus()
    seat.type("x")
    seat.key(K.Key_Backspace)
    assert place.touched
    assert not place.offer("15 OAK CT")
    assert place.text() == ""


def test_a_rebid_shows_old_new_and_typed_and_touches_nothing(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.form.fields.entries["callback_number"].setFocus()
    seat.key(K.Key_A, CTRL)
    seat.type("617 555 0100")
    before = seat.form.fields.texts()
    seat.desk.hear_again(
        "c1", latitude=42.5, callback_number="6175550111", uncertainty_m=9.0
    )
    seat.settle()
    assert seat.form.fields.texts() == before
    rows = {r.name: (r.old, r.new, r.typed) for r in seat.form.rebid.rows}
    assert rows == {
        "callback_number": ("(617) 555-0142", "(617) 555-0111", "617 555 0100"),
        "caller_place": (
            "42.36510, -71.10340",
            "42.50000, -71.10340",
            "42.36510, -71.10340",
        ),
        "uncertainty": ("±38 m conf 90", "±9 m conf 90", ""),
    }
    assert seat.form.rebid.isVisible()


def test_enter_on_a_line_uses_the_new_value_and_undo_takes_it_back(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.desk.hear_again("c1", callback_number="6175550111")
    seat.settle()
    table = seat.form.rebid.table
    table.setFocus()
    table.selectRow(0)
    seat.key(K.Key_Return)
    assert seat.text("callback_number") == "(617) 555-0111"
    assert not seat.form.rebid.isVisible()
    seat.form.fields.entries["callback_number"].setFocus()
    seat.key(K.Key_Z, CTRL)
    assert seat.text("callback_number") == "(617) 555-0142"


def test_f4_after_a_rebid_does_not_give_old_words_a_new_point(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.desk.hear_again("c1", latitude=42.5)
    seat.settle()
    seat.key(K.Key_F4)
    assert seat.text("place") == "42.36510, -71.10340"
    assert seat.form.data.point.latitude == 42.3651


def test_using_the_new_place_brings_its_point_and_uncertainty(seat: Seat) -> None:
    seat.use_newer_place()
    seat.key(K.Key_F4)
    assert seat.text("place") == "42.50000, -71.10340"
    assert seat.form.data.caller.uncertainty_m == 9.0
    assert not seat.form.rebid.rows


def names(seat: Seat) -> list[str]:
    return [row.name for row in seat.form.rebid.rows]


def use(seat: Seat, name: str) -> None:
    seat.form.rebid.table.choose(name)
    seat.form.rebid.table.setFocus()
    seat.key(K.Key_Return)


def test_with_the_new_place_go_its_uncertainty_and_its_class(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.desk.hear_again(
        "c1",
        latitude=42.5,
        uncertainty_m=9.0,
        class_of_service="WPH1",
        callback_number="6175550111",
    )
    seat.settle()
    assert names(seat) == ["callback_number", "caller_place", "uncertainty", "class"]
    use(seat, "caller_place")
    assert names(seat) == ["callback_number"]
    assert seat.form.data.caller.uncertainty_m == 9.0
    use(seat, "callback_number")
    assert names(seat) == []
    assert not seat.form.rebid.isVisible()


def test_the_class_alone_brings_no_place(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    before = seat.form.data.caller
    seat.desk.hear_again("c1", latitude=42.5, class_of_service="WPH1")
    seat.settle()
    use(seat, "class")
    assert names(seat) == ["caller_place"]
    assert seat.form.data.caller == before


def test_what_is_typed_as_the_record_says_it_is_no_difference(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.desk.hear_again("c1", latitude=42.5, callback_number="6175550111")
    seat.settle()
    assert names(seat) == ["callback_number", "caller_place"]
    seat.form.fields.entries["callback_number"].setFocus()
    seat.key(K.Key_A, CTRL)
    seat.type("617 555 011")
    assert names(seat) == ["callback_number", "caller_place"]
    seat.type("1")
    assert names(seat) == ["caller_place"]
    seat.key(K.Key_Backspace)
    assert names(seat) == ["callback_number", "caller_place"]


def test_a_record_after_the_ringing_fills_the_empty_form(seat: Seat) -> None:
    """A CTI source offers the call first; its record comes while it is in the form."""
    seat.ring(
        state="offered",
        has_record=False,
        records=0,
        callback_number=None,
        class_of_service=None,
        latitude=None,
        longitude=None,
        address=None,
        customer_name=None,
        warnings=(),
    )
    seat.key(K.Key_F2)
    seat.desk.hear_again(
        "c1",
        has_record=True,
        callback_number="6175550142",
        class_of_service="WPH2",
        latitude=42.3651,
        longitude=-71.1034,
    )
    seat.settle()
    assert seat.text("callback_number") == "(617) 555-0142"
    assert seat.text("caller_place") == "42.36510, -71.10340"


def test_unknown_uncertainty_is_said_and_not_sent_as_nought(seat: Seat) -> None:
    seat.ring(uncertainty_m=None, confidence_pct=None)
    seat.key(K.Key_F2)
    assert "± unknown" in seat.form.fields.facts.text()
    seat.type("fight")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    assert "caller_uncertainty_m" not in seat.desk.incidents["i1"].fields


@pytest.mark.parametrize("stops", range(0, 12, 3))
def test_tab_comes_to_the_comparison_whenever_it_opens(seat: Seat, stops: int) -> None:
    """It opens while a person goes from field to field."""
    seat.ring()
    seat.key(K.Key_F2)
    for _ in range(stops):
        seat.key(K.Key_Tab)
    seat.desk.hear_again("c1", latitude=42.5, uncertainty_m=9.0)
    seat.settle()
    table = seat.form.rebid.table
    assert table.isVisible()
    for _ in range(60):
        if seat.focus is table:
            break
        seat.key(K.Key_Tab)
    assert seat.focus is table


def test_taken_with_the_newest_record_there_is_nothing_to_compare(seat: Seat) -> None:
    seat.ring()
    seat.desk.hear_again("c1", latitude=42.5, uncertainty_m=9.0)
    seat.settle()
    seat.key(K.Key_F2)
    assert seat.text("caller_place") == "42.50000, -71.10340"
    assert not seat.form.rebid.isVisible()


def test_delete_keeps_what_the_form_says(seat: Seat) -> None:
    """Seen and not wanted: the comparison makes room again, until more is said."""
    seat.ring()
    seat.key(K.Key_F2)
    before = seat.form.fields.texts()
    said = {"callback_number": "6175550111", "latitude": 42.5, "uncertainty_m": 9.0}
    seat.desk.hear_again("c1", **said)
    seat.settle()
    table = seat.form.rebid.table
    assert table.isVisible()
    table.setFocus()
    for _ in range(len(seat.form.rebid.rows)):
        table.selectRow(0)
        QTest.keyClick(table, K.Key_Delete)
    assert not table.isVisible()
    assert seat.form.fields.texts() == before
    assert seat.form.data.caller.latitude == 42.3651
    assert seat.form.isAncestorOf(seat.focus)
    seat.desk.hear_again("c1", **{**said, "callback_number": "6175550112"})
    seat.settle()
    assert [r.new for r in seat.form.rebid.rows] == ["(617) 555-0112"]
