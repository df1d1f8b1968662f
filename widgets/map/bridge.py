"""What the page may say and hear. Everything that comes from it is checked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from aliquot.widgets.map.model import Look, Picture, checked_look


@dataclass(frozen=True, slots=True)
class Command:
    """A movement of the view: ``by`` in zoom steps, ``x``/``y`` in shares of it;
    ``region`` brings the region into sight, ``look`` goes to a place, ``point`` asks
    where the middle is: the answer is a ``point`` with the button ``middle``; ``still``
    asks when all of the picture is on the screen."""

    do: Literal["zoom", "pan", "fit", "region", "look", "point", "still"]
    by: int = 0
    x: float = 0.0
    y: float = 0.0
    latitude: float = 0.0
    longitude: float = 0.0
    zoom: float = 0.0


BUTTONS = frozenset({"left", "right", "middle"})


class MapBridge(QObject):
    """The one object the page sees: ids and numbers, no path, nothing evaluated."""

    picture = Signal(str)
    command = Signal(str)
    ping = Signal(int)

    page_ready = Signal()
    page_showed = Signal(int)
    page_still = Signal(int)
    call_chosen = Signal(str)
    camera_chosen = Signal(str)
    listed_chosen = Signal(int, int)
    unit_chosen = Signal(str)
    pointed = Signal(object)
    answered = Signal(int)
    looked = Signal(object)
    base_drawn = Signal(int, int)
    base_there = Signal(int)

    def show_picture(self, picture: Picture) -> None:
        self.picture.emit(picture.to_json())

    def run(self, command: Command) -> None:
        self.command.emit(json.dumps(asdict(command)))

    @Slot()
    def ready(self) -> None:
        """The page is loaded and knows nothing."""
        self.page_ready.emit()

    @Slot(int)
    def showed(self, number: int) -> None:
        """The picture with this number is drawn."""
        self.page_showed.emit(number)

    @Slot(int)
    def still(self, number: int) -> None:
        """All of it is on the screen: streets, photo, cameras, letters."""
        self.page_still.emit(number)

    @Slot(str)
    def choose(self, call_id: str) -> None:
        """A call was clicked."""
        self.call_chosen.emit(call_id)

    @Slot(str)
    def choose_camera(self, camera_id: str) -> None:
        """A listed camera was clicked."""
        self.camera_chosen.emit(camera_id)

    @Slot(int, int)
    def choose_listed(self, version: int, index: int) -> None:
        """A camera of the field of this version was clicked."""
        self.listed_chosen.emit(version, index)

    @Slot(float, float, str)
    def point(self, latitude: float, longitude: float, button: str) -> None:
        """The bare ground was clicked: degrees WGS84, ``left`` or ``right``; or the
        ``middle`` of the view was asked for."""
        inside = abs(latitude) <= 90 and abs(longitude) <= 180  # False for NaN
        if inside and button in BUTTONS:
            self.pointed.emit((latitude, longitude, button))

    @Slot(int)
    def echo(self, number: int) -> None:
        """The answer to a ``ping``."""
        self.answered.emit(number)

    @Slot(str)
    def choose_unit(self, unit_id: str) -> None:
        """A unit was clicked."""
        self.unit_chosen.emit(unit_id)

    @Slot(float, float, float)
    def look(self, latitude: float, longitude: float, zoom: float) -> None:
        """The view was moved: degrees WGS84, Leaflet zoom."""
        look: Look | None = checked_look(latitude, longitude, zoom)
        if look is not None:
            self.looked.emit(look)

    @Slot(int, int)
    def base(self, version: int, features: int) -> None:
        """A base map was read, with this many features; -1: it was unreadable."""
        self.base_drawn.emit(version, features)

    @Slot(int)
    def drawn(self, version: int) -> None:
        """A base map is on the screen."""
        self.base_there.emit(version)
