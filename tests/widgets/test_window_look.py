"""Contrast, scale, names for those who hear the screen, and what is remembered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from aliquot.console.domain import commands as c
from aliquot.console.domain.rows import LineRow
from aliquot.widgets.arrangement import Arrangement, arrangement_for
from aliquot.widgets.settings import WindowSettings, load_settings, save_settings
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Theme, Tone, contrast, load_tokens

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any

LOUD = (
    Tone.TEXT,
    Tone.MUTED,
    Tone.WAITING,
    Tone.PENDING,
    Tone.DISPATCHED,
    Tone.EN_ROUTE,
    Tone.ON_SCENE,
    Tone.AVAILABLE,
    Tone.OFF,
    Tone.RELEASE,
    Tone.DANGER,
)


@pytest.mark.parametrize("tone", LOUD, ids=lambda t: t.value)
@pytest.mark.parametrize("theme", Theme)
def test_board_and_strip_have_seven_to_one(theme: Theme, tone: Tone) -> None:
    tokens = load_tokens(theme)
    grounds = [Tone.PANEL] if theme is Theme.LIGHT else [Tone.PANEL, Tone.RAISED]
    for ground in grounds:
        assert contrast(tokens.colour(tone), tokens.colour(ground)) >= 7.0


@pytest.mark.parametrize("theme", Theme)
def test_all_text_has_four_and_a_half_to_one_everywhere(theme: Theme) -> None:
    tokens = load_tokens(theme)
    for tone in LOUD:
        for ground in (Tone.BACKGROUND, Tone.PANEL, Tone.RAISED):
            ratio = contrast(tokens.colour(tone), tokens.colour(ground))
            assert ratio >= 4.5, (tone, ground, ratio)
        ink = contrast(tokens.colour(Tone.INK), tokens.colour(tone))
        assert ink >= 4.5, f"text on a filled {tone.value}"


@pytest.mark.parametrize("theme", Theme)
def test_edges_of_fields_and_the_focus_ring_are_seen(theme: Theme) -> None:
    tokens = load_tokens(theme)
    assert contrast(tokens.colour(Tone.EDGE), tokens.colour(Tone.PANEL)) >= 3.0
    for ground in (Tone.PANEL, Tone.RAISED, Tone.BACKGROUND):
        assert contrast(tokens.colour(Tone.FOCUS), tokens.colour(ground)) >= 7.0


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_release_violet_is_no_other_colour() -> None:
    for theme in Theme:
        colours = load_tokens(theme).colours
        assert list(colours.values()).count(colours[Tone.RELEASE]) == 1


def visible(window: QWidget, kind: type[Any]) -> Iterator[Any]:
    for widget in window.findChildren(kind):
        if widget.isVisible():
            yield widget


def fill(seat: Seat) -> None:
    now = seat.clock.now().utc_us
    for unit in ("2A11", "2A14"):
        seat.desk.add_unit(unit, "law")
    seat.desk.set_line(LineRow(line="ali-1", state="up", message="", since_us=now))
    for code in ("FIGHT", "ROBBERY", "FSTRU"):
        seat.desk.submit(
            c.OpenIncident(fields={"type_code": code, "place": "212 Elm St"})
        )
    seat.desk.submit(c.DispatchUnits(incident_id="i1", unit_ids=("2A11",)))
    seat.ring()
    seat.key(K.Key_F2)
    seat.ring("c2")
    seat.settle()


SIZES = [
    (1920, 1080, 1.0),
    (1366, 768, 1.0),
    (1920, 1080, 2.0),
    (1920, 1080, 1.5),
]


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
@pytest.mark.parametrize("theme", Theme)
def test_no_label_and_no_button_is_clipped(
    make_seat: Any, width: int, height: int, scale: float, theme: Theme
) -> None:
    seat = make_seat(width=width, height=height, scale=scale, theme=theme)
    fill(seat)
    QApplication.processEvents()
    clipped = []
    for text in visible(seat.window, QLabel):
        if text.text() and not text.wordWrap():
            wanted = text.fontMetrics().horizontalAdvance(text.text())
            room = text.contentsRect()
            if wanted > room.width() + 1 or text.fontMetrics().ascent() > room.height():
                clipped.append((text.text(), wanted, room.width(), room.height()))
    for button in visible(seat.window, QAbstractButton):
        if button.height() < button.sizeHint().height():
            clipped.append((button.accessibleName(), button.size().toTuple()))
    assert not clipped


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_the_window_is_no_larger_than_its_screen(
    make_seat: Any, width: int, height: int, scale: float
) -> None:
    seat = make_seat(width=width, height=height, scale=scale)
    fill(seat)
    QApplication.processEvents()
    least = seat.window.minimumSizeHint()
    assert least.width() <= width
    assert least.height() <= height
    assert seat.window.size().toTuple() == (width, height)


def test_two_hundred_percent_by_keys_fits_and_clips_nothing(make_seat: Any) -> None:
    seat = make_seat()
    fill(seat)
    for name in ("cti", "ali-2"):
        seat.desk.set_line(LineRow(line=name, state="up", message="", since_us=1))
    seat.settle()
    for _ in range(6):
        seat.key(K.Key_Plus, CTRL)
    QApplication.processEvents()
    assert seat.look.scale == 2.0
    assert seat.window.minimumSizeHint().width() <= 1920
    assert seat.window.size().toTuple() == (1920, 1080)
    digit = seat.form.fields.entries["priority"]
    assert digit.width() >= digit.fontMetrics().horizontalAdvance("5") * 3
    sign = seat.window.status._lines["ali-1"]
    assert sign._text.x() >= seat.look.px(8)


def test_text_grows_only_as_far_as_the_desk_still_fits(make_seat: Any) -> None:
    seat = make_seat(width=1100, height=700)
    for _ in range(6):
        seat.key(K.Key_Plus, CTRL)
    assert seat.look.scale == 1.5
    assert "no room for larger" in seat.said


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit, QAbstractItemView])
def test_every_input_and_table_has_a_name(
    make_seat: Any, theme: Theme, kind: type[Any]
) -> None:
    seat = make_seat(theme=theme)
    fill(seat)
    nameless = [
        type(w).__name__
        for w in seat.window.findChildren(kind)
        if not w.accessibleName() and not _is_qts_own(w)
    ]
    assert not nameless


def _is_qts_own(widget: QWidget) -> bool:
    parts = ("QHeaderView", "QTableCornerButton", "QScrollBar")
    return type(widget).__name__ in parts


def test_the_accessible_tree_says_cells_and_buttons() -> None:
    """In a process of its own: wrappers of accessible nodes outlive their window."""
    script = Path(__file__).with_name("walk_accessible.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    wanted = {
        "Waiting calls",
        "Type of incident",
        "Take the waiting call into a new form, F2",
        "(617) 555-0142",
        "Fight",
        "dispatched",
    }
    assert wanted <= set(json.loads(done.stdout))


def test_buttons_say_their_key_and_why_they_are_grey(seat: Seat) -> None:
    grey = [
        b for b in visible(seat.window, QAbstractButton) if b.property("off") == "true"
    ]
    assert grey
    assert all(b.accessibleDescription() for b in grey)


def test_flash_is_one_hertz_and_only_while_a_call_waits(seat: Seat) -> None:
    flash = seat.window.strip._flash
    assert not flash.isActive()
    seat.ring()
    assert flash.isActive()
    assert flash.interval() * 2 >= 1000
    seat.key(K.Key_F2)
    seat.settle()
    assert not flash.isActive()


def test_reduced_motion_stands_still(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_M, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert not seat.window.strip._flash.isActive()
    assert seat.window.strip.table.cells.lit


def test_larger_and_smaller_by_keys(seat: Seat) -> None:
    seat.key(K.Key_Plus, CTRL)
    assert seat.look.scale == 1.15
    seat.key(K.Key_0, CTRL)
    assert seat.look.scale == 1.0
    seat.key(K.Key_Minus, CTRL)
    assert seat.look.scale == 0.9


def test_looks_are_remembered(make_seat: Any, tmp_path: Path) -> None:
    path = tmp_path / "config" / "window.toml"
    seat = make_seat(settings=path)
    seat.key(K.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
    seat.key(K.Key_Plus, CTRL)
    seat.window.leave()
    saved = load_settings(path)
    assert saved.theme is Theme.LIGHT
    assert saved.scale == 1.15
    assert saved.geometry
    again = make_seat(settings=path)
    assert again.window.isVisible()


def test_settings_come_back_as_saved(tmp_path: Path) -> None:
    path = tmp_path / "window.toml"
    settings = WindowSettings(
        Theme.LIGHT, 1.5, True, "QUJD", "x", "wide", {"take": "F3"}
    )
    assert save_settings(path, settings)
    assert load_settings(path) == settings


@pytest.mark.expects_log("window settings")
@pytest.mark.parametrize("text", ["theme = 7", "not toml [", 'theme = "pink"', "\x00"])
def test_spoilt_settings_give_the_defaults(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.toml"
    path.write_text(text, encoding="utf-8")
    assert load_settings(path) == WindowSettings()


@pytest.mark.expects_log("window settings")
def test_settings_that_cannot_be_written_stop_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert not save_settings(tmp_path / "file" / "window.toml", WindowSettings())


def test_keys_can_be_changed(make_seat: Any, tmp_path: Path) -> None:
    path = tmp_path / "window.toml"
    save_settings(path, WindowSettings(keys={"new_form": "F11"}))
    seat = make_seat(settings=path)
    seat.key(K.Key_F11)
    assert seat.focus.objectName() == "type"


def test_no_two_acts_share_a_key(seat: Seat) -> None:
    keys = [s.key for s in seat.window.book.specs]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("width", "scale", "kind"),
    [
        (1920, 1.0, Arrangement.WIDE),
        (1366, 1.0, Arrangement.COMPACT),
        (1920, 1.5, Arrangement.COMPACT),
        (1920, 2.0, Arrangement.NARROW),
    ],
)
def test_the_arrangement_follows_the_room_for_text(
    width: int, scale: float, kind: Arrangement
) -> None:
    assert arrangement_for(width, scale) is kind


def test_a_trouble_is_said_in_a_strip_with_since_when(seat: Seat) -> None:
    now = seat.clock.now().utc_us
    seat.desk.set_line(LineRow(line="ali-1", state="lost", message="", since_us=now))
    seat.settle()
    alarm = seat.window.alarm
    assert alarm.isVisible()
    assert "ali-1 is lost since" in alarm.said[0]
    assert "Check the cable" in alarm.said[0]
    seat.desk.set_log_problem("The disk is full. Calls are kept in memory.")
    seat.settle()
    assert alarm.said[0].startswith("The disk is full")
    seat.desk.set_log_problem(None)
    seat.desk.set_line(LineRow(line="ali-1", state="up", message="", since_us=now))
    seat.settle()
    assert not alarm.isVisible()


def test_a_long_message_moves_nothing(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768)
    seat.window.operator.say("Short.")
    QApplication.processEvents()
    before = seat.window.line.height()
    seat.window.operator.say("A sentence that goes on and on. " * 12)
    QApplication.processEvents()
    assert seat.window.line.height() == before


def test_the_list_of_keys_needs_no_scroll_bar(make_seat: Any) -> None:
    for width, height in ((1920, 1080), (1366, 768)):
        seat = make_seat(width=width, height=height)
        seat.key(K.Key_F1)
        QApplication.processEvents()
        scroll = seat.window.drawer._stack.currentWidget()._scroll
        assert scroll.horizontalScrollBar().maximum() == 0
        if width > 1366:  # beside the form of a small screen it scrolls down
            assert scroll.verticalScrollBar().maximum() == 0


def test_ages_tick_by_the_desks_clock(seat: Seat) -> None:
    seat.ring()
    model = seat.window.strip.model
    assert model.cell(0, 1).text == "00:00"
    seat.clock.advance(12)
    seat.window._tick()
    cell = model.cell(0, 1)
    assert (cell.text, cell.bold, cell.filled) == ("00:12", True, False)
    seat.clock.advance(60)
    seat.window._tick()
    cell = model.cell(0, 1)
    assert (cell.text, cell.bold, cell.filled) == ("01:12", True, True)


def test_the_sheet_stays_on_where_a_widget_is(qapp: QApplication) -> None:
    """Taken off, Qt would lose track of widgets that never showed, and look for their
    rules when they are gone."""
    look = Look(Theme.DARK, 1.0)
    look.apply()
    kept = QLabel("made and never shown")
    look.prepare()
    assert qapp.styleSheet()
    assert kept.font() is not None
