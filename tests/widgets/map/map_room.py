"""A map's desk in a window with a field beside it, over a geocoder of three places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from aliquot.console.clock import SystemClock
from aliquot.console.domain.geocoding import Candidate, MatchKind, Nearby
from aliquot.widgets.map.desk import MapDesk
from aliquot.widgets.map.model import Look, MapState
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.pointing import PlacePointed

Probe = Callable[[MapPanel], dict[str, Any]]
Ask = Callable[[MapPanel, str], Any]
Wait = Callable[[MapPanel, MapState], None]
K = Qt.Key


def candidate(address: str, latitude: float, score: float) -> Candidate:
    return Candidate(
        match_kind=MatchKind.POINT,
        score=score,
        latitude=latitude,
        longitude=-93.6,
        address=address,
    )


class Streets:
    """A geocoder that knows three places."""

    known = (
        candidate("212 Elm St", 41.5, 99.0),
        candidate("212 Elm Ave", 41.6, 80.0),
        candidate("1 Oak St", 41.7, 90.0),
    )

    def geocode(
        self, text: str, near: tuple[float, float] | None = None, limit: int = 10
    ) -> Sequence[Candidate]:
        return [
            c for c in self.known if c.address.casefold().startswith(text.casefold())
        ]

    def geocode_fields(
        self, fields: Mapping[str, object], limit: int = 10
    ) -> Sequence[Candidate]:
        return ()

    def complete(self, text: str, limit: int = 8) -> Sequence[str]:
        return [c.address for c in self.geocode(text)]

    def reverse(self, latitude: float, longitude: float) -> Nearby:
        return Nearby(text=f"near {latitude:.2f}")


class Room:
    """A form's field, and the map with its tools below."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.panel = MapPanel(SystemClock())
        self.desk = MapDesk(self.panel)
        self.desk.places = Streets
        self.field = QLineEdit(self.window)
        column = QVBoxLayout(self.window)
        column.addWidget(self.field)
        column.addWidget(self.desk)
        self.window.resize(900, 800)
        self.taken: list[PlacePointed] = []
        self.started: list[PlacePointed] = []
        self.said: list[str] = []
        self.desk.place_taken.connect(self.taken.append)
        self.desk.call_wanted.connect(self.started.append)
        self.desk.said.connect(self.said.append)

    def show(self, qtbot: QtBot, wait: Wait) -> None:
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        wait(self.panel, MapState.READY)
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus, timeout=5000)

    def end(self) -> None:
        """The map goes before its window."""
        self.panel.shutdown()
        self.window.close()

    def key(self, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        handle = self.window.windowHandle()
        assert handle is not None
        QTest.keyClick(handle, key, modifier)

    def look(
        self, qtbot: QtBot, latitude: float, longitude: float, zoom: float
    ) -> None:
        self.panel.look_at(Look(latitude, longitude, zoom))
        qtbot.waitUntil(self.panel.is_current, timeout=10_000)
