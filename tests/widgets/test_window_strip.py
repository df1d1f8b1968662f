"""The order of waiting calls, and what of a row is never cut."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from aliquot.console.domain import commands as c
from aliquot.console.domain.rows import NoiseRow
from aliquot.widgets.theme.tokens import Tone

K = Qt.Key
Seat = Any


def cell(seat: Seat, row: int, title: str) -> Any:
    model = seat.window.strip.model
    names = [column.title for column in model.columns]
    return model.columns[names.index(title)].make(model.rows[row], 0)


def test_a_live_call_is_taken_before_an_older_abandoned_one(seat: Seat) -> None:
    seat.ring("gone", state="abandoned", first_at_us=1)
    seat.ring("over", state="ended", first_at_us=2)
    seat.ring("live", state="offered", first_at_us=3)
    assert [r.call_id for r in seat.window.strip.model.rows] == ["live", "gone", "over"]
    seat.key(K.Key_F2)
    seat.settle()
    assert seat.form.data.call_id == "live"


def test_an_abandoned_call_is_muted_named_and_counted(seat: Seat) -> None:
    for number in range(3):
        seat.ring(f"gone{number}", state="abandoned")
    state = cell(seat, 0, "State")
    assert (state.text, state.tone, state.flashes) == ("abandoned", Tone.MUTED, False)
    assert not seat.window.strip._flash.isActive()
    assert seat.window.strip._more.text() == "1 that ended"
    seat.ring("live", state="offered")
    assert seat.window.strip._flash.isActive()
    assert seat.window.strip._more.text() == "2 that ended"


@pytest.mark.parametrize(
    ("width", "scale"), [(1920, 1.0), (1366, 1.0), (1366, 1.5), (1366, 2.0)]
)
def test_no_number_is_cut(make_seat: Any, width: int, scale: float) -> None:
    seat = make_seat(width=width, height=800, scale=scale)
    seat.ring(uncertainty_m=999_900.0, confidence_pct=100.0)
    strip = seat.window.strip
    names = [c.title for c in strip.model.columns]
    brief = names.index("In short")
    if not strip.table.isColumnHidden(brief):
        room = strip.table.columnWidth(brief) - 2 * seat.look.space(1.5)
        shown = cell(seat, 0, "In short")
        first = strip.table.cells.way(shown, room)[0][0]
        assert first == "WPH2 ±999.9 km conf 100"
        font = QFontMetrics(seat.look.font(step=-1))
        assert font.horizontalAdvance(first) <= room
        return
    for title in ("Number", "Class", "Uncertainty"):
        at = names.index(title)
        assert not strip.table.isColumnHidden(at)
        shown = cell(seat, 0, title)
        font = QFontMetrics(seat.look.font(mono=shown.mono, bold=shown.bold))
        room = strip.table.columnWidth(at) - 2 * seat.look.space(1.5)
        assert font.horizontalAdvance(shown.text) <= room


def test_the_point_goes_before_tower_and_warning(seat: Seat) -> None:
    seat.ring(warnings=("wireless_address_is_tower", "outside_extent"))
    place, cells = cell(seat, 0, "Place"), seat.window.strip.table.cells
    (line,), small = cells.way(place, 2000)
    assert not small
    assert "42.36510" in line
    first, second = cells.way(place, 220)[0]
    assert first == "tower 440 TOWER RD - SE SECTOR"
    assert second == "the point is outside our area"


def test_a_row_breaks_in_two_before_anything_is_left_out(seat: Seat) -> None:
    seat.ring(warnings=("wireless_address_is_tower", "outside_extent"))
    place, cells = cell(seat, 0, "Place"), seat.window.strip.table.cells
    lines, small = cells.way(place, 400)
    assert small
    assert "42.36510" in lines[0]
    assert "TOWER RD" in lines[0]
    assert lines[1] == "the point is outside our area"


def test_the_window_opens_with_the_focus_on_the_calls(make_seat: Any) -> None:
    seat = make_seat(shown=False)
    seat.window.show()
    seat.bot.waitExposed(seat.window)
    seat.window.activateWindow()
    seat.until(seat.window.isActiveWindow)
    assert seat.window.strip.isAncestorOf(seat.focus)


def test_when_the_last_call_goes_the_focus_stays_with_the_calls(seat: Seat) -> None:
    seat.ring("c1")
    strip = seat.window.strip
    strip.table.setFocus()
    seat.desk.submit(c.SetCallAside(call_id="c1", reason="test"))
    seat.settle()
    seat.until(lambda: not strip.model.rows)
    assert seat.focus is strip._take
    seat.key(Qt.Key.Key_F2)
    assert seat.form.isAncestorOf(seat.focus)


def test_the_row_that_enter_means_is_marked_among_what_was_heard(seat: Seat) -> None:
    seat.desk.hear_noise(NoiseRow(line="ali-1", at_us=1, reason="cut", raw=b"x"))
    seat.ring("c1")
    seat.key(Qt.Key.Key_F10)
    page = seat.window.heard
    seat.until(lambda: page.noise.rows)
    assert page.call_table.selectedIndexes()
    seat.key(Qt.Key.Key_Tab)
    assert seat.focus is page.noise_table
    assert page.noise_table.selectedIndexes()
