"""What the main window is made of: what it is handed, and its docks by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from aliquot.console.domain.lab import Lab
from aliquot.console.domain.line_sheet import LineMeter, LineSheets
from aliquot.widgets.actions import Act
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.handover import HandOverPage, ReadSheet
from aliquot.widgets.panel import Panel
from aliquot.widgets.theme.look import Look

if TYPE_CHECKING:
    from aliquot.widgets.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What the composition root hands in. ``map_panel`` is any widget.

    Without ``lab`` there is no line lab; without ``sheets`` and ``meter`` the page of
    lines knows no settings and counts no bytes; without ``handover`` nothing can be
    handed over to another PSAP.
    """

    bridge: Bridge
    look: Look
    types: TypeTable
    map_panel: QWidget
    settings_path: Path | None = None
    lab: Lab | None = None
    sheets: Callable[[], LineSheets] | None = None
    meter: LineMeter | None = None
    handover: ReadSheet | None = None


def make_panels(window: MainWindow, parts: WindowParts) -> dict[str, Panel]:
    """All docks; which of them show is up to the perspective."""
    look = parts.look
    queue, desk = window.release.queue, window.release.desk
    strip = Panel("strip", "Calls", window.strip, look, window.strip, titled=False)
    made = [
        strip,
        Panel("intake", "Intake", window.intake, look, window.intake),
        Panel("narrative", "Narrative", window.narrative, look, window.narrative),
        Panel("map", "Map", parts.map_panel, look),
        Panel("units", "Units", window.units, look, window.units, headed=False),
        Panel("cameras", "Cameras", window.cameras, look, window.cameras, headed=False),
        Panel("board", "Board", window.board, look, window.board),
        Panel("queue", "Releases", queue, look, queue),
        Panel("release", "What leaves", window.release.detail, look, desk),
        Panel("lab", "Line lab", window.lab.panel, look, window.lab.panel),
    ]
    for panel in made:  # the window's own, also those that no perspective has shown
        panel.setParent(window)
        panel.hide()
    return {panel.objectName(): panel for panel in made}


def add_hand_over(window: MainWindow, parts: WindowParts) -> HandOverPage:
    """The page that the drawer opens by its key."""
    common = (parts.bridge, window.book, parts.look, window.subject)
    page = HandOverPage(*common, parts.handover)
    window.drawer.add(Act.HAND_OVER, page)
    return page
