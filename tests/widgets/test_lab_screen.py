"""The line lab by keys alone, over the demonstration recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lab_seat import CALLBACK, RECORDING, bench, body, open_recording, rest, said
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
)

from aliquot.console.clock import ManualClock
from aliquot.console.domain.lab_result import ItemKind
from aliquot.console.domain.rows import LineRow
from aliquot.console.workers.lab import LabWorker
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.lab import words

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
Seat = Any


def test_a_recording_is_opened_and_walked_by_keys(lab_desk: Seat) -> None:
    seat = lab_desk
    seat.key(K.Key_4, CTRL)
    assert seat.window.places.perspective is Perspective.LAB
    assert "Ctrl+O opens one" in body(seat).empty.text()
    open_recording(seat)
    result = bench(seat).result
    assert result is not None
    assert result.count(ItemKind.RECORD) == 44
    assert "item 2 of 68" in body(seat).transport.where.text()
    seat.key(K.Key_N)
    first = bench(seat).item()
    assert first is not None
    assert words.is_trouble(first)
    assert "block check" in body(seat).fields.remarks.toPlainText()
    seat.key(K.Key_N)
    assert bench(seat).index != first.index
    seat.key(K.Key_N, SHIFT)
    assert bench(seat).index == first.index
    seat.key(K.Key_W)
    warned = bench(seat).item()
    assert warned is not None
    assert warned.warnings
    remarks = body(seat).fields.remarks.toPlainText()
    assert f"{warned.warnings[0]}: " in remarks
    seat.key(K.Key_PageDown)
    assert bench(seat).index == warned.index + 1


def test_playing_walks_the_time_and_ends_at_the_end(lab_seat: Seat) -> None:
    seat = lab_seat
    open_recording(seat)
    desk = bench(seat)
    begun = desk.at_s
    seat.key(K.Key_Space)
    assert desk.playing
    assert body(seat).transport.play.accessibleName() == "Play or pause, Space"
    seat.key(K.Key_Space)
    assert not desk.playing
    before = desk.at_s
    seat.key(K.Key_Plus)
    assert desk.speed == 2
    desk.play_on(10.0)
    assert desk.at_s == pytest.approx(before + 20.0)
    assert desk.at_s > begun
    assert desk.result is not None
    index = desk.index
    assert index is not None
    assert desk.result.items[index].at_s <= desk.at_s
    assert desk.result.items[index + 1].at_s > desk.at_s
    desk.set_speed(64)
    desk.play(True)
    desk.play_on(3600.0)
    assert not desk.playing
    assert desk.at_s == desk.result.recording.duration_s


def test_a_field_lights_its_bytes_and_a_byte_its_field(lab_seat: Seat) -> None:
    seat = lab_seat
    open_recording(seat)
    detail = bench(seat).detail()
    assert detail is not None
    field = detail.field(CALLBACK)
    assert field is not None
    assert field.span is not None
    table = body(seat).fields.table
    row = table.fields.row_of(CALLBACK)
    place = table.visualRect(table.fields.index(row, 0)).center()
    QTest.mouseMove(table.viewport(), place)
    table.entered.emit(table.fields.index(row, 0))
    assert body(seat).bytes.lit == field.span
    index = field.span[0] + 3
    over = QPointF(body(seat).bytes.hex_rect(index).center())
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, over, over, none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(body(seat).bytes.viewport(), move)
    lit = [r.view.name for r in table.fields.rows if r.lit]
    assert lit == [CALLBACK]
    other = detail.field("latitude")
    assert other is not None
    assert other.span is not None
    body(seat).bytes.setFocus()
    for _ in range(other.span[0]):
        seat.key(K.Key_Right)
    assert [r.view.name for r in table.fields.rows if r.lit] == ["latitude"]
    assert other.rule in body(seat).bytes.accessibleDescription()


def test_letters_in_a_text_field_are_letters(lab_desk: Seat) -> None:
    seat = lab_desk
    open_recording(seat)
    before = bench(seat).index
    toml = body(seat).layout_pane.toml
    toml.setFocus()
    toml.moveCursor(toml.textCursor().MoveOperation.End)
    seat.key(K.Key_Return)
    seat.type("# n w [ ] new")
    assert toml.toPlainText().endswith("# n w [ ] new")
    assert bench(seat).index == before
    assert not bench(seat).playing
    rest(seat)
    assert "No item changed" in body(seat).layout_pane.said.text()


def test_a_stretch_is_saved_as_a_case(lab_seat: Seat, tmp_path: Path) -> None:
    seat = lab_seat
    open_recording(seat)
    seat.type("[")
    for _ in range(3):
        seat.key(K.Key_Down)
    seat.type("]")
    assert "Stretch: items 2 to 5" in body(seat).transport.stretch.text()
    seat.key(K.Key_S, CTRL | SHIFT)
    folder = tmp_path / "hard"
    seat.focus.clear()  # type: ignore[attr-defined]
    seat.type(str(folder))
    QTest.keyClick(seat.window.lab.panel.ask.entry, K.Key_Return)
    rest(seat)
    assert str(folder) in said(seat)
    lines = (folder / "expected.jsonl").read_text().splitlines()
    assert [json.loads(x)["kind"] for x in lines].count("ali") == 2


def test_layout_and_report_are_written_where_it_is_said(
    lab_seat: Seat, tmp_path: Path
) -> None:
    seat = lab_seat
    own = tmp_path / "site.rec"
    own.write_bytes(RECORDING.read_bytes())
    open_recording(seat, own)
    seat.key(K.Key_S, CTRL)
    assert seat.focus.text() == str(tmp_path / "ali_32x15.toml")  # type: ignore[attr-defined]
    seat.key(K.Key_Return)
    written = tmp_path / "ali_32x15.toml"
    assert written.read_text() == body(seat).layout_pane.text
    seat.key(K.Key_S, CTRL)
    seat.key(K.Key_Return)
    assert "Enter again replaces it" in said(seat)
    seat.key(K.Key_Return)
    assert "The layout is saved" in said(seat)
    seat.key(K.Key_R, CTRL)
    seat.key(K.Key_Return)
    rest(seat)
    assert str(tmp_path / "site.html") in said(seat)
    assert "<html" in (tmp_path / "site.html").read_text()[:200]


def test_what_cannot_be_opened_is_said_with_its_reason(
    lab_seat: Seat, tmp_path: Path
) -> None:
    seat = lab_seat
    open_recording(seat, tmp_path / "gone.rec")
    assert "gone.rec cannot be read" in said(seat)
    assert body(seat).empty.isVisible()
    cut = tmp_path / "cut.rec"
    data = bytearray(RECORDING.read_bytes())
    data[3000:3010] = b"\x00" * 10
    cut.write_bytes(bytes(data))
    open_recording(seat, cut)
    assert bench(seat).result is not None
    assert "Parts of the file are damaged" in said(seat)


def test_escape_leaves_the_question_and_gives_the_focus_back(lab_desk: Seat) -> None:
    seat = lab_desk
    open_recording(seat)
    assert seat.focus is body(seat).items
    seat.key(K.Key_R, CTRL)
    assert seat.focus is seat.window.lab.panel.ask.entry
    seat.key(K.Key_Escape)
    assert not seat.window.lab.panel.ask.isVisible()
    assert seat.focus is body(seat).items


def test_acts_of_the_lab_say_elsewhere_where_they_belong(lab_desk: Seat) -> None:
    seat = lab_desk
    seat.key(K.Key_R, CTRL)
    assert "Ctrl+4 goes there" in seat.said
    assert seat.window.places.perspective is Perspective.DESK


def test_live_figures_of_a_line_are_plotted(lab_desk: Seat) -> None:
    seat = lab_desk
    row = LineRow(line="ali-1", state="up", message="", since_us=1, records=3)
    seat.desk.set_line(row)
    seat.settle()
    seat.key(K.Key_4, CTRL)
    clock: ManualClock = seat.clock
    for records in (3, 5, 9):
        clock.advance(1.0)
        seat.desk.set_line(
            LineRow(line="ali-1", state="up", message="", since_us=1, records=records)
        )
        seat.settle()
        seat.window._tick()
    plots = body(seat).plots
    at = plots.source.findData("ali-1")
    assert at > 0
    plots.source.setCurrentIndex(at)
    plots.source.activated.emit(at)
    assert plots.plots[1].said.text() == "Frames a second: most 4 /s, now 4 /s"


SIZES = [(1920, 1080, 1.0), (1366, 768, 1.0), (1920, 1080, 1.5), (1920, 1080, 2.0)]


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    make_seat: Any, lab: LabWorker, width: int, height: int, scale: float
) -> None:
    seat = make_seat(width=width, height=height, scale=scale, lab=lab)
    open_recording(seat)
    panel = seat.window.lab.panel
    for part in (None, body(seat).layout_pane, body(seat).plots):
        if part is not None:
            body(seat).show_part(part)
        QApplication.processEvents()
        assert clipped(panel) == []
    assert seat.window.size().toTuple() == (width, height)
    kinds = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractButton, QAbstractItemView)
    nameless = [
        type(w).__name__
        for kind in kinds
        for w in panel.findChildren(kind)
        if not w.accessibleName() and w.isVisible() and "QHeader" not in str(type(w))
    ]
    assert nameless == []


def clipped(panel: Any) -> list[tuple[str, int, int]]:
    found = []
    for text in panel.findChildren(QLabel):
        if text.isVisible() and text.text() and not text.wordWrap():
            wanted = text.fontMetrics().horizontalAdvance(text.text())
            if wanted > text.contentsRect().width() + 1:
                found.append((text.text(), wanted, text.contentsRect().width()))
    for button in panel.findChildren(QAbstractButton):
        if button.isVisible() and button.width() < button.sizeHint().width():
            found.append((button.accessibleName(), button.width(), 0))
    return found
