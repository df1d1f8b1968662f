"""What a person must see first: the call that comes, and that nobody is signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fake_releases import FakeReleasingDesk
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QLabel

from aliquot.console.clock import ManualClock
from aliquot.console.domain.people import Role
from aliquot.console.domain.ports import Changed
from aliquot.widgets.calls.probe import PaintProbe, RowPainted

Seat = Any


class Ear(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    @Slot(object)
    def hear(self, painted: RowPainted) -> None:
        self.told.append(painted.call_id)


def test_a_new_call_is_painted_before_other_panels_read(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.ring("a")
    seat.settle()
    strip, ear = seat.window.strip, Ear()
    probe = PaintProbe(strip.table, strip.model, seat.bridge.mono_ns)
    probe.painted.connect(ear.hear)
    read = seat.window.board.refresh
    painted: list[tuple[str, ...]] = []

    def board(changed: Changed | None) -> None:
        painted.append(tuple(ear.told))
        read(changed)

    monkeypatch.setattr(seat.window.board, "refresh", board)
    seat.ring("b")
    seat.until(lambda: painted)
    assert "b" in painted[0]


@pytest.mark.parametrize(
    ("joined", "said"),
    [(True, "nothing can be done"), (False, "logged as done by nobody")],
)
def test_signing_in_says_what_can_be_done_without(
    make_seat: Any, joined: bool, said: str
) -> None:
    desk = FakeReleasingDesk(ManualClock())
    desk.add_person("Ana Ortiz", "dispatcher", "ana")
    desk._actor = replace(desk._actor, joined=joined)
    seat = make_seat(desk)
    if not seat.window.sign_in.isVisible():
        seat.key(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    texts = [label.text() for label in seat.window.sign_in.findChildren(QLabel)]
    assert [text for text in texts if said in text]
    other = "logged as done by nobody" if joined else "second window"
    assert not [text for text in texts if other in text]


def test_who_sits_down_reads_what_will_be_seen_and_signs_in(make_seat: Any) -> None:
    desk = FakeReleasingDesk(ManualClock())
    desk.add_person("Ana Ortiz", "dispatcher", "ana")
    desk._actor = replace(desk._actor, joined=True)
    seat = make_seat(desk)
    page = seat.window.sign_in
    said = {label.text() for label in page.sheet.findChildren(QLabel)}
    assert {role.value for role in Role} < said
    assert page.sheet.isVisible()
    assert page.name.width() < page.width() // 2, "a field as wide as a name"
    page.name.setText("Ana Ortiz")
    page.password.setText("ana")
    page.button.click()
    seat.until(lambda: seat.window.drawer.shown is None)
