"""What opens over the desk leaves the form free."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any


@pytest.mark.parametrize("width", [1366, 1920])
@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (K.Key_F1, Qt.KeyboardModifier.NoModifier),
        (K.Key_F10, Qt.KeyboardModifier.NoModifier),
        (K.Key_K, CTRL),
    ],
)
def test_the_form_stays_free(
    make_seat: Any, width: int, key: K, modifier: Qt.KeyboardModifier
) -> None:
    seat = make_seat(width=width, height=1080 if width > 1500 else 768)
    seat.key(K.Key_F2)
    seat.key(key, modifier)
    drawer, form = seat.window.drawer, seat.window.panels["intake"]
    assert drawer.isVisible()
    place = QRect(form.mapTo(seat.window, form.rect().topLeft()), form.size())
    assert not drawer.geometry().intersects(place)
    if width > 1500:
        note = seat.window.narrative.entry
        corner = note.mapTo(seat.window, note.rect().topLeft())
        assert not drawer.geometry().intersects(QRect(corner, note.size()))
