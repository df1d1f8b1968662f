"""What a screen reader hears by itself: calls, answers of the desk, troubles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QTabBar

from aliquot.widgets import announce as announcing

Seat = Any
K = Qt.Key
LOUD = QAccessible.AnnouncementPoliteness.Assertive


class Reader:
    """Stands for ``QAccessible`` with somebody who listens."""

    AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

    def __init__(self) -> None:
        self.active = True
        self.heard: list[tuple[str, bool]] = []

    def isActive(self) -> bool:  # noqa: N802 - Qt's name
        return self.active

    def updateAccessibility(  # noqa: N802
        self, event: QAccessibleAnnouncementEvent
    ) -> None:
        self.heard.append((event.message(), event.politeness() == LOUD))


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    made = Reader()
    monkeypatch.setattr(announcing, "QAccessible", made)
    return made


def test_calls_answers_and_troubles_are_said(seat: Seat, reader: Reader) -> None:
    row = seat.ring()
    (call,) = reader.heard
    assert call[0].startswith("Call, ALI waiting: (617) 555-0142, near 42.36510")
    assert call[1], "a call interrupts"
    seat.desk.hear_again(row.call_id, uncertainty_m=9.0)
    seat.settle()
    assert len(reader.heard) == 1, "a newer record of a call is no new call"
    seat.key(K.Key_F2)
    assert reader.heard[-1] == ("Taken: (617) 555-0142.", False)
    assert seat.window.line.message.accessibleName() == "Taken: (617) 555-0142."
    seat.desk.set_log_problem("The disk is full.")
    seat.settle()
    assert reader.heard[-1] == ("The disk is full.", True)
    count = len(reader.heard)
    seat.window.alarm.refresh(None)
    assert len(reader.heard) == count, "said once"


def test_many_calls_at_once_are_counted(seat: Seat, reader: Reader) -> None:
    row = seat.ring("c0")
    reader.heard.clear()
    for n in range(1, 8):
        seat.desk.calls[f"c{n}"] = replace(row, call_id=f"c{n}")
    seat.ring("c8")
    assert reader.heard == [("8 more calls came", True)]


def test_nothing_is_made_where_nobody_listens(seat: Seat, reader: Reader) -> None:
    reader.active = False
    seat.ring()
    seat.window.operator.say("said")
    assert reader.heard == []


def test_bars_of_panels_have_a_name(make_seat: Any) -> None:
    seat = make_seat(width=1366, height=768, scale=2.0)
    bars = [bar for bar in seat.window.findChildren(QTabBar) if bar.isVisible()]
    assert bars
    assert all(bar.accessibleName() for bar in bars)
