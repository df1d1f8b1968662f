"""Room goes to what is read: places and types before empty columns and second titles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from release_hands import ANA, press, propose, sign_in

from aliquot.console.domain import commands as c
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.board.board import Section
from aliquot.widgets.cells import Cell
from aliquot.widgets.elided import SentenceLabel
from aliquot.widgets.panel import TitleBar
from aliquot.widgets.release import saying
from aliquot.widgets.tables import Table
from aliquot.widgets.theme.tokens import Tone

K = Qt.Key
Seat = Any
LONG = " ".join(["Calls on it will not show here until it is back."] * 12)


def _column(section: Section, title: str) -> int:
    return [c.title for c in section.model.columns].index(title)


def _place(seat: Seat, section: Section) -> Cell:
    return section.model.cell(0, _column(section, "Place"))


# the board


def _release_columns(section: Section) -> tuple[bool, bool]:
    """Whether words and signs of releases are shown."""
    at = _column(section, "Release")
    return (
        not section.table.isColumnHidden(at),
        not section.table.isColumnHidden(at + 1),
    )


def test_a_release_has_a_column_only_where_there_is_one(release_seat: Seat) -> None:
    board = release_seat.window.board
    assert [_release_columns(s) for s in board.sections] == [(False, False)] * 3
    propose(release_seat)
    with_rows = [s for s in board.sections if s.model.rows]
    assert len(with_rows) == 1
    assert _release_columns(with_rows[0]) == (True, False)
    board.set_compact(True)
    assert _release_columns(with_rows[0]) == (False, True)
    empty = [s for s in board.sections if not s.model.rows]
    assert [_release_columns(s) for s in empty] == [(False, False)] * 2


def test_the_place_takes_more_of_what_is_left_than_the_type(seat: Seat) -> None:
    section = seat.window.board.pending
    table = section.table
    seat.ring()
    seat.key(K.Key_F2)
    seat.type("burglary")
    seat.key(K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    seat.settle()
    assert table.isVisible()
    kind = table.columnWidth(_column(section, "Type"))
    place = table.columnWidth(_column(section, "Place"))
    assert place > 1.2 * kind
    total = sum(table.columnWidth(n) for n in range(len(section.model.columns)))
    assert total <= table.viewport().width()


def test_where_the_caller_is_does_not_pass_for_the_place(seat: Seat) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    seat.type("burglary")
    seat.key(K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    seat.settle()
    cell = _place(seat, seat.window.board.pending)
    assert cell.text == "caller at 42.36510, -71.10340"
    assert cell.tone is Tone.MUTED
    seat.key(K.Key_F4)
    seat.key(K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    seat.settle()
    assert _place(seat, seat.window.board.pending).text == "42.36510, -71.10340"


# titles and rows


@pytest.mark.parametrize(
    ("width", "height", "scale", "said"),
    [(1920, 1080, 1.0, True), (1920, 1080, 2.0, False)],
)
def test_a_panel_behind_a_tab_is_not_named_twice(
    make_seat: Any, width: int, height: int, scale: float, said: bool
) -> None:
    seat = make_seat(width=width, height=height)
    seat.window.places.set_size(scale)
    QApplication.processEvents()
    for name in ("map", "narrative"):
        bar = seat.window.panels[name].titleBarWidget()
        assert isinstance(bar, TitleBar)
        assert (bar.height() > 10) is said
    assert seat.window.panels["intake"].titleBarWidget().height() > 10


def test_rows_of_every_table_grow_with_the_text(make_seat: Any) -> None:
    seat = make_seat()
    seat.ring()
    seat.key(K.Key_F2)
    tables = seat.window.findChildren(Table)
    assert len(tables) > 8
    before = {t: t.verticalHeader().defaultSectionSize() for t in tables}
    seat.window.places.set_size(2.0)
    for table, height in before.items():
        now = table.verticalHeader().defaultSectionSize()
        assert now == 2 * height, table.accessibleName()


# the message line


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_long_message_moves_nothing_and_is_cut_with_dots(
    make_seat: Any, scale: float
) -> None:
    seat = make_seat(width=1366, height=768, scale=scale)
    message = seat.window.line.message
    assert isinstance(message, SentenceLabel)

    def heights(said: str) -> tuple[int, int]:
        seat.window.line.say(said)
        QApplication.processEvents()
        return seat.window.line.height(), seat.window.panels["intake"].height()

    # What else a window has to do when it has just come up may come in between.
    seat.until(lambda: heights("") == heights(LONG))
    assert message.text() == LONG == message.toolTip()
    assert len(message.shown) == 2
    assert message.shown[-1].endswith("…")
    high = message.fontMetrics().lineSpacing() * 2
    assert high <= message.height()


def test_a_short_message_is_one_whole_line(seat: Seat) -> None:
    seat.window.line.say("Signed in.")
    assert seat.window.line.message.shown == ("Signed in.",)


def test_a_path_without_blanks_is_broken_and_not_lost(seat: Seat) -> None:
    message = SentenceLabel()
    message.setText("/a" * 200)
    message.resize(200, 4 * message.fontMetrics().lineSpacing())
    assert len(message.shown) == 4
    assert all(
        message.fontMetrics().horizontalAdvance(line) <= 200 for line in message.shown
    )


# what a comparison leaves behind


def test_a_place_from_the_record_is_not_offered_again(seat: Seat) -> None:
    seat.use_newer_place()
    assert seat.form.data.caller.uncertainty_m == 9.0
    assert seat.form.fields.offer.offered is None
    assert seat.focus is seat.form.fields.entries["caller_place"]


# what the desk knows


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("type_code", "BURGLARY", "Burglary (BURGLARY)"),
        ("type_code", "NO_SUCH", "NO_SUCH"),
        ("disposition", "01", "Report taken (01)"),
        ("disposition", "as it was", "as it was"),
        ("received_at", "no time", "no time"),
        ("place", "12 Elm St", "12 Elm St"),
    ],
)
def test_codes_are_said_with_their_words(name: str, value: str, said: str) -> None:
    assert saying.known_text(name, value) == said


def test_a_time_is_said_as_on_the_desk_s_clock() -> None:
    text = saying.known_text("received_at", "2026-03-14T18:42:07Z")
    here = datetime(2026, 3, 14, 18, 42, 7, tzinfo=UTC).astimezone()
    assert text == f"{here:%Y-%m-%d %H:%M:%S}"


# the strip


def test_what_is_below_the_strip_is_a_count_where_room_is_least(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768)
    for number in range(4):
        seat.ring(f"c{number}")
    more = seat.window.strip._more
    assert more.text() == "2 more waiting"
    seat.window.places.set_size(2.0)
    assert more.text() == "+2"
    assert more.toolTip() == "2 more waiting"
    assert more.accessibleDescription() == "2 more waiting"


def test_the_strip_shows_whole_rows_after_a_change_of_size(make_seat: Any) -> None:
    seat = make_seat(width=1920, height=1080)
    for number in range(4):
        seat.ring(f"c{number}")
    table = seat.window.strip.table
    for scale in (2.0, 1.5, 1.0):
        seat.window.places.set_size(scale)
        QApplication.processEvents()
        assert table.viewport().height() == 2 * table.rowHeight(0)


# the release desk


def test_the_release_desk_stands_below_the_strip_at_once(release_seat: Seat) -> None:
    window = release_seat.window
    for _ in range(2):
        window.turn_to(Perspective.RELEASES, again=False)
        QApplication.processEvents()
        top = window.panels["queue"].y()
        assert 0 <= top - window.panels["strip"].geometry().bottom() < 12
        window.layout().invalidate()
        window.layout().activate()
        assert window.panels["queue"].y() == top
        window.turn_to(Perspective.DESK, again=False)
        QApplication.processEvents()


def test_a_question_of_the_release_desk_has_room_on_a_small_screen(
    make_seat: Any, release_desk: Any
) -> None:
    seat = make_seat(release_desk, width=1366, height=768)
    sign_in(seat, ANA)
    seat.window.places.set_size(2.0)
    seat.window.turn_to(Perspective.RELEASES, again=False)
    seat.settle()
    press(seat, K.Key_F8)
    window, ask = seat.window, seat.window.release.detail.answer.ask
    assert (window.width(), window.height()) == (1366, 768)
    seat.until(lambda: ask.height() >= ask.minimumSizeHint().height())
    bottom = ask.mapTo(window, ask.rect().bottomLeft()).y()
    assert bottom < window.line.mapTo(window, window.line.rect().topLeft()).y()
    queue = window.release.queue
    titles = [c.title for c in queue.model.columns]
    category = titles.index("Category")
    assert queue.table.columnWidth(category) > seat.look.px(90)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_what_was_proposed_leaves_no_room_empty_below_the_command_line(
    make_seat: Any, release_desk: Any, scale: float
) -> None:
    seat = make_seat(release_desk, width=1920, height=1080)
    sign_in(seat, ANA)
    seat.window.places.set_size(scale)
    seat.settle()
    window = seat.window
    before = window.line.parentWidget().height()
    seat.command("show 1")
    press(seat, K.Key_F8)
    line = window.release.line
    assert line.isVisible()
    wanted = line.text.heightForWidth(line.text.width())
    seat.until(lambda: line.text.height() >= wanted)
    press(seat, K.Key_Escape)
    assert window.line.isVisible()
    seat.until(lambda: window.line.parentWidget().height() == before)


def test_a_third_unit_is_counted_and_not_cut(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768)
    for name in ("2A11", "2A12", "2A13", "2A14", "2A15"):
        seat.desk.add_unit(name, "law")
    seat.desk.submit(c.OpenIncident(fields={"type_code": "FIGHT"}))
    seat.settle()
    (row,) = seat.window.board.pending.model.rows
    sent = ("2A11", "2A12", "2A13", "2A14", "2A15")
    seat.desk.submit(c.DispatchUnits(incident_id=row.incident_id, unit_ids=sent))
    seat.settle()
    table = seat.window.board.active.table
    at = _column(seat.window.board.active, "Units")
    cell = seat.window.board.active.model.cell(0, at)
    assert cell.text == " ".join(sent), "all are heard, and in the tip"
    (painted,), _small = table.cells.way(cell, table.columnWidth(at) - 12)
    assert painted in ("2A11 2A12 +3", "2A11 +4")
