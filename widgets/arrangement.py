"""Where the docks stand: four arrangements by the width there is for text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
TOP = Qt.DockWidgetArea.TopDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class Perspective(Enum):
    """What the whole window is for; each has its own docks and its own state."""

    DESK = "desk"
    RELEASES = "releases"
    LAB = "lab"


DOCKS: dict[Perspective, tuple[str, ...]] = {
    Perspective.DESK: (
        *("strip", "intake", "narrative", "map", "units", "cameras", "board"),
    ),
    Perspective.RELEASES: ("strip", "queue", "release", "map"),
    Perspective.LAB: ("strip", "lab"),
}


class Arrangement(Enum):
    WIDE = "wide"
    COMPACT = "compact"
    NARROW = "narrow"
    FOLDED = "folded"


NARROW = (Arrangement.NARROW, Arrangement.FOLDED)


def arrangement_for(width: float, scale: float) -> Arrangement:
    """``width`` of the window in pixels; what counts is how much text fits."""
    room = width / scale
    if room >= 1600:
        return Arrangement.WIDE
    if room >= 1150:
        return Arrangement.COMPACT
    return Arrangement.NARROW if room >= 900 else Arrangement.FOLDED


def fits(width: float, height: float, scale: float) -> bool:
    """Whether a window of so many pixels still shows the whole desk at a scale."""
    return width / scale >= 680 and height / scale >= 380


def arrange(
    window: QMainWindow,
    docks: Mapping[str, QDockWidget],
    kind: Arrangement,
    perspective: Perspective = Perspective.DESK,
) -> None:
    """Put the docks of a perspective into their places; the others go out of sight."""
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)
    window.addDockWidget(TOP, docks["strip"])
    if perspective is Perspective.DESK:
        window.addDockWidget(LEFT, docks["intake"])
        window.addDockWidget(BOTTOM, docks["board"])
        _PLACES[kind](window, docks)
        window.tabifyDockWidget(docks["units"], docks["cameras"])
    elif perspective is Perspective.RELEASES:
        _release_desk(window, docks, kind)
    else:
        window.addDockWidget(LEFT, docks["lab"])
    for name in DOCKS[perspective]:
        docks[name].show()
    share_room(window, docks, kind, perspective)
    if perspective is Perspective.DESK:
        docks["units"].raise_()
    if kind in NARROW and perspective in _FRONT:
        docks[_FRONT[perspective]].raise_()


def _release_desk(
    window: QMainWindow, docks: Mapping[str, QDockWidget], kind: Arrangement
) -> None:
    """Queue, the two sides, map: from left to right as a release is judged."""
    window.addDockWidget(LEFT, docks["queue"])
    window.splitDockWidget(docks["queue"], docks["release"], ACROSS)
    if kind in NARROW:
        window.tabifyDockWidget(docks["release"], docks["map"])
    else:
        window.splitDockWidget(docks["release"], docks["map"], ACROSS)


def share_room(
    window: QMainWindow,
    docks: Mapping[str, QDockWidget],
    kind: Arrangement,
    perspective: Perspective = Perspective.DESK,
) -> None:
    """Give each dock its part of the room; asked again once the window is shown."""
    come_up(window, docks, perspective)
    for orientation, shares in _ALL_SHARES.get(perspective, {}).get(kind, ()):
        whole = window.width() if orientation is ACROSS else window.height()
        window.resizeDocks(
            [docks[name] for name in shares],
            [round(whole * share) for share in shares.values()],
            orientation,
        )


def come_up(
    window: QMainWindow,
    docks: Mapping[str, QDockWidget],
    perspective: Perspective,
) -> None:
    """Docks in one row reach up to the strip now, and not a little more each time
    that the window is laid out."""
    if perspective is Perspective.RELEASES:
        both = [docks["strip"], docks["queue"]]
        high = [docks["strip"].minimumHeight(), window.height()]
        window.resizeDocks(both, high, DOWN)


def _wide(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    window.splitDockWidget(docks["intake"], docks["map"], ACROSS)
    window.splitDockWidget(docks["map"], docks["units"], ACROSS)
    window.splitDockWidget(docks["intake"], docks["narrative"], DOWN)


def _compact(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    window.splitDockWidget(docks["intake"], docks["map"], ACROSS)
    window.splitDockWidget(docks["map"], docks["narrative"], DOWN)
    window.splitDockWidget(docks["board"], docks["units"], ACROSS)


def _narrow(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    window.splitDockWidget(docks["intake"], docks["narrative"], ACROSS)
    window.tabifyDockWidget(docks["narrative"], docks["map"])
    window.tabifyDockWidget(docks["map"], docks["units"])


def _folded(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """The form keeps its height; all else shares one place beside it, as tabs."""
    window.splitDockWidget(docks["intake"], docks["narrative"], ACROSS)
    before = docks["narrative"]
    for name in ("board", "map", "units"):
        window.tabifyDockWidget(before, docks[name])
        before = docks[name]


_PLACES = {
    Arrangement.WIDE: _wide,
    Arrangement.COMPACT: _compact,
    Arrangement.NARROW: _narrow,
    Arrangement.FOLDED: _folded,
}
_SHARES: dict[Arrangement, tuple[tuple[Qt.Orientation, dict[str, float]], ...]] = {
    Arrangement.WIDE: (
        (ACROSS, {"intake": 0.36, "map": 0.41, "units": 0.23}),
        (DOWN, {"board": 0.24}),
        (DOWN, {"intake": 0.43, "narrative": 0.22}),
    ),
    Arrangement.COMPACT: (
        (ACROSS, {"intake": 0.47, "map": 0.53}),
        (ACROSS, {"board": 0.735, "units": 0.265}),
        (DOWN, {"board": 0.28}),
        (DOWN, {"map": 0.26, "narrative": 0.22}),
    ),
    Arrangement.NARROW: (
        (ACROSS, {"intake": 0.6, "narrative": 0.4}),
        (DOWN, {"intake": 0.5, "board": 0.24}),
    ),
    Arrangement.FOLDED: ((ACROSS, {"intake": 0.56, "narrative": 0.44}),),
}
_RELEASE_SHARES: dict[
    Arrangement, tuple[tuple[Qt.Orientation, dict[str, float]], ...]
] = {
    Arrangement.WIDE: ((ACROSS, {"queue": 0.29, "release": 0.43, "map": 0.28}),),
    Arrangement.COMPACT: ((ACROSS, {"queue": 0.3, "release": 0.46, "map": 0.24}),),
    Arrangement.NARROW: ((ACROSS, {"queue": 0.36, "release": 0.64}),),
    Arrangement.FOLDED: ((ACROSS, {"queue": 0.36, "release": 0.64}),),
}
_ALL_SHARES = {
    Perspective.DESK: _SHARES,
    Perspective.RELEASES: _RELEASE_SHARES,
}
_FRONT = {Perspective.DESK: "narrative", Perspective.RELEASES: "release"}
