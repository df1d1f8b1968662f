"""Bytes chosen in the lab: word by word, by a click, by a double click; 7E1."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_seat import bench, body, put_recording
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from aliquot.widgets.lab.word_steps import NOT_SAID, next_word, word_at

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
K = Qt.Key
Seat = Any


@pytest.fixture
def seat(lab_seat: Seat) -> Seat:
    """A recording is open, and the focus is in its bytes."""
    put_recording(lab_seat)
    view(lab_seat).setFocus()
    return lab_seat


def view(seat: Seat) -> Any:
    return body(seat).bytes


def row(seat: Seat) -> Any:
    return body(seat).mark_row


def test_words_are_chosen_by_control_and_arrows(seat: Seat) -> None:
    text = view(seat)._text
    seat.key(K.Key_Right, CTRL)
    assert text[view(seat).cursor_at :].startswith("201315-555-0163")
    seat.key(K.Key_Right, CTRL)
    assert text[view(seat).cursor_at :].startswith("03/14")
    seat.key(K.Key_Right, CTRL | SHIFT)
    chosen = view(seat).selection()
    assert text[chosen.start : chosen.end] == "03/14"
    assert "“03/14”" in row(seat).said.text()
    seat.key(K.Key_Left, CTRL)
    assert text[view(seat).cursor_at :].startswith("03/14")
    assert view(seat).selection() is None


def test_a_click_is_one_byte_and_a_double_click_a_word(seat: Seat) -> None:
    text = view(seat)._text
    at = text.index("WPH1")
    view(seat)._reveal(at)
    port = view(seat).viewport()
    QTest.mouseDClick(port, LEFT, NONE, view(seat).text_rect(at + 1).center())
    assert "“WPH1”" in row(seat).said.text()
    QTest.mouseClick(port, LEFT, NONE, view(seat).text_rect(at + 2).center())
    assert row(seat).said.text() == f"Byte {at + 2}: “H”"
    row(seat).name.setCurrentText("note")
    row(seat).button.click()
    marks = body(seat).marks
    (mark,) = marks.of(bench(seat).detail())
    assert (mark.name, mark.start, mark.end) == ("note", at + 2, at + 3)


def test_what_was_marked_is_not_marked_once_more(seat: Seat) -> None:
    seat.key(K.Key_Right, CTRL)
    seat.key(K.Key_Right, CTRL | SHIFT)
    row(seat).name.setCurrentText("note")
    row(seat).button.click()
    row(seat).name.setCurrentText("unit")
    row(seat).button.click()
    assert "No bytes are chosen" in row(seat).said.text()
    marks = body(seat).marks
    assert [m.name for m in marks.of(bench(seat).detail())] == ["note"]


texts = st.text(st.sampled_from("AB1 ·"), min_size=1, max_size=40)


@given(texts, st.data())
def test_a_word_is_all_of_one_sort(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    first, last = word_at(text, at)
    assert first <= at < last
    assert len({c in NOT_SAID for c in text[first:last]}) == 1
    assert first == 0 or (text[first - 1] in NOT_SAID) != (text[at] in NOT_SAID)
    assert last == len(text) or (text[last] in NOT_SAID) != (text[at] in NOT_SAID)


@given(texts, st.data())
def test_steps_end_at_words(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    last = len(text) - 1
    on = next_word(text, at, back=False, extend=False)
    assert on > at or on == last
    assert on == last or (text[on] not in NOT_SAID and text[on - 1] in NOT_SAID)
    back = next_word(text, at, back=True, extend=False)
    assert back < at or back == 0
    end = next_word(text, at, back=False, extend=True)
    assert end == last or (text[end] not in NOT_SAID and text[end + 1] in NOT_SAID)
