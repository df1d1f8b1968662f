"""Nothing but the person's own key ever moves the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from aliquot.console.domain import commands as c
from aliquot.console.domain.rows import LineRow, NoiseRow

Seat = Any
K = Qt.Key


def line(state: str) -> LineRow:
    return LineRow(line="ali-1", state=state, message="", since_us=1)


def a_call(seat: Seat) -> None:
    seat.ring("c2")


def many_calls(seat: Seat) -> None:
    for number in range(30):
        seat.ring(f"m{number}")


def a_rebid(seat: Seat) -> None:
    seat.desk.hear_again("c1", uncertainty_m=9.0, latitude=42.5)


def a_lost_line(seat: Seat) -> None:
    seat.desk.set_line(line("lost"))


def a_full_disk(seat: Seat) -> None:
    seat.desk.set_log_problem("The disk is nearly full.")


def noise(seat: Seat) -> None:
    seat.desk.hear_noise(NoiseRow(line="ali-1", at_us=1, reason="cut", raw=b"x"))


def an_incident_of_somebody_else(seat: Seat) -> None:
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))


def the_call_gone(seat: Seat) -> None:
    seat.desk.submit(c.SetCallAside(call_id="c1", reason="test"))


def a_second(seat: Seat) -> None:
    seat.clock.advance(1)
    seat.window._tick()


def another_theme(seat: Seat) -> None:
    seat.window.places.turn_theme()


def another_size(seat: Seat) -> None:
    seat.look.set_scale(1.5)
    seat.window.resize(1366, 768)


HAPPENINGS: tuple[Callable[[Seat], None], ...] = (
    a_call,
    many_calls,
    a_rebid,
    a_lost_line,
    a_full_disk,
    noise,
    an_incident_of_somebody_else,
    the_call_gone,
    a_second,
    another_theme,
    another_size,
)


@pytest.mark.parametrize("happens", HAPPENINGS, ids=lambda f: f.__name__)
def test_typing_goes_on_in_the_same_field(
    seat: Seat, happens: Callable[[Seat], None]
) -> None:
    seat.desk.set_line(line("up"))
    seat.ring()
    seat.key(K.Key_F2)
    seat.form.fields.entries["place"].setFocus()
    seat.type("12 El")
    before = seat.focus
    happens(seat)
    seat.settle()
    QApplication.processEvents()
    assert seat.focus is before
    seat.type("m St")
    assert seat.text("place") == "12 Elm St"


@pytest.mark.parametrize("happens", HAPPENINGS, ids=lambda f: f.__name__)
def test_a_half_typed_command_is_left_alone(
    seat: Seat, happens: Callable[[Seat], None]
) -> None:
    seat.desk.set_line(line("up"))
    seat.ring()
    seat.key(K.Key_L, Qt.KeyboardModifier.ControlModifier)
    seat.type("d 2a")
    happens(seat)
    seat.settle()
    seat.type("11")
    assert seat.window.line.entry.text() == "d 2a11"


def test_a_click_on_a_button_leaves_the_field(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.form.fields.entries["place"].setFocus()
    before = seat.focus
    QTest.mouseClick(seat.form.fields._use, Qt.MouseButton.LeftButton)
    assert seat.focus is before


def test_a_failing_panel_says_so_alone(seat: Seat, monkeypatch: Any) -> None:
    def fail(_limit: int = 50) -> object:
        raise RuntimeError("boom")

    seat.key(K.Key_F2)
    before = seat.focus
    monkeypatch.setattr(seat.bridge.views, "board", fail)
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    board = seat.window.panels["board"]
    assert "The rest of the desk goes on" in board._trouble.text()
    assert board._pages.currentWidget() is board._trouble
    assert seat.focus is before
    seat.ring()
    assert seat.window.strip.model.rowCount() == 1
    monkeypatch.undo()
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    assert board._pages.currentWidget() is not board._trouble


test_a_failing_panel_says_so_alone = pytest.mark.expects_log("panel board")(
    test_a_failing_panel_says_so_alone
)


def test_a_placeholder_for_the_map_is_enough(make_seat: Any) -> None:
    seat = make_seat(map_panel=QLabel("no map"))
    assert seat.window.isVisible()
