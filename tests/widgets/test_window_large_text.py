"""Large text never makes the window larger than its screen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from aliquot.console.domain.rows import LineRow
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.elided import ElidedLabel
from aliquot.widgets.parts import KeyButton
from aliquot.widgets.theme.look import SCALES

Seat = Any


def _busy_status(seat: Seat, lines: int = 5) -> None:
    """As many signs at the foot as an agency with all kinds of lines has."""
    then = seat.clock.now().utc_us - 5_000_000
    for number in range(lines):
        name = f"line-{number}"
        seat.desk.lines[name] = LineRow(
            line=name, state="up", message="", since_us=then, last_record_us=then
        )
    seat.window.status.refresh(None)
    seat.window.status.tick(seat.clock.now().utc_us)


@pytest.mark.parametrize(
    ("width", "height", "most"), [(1920, 1080, 2.0), (1366, 768, 1.5), (1366, 768, 2.0)]
)
@pytest.mark.parametrize("by_steps", [False, True])
def test_the_window_stays_within_its_screen(
    make_seat: Any, width: int, height: int, most: float, by_steps: bool
) -> None:
    seat = make_seat(width=width, height=height)
    _busy_status(seat)
    window = seat.window
    for scale in [s for s in SCALES if 1.0 < s <= most] if by_steps else [most]:
        window.places.set_size(scale)
        for perspective in Perspective:
            window.turn_to(perspective, again=False)
            QApplication.processEvents()
            assert (window.width(), window.height()) == (width, height)
            assert window.minimumSizeHint().width() <= width
        window.turn_to(Perspective.DESK)
    for key in window.line.findChildren(KeyButton):
        assert key.width() >= key.sizeHint().width()


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1920, 1080, 2.0), (1366, 768, 1.5)]
)
def test_the_form_has_more_height_than_the_board(
    make_seat: Any, width: int, height: int, scale: float
) -> None:
    seat = make_seat(width=width, height=height)
    seat.ring()
    seat.key(Qt.Key.Key_F2)
    seat.window.places.set_size(scale)
    seat.settle()
    panels = seat.window.panels
    assert panels["intake"].height() > 1.5 * panels["board"].height()


def test_a_sign_without_room_is_cut_and_said_whole(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768, scale=1.5)
    _busy_status(seat)
    QApplication.processEvents()
    sign = seat.window.status._lines["line-0"]
    (text,) = sign.findChildren(ElidedLabel)
    assert text.is_cut
    assert text.shown.endswith("…")
    assert sign.toolTip().startswith(sign.text)
    assert sign.accessibleDescription().startswith(sign.text)


def test_a_sign_with_room_has_no_tip_of_its_own(make_seat: Any) -> None:
    seat = make_seat(width=1920, height=1080)
    _busy_status(seat, lines=1)
    QApplication.processEvents()
    sign = seat.window.status._lines["line-0"]
    (text,) = sign.findChildren(ElidedLabel)
    assert text.shown == sign.text
    assert sign.text not in sign.toolTip()
