"""Joins the map's tools to the window: forms, streets, message line, wall screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from aliquot.console.domain.geocoding import Geocoder
from aliquot.console.domain.ports import Changed
from aliquot.widgets.actions import Act
from aliquot.widgets.arrangement import DOCKS, Perspective
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.map.camera_feed import CameraFeed
from aliquot.widgets.map.desk import MapDesk
from aliquot.widgets.map.model import MapSpot
from aliquot.widgets.map.sources import BaseMap
from aliquot.widgets.map.wall import WallWindow
from aliquot.widgets.pointing import PlacePointed
from aliquot.widgets.theme.look import Look, LookChanged

if TYPE_CHECKING:
    from aliquot.widgets.main_window import MainWindow

Ground = Callable[[], BaseMap | None]
"""Reads what lies under the map; None keeps what is there."""


class MapHelp(QObject):
    """``ground`` is asked at the start and whenever another geofile was read."""

    def __init__(
        self,
        desk: MapDesk,
        bridge: Bridge,
        look: Look,
        window: MainWindow,
        ground: Ground,
    ) -> None:
        super().__init__(window)
        self._desk, self._bridge, self._look = desk, bridge, look
        self._window, self._ground = window, ground
        self.wall: WallWindow | None = None
        self.listed: CameraFeed | None = None
        desk.places = self._places
        desk.place_taken.connect(window.intake.place_pointed)
        desk.call_wanted.connect(self._start_call)
        desk.said.connect(self._say)
        desk.wall_asked.connect(self.turn_wall)
        desk.esc_is_taken = self._drawer_is_open
        window.line.where.places = self._places
        window.line.where.near = desk.middle
        window.line.place_wanted.connect(self._show_place)
        bridge.changed.connect(self._changed)
        look.changed.connect(self._sized)
        desk.panel.set_scale(look.scale)
        window.answer(
            {
                Act.TO_MAP: self._to_map,
                Act.MAP_FIND: self._find,
                Act.MAP_PRINT: desk.print_map,
                Act.MAP_WALL: self.turn_wall,
            }
        )
        key = window.book.key_text
        desk.keys_are(key(Act.MAP_FIND), key(Act.MAP_PRINT), key(Act.MAP_WALL))
        self.read_ground()

    def prints_go_to(self, folder: Path) -> None:
        def chosen() -> Path:
            return folder

        self._desk.folder = chosen

    @Slot()
    def read_ground(self) -> None:
        found = self._ground()
        if found is not None:
            self._desk.panel.set_base(found)
            if self.wall is not None:
                self.wall.panel.set_base(found)

    def _to_map(self) -> None:
        self._clear_way()
        self._desk.go_to_map()

    def _find(self) -> None:
        self._clear_way()
        self._desk.begin_search()

    def _drawer_is_open(self) -> bool:
        return self._window.drawer.shown is not None

    def _clear_way(self) -> None:
        """Out from under the drawer, and to where there is a map at all."""
        self._window.drawer.close_drawer()
        if "map" not in DOCKS[self._window.places.perspective]:
            self._window.turn_to(Perspective.DESK)

    @Slot(object)
    def turn_wall(self, _from: object = None) -> None:
        """Open the wall's window, on another screen if there is one; or close it."""
        if self.wall is not None:
            self.wall.close()
            return
        self.wall = WallWindow(self._bridge, self._desk.panel, self.listed)
        self.wall.closed.connect(self._wall_closed)
        self._look.changed.connect(self.wall.follow_theme)
        others = [
            s for s in QGuiApplication.screens() if s is not self._window.screen()
        ]
        if others:
            self.wall.setGeometry(others[0].geometry())
            self.wall.showFullScreen()
        else:
            self.wall.show()

    def leave(self) -> None:
        """The wall goes with the window. Idempotent."""
        if self.wall is not None:
            self.wall.close()

    @Slot(object)
    def _wall_closed(self, _wall: object) -> None:
        if self.wall is not None:
            self._look.changed.disconnect(self.wall.follow_theme)
        self.wall = None

    def _places(self) -> Geocoder | None:
        return self._bridge.places

    @Slot(object)
    def _sized(self, changed: LookChanged) -> None:
        self._desk.panel.set_scale(changed.scale)

    @Slot(object)
    def _say(self, text: str) -> None:
        self._window.operator.say(text)

    @Slot(object)
    def _show_place(self, place: PlacePointed) -> None:
        """Typed into the command line: on the map, and from there into the form."""
        self._clear_way()
        spot = MapSpot(
            latitude=place.latitude, longitude=place.longitude, text=place.text
        )
        self._desk.show_place(spot)
        what = place.text or f"{place.latitude:.5f}, {place.longitude:.5f}"
        key = self._window.book.key_text(Act.TO_MAP)
        self._say(f"On the map: {what}. {key}, Enter takes it into the form.")

    @Slot(object)
    def _start_call(self, at: PlacePointed) -> None:
        """An empty form, and the place in it."""
        form = self._window.intake.open_form()
        self._window.intake.place_pointed(at)
        form.begin()

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        if changed.any_of("geofile"):
            self.read_ground()
