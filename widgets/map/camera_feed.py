"""Reads all listed cameras for the maps, beside the thread of the window."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot

from aliquot.console.domain.camera_field import NONE_LISTED, ListedCameras
from aliquot.console.domain.ports import Changed
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.map.cameras import NO_CAMERAS, CameraField, field_of
from aliquot.widgets.signals import SignalOf

_logger = logging.getLogger(__name__)

Listing = Callable[[Callable[[ListedCameras], None]], None]
"""Has all listed cameras read, and gives them to what it is given, in any thread."""


class CameraFeed(QObject):
    """What is listed now, for all maps of the window; ``read`` when it was read anew.

    However much changes meanwhile, one reading follows the one under way. Without a
    ``listing`` the bridge's own views are read, here. What cannot be read is shown as
    no camera at all: nobody knows then what an owner said last.
    """

    read = SignalOf[CameraField](object)
    _came = SignalOf[ListedCameras](object)

    def __init__(
        self, bridge: Bridge, listing: Listing | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._listing = bridge, listing
        self._reading = self._due = False
        self.field: CameraField = NO_CAMERAS
        self._came.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        bridge.changed.connect(self._changed)

    @Slot()
    def ask(self) -> None:
        """Read again; ``read`` follows."""
        if self._reading:
            self._due = True
        elif self._listing is not None:
            self._reading = True
            self._listing(self._came.emit)
        else:
            self._take(self._read_here())

    def place_of(self, camera_id: str) -> tuple[float, float] | None:
        """Where a camera was when all were read last; None when it was not listed."""
        return self.field.listed.place_of(camera_id)

    def _read_here(self) -> ListedCameras:
        try:
            return self._bridge.views.cameras_listed()
        except Exception:
            _logger.exception("The listed cameras could not be read.")
            return NONE_LISTED

    @Slot(object)
    def _arrived(self, listed: ListedCameras) -> None:
        self._reading = False
        self._take(listed)
        if self._due:
            self._due = False
            self.ask()

    def _take(self, listed: ListedCameras) -> None:
        self.field = field_of(listed)
        self.read.emit(self.field)

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        """Who is signed in decides what is seen at a second window."""
        if changed.any_of("cameras", "session"):
            self.ask()
