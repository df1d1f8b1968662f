"""Where the docks stand: three arrangements by the width there is for text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
TOP = Qt.DockWidgetArea.TopDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class Arrangement(Enum):
    WIDE = "wide"
    COMPACT = "compact"
    NARROW = "narrow"


def arrangement_for(width: float, scale: float) -> Arrangement:
    """``width`` of the window in pixels; what counts is how much text fits."""
    room = width / scale
    if room >= 1600:
        return Arrangement.WIDE
    return Arrangement.COMPACT if room >= 1150 else Arrangement.NARROW


def arrange(
    window: QMainWindow, docks: Mapping[str, QDockWidget], kind: Arrangement
) -> None:
    """Put all docks into the places of an arrangement."""
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)
    window.addDockWidget(TOP, docks["strip"])
    window.addDockWidget(LEFT, docks["intake"])
    window.addDockWidget(BOTTOM, docks["board"])
    _PLACES[kind](window, docks)
    for dock in docks.values():
        dock.show()
    if kind is Arrangement.NARROW:
        docks["narrative"].raise_()


def _wide(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    window.splitDockWidget(docks["intake"], docks["map"], ACROSS)
    window.splitDockWidget(docks["map"], docks["units"], ACROSS)
    window.splitDockWidget(docks["intake"], docks["narrative"], DOWN)
    width, height = window.width(), window.height()
    row = [docks["intake"], docks["map"], docks["units"]]
    window.resizeDocks(row, _parts(width, 0.36, 0.41, 0.23), ACROSS)
    column = [docks["intake"], docks["narrative"], docks["board"]]
    window.resizeDocks(column, _parts(height, 0.37, 0.20, 0.27), DOWN)


def _compact(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    window.splitDockWidget(docks["intake"], docks["map"], ACROSS)
    window.splitDockWidget(docks["map"], docks["narrative"], DOWN)
    window.splitDockWidget(docks["board"], docks["units"], ACROSS)
    width, height = window.width(), window.height()
    window.resizeDocks(
        [docks["intake"], docks["map"]], _parts(width, 0.47, 0.53), ACROSS
    )
    window.resizeDocks(
        [docks["board"], docks["units"]], _parts(width, 0.72, 0.28), ACROSS
    )
    column = [docks["map"], docks["narrative"], docks["board"]]
    window.resizeDocks(column, _parts(height, 0.26, 0.22, 0.24), DOWN)


def _narrow(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    window.splitDockWidget(docks["intake"], docks["narrative"], ACROSS)
    window.tabifyDockWidget(docks["narrative"], docks["map"])
    window.tabifyDockWidget(docks["map"], docks["units"])
    width, height = window.width(), window.height()
    window.resizeDocks(
        [docks["intake"], docks["narrative"]], _parts(width, 0.6, 0.4), ACROSS
    )
    window.resizeDocks(
        [docks["intake"], docks["board"]], _parts(height, 0.45, 0.2), DOWN
    )


def _parts(whole: int, *shares: float) -> list[int]:
    return [round(whole * share) for share in shares]


_PLACES = {
    Arrangement.WIDE: _wide,
    Arrangement.COMPACT: _compact,
    Arrangement.NARROW: _narrow,
}
