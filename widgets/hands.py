"""A pair of hands: keys into a window and eyes on it, for the tour and for tests.

Nothing here reaches into a widget to make it do something: what cannot be done by a
key cannot be done. Only looking is done directly.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from aliquot.widgets.map import stillness
from aliquot.widgets.map.panel import MapPanel

_LOOK_MS = 20
_DRAW_MS = 120


class NotReachedError(Exception):
    """Something did not come about in time; the text says what."""


class Hands:
    """Keys go to whatever has the focus, as from a keyboard."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def press(self, *keys: str) -> None:
        """Keys as in ``Ctrl+Return``, one after another."""
        for key in keys:
            QTest.keySequence(self._target(), QKeySequence(key))

    def type(self, text: str) -> None:
        """QTest ends the process at a letter beyond ASCII; a folder may have one."""
        for letter in text:
            if letter.isascii():
                QTest.keyClicks(self._target(), letter)
                continue
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                QCoreApplication.sendEvent(self._target(), event)

    def tab_to(self, name: str, most: int = 60) -> None:
        """Press Tab until what has the focus is called so."""
        for _ in range(most):
            if self.focused() == name:
                return
            self.press("Tab")
            self.rest(_LOOK_MS)
        raise NotReachedError(f"Tab does not come to {name!r}")

    def until(
        self, what: str, condition: Callable[[], bool], timeout_s: float = 20.0
    ) -> None:
        """Let the window live until the condition holds."""
        ends = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > ends:
                raise NotReachedError(f"{what} (waited {timeout_s:g} s)")
            self.rest(_LOOK_MS)

    def rest(self, ms: int) -> None:
        """Let the window live for a moment without using the processor."""
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def settle(self) -> str:
        """Let the window draw, until its map shows all and stands still.

        Gives an empty text, else what was still missing after a minute.
        """
        self.rest(_DRAW_MS)
        panel = self._map()
        return stillness.settle(panel, self.rest) if panel.isVisible() else ""

    def picture(self, path: Path) -> None:
        """What the window shows now, as a PNG."""
        if not self._window.grab().save(str(path), "PNG"):
            raise NotReachedError(f"the picture {path} could not be written")

    def resize(self, width: int, height: int) -> None:
        """As a person drags the window's corner."""
        self._window.showNormal()
        self._window.setGeometry(0, 0, width, height)
        self.until(
            f"the window is {width} x {height}",
            lambda: (self._window.width(), self._window.height()) == (width, height),
        )
        self.take_up()

    def take_up(self) -> None:
        """Bring the window under the keyboard; nobody else does it without a desktop."""
        QTest.qWaitForWindowExposed(self._window)
        self._window.activateWindow()
        self.until("the window has the focus", self._window.isActiveWindow)

    # Eyes

    def focused(self) -> str:
        """Name of what has the focus, as a screen reader says it."""
        widget = QApplication.focusWidget()
        return widget.accessibleName() or widget.objectName() if widget else ""

    def text(self, name: str) -> str:
        """What a widget says that is called so; empty when it is not there."""
        return text_of(self.find(name))

    def texts(self) -> list[str]:
        """All that can be read on the window now, tables left out."""
        shown = (w for w in self._window.findChildren(QWidget) if w.isVisible())
        return [text for text in map(text_of, shown) if text]

    def says(self, part: str) -> bool:
        return any(part in text for text in self.texts())

    def find(self, name: str) -> QWidget | None:
        """A visible widget by its object name or accessible name."""
        for widget in self._window.findChildren(QWidget):
            named = name in {widget.objectName(), widget.accessibleName()}
            if named and widget.isVisible():
                return widget
        return None

    def has(self, name: str) -> bool:
        return self.find(name) is not None

    def map_state(self) -> str:
        """``starting``, ``ready``, ``behind``, ``restarting``, ``stopped``, ``late``.

        ``late``: ready, but the newest calls are not drawn yet.
        """
        panel = self._map()
        state = panel.status.state.value
        return "late" if state == "ready" and not panel.is_current() else state

    def kill_map(self) -> None:
        """The one thing no key does: end the process that draws the map."""
        engine = self._map().engine
        if engine is None:
            raise NotReachedError("the map has no engine to end")
        os.kill(engine.page.renderProcessPid(), signal.SIGKILL)

    def _map(self) -> MapPanel:
        panel = self._window.findChild(MapPanel)
        if panel is None:
            raise NotReachedError("the window has no map")
        return panel

    def _target(self) -> QWidget:
        popup = QApplication.activePopupWidget()
        return popup or QApplication.focusWidget() or self._window


def text_of(widget: QWidget | None) -> str:
    """What a widget shows as text, or an empty string."""
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        return widget.text()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return ""
