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


def window_with_field(qtbot: QtBot, panel: MapPanel) -> tuple[QWidget, QLineEdit]:
    """A form's field above the map, active and holding the focus."""
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit(window)
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(panel)
    window.resize(800, 700)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=5000)
    return window, field


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
    panel: MapPanel,
    ask: Callable[[MapPanel, str], Any],
    latitude: float,
    longitude: float,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """A click of the mouse on a place that is in sight."""
    assert panel.engine is not None
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
