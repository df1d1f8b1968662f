"""How the release desk looks: nothing clipped, named, and honest in its words."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget
from release_hands import (
    BEN,
    CTRL,
    K,
    Seat,
    press,
    propose,
    sign_in,
)


def test_the_desk_never_claims_a_proof(release_seat: Seat) -> None:
    seat = release_seat
    propose(seat)
    press(seat, K.Key_B, CTRL)
    said = [w.text() for w in seat.window.findChildren(QLabel) if w.isVisible()]
    assert any("self-attested" in text.lower() for text in said)
    assert not any("proved" in text.lower() for text in said)


def test_every_part_of_the_release_desk_has_a_name(release_seat: Seat) -> None:
    seat = release_seat
    propose(seat)
    nameless: list[str] = []
    kinds = (QLineEdit, QComboBox, QAbstractButton)
    for panel in (seat.window.release.queue, seat.window.release.detail):
        nameless += [
            type(w).__name__
            for kind in kinds
            for w in panel.findChildren(kind)
            if not w.accessibleName() and w.isVisible()
        ]
    assert not nameless
    sides: QWidget = seat.window.release.detail.sides
    assert "Type becomes Category" in sides.accessibleDescription()
    assert "stays: It never leaves" in sides.accessibleDescription()


SIZES = [(1920, 1080, 1.0), (1366, 768, 1.0), (1920, 1080, 1.5), (1920, 1080, 2.0)]


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_nothing_is_clipped_on_the_release_desk(
    make_seat: Any, release_desk: Any, width: int, height: int, scale: float
) -> None:
    seat = make_seat(release_desk, width=width, height=height, scale=scale)
    propose(seat)
    sign_in(seat, BEN)
    press(seat, K.Key_F11)
    clipped = []
    for text in seat.window.findChildren(QLabel):
        if text.isVisible() and text.text() and not text.wordWrap():
            wanted = text.fontMetrics().horizontalAdvance(text.text())
            if wanted > text.contentsRect().width() + 1:
                clipped.append((text.text(), wanted, text.contentsRect().width()))
    assert not clipped
    sides = seat.window.release.detail.sides
    seen = sides.visibleRegion().boundingRect().width()
    assert seen == sides.width(), "what leaves must be seen without scrolling"
    least = seat.window.minimumSizeHint()
    assert least.width() <= width
    assert least.height() <= height
    field = seat.window.release.detail.answer.ask.password
    assert field.width() >= field.fontMetrics().horizontalAdvance("0" * 10)


def test_turning_to_and_fro_changes_no_size(make_seat: Any, release_desk: Any) -> None:
    seat = make_seat(release_desk, width=1920, height=1080, scale=2.0)
    for _ in range(2):
        press(seat, K.Key_2, CTRL)
        press(seat, K.Key_1, CTRL)
    press(seat, K.Key_2, CTRL)
    assert seat.window.size().toTuple() == (1920, 1080)
    assert not seat.window.board.isVisible()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_small_screen_keeps_no_room_for_what_is_not_asked(
    make_seat: Any, release_desk: Any, scale: float
) -> None:
    """And with all the keys of a proposed release it is no wider than the screen."""
    seat = make_seat(release_desk, width=1366, height=768, scale=scale)
    propose(seat)
    sign_in(seat, BEN)
    answer = seat.window.release.detail.answer
    answer.say("")
    seat.settle()
    buttons = [b for b in answer.buttons.values() if b.isVisible()]
    assert len(buttons) > 3
    lowest = max(b.geometry().bottom() for b in buttons)
    seat.until(lambda: answer.height() - lowest < 8)
    assert seat.window.size().toTuple() == (1366, 768)
    assert seat.window.minimumSizeHint().width() <= 1366
    press(seat, K.Key_F11)
    seat.until(lambda: answer.ask.password.isVisible())
    assert answer.ask.password.visibleRegion().boundingRect().height() > 20
    press(seat, K.Key_Escape)
    seat.until(lambda: not answer.ask.isVisible())


def test_what_leaves_needs_no_scrolling_across_at_any_size_of_text(
    make_seat: Any, release_desk: Any
) -> None:
    seat = make_seat(release_desk, width=1366, height=768, scale=2.0)
    propose(seat)
    bar = seat.window.release.detail._scroll.horizontalScrollBar()
    seat.until(lambda: bar.maximum() == 0)
    narrowest = seat.window.release.detail.sides.minimumSizeHint().width()
    seat.window.places.set_size(1.0)
    seat.settle()
    sides = seat.window.release.detail.sides
    seat.until(lambda: sides.minimumSizeHint().width() < 0.6 * narrowest)
    seat.until(lambda: bar.maximum() == 0)
