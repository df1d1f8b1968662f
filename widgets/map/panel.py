"""The map as the window sees it: give it calls, hear which one was chosen.

The panel holds the truth and sends all of it each time; the page only draws. So a
page that dies, or a message that gets lost, leaves nothing wrong behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from aliquot.console.clock import Clock
from aliquot.widgets.map.bridge import Command, MapBridge
from aliquot.widgets.map.fallback import Fallback
from aliquot.widgets.map.model import (
    Layers,
    Look,
    MapBox,
    MapCall,
    MapState,
    MapStatus,
    Picture,
    RestartBudget,
    ThemeName,
    box_of,
    call_after,
)
from aliquot.widgets.map.movable import RING, MovableView
from aliquot.widgets.map.sentences import (
    BASE_BAD,
    BEHIND,
    GAVE_UP,
    NO_ENGINE,
    READY,
    RESTARTING,
    STARTING,
)
from aliquot.widgets.map.style import map_colours
from aliquot.widgets.signals import SignalOf

if TYPE_CHECKING:
    from aliquot.widgets.map.documents import Documents
    from aliquot.widgets.map.engine import MapEngine

log = logging.getLogger(__name__)

BEHIND_MS = 3000  # a picture not drawn after this long is said to be late
STARTING_MS = 15_000  # a page that says nothing after this long counts as dead
RETRY_KEY = "Ctrl+Shift+R"
CAN_RETRY = frozenset({MapState.STOPPED, MapState.BEHIND})


class MapPanel(MovableView):
    """The map. Show it, and it starts itself; without one the desk goes on.

    ``call_selected`` carries the call's id (str), ``status_changed`` a ``MapStatus``.
    The retry action has its own shortcut while the map is off.
    """

    call_selected = SignalOf[str](object)
    camera_selected = SignalOf[str](object)
    unit_selected = SignalOf[str](object)
    looked = SignalOf[Look](object)
    status_changed = SignalOf[MapStatus](object)

    def __init__(
        self, clock: Clock, parent: QWidget | None = None, *, theme: ThemeName = "dark"
    ) -> None:
        super().__init__(parent)
        self.setObjectName("mapPanel")
        self.setAccessibleName("Map")
        self._clock = clock
        self._calls: tuple[MapCall, ...] = ()
        self._selected: str | None = None
        self._layers = Layers()
        self._theme: ThemeName = theme
        self._look: Look | None = None
        self._base: bytes | None = None
        self._base_version = 0
        self._base_bad = False
        self._number = 0
        self._shown = -1
        self._page_up = False
        self._budget = RestartBudget()
        self._engine: MapEngine | None = None
        self._documents: Documents | None = None
        self._closed = False
        self._status = MapStatus(MapState.STARTING, clock.now().utc_us, STARTING)
        self._build()
        self._bridge = self._make_bridge()
        self._late = self._timer(self._is_late)
        self._silent = self._timer(self._engine_died)
        if application := QCoreApplication.instance():
            application.aboutToQuit.connect(self.shutdown)

    # What the window uses

    @property
    def status(self) -> MapStatus:
        return self._status

    @property
    def engine(self) -> MapEngine | None:
        """The running web engine, for the self-check; None while there is none."""
        return self._engine

    def is_current(self) -> bool:
        """Whether the page confirmed the newest picture."""
        return self._page_up and self._shown == self._number

    @property
    def blocked_requests(self) -> int:
        """How many requests to the outside the guard refused so far."""
        return self._engine.guard.blocked if self._engine else 0

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    def show_calls(self, calls: tuple[MapCall, ...]) -> None:
        """Replace all calls on the map. The view does not move."""
        if calls == self._calls:
            return
        self._calls = calls
        self.fallback.show_calls(calls)
        self._send()

    def select(self, call_id: str | None) -> None:
        """Ring one call and bring it into sight; None rings none."""
        if call_id != self._selected:
            self._selected = call_id
            self._send()

    @property
    def layers(self) -> Layers:
        return self._layers

    def show_layers(self, layers: Layers) -> None:
        """Replace region, cameras and units. The view does not move."""
        if layers != self._layers:
            self._layers = layers
            self._send()

    @property
    def look(self) -> Look | None:
        """Where the page looks, as it said last."""
        return self._look

    def box(self) -> MapBox | None:
        """What is in sight and a little around it; None before the page looked."""
        if self._look is None:
            return None
        return box_of(self._look, self.width(), self.height())

    def set_theme(self, theme: ThemeName) -> None:
        self._theme = theme
        self._ground()
        self._send()

    def set_base(self, geojson: bytes) -> None:
        """Streets, water and parks as one GeoJSON FeatureCollection (UTF-8).

        ``properties.kind``: street, major, water, park, campus or boundary.
        """
        self._base = geojson
        self._base_version += 1
        self._base_bad = False
        self._put_base()
        self._send()

    def run(self, command: Command) -> None:
        self._bridge.run(command)

    def ring_colour(self) -> str:
        return map_colours(self._theme)["focus"]

    @Slot()
    def next_call(self) -> None:
        """Choose the next call, as if it had been clicked."""
        call_id = call_after(self._calls, self._selected)
        if call_id is not None:
            self._chosen(call_id)

    @Slot()
    def start(self) -> None:
        """Start the web engine now instead of after the first showing."""
        if self._engine is None and not self._closed:
            self._start_engine()

    @Slot()
    def retry(self) -> None:
        """Try again after the map was given up, or while it does not answer."""
        if self._status.state in CAN_RETRY and not self._closed:
            self._budget.renew()
            self._drop_engine()
            self._start_engine()

    @Slot()
    def shutdown(self) -> None:
        """Take the engine apart in order. Call it before the application ends."""
        self._closed = True
        self._drop_engine()

    # Making

    def _build(self) -> None:
        self._stack = QStackedWidget(self)
        self._stack.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fallback = Fallback(self._stack)
        self._stack.addWidget(self.fallback)
        self.notice = QLabel(self)
        self.notice.setObjectName("empty")
        self.notice.setAutoFillBackground(True)
        self.notice.hide()
        self.fallback.retry.connect(self.retry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RING, RING, RING, RING)
        layout.addWidget(self._stack)
        self.retry_action = QAction("Start the map again", self)
        self.retry_action.setShortcut(QKeySequence(RETRY_KEY))
        self.retry_action.setEnabled(False)
        self.retry_action.triggered.connect(self.retry)
        self.addAction(self.retry_action)
        self.fallback.say(STARTING, "", can_retry=False)

    def _make_bridge(self) -> MapBridge:
        bridge = MapBridge(self)
        bridge.page_ready.connect(self._page_ready)
        bridge.page_showed.connect(self._page_showed)
        bridge.call_chosen.connect(self._chosen)
        bridge.camera_chosen.connect(self._camera_chosen)
        bridge.unit_chosen.connect(self._unit_chosen)
        bridge.looked.connect(self._looked)
        bridge.base_drawn.connect(self._base_drawn)
        return bridge

    def _timer(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        return timer

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # After the window has painted: the form is usable before the map is.
        QTimer.singleShot(0, self, self.start)

    def _start_engine(self) -> None:
        self._say(MapState.STARTING, STARTING)
        try:
            # Late, so that a desk without a web engine starts all the same.
            from aliquot.widgets.map import assemble
        except ImportError as problem:
            self._give_up(NO_ENGINE.format(why=problem), can_retry=False)
            return
        try:
            self._documents = assemble.documents()
            self._put_base()
            self._engine = assemble.engine(self._documents, self._bridge, self)
        except assemble.MapUnavailable as problem:
            self._give_up(str(problem), can_retry=True)
            return
        self._engine.died.connect(self._engine_died)
        self._engine.loaded.connect(self._engine_loaded)
        self._stack.addWidget(self._engine.view)
        self._stack.setCurrentWidget(self._engine.view)
        self._ground()
        self._silent.start(STARTING_MS)
        self._engine.load()

    def _drop_engine(self) -> None:
        self._page_up = False
        self._late.stop()
        self._silent.stop()
        self._stack.setCurrentWidget(self.fallback)
        if self._engine is not None:
            self._engine.shutdown()
            self._engine.deleteLater()
            self._engine = None

    # The page's life

    @Slot()
    def _page_ready(self) -> None:
        self._page_up = True
        self.notice.hide()
        self._silent.stop()
        self._send()

    @Slot(int)
    def _page_showed(self, number: int) -> None:
        self._shown = number
        if number == self._number:
            self._late.stop()
            self._say(MapState.READY, BASE_BAD if self._base_bad else READY)

    @Slot(int, int)
    def _base_drawn(self, version: int, features: int) -> None:
        if version == self._base_version:
            self._base_bad = features < 0
            if self._status.state is MapState.READY:
                self._say(MapState.READY, BASE_BAD if self._base_bad else READY)

    @Slot(bool)
    def _engine_loaded(self, ok: bool) -> None:
        if not ok and self._status.state is not MapState.STOPPED:
            self._engine_died()

    @Slot()
    def _engine_died(self) -> None:
        self._page_up = False
        self._late.stop()
        if self._engine is None or self._closed:
            return
        if not self._budget.spend(self._clock.now().mono_ns):
            self._silent.stop()
            self._give_up(GAVE_UP.format(count=self._budget.limit + 1), can_retry=True)
            return
        self.notice.setText(RESTARTING)
        self.notice.adjustSize()
        self.notice.show()  # over the picture, which is dead; the page keeps its size
        self.notice.raise_()
        self._say(MapState.RESTARTING, RESTARTING)
        self._silent.start(STARTING_MS)
        self._engine.reload_soon()

    def _give_up(self, words: str, *, can_retry: bool) -> None:
        key = self.retry_action.shortcut().toString()
        self.fallback.say(words, key, can_retry=can_retry)
        self.notice.hide()
        self._stack.setCurrentWidget(self.fallback)
        self._say(MapState.STOPPED, words)
        self.retry_action.setEnabled(can_retry)

    @Slot()
    def _is_late(self) -> None:
        if self._status.state is MapState.READY:
            key = self.retry_action.shortcut().toString()
            self._say(MapState.BEHIND, BEHIND.format(key=key))

    def _say(self, state: MapState, message: str) -> None:
        if state is self._status.state and message == self._status.message:
            return
        since = self._clock.now().utc_us
        if state is self._status.state:
            since = self._status.since_us
        self._status = MapStatus(state, since, message)
        self.retry_action.setEnabled(state in CAN_RETRY)
        self.status_changed.emit(self._status)

    # What goes to the page and comes from it

    def _send(self) -> None:
        if not self._page_up:
            return
        self._number += 1
        self._late.start(BEHIND_MS)
        picture = Picture(
            number=self._number,
            colours=map_colours(self._theme),
            base=self._base_version,
            calls=self._calls,
            selected=self._selected,
            look=self._look,
            layers=self._layers,
        )
        self._bridge.show_picture(picture)

    def _put_base(self) -> None:
        if self._documents is not None and self._base is not None:
            self._documents.made["base.json"] = self._base

    def _ground(self) -> None:
        if self._engine is not None:
            self._engine.ground(map_colours(self._theme)["background"])

    @Slot(object)
    def _looked(self, look: Look) -> None:
        self._look = look
        self.looked.emit(look)

    @Slot(str)
    def _chosen(self, call_id: str) -> None:
        if any(call.call_id == call_id for call in self._calls):
            self.select(call_id)
            self.call_selected.emit(call_id)

    @Slot(str)
    def _camera_chosen(self, camera_id: str) -> None:
        if any(c.camera_id == camera_id for c in self._layers.cameras):
            self.camera_selected.emit(camera_id)

    @Slot(str)
    def _unit_chosen(self, unit_id: str) -> None:
        if any(u.unit_id == unit_id for u in self._layers.units):
            self.unit_selected.emit(unit_id)
