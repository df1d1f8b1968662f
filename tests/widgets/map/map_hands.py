"""Hands of the map's tests: a field beside the map, keys, a crash."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from aliquot.widgets.map.panel import MapPanel


class Beside:
    """A form's field above a map. ``end`` it whatever came of the test: a map goes
    before its window does, else the test after it hears the engine's complaint."""

    def __init__(self, panel: MapPanel) -> None:
        self.panel, self.window = panel, QWidget()
        self.field = QLineEdit(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.field)
        layout.addWidget(panel)
        self.window.resize(800, 700)

    def show(self, qtbot: QtBot) -> None:
        """In an active window; the field has the focus."""
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus, timeout=5000)

    def end(self) -> None:
        self.panel.shutdown()
        self.window.close()


def press(window: QWidget, key: str) -> None:
    """One key to the window as the system sends it: to whoever has the focus."""
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, key)


def kill(panel: MapPanel) -> None:
    """End the renderer this panel started, as a crash would."""
    assert panel.engine is not None
    os.kill(panel.engine.page.renderProcessPid(), signal.SIGKILL)


def click(
    qtbot: QtBot,
    panel: MapPanel,
    ask: Callable[[MapPanel, str], Any],
    latitude: float,
    longitude: float,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """A click of the mouse on a place that is in sight. The engine drops what comes
    before the page has drawn anything, so all of it is waited for."""
    assert panel.engine is not None
    with qtbot.waitSignal(panel.still):
        panel.ask_still()
    place = f"aliquot.page.map.latLngToContainerPoint([{latitude}, {longitude}])"
    spot = ask(panel, place)
    point = QPoint(round(spot["x"]), round(spot["y"]))
    target = panel.engine.view.focusProxy() or panel.engine.view
    QTest.mouseMove(target, point)
    QTest.mouseClick(target, button, pos=point)


HOLD = """(() => {
  const real = globalThis.fetch;
  globalThis.held = [];
  globalThis.letGo = () => {
    globalThis.fetch = real;
    held.splice(0).forEach((go) => go());
    return 0;
  };
  globalThis.fetch = (name) =>
    name.startsWith("NAME")
      ? new Promise((done) => held.push(() => done(real(name))))
      : real(name);
  return 0;
})()"""


def held(panel: MapPanel, ask: Callable[[MapPanel, str], Any], name: str) -> None:
    """What the page asks for under such a name comes when it is let go."""
    ask(panel, HOLD.replace("NAME", name))


def let_go(panel: MapPanel, ask: Callable[[MapPanel, str], Any]) -> None:
    ask(panel, "letGo()")
