"""The map on a wall screen: a second window that only shows.

It follows all calls, has its own engine and its own look, takes no keys but to be
closed, and keeps nothing. What strangers may read on a wall says no telephone number.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from aliquot.console.domain.ports import Changed
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.map.camera_feed import CameraFeed
from aliquot.widgets.map.model import Layers, MapCall, Tools
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.positions import AGES_MS, placed_unit
from aliquot.widgets.map_feed import map_call, map_incident
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import LookChanged

SOON_MS = 200
CLOSING = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_W})


class WallWindow(QWidget):
    """A window of its own. ``closed`` is told once, when it goes."""

    closed = SignalOf[object](object)

    def __init__(
        self, bridge: Bridge, desk: MapPanel, listed: CameraFeed | None = None
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("wallMap")
        self.setWindowTitle("Map of all calls")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._bridge = bridge
        self.panel = MapPanel(desk.clock, self, theme=desk.theme)
        self.panel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel.retry_action.setShortcuts([])  # the desk's map has that key
        self.panel.set_base(desk.base)
        self.panel.use(Tools(follow="all"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.feed = WallFeed(bridge, self.panel, listed)
        self.resize(1280, 800)

    @Slot(object)
    def follow_theme(self, changed: LookChanged) -> None:
        self.panel.set_theme(changed.theme.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it; the arrows and plus, minus, Home move its view."""
        if event.key() in CLOSING:
            self.close()
        else:
            self.panel.keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.feed.stop()
        self.panel.shutdown()
        self.closed.emit(self)
        super().closeEvent(event)


class WallFeed(QObject):
    """Reads what the wall shows, once a burst: calls, incidents, units, cameras."""

    def __init__(
        self, bridge: Bridge, panel: MapPanel, listed: CameraFeed | None
    ) -> None:
        super().__init__(panel)
        self._bridge, self._panel = bridge, panel
        self._listed = listed or CameraFeed(bridge, None, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.refresh)
        self._ages = QTimer(self)
        self._ages.setInterval(AGES_MS)
        self._ages.timeout.connect(self._later)
        bridge.changed.connect(self._changed)
        self._listed.read.connect(panel.show_cameras)
        panel.show_cameras(self._listed.field)
        if listed is None:
            self._listed.ask()
        self._ages.start()
        self._soon.start()

    def stop(self) -> None:
        self._bridge.changed.disconnect(self._changed)
        self._listed.read.disconnect(self._panel.show_cameras)
        self._soon.stop()
        self._ages.stop()

    @Slot()
    def refresh(self) -> None:
        views = self._bridge.views
        found: dict[str, MapCall] = {}
        for row in views.waiting_calls():
            if (call := map_call(row, "waiting")) is not None:
                found[call.call_id] = nameless(call)
        for incident in views.board(closed_limit=0):
            if (call := map_incident(incident)) is not None:
                found[call.call_id] = call
        self._panel.show_calls(tuple(found.values()))
        now_us = self._bridge.now_us()
        placed = (placed_unit(row, now_us) for row in views.units())
        units = tuple(unit for unit in placed if unit is not None)
        self._panel.show_layers(Layers(units=units))

    @Slot()
    def _later(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        if changed.any_of("call:", "incident:", "unit:", "position:"):
            self._later()


def nameless(call: MapCall) -> MapCall:
    """Without the telephone number: a wall is read by whoever stands before it."""
    return replace(call, label="Call")
