"""The map's dock: a title, a place that is remembered, nothing more."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QWidget

from aliquot.widgets.map.panel import MapPanel


class MapDock(QDockWidget):
    """Holds a ``MapPanel``; its object name is ``map`` in saved layouts."""

    def __init__(self, panel: MapPanel, parent: QWidget | None = None) -> None:
        super().__init__("Map", parent)
        self.setObjectName("map")
        self.panel = panel
        self.setWidget(panel)
