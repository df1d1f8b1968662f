"""The map with its tools: search, measuring, pointing, layers, print, wall screen.

Everything has a key while the map has the focus, and a button for the mouse. What a
person does stands in ``Tools``, here, not in the page: it outlives the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QMargins, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QVBoxLayout, QWidget

from aliquot.console.domain.geocoding import Geocoder
from aliquot.widgets.map.bridge import Command
from aliquot.widgets.map.button import MapBar, MapButton
from aliquot.widgets.map.finder import Finder
from aliquot.widgets.map.foot import MapFoot
from aliquot.widgets.map.keys import HELP, LAYERS, MapLayer, turned
from aliquot.widgets.map.measure import way
from aliquot.widgets.map.model import Follow, Look, MapSpot
from aliquot.widgets.map.movable import RING
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.printing import MapPrint
from aliquot.widgets.pointing import PlacePointed
from aliquot.widgets.signals import SignalOf

BY_KEY = {layer.key: layer for layer in LAYERS}
FOUND_ZOOM = 17.0
LEAST_PX = 260  # of height, for a bar above the map


class MapDesk(QWidget):
    """A ``MapPanel`` and what is around it.

    ``place_taken`` and ``call_wanted`` carry a ``PlacePointed``; ``said`` a sentence
    for the message line; ``wall_asked`` asks for the second window.
    """

    place_taken = SignalOf[PlacePointed](object)
    call_wanted = SignalOf[PlacePointed](object)
    said = SignalOf[str](object)
    wall_asked = SignalOf[object](object)

    def __init__(self, panel: MapPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.panel = panel
        self.places: Callable[[], Geocoder | None] = _no_places
        self.folder: Callable[[], Path] = Path.home
        self.esc_is_taken: Callable[[], bool] = bool  # by what lies over the window
        self._then: Callable[[], object] | None = None  # once the middle is known
        self._before: QWidget | None = None
        self._print: MapPrint | None = None
        self._build()
        panel.setAccessibleDescription(HELP)
        panel.installEventFilter(self)
        panel.pointed.connect(self._pointed)
        self.finder.went.connect(self._went)
        self.finder.said.connect(self.say)
        self.finder.left.connect(self._back)

    # making

    def _build(self) -> None:
        self.finder = Finder(self)
        self.finder.places = self._geocoder
        self.finder.near = self.middle
        self.measuring = self._button("Measure", "M", self.toggle_measure)
        self.following = self._button("Follow", "F", self.toggle_follow)
        for button in (self.measuring, self.following):
            button.setCheckable(True)
        self.printing = self._button("Print", "", self.print_map)
        self.walling = self._button("Wall", "", self.ask_wall)
        buttons = (self.measuring, self.following, self.printing, self.walling)
        self._bar = MapBar(self.finder, buttons)
        self._take = self._button("Into the form", "Enter", self.take)
        self._start = self._button("New call here", "Ins", self.start_call)
        # Over the map, which so keeps its size.
        self._foot = MapFoot(self, self._take, self._start)
        self.words = self._foot.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self.panel, 1)

    def _button(self, text: str, key: str, act: Callable[[], object]) -> MapButton:
        button = MapButton(text, key)
        button.clicked.connect(act)
        return button

    def keys_are(self, find: str, prints: str, wall: str) -> None:
        """The window's keys for these, as they stand on the bar."""
        self._bar.find_key.setText(find)
        self.printing.key_is(prints)
        self.walling.key_is(wall)
        self._bar.fit()

    def _geocoder(self) -> Geocoder | None:
        return self.places()

    def middle(self) -> tuple[float, float] | None:
        """Of the view, degrees WGS84; None before the page looked anywhere."""
        look = self.panel.look
        return None if look is None else (look.latitude, look.longitude)

    # going there

    @Slot()
    def go_to_map(self) -> None:
        self._come_up()
        self.panel.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def begin_search(self) -> None:
        """To the search box; Esc goes back to where the person was."""
        self._come_up()
        self._bar.show()
        self.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.finder.selectAll()

    def _come_up(self) -> None:
        """Before another dock that hides it; and know where the person was."""
        focus = QApplication.focusWidget()
        if focus is not None and not self.isAncestorOf(focus):
            self._before = focus
        self._raise()

    def _raise(self) -> None:
        above: QWidget | None = self
        while above is not None and not isinstance(above, QDockWidget):
            above = above.parentWidget()
        if above is not None:
            above.raise_()

    @Slot(object)
    def _back(self, _from: object = None) -> None:
        before, self._before = self._before, None
        try:
            visible = before is not None and before.isVisible()
        except RuntimeError:  # it was deleted meanwhile
            visible = False
        (before if visible and before is not None else self.panel).setFocus()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room the map has it all; keys do what buttons do."""
        wanted = self.height() >= LEAST_PX or self.finder.hasFocus()
        self._bar.setVisible(wanted)
        area = self.panel.geometry().marginsRemoved(QMargins(RING, RING, RING, RING))
        high = self._foot.high(area.width())
        self._foot.setGeometry(area.x(), area.bottom() + 1 - high, area.width(), high)
        self._foot.raise_()
        over = 0 if self._foot.isHidden() else math.ceil(high / self.panel.scale)
        self.panel.use(replace(self.panel.tools, foot=over))

    @Slot(object)
    def _went(self, spot: MapSpot) -> None:
        again = spot == self.panel.tools.found
        if again:
            self.take()
            return
        self.show_place(spot)

    def show_place(self, spot: MapSpot) -> None:
        """Mark a place and look at it; the focus stays where it is."""
        self._raise()
        self._show(spot)
        look = self.panel.look
        zoom = max(look.zoom if look else 0.0, FOUND_ZOOM)
        self.panel.look_at(Look(spot.latitude, spot.longitude, zoom))

    # pointing

    @Slot(object)
    def _pointed(self, at: tuple[float, float, str]) -> None:
        latitude, longitude, button = at
        then, self._then = self._then, None
        if self.panel.tools.measure is not None and then is None:
            self._measure((latitude, longitude))
            return
        self._show(self._said_of(latitude, longitude))
        if button == "right":
            self.start_call()
        elif button == "middle" and then is not None:
            then()

    def _said_of(self, latitude: float, longitude: float) -> MapSpot:
        places = self.places()
        text = places.reverse(latitude, longitude).text if places is not None else ""
        return MapSpot(latitude=latitude, longitude=longitude, text=text)

    def point_at_middle(self) -> None:
        self._ask_middle(None)

    def _ask_middle(self, then: Callable[[], object] | None) -> None:
        """The page is asked: what it said last may be older than the last arrow key."""
        self._then = then
        self.panel.run(Command("point"))

    def _show(self, spot: MapSpot | None) -> None:
        self.panel.use(replace(self.panel.tools, found=spot))
        text = ""
        if spot is None:
            self.finder.forget()
        else:
            degrees = f"{spot.latitude:.5f}, {spot.longitude:.5f}"
            text = f"{spot.text}  ·  {degrees}" if spot.text else degrees
        self._write(text, place=spot is not None)

    def _write(self, text: str, *, place: bool = False) -> None:
        self.words.setText(text)
        self._foot.setVisible(bool(text))
        self._take.setVisible(place)
        self._start.setVisible(place)
        self._fit()

    @Slot()
    def take(self) -> None:
        """The place into the form in front; without one, the middle of the view."""
        self._hand_over(self.place_taken.emit, self.take)

    @Slot()
    def start_call(self) -> None:
        self._hand_over(self.call_wanted.emit, self.start_call)

    def _hand_over(
        self, tell: Callable[[PlacePointed], object], again: Callable[[], object]
    ) -> None:
        spot = self.panel.tools.found
        if spot is None:
            self._ask_middle(again)
            return
        self._show(None)
        tell(PlacePointed(spot.latitude, spot.longitude, spot.text))

    # measuring

    @Slot()
    def toggle_measure(self) -> None:
        on = self.panel.tools.measure is None
        self.panel.use(
            replace(self.panel.tools, measure=() if on else None, found=None)
        )
        self.finder.forget()
        self.measuring.setChecked(on)
        self._write("Click the points of a way, or press Space." if on else "")

    def _measure(self, spot: tuple[float, float] | None) -> None:
        """Add a point; None takes the last one away."""
        points = [point[:2] for point in self.panel.tools.measure or ()]
        points = points[:-1] if spot is None else [*points, spot]
        measured = way(points)
        self.panel.use(replace(self.panel.tools, measure=measured))
        last = measured[-1][2] if measured else ""
        self._write(f"{last} in all" if last else "Click the next point.")

    # following, layers

    @Slot()
    def toggle_follow(self) -> None:
        follows = self.panel.tools.follow == "none"
        follow: Follow = "selected" if follows else "none"
        self.panel.use(replace(self.panel.tools, follow=follow))
        self.following.setChecked(follows)
        self.say("The map follows the call." if follows else "The map stays.")

    def toggle_layer(self, layer: MapLayer) -> None:
        hidden = self.panel.tools.hidden ^ {layer.name}
        self.panel.use(replace(self.panel.tools, hidden=hidden))
        on, tiles = layer.name not in hidden, self.panel.base.tiles
        if on and layer.file and tiles and layer.file not in tiles:
            self.say(f"This geofile has no {layer.name} for the map.")
        else:
            look = self.panel.look
            self.say(turned(layer, on, look.zoom if look else None))

    def next_raster(self) -> None:
        names = [None, *sorted(self.panel.base.rasters)]
        now = self.panel.tools.raster
        at = names.index(now) + 1 if now in names else 0
        chosen = names[at % len(names)]
        self.panel.use(replace(self.panel.tools, raster=chosen))
        if len(names) == 1:
            self.say("There is no photo of the ground in this profile's geofile.")
        else:
            self.say(f"Ground: {chosen or 'street map only'}.")

    # print, wall

    @Slot()
    def print_map(self) -> None:
        """Write what is in sight as a PDF; the message line says where."""
        if self._print is not None and self._print.running:
            return
        self._print = MapPrint(self.panel, self.folder(), self)
        self._print.done.connect(self.say)
        self._print.begin()

    @Slot()
    def ask_wall(self) -> None:
        self.wall_asked.emit(self)

    @Slot(object)
    def say(self, text: str) -> None:
        self.said.emit(text)

    # keys of the map

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.panel:
            if event.type() is QEvent.Type.ShortcutOverride:
                esc = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
                if esc and not self.esc_is_taken():
                    event.accept()  # else the window's own Esc takes it
                    return True
            if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._pressed(event)
            if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
                aims = event.type() is QEvent.Type.FocusIn
                self.panel.use(replace(self.panel.tools, crosshair=aims))
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if not plain:
            return False
        key = Qt.Key(event.key())
        if key in BY_KEY:
            self.toggle_layer(BY_KEY[key])
            return True
        if key is Qt.Key.Key_Escape:
            return self._escape()
        acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Slash: self.begin_search,
            Qt.Key.Key_Space: self.point_at_middle,
            Qt.Key.Key_Return: self.take,
            Qt.Key.Key_Enter: self.take,
            Qt.Key.Key_Insert: self.start_call,
            Qt.Key.Key_M: self.toggle_measure,
            Qt.Key.Key_F: self.toggle_follow,
            Qt.Key.Key_Y: self.next_raster,
            Qt.Key.Key_P: self.print_map,
            Qt.Key.Key_C: self.panel.next_camera,
        }
        if key is Qt.Key.Key_Backspace and self.panel.tools.measure is not None:
            self._measure(None)
            return True
        if key not in acts:
            return False
        acts[key]()
        return True

    def _escape(self) -> bool:
        """What was begun last ends; with nothing begun, back to where one was."""
        if self.panel.tools.measure is not None:
            self.toggle_measure()
        elif self.panel.tools.found is not None:
            self._show(None)
        else:
            self._back()
        return True


def _no_places() -> Geocoder | None:
    return None
