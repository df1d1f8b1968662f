"""The life of the map's page: it starts, dies, comes back, and is given up at last.

What is shown in its place meanwhile stands here too. What is on the map does not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from aliquot.console.clock import Clock
from aliquot.widgets.map.bridge import MapBridge
from aliquot.widgets.map.fallback import Fallback
from aliquot.widgets.map.model import MapState, MapStatus, RestartBudget
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
from aliquot.widgets.signals import SignalOf

if TYPE_CHECKING:
    from aliquot.widgets.map.documents import Documents
    from aliquot.widgets.map.engine import MapEngine

log = logging.getLogger(__name__)

BEHIND_MS = 3000  # a picture not drawn after this long is said to be late
RESENDS = 1  # before that it is sent once more: it may have been lost
STARTING_MS = 15_000  # a page that says nothing after this long counts as dead
LONGEST_STARTING_MS = 60_000  # the next is given twice as long: it may just be slow
RETRY_KEY = "Ctrl+Shift+R"
CAN_RETRY = frozenset({MapState.STOPPED, MapState.BEHIND})


class MapLife(MovableView):
    """A view with a page in it. ``status_changed`` carries a ``MapStatus``."""

    status_changed = SignalOf[MapStatus](object)

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._number = 0
        self._shown = -1
        self._resends = 0
        self._page_up = False
        self._base_bad = False
        self._budget = RestartBudget()
        self._patience_ms = STARTING_MS
        self._engine: MapEngine | None = None
        self.scale = 1.0  # of text: 2.0 is 200 %
        self._documents: Documents | None = None
        self._closed = False
        self._status = MapStatus(MapState.STARTING, clock.now().utc_us, STARTING)
        self._build_stack()
        self._bridge = MapBridge(self)
        self._bridge.page_ready.connect(self._page_ready)
        self._bridge.page_showed.connect(self._page_showed)
        self._late = self._timer(self._is_late)
        self._silent = self._timer(self._says_nothing)
        if application := QCoreApplication.instance():
            application.aboutToQuit.connect(self.shutdown)

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
            self._patience_ms = STARTING_MS
            self._drop_engine()
            self._start_engine()

    @Slot()
    def shutdown(self) -> None:
        """Take the engine apart in order. Call it before the application ends."""
        self._closed = True
        self._drop_engine()

    # What is on the map

    def prepare(self, documents: Documents) -> None:
        """Put what the page will fetch in its place, before it starts."""
        raise NotImplementedError

    def ground(self) -> str:
        """What is seen before the page is drawn, ``#rrggbb``."""
        raise NotImplementedError

    def send(self) -> None:
        """Send the whole picture, with ``next_number``, if the page is up."""
        raise NotImplementedError

    def confirmed(self) -> None:
        """The page drew the newest picture."""

    def next_number(self) -> int:
        """The number of a picture that is sent now; the page has to confirm it."""
        self._number += 1
        self._late.start(BEHIND_MS)
        return self._number

    # Making

    def _build_stack(self) -> None:
        self._stack = QStackedWidget(self)
        self._stack.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fallback = Fallback(self._stack)
        self._stack.addWidget(self.fallback)
        self.notice = QLabel(self)
        self.notice.setObjectName("empty")
        self.notice.setAutoFillBackground(True)
        self.notice.hide()
        self.fallback.retry.connect(self.retry)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(RING, RING, RING, RING)
        self._column.setSpacing(0)
        self._column.addWidget(self._stack, 1)
        self.retry_action = QAction("Start the map again", self)
        self.retry_action.setShortcut(QKeySequence(RETRY_KEY))
        self.retry_action.setEnabled(False)
        self.retry_action.triggered.connect(self.retry)
        self.addAction(self.retry_action)
        self.fallback.say(STARTING, "", can_retry=False)

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
            self.prepare(self._documents)
            self._engine = assemble.engine(self._documents, self._bridge, self)
        except assemble.MapUnavailable as problem:
            self._give_up(str(problem), can_retry=True)
            return
        self._engine.died.connect(self._engine_died)
        self._engine.loaded.connect(self._engine_loaded)
        self._engine.reloads.connect(self._page_goes)
        self._engine.view.loadProgress.connect(self._moves_on)
        self._stack.addWidget(self._engine.view)
        self._stack.setCurrentWidget(self._engine.view)
        self._engine.ground(self.ground())
        self._engine.magnify(self.scale)
        self._silent.start(self._patience_ms)
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
        if self._documents is not None:
            self._documents.base.close()
            self._documents = None

    # The page's life

    @Slot()
    def _page_ready(self) -> None:
        self._page_up = True
        self._patience_ms = STARTING_MS
        self.notice.hide()
        self._silent.stop()
        self.send()

    @Slot(int)
    def _page_showed(self, number: int) -> None:
        if not self._page_up:
            return  # it was said by one that has died since
        self._shown = number
        if number == self._number:
            self.confirmed()
            self._late.stop()
            self._resends = 0
            self._say(MapState.READY, BASE_BAD if self._base_bad else READY)

    def base_is(self, bad: bool) -> None:
        """Whether the base map could be read."""
        self._base_bad = bad
        if self._status.state is MapState.READY:
            self._say(MapState.READY, BASE_BAD if bad else READY)

    @Slot(int)
    def _moves_on(self, _percent: int) -> None:
        """It still loads: on a slow machine that is no death."""
        if self._silent.isActive():
            self._silent.start(self._patience_ms)

    @Slot(bool)
    def _engine_loaded(self, ok: bool) -> None:
        if not ok and self._status.state is not MapState.STOPPED:
            self._engine_died()

    @Slot()
    def _says_nothing(self) -> None:
        self._patience_ms = min(2 * self._patience_ms, LONGEST_STARTING_MS)
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
        self._restarting()
        self._engine.reload_soon()

    @Slot()
    def _page_goes(self) -> None:
        """It may have come up just before."""
        if self._status.state is not MapState.STOPPED:
            self._restarting()

    def _restarting(self) -> None:
        self._page_up = False
        self._late.stop()
        self.notice.setText(RESTARTING)
        self.notice.adjustSize()
        self.notice.show()  # over the picture, which is dead; the page keeps its size
        self.notice.raise_()
        self._say(MapState.RESTARTING, RESTARTING)
        self._silent.start(self._patience_ms)

    def _give_up(self, words: str, *, can_retry: bool) -> None:
        key = self.retry_action.shortcut().toString()
        self.fallback.say(words, key, can_retry=can_retry)
        self.notice.hide()
        self._stack.setCurrentWidget(self.fallback)
        self._say(MapState.STOPPED, words)
        self.retry_action.setEnabled(can_retry)

    @Slot()
    def _is_late(self) -> None:
        if self._resends < RESENDS:
            self._resends += 1
            self.send()
        elif self._status.state is MapState.READY:
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
