"""Hands for the tests of the release desk: people, keys, what is said."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
Seat = Any

ANA, BEN, EVE = ("Ana Ortiz", "ana"), ("Ben Cho", "ben"), ("Eve Lund", "eve")
FIELDS: dict[str, Any] = {
    "type_code": "BURGLARY",
    "priority": 2,
    "place": "212 Elm St",
    "latitude": 42.3652,
    "longitude": -71.1031,
    "caller_name": "ORTEGA, MARIA",
    "callback_number": "6175550142",
}


def sign_in(seat: Seat, person: tuple[str, str]) -> None:
    """Ctrl+I, name, password: as a person does."""
    seat.key(K.Key_I, CTRL)
    seat.type(person[0])
    seat.key(K.Key_Return)
    seat.type(person[1])
    seat.key(K.Key_Return)
    seat.settle()
    seat.until(lambda: seat.window.drawer.shown is None)


def press(seat: Seat, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    seat.key(key, modifier)
    seat.settle()


def answer(seat: Seat) -> str:
    text = seat.window.release.detail.answer.message.text()
    assert isinstance(text, str)
    return text


def state(seat: Seat) -> str:
    text = seat.window.release.detail.state.word.text()
    assert isinstance(text, str)
    return text


def propose(seat: Seat, person: tuple[str, str] = ANA) -> str:
    """Propose the burglary on the release desk; its id."""
    sign_in(seat, person)
    press(seat, K.Key_2, CTRL)
    press(seat, K.Key_F8)
    press(seat, K.Key_Return)
    return next(iter(seat.desk.released))
