"""The map as the window sees it: give it calls, hear which one was chosen.

The panel holds the truth and sends all of it each time; the page only draws. So a
page that dies, or a message that gets lost, leaves nothing wrong behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QWidget

from aliquot.console.clock import Clock
from aliquot.widgets.map.bridge import Command
from aliquot.widgets.map.cameras import NO_CAMERAS, CameraField
from aliquot.widgets.map.life import MapLife
from aliquot.widgets.map.model import (
    Layers,
    Look,
    MapBox,
    MapCall,
    Picture,
    ThemeName,
    Tools,
    box_of,
    call_after,
)
from aliquot.widgets.map.sources import BaseMap
from aliquot.widgets.map.style import map_colours
from aliquot.widgets.signals import SignalOf

if TYPE_CHECKING:
    from aliquot.widgets.map.documents import Documents

CAMERAS = "cameras.bin"


class MapPanel(MapLife):
    """The map. Show it, and it starts itself; without one the desk goes on.

    ``call_selected``, ``camera_selected`` and ``unit_selected`` carry an id (str).
    ``pointed`` carries (latitude, longitude, button): a click on the bare ground, or
    the middle of the view that was asked for.
    ``still`` carries the number of the picture that is on the screen with all of it.
    The retry action has its own shortcut while the map is off.
    """

    call_selected = SignalOf[str](object)
    camera_selected = SignalOf[str](object)
    unit_selected = SignalOf[str](object)
    pointed = SignalOf[tuple[float, float, str]](object)
    looked = SignalOf[Look](object)
    still = SignalOf[int](object)

    def __init__(
        self, clock: Clock, parent: QWidget | None = None, *, theme: ThemeName = "dark"
    ) -> None:
        super().__init__(clock, parent)
        self.setObjectName("mapPanel")
        self.setAccessibleName("Map")
        self._calls: tuple[MapCall, ...] = ()
        self._selected: str | None = None
        self._seen_selected: str | None = None  # by the page, as it said last
        self._region_due = False
        self._layers = Layers()
        self._tools = Tools()
        self._cameras = NO_CAMERAS
        self._theme: ThemeName = theme
        self._look: Look | None = None
        self._base = BaseMap()
        self._base_version = 0
        self._drawn_version = -1
        self._bridge.call_chosen.connect(self._chosen)
        self._bridge.camera_chosen.connect(self._camera_chosen)
        self._bridge.listed_chosen.connect(self._listed_chosen)
        self._bridge.unit_chosen.connect(self._unit_chosen)
        self._bridge.looked.connect(self._looked)
        self._bridge.pointed.connect(self.pointed)
        self._bridge.base_drawn.connect(self._base_drawn)
        self._bridge.base_there.connect(self._base_there)
        self._bridge.page_ready.connect(self._new_page)
        self._bridge.page_still.connect(self._still_at)

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    # What the window gives

    def show_calls(self, calls: tuple[MapCall, ...]) -> None:
        """Replace all calls on the map. The view does not move."""
        if calls == self._calls:
            return
        self._calls = calls
        self.fallback.show_calls(calls)
        self.send()

    def select(self, call_id: str | None) -> None:
        """Ring one call and bring it into sight; None rings none."""
        if call_id != self._selected:
            self._selected = call_id
            self.send()

    @property
    def calls(self) -> tuple[MapCall, ...]:
        return self._calls

    @property
    def selected(self) -> str | None:
        return self._selected

    @property
    def layers(self) -> Layers:
        return self._layers

    def show_layers(self, layers: Layers) -> None:
        """Replace region, near cameras and units. The view does not move."""
        if layers != self._layers:
            self._layers = layers
            self.send()

    @property
    def tools(self) -> Tools:
        return self._tools

    def use(self, tools: Tools) -> None:
        """Replace what a person does with the map."""
        if tools != self._tools:
            self._tools = tools
            self.send()

    @Slot(object)
    def show_cameras(self, field: CameraField) -> None:
        """Replace all listed cameras; the page groups and draws them by itself."""
        if field is not self._cameras:
            self._cameras = field
            if self._documents is not None:
                self._documents.made[CAMERAS] = field.packed
            self.send()

    def set_theme(self, theme: ThemeName) -> None:
        self._theme = theme
        if self._engine is not None:
            self._engine.ground(self.ground())
        self.send()

    def set_scale(self, scale: float) -> None:
        """Size of text on the map: 1.0 is 100 %."""
        self.scale = scale
        if self._engine is not None:
            self._engine.magnify(scale)

    @property
    def theme(self) -> ThemeName:
        return self._theme

    def set_base(self, base: BaseMap | bytes) -> None:
        """Exchange what lies under the calls; bytes are its GeoJSON."""
        self._base = BaseMap(base) if isinstance(base, bytes) else base
        self._base_version += 1
        self._base_bad = False
        if self._documents is not None:
            self._documents.put_base(self._base)
        self.send()

    @property
    def base(self) -> BaseMap:
        return self._base

    @property
    def cameras(self) -> CameraField:
        return self._cameras

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def base_is_drawn(self) -> bool:
        """Whether the page said so of the base map that it has to show."""
        return self._drawn_version == self._base_version

    # Where it looks

    def start_at(self, look: Look) -> None:
        """Where a page that is not up yet begins to look."""
        self._look = look

    @property
    def look(self) -> Look | None:
        """Where the page looks, as it said last."""
        return self._look

    def box(self) -> MapBox | None:
        """What is in sight and a little around it; None before the page looked."""
        if self._look is None:
            return None
        return box_of(
            self._look, int(self.width() / self.scale), int(self.height() / self.scale)
        )

    def look_at(self, look: Look) -> None:
        """Go to a place; what is asked before the page answers is that place."""
        self._look = look
        super().look_at(look)

    def run(self, command: Command) -> None:
        """A movement of a page that is not up is lost, but for that to the region."""
        if self._page_up:
            self._bridge.run(command)
        elif command.do in ("region", "look"):
            self._region_due = command.do == "region"

    def ask_still(self) -> None:
        """``still`` follows when all of the newest picture is on the screen."""
        self.run(Command("still"))

    @Slot()
    def next_call(self) -> None:
        """Choose the next call, as if it had been clicked."""
        call_id = call_after(self._calls, self._selected)
        if call_id is not None:
            self._chosen(call_id)

    @Slot()
    def next_camera(self) -> None:
        """Choose the next camera near what is on hand, as if it had been clicked."""
        ids = [camera.camera_id for camera in self._layers.cameras if camera.near]
        if ids:
            now = self._layers.camera
            self._camera_chosen(
                ids[(ids.index(now) + 1) % len(ids)] if now in ids else ids[0]
            )

    # What the page needs

    def ring_colour(self) -> str:
        return map_colours(self._theme)["focus"]

    def ground(self) -> str:
        return map_colours(self._theme)["background"]

    def prepare(self, documents: Documents) -> None:
        documents.put_base(self._base)
        documents.made[CAMERAS] = self._cameras.packed

    def send(self) -> None:
        if not self._page_up:
            return
        picture = Picture(
            number=self.next_number(),
            colours=map_colours(self._theme),
            base=self._base_version,
            calls=self._calls,
            selected=self._selected,
            look=self._look,
            layers=self._layers,
            tools=self._tools,
            cameras=self._cameras.version,
            fresh=self._selected is not None and self._selected != self._seen_selected,
        )
        self._bridge.show_picture(picture)

    def confirmed(self) -> None:
        self._seen_selected = self._selected

    # What the page says

    @Slot()
    def _new_page(self) -> None:
        """Nothing is drawn on it; what was asked for before it was up is due now."""
        self._drawn_version = -1
        if self._region_due:
            self._region_due = False
            self.reveal_region()

    @Slot(int)
    def _still_at(self, number: int) -> None:
        if number == self._number:
            self.still.emit(number)
        else:  # a newer one is on its way
            self.ask_still()

    @Slot(int, int)
    def _base_drawn(self, version: int, features: int) -> None:
        if version == self._base_version:
            self.base_is(bad=features < 0)

    @Slot(int)
    def _base_there(self, version: int) -> None:
        self._drawn_version = version

    @Slot(object)
    def _looked(self, look: Look) -> None:
        self._look = look
        self.looked.emit(look)

    @Slot(str)
    def _chosen(self, call_id: str) -> None:
        if any(call.call_id == call_id for call in self._calls):
            self.select(call_id)
            self.call_selected.emit(call_id)

    @Slot(str)
    def _camera_chosen(self, camera_id: str) -> None:
        if any(c.camera_id == camera_id for c in self._layers.cameras):
            self.camera_selected.emit(camera_id)

    @Slot(int, int)
    def _listed_chosen(self, version: int, index: int) -> None:
        """The page knows listed cameras by their number only."""
        ids = self._cameras.ids
        if version == self._cameras.version and 0 <= index < len(ids):
            self.camera_selected.emit(ids[index])

    @Slot(str)
    def _unit_chosen(self, unit_id: str) -> None:
        if any(u.unit_id == unit_id for u in self._layers.units):
            self.unit_selected.emit(unit_id)
