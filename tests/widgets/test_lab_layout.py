"""A layout edited, learned and marked in the lab, by keys."""

from __future__ import annotations

from typing import Any

from lab_seat import CALLBACK, bench, body, open_recording, rest, said
from PySide6.QtCore import Qt
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
    assert "4 fields marked in 3 records" in body(seat).mark_row.said.text()
    seat.key(K.Key_E, CTRL)
    rest(seat)
    pane = body(seat).layout_pane
    assert 'name = "learned"' in pane.text, said(seat)
    rest(seat)
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
