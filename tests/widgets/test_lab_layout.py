"""A layout edited, learned and marked in the lab, by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_seat import (
    CALLBACK,
    RECORDING,
    bench,
    body,
    open_recording,
    panel,
    rest,
    said,
)
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
Seat = Any


def edit(seat: Seat, old: str, new: str) -> None:
    """As a person types it, at its place in the text."""
    toml = body(seat).layout_pane.toml
    toml.setFocus()
    cursor = toml.document().find(old)
    assert not cursor.isNull()
    toml.setTextCursor(cursor)
    seat.type(new)
    rest(seat)


def test_an_edit_of_the_layout_shows_what_it_changes(lab_seat: Seat) -> None:
    seat = lab_seat
    open_recording(seat)
    pane = body(seat).layout_pane
    assert 'name = "ali_32x15"' in pane.text
    was = bench(seat).detail()
    assert was is not None
    name = was.field("customer_name")
    assert name is not None
    assert name.text == "NORTH RANGE WIRELESS"
    edit(seat, "pieces = [[3, 0, 27]]", "pieces = [[3, 0, 4]]")
    assert "Other values: customer_name in" in pane.said.text()
    now = bench(seat).detail()
    assert now is not None
    fresh = now.field("customer_name")
    assert fresh is not None
    assert fresh.text == "NORTH"
    rows = pane.fields.entries
    grid = {e.rows["name"].value: e.rows["pieces"].value for e in rows}
    assert grid['"customer_name"'] == "[[3, 0, 4]]"


def test_an_error_is_said_in_place_and_nothing_is_lost(lab_seat: Seat) -> None:
    seat = lab_seat
    open_recording(seat)
    pane = body(seat).layout_pane
    before = bench(seat).result
    edit(seat, 'kind = "telephone"', 'kind = "telefone"')
    assert pane.problem is not None
    line = pane.text[: pane.text.index("telefone")].count("\n") + 1
    assert f"Line {line}" in pane.said.text()
    assert "field[0].kind" in pane.said.text()
    assert pane.fields.is_bad(pane.fields.index(0, 1))
    assert pane.toml.extraSelections()
    assert "telefone" in pane.text
    assert bench(seat).result is before
    edit(seat, "telefone", "telephone")
    assert pane.problem is None
    assert not pane.toml.extraSelections()


def test_the_form_writes_the_toml_and_keeps_its_comments(lab_seat: Seat) -> None:
    seat = lab_seat
    open_recording(seat)
    pane = body(seat).layout_pane
    comments = [x for x in pane.text.splitlines() if x.startswith("#")]
    names = [e.rows["name"].value for e in pane.fields.entries]
    row = names.index('"customer_name"')
    pane.grid.setFocus()
    pane.grid.setCurrentIndex(pane.fields.index(row, 2))
    seat.key(K.Key_Return)
    editor = seat.focus
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "3: 0-27"
    editor.selectAll()
    seat.type("3: 0-9")
    seat.key(K.Key_Return)
    seat.until(lambda: "pieces = [[3, 0, 9]]" in pane.text)
    rest(seat)
    assert [x for x in pane.text.splitlines() if x.startswith("#")] == comments
    assert "customer_name in" in pane.said.text()
    pane.toml.setFocus()
    seat.key(K.Key_Z, CTRL)
    assert "pieces = [[3, 0, 27]]" in pane.text
    rest(seat)


def mark(seat: Seat, name: str, span: tuple[int, int]) -> None:
    """Home is the row's; so go by the arrows, then name it."""
    view = body(seat).bytes
    view.setFocus()
    while view.cursor_at != span[0]:
        seat.key(K.Key_Left if view.cursor_at > span[0] else K.Key_Right)
    for _ in range(span[1] - span[0] - 1):
        seat.key(K.Key_Right, SHIFT)
    seat.key(K.Key_Return)
    assert seat.focus.accessibleName() == "Name of the field"
    body(seat).mark_row.name.entry.clear()
    seat.type(name)
    QTest.keyClick(body(seat).mark_row.name, K.Key_Return)
    assert seat.focus is view


MARKED = (CALLBACK, "class_of_service", "customer_name", "community", "esn")


def test_marked_fields_become_a_layout(lab_seat: Seat) -> None:
    seat = lab_seat
    open_recording(seat)
    seat.key(K.Key_E, CTRL)
    assert "Nothing is marked" in said(seat)
    result = bench(seat).result
    assert result is not None
    for item in [i for i in result.items if i.title.startswith("WPH2")][:3]:
        bench(seat).choose(item.index)
        detail = bench(seat).detail()
        assert detail is not None
        for name in MARKED[1:]:
            field = detail.field(name)
            assert field is not None
            assert field.span is not None
            mark(seat, name, field.span)
    marked = body(seat).mark_row.said
    assert marked.text() == "4 fields marked in 3 records, 4 of them here."
    assert "customer_name 68-79, class_of_service 96-99" in marked.toolTip()
    seat.key(K.Key_E, CTRL)
    rest(seat)
    pane = body(seat).layout_pane
    assert 'name = "learned"' in pane.text, said(seat)
    assert pane.toml.textCursor().position() == 0
    assert said(seat).startswith("A layout is written and stands below")
    assert pane.problem is None
    assert 'name = "esn"' in pane.text


def test_a_mark_is_taken_back_by_delete(lab_seat: Seat) -> None:
    seat = lab_seat
    open_recording(seat)
    mark(seat, "esn", (5, 8))
    assert len(body(seat).marks.samples()) == 1
    assert seat.focus is body(seat).bytes
    seat.key(K.Key_Delete)
    assert body(seat).marks.samples() == ()


def test_what_is_said_of_a_layout_outlasts_its_trial(lab_seat: Seat) -> None:
    """And where nothing is said stands which recording is open."""
    seat = lab_seat
    open_recording(seat)
    assert said(seat) == str(RECORDING)
    panel(seat).say("Two fields stand at one place.")
    edit(seat, "pieces = [[3, 0, 27]]", "pieces = [[3, 0, 4]]")
    assert "customer_name in" in body(seat).layout_pane.said.text()
    assert said(seat) == "Two fields stand at one place."
    open_recording(seat)
    assert said(seat) == str(RECORDING)


def test_what_comes_and_goes_above_the_page_moves_nothing(lab_seat: Seat) -> None:
    """Else all of it is painted anew, in a turn that is felt."""
    seat = lab_seat
    place = body(seat).geometry()
    places = []
    panel(seat).stop.installEventFilter(seen := Seen(lambda: places.append(place_of())))

    def place_of() -> object:
        return body(seat).geometry()

    open_recording(seat)
    assert seen.count
    assert set(map(repr, places)) == {repr(place)}
    assert body(seat).geometry() == place


class Seen(QObject):
    """Calls back when a widget is shown or hidden."""

    def __init__(self, call: Callable[[], None]) -> None:
        super().__init__()
        self._call, self.count = call, 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.count += 1
            self._call()
        return False


def test_each_name_of_a_field_can_be_typed(lab_seat: Seat) -> None:
    """``street`` begins ``street_name`` and is a name itself."""
    seat = lab_seat
    open_recording(seat)
    row = body(seat).mark_row
    names = [row.name.itemText(n) for n in range(row.name.count())]
    assert {"street", "street_name", "callback_number"} <= set(names)
    assert len(set(names)) == len(names)
    typed = []
    for name in names:
        row.name.setFocus()
        row.name.entry.clear()
        seat.type(name)
        typed.append(row.name.currentText())
    assert typed == names
