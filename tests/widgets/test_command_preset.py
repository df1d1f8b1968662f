"""A key that begins a command leaves the cursor behind it, and nothing selected."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

K = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
Seat = Any

REASONS = (
    Qt.FocusReason.OtherFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.TabFocusReason,
)


def incident(seat: Seat) -> None:
    seat.key(K.Key_F2)
    seat.type("fight")
    seat.key(K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    seat.settle()


def begun(seat: Seat) -> tuple[str, int, bool]:
    entry = seat.window.line.entry
    assert seat.focus is entry
    return entry.text(), entry.cursorPosition(), entry.hasSelectedText()


@pytest.mark.parametrize("by", REASONS)
def test_typing_goes_on_behind_what_the_key_began(
    seat: Seat, by: Qt.FocusReason
) -> None:
    """Also when the line had the focus before, by whatever way it came there."""
    incident(seat)
    entry = seat.window.line.entry
    entry.setText("half an order")
    entry.setFocus(by)
    seat.key(K.Key_F12)
    assert begun(seat) == ("close 1 ", 8, False)
    seat.type("05")
    assert entry.text() == "close 1 05"


def test_setting_aside_likewise(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2, SHIFT)
    assert begun(seat) == ("aside ", 6, False)
    seat.type("te")
    assert seat.window.line.entry.text() == "aside te"


def test_coming_back_to_a_begun_order_does_not_select_it(seat: Seat) -> None:
    """Qt selects all when a key brings the focus; the next letter would replace it."""
    incident(seat)
    seat.key(K.Key_F12)
    seat.key(K.Key_1, Qt.KeyboardModifier.AltModifier)
    assert seat.focus is not seat.window.line.entry
    seat.window.line.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert begun(seat) == ("close 1 ", 8, False)
