"""What opens over the desk leaves the form free."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel

from aliquot.widgets.actions import Act
from aliquot.widgets.command.palette import KeySheet

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_calls_that_wait_are_never_covered(make_seat: Any, scale: float) -> None:
    """New things come there, whatever is being read."""
    seat = make_seat(width=1366, height=768, scale=scale)
    seat.ring()
    strip, drawer = seat.window.panels["strip"], seat.window.drawer
    for act in (Act.KEYS, Act.PALETTE, Act.HEARD, Act.SIGN_IN):
        drawer.open_drawer(act)
        assert drawer.isVisible()
        place = QRect(strip.mapTo(seat.window, QPoint(0, 0)), strip.size())
        assert not drawer.geometry().intersects(place), act
        drawer.close_drawer()


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


def _on_top(seat: Seat) -> bool:
    """Whether every spot of the open drawer shows the drawer."""
    window, drawer = seat.window, seat.window.drawer
    area = drawer.geometry().adjusted(4, 4, -4, -4)
    spots = [
        QPoint(x, y)
        for x in range(area.left(), area.right(), 40)
        for y in range(area.top(), area.bottom(), 40)
    ]
    found = [window.childAt(spot) for spot in spots]
    return all(f is drawer or drawer.isAncestorOf(f) for f in found)


@pytest.mark.parametrize("name", ["units", "cameras", "map", "board"])
def test_the_drawer_lies_above_a_dock_that_is_raised(make_seat: Any, name: str) -> None:
    seat = make_seat()
    seat.key(K.Key_F9)
    assert _on_top(seat)
    seat.window.panels[name].raise_()
    seat.settle()
    assert _on_top(seat)


def test_the_drawer_lies_above_docks_that_are_moved(make_seat: Any) -> None:
    seat = make_seat()
    seat.key(K.Key_F9)
    window = seat.window
    window.tabifyDockWidget(window.panels["map"], window.panels["board"])
    seat.settle()
    window.panels["map"].raise_()
    seat.settle()
    assert _on_top(seat)


def test_esc_closes_the_lines_from_anywhere_in_them(make_seat: Any) -> None:
    seat = make_seat()
    before = seat.focus
    visited = set()
    for steps in range(12):
        seat.key(K.Key_F9)
        for _ in range(steps):
            seat.key(K.Key_Tab)
        if seat.window.drawer.isAncestorOf(seat.focus):
            visited.add(seat.focus.accessibleName())
        seat.key(K.Key_Escape)
        assert not seat.window.drawer.isVisible(), seat.focus.accessibleName()
        before.setFocus()
    assert {"Lines", "Options of the line", "New value"} <= visited


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (K.Key_2, Qt.KeyboardModifier.AltModifier),
        (K.Key_3, Qt.KeyboardModifier.AltModifier),
        (K.Key_4, Qt.KeyboardModifier.AltModifier),
        (K.Key_5, Qt.KeyboardModifier.AltModifier),
        (K.Key_2, CTRL),
    ],
)
def test_going_elsewhere_by_a_key_closes_the_drawer(
    make_seat: Any, key: K, modifier: Qt.KeyboardModifier
) -> None:
    seat = make_seat()
    seat.key(K.Key_F9)
    drawer = seat.window.drawer
    inside = drawer.shown
    assert drawer.isAncestorOf(seat.focus)
    seat.key(key, modifier)
    assert drawer.shown is not inside
    assert not seat.window.lines.isVisible()
    assert not seat.window.lines.isAncestorOf(seat.focus)


def test_what_stands_beside_the_form_stays_while_one_goes_to_the_form(
    make_seat: Any,
) -> None:
    seat = make_seat()
    seat.key(K.Key_F2)
    seat.key(K.Key_F1)
    seat.key(K.Key_1, Qt.KeyboardModifier.AltModifier)
    assert seat.window.drawer.isVisible()
    assert seat.window.intake.isAncestorOf(seat.focus)


@pytest.mark.parametrize("end", [K.Key_Escape, K.Key_F1])
def test_the_list_of_keys_is_scrolled_by_keys(make_seat: Any, end: K) -> None:
    seat = make_seat(width=1366, height=768)
    seat.key(K.Key_F2)
    before = seat.focus
    seat.key(K.Key_F1)
    drawer = seat.window.drawer
    assert drawer.isAncestorOf(seat.focus)
    said = [part.text() for part in drawer.findChildren(QLabel) if part.isVisible()]
    assert any("Page Down: scroll" in text for text in said)
    (sheet,) = drawer.findChildren(KeySheet)
    bar = sheet.verticalScrollBar()
    seat.until(lambda: bar.maximum() > 0)
    seat.key(K.Key_Down)
    by_line = bar.value()
    assert by_line > 0
    seat.key(K.Key_PageDown)
    assert bar.value() > by_line
    seat.key(K.Key_PageUp)
    seat.key(K.Key_Up)
    assert bar.value() == 0
    seat.key(K.Key_End)
    assert bar.value() == bar.maximum()
    seat.key(end)
    assert not drawer.isVisible()
    assert seat.focus is before


def test_what_is_typed_goes_on_after_the_list_of_keys(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768)
    seat.key(K.Key_F2)
    seat.type("fi")
    seat.key(K.Key_F1)
    seat.key(K.Key_PageDown)
    seat.key(K.Key_Escape)
    seat.type("re")
    assert seat.text("type").lower().startswith("fire")
