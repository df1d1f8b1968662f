"""What leaves the map: the call of an incident that is closed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from aliquot.console.domain import commands as c
from aliquot.widgets.map.model import MapCall
from aliquot.widgets.map_feed import MapFeed

CTRL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key
Seat = Any


class Shown:
    def __init__(self) -> None:
        self.calls: tuple[MapCall, ...] = ()

    def show_calls(self, calls: tuple[MapCall, ...]) -> None:
        self.calls = calls

    def select(self, call_id: str | None) -> None:
        pass


def test_the_call_of_a_closed_incident_leaves_while_its_form_is_open(
    seat: Seat,
) -> None:
    window, shown = seat.window, Shown()
    feed = MapFeed(seat.bridge, window.subject, shown, window, window.intake.calls)
    seat.ring()
    seat.key(K.Key_F2)
    seat.type("robbery")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    feed.refresh()
    assert [x.call_id for x in shown.calls] == ["c1"]
    seat.desk.submit(c.CloseIncident(incident_id="i1", disposition="05"))
    seat.settle()
    assert seat.form.data.call_id == "c1"
    feed.refresh()
    assert shown.calls == ()
