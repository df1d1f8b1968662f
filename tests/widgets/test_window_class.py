"""An address is the caller's only when the record says of what kind it is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

K = Qt.Key
Seat = Any


def test_an_unreadable_class_never_offers_its_address(seat: Seat, fixed: Any) -> None:
    fixed["warnings"] = ("class_not_readable",)
    seat.ring(**fixed)
    seat.key(K.Key_F2)
    assert seat.text("place") == ""
    assert seat.text("caller_place") == ""
    assert "record: 15 OAK CT" in seat.form.fields.facts.text()


def test_a_record_without_class_never_offers_its_address(
    seat: Seat, fixed: Any
) -> None:
    fixed["class_of_service"] = None
    seat.ring(**fixed)
    seat.key(K.Key_F2)
    assert seat.text("place") == ""
    assert seat.text("caller_place") == ""
    seat.key(K.Key_F4)
    assert seat.text("place") == ""
