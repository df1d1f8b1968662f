"""The map's own keys: plain ones, that count only while the map has the focus."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer that its key puts on or off. ``from_zoom``: Leaflet zoom from which it
    is drawn, 0 for one that always is; ``file``: of the tiles that hold it."""

    key: Qt.Key
    name: str
    words: str
    from_zoom: int = 0
    file: str = ""


LAYERS = (
    MapLayer(Qt.Key.Key_U, "units", "Units"),
    MapLayer(Qt.Key.Key_K, "cameras", "Cameras"),
    MapLayer(Qt.Key.Key_B, "beats", "Beats"),
    MapLayer(Qt.Key.Key_S, "names", "Names"),
    MapLayer(Qt.Key.Key_H, "hydrants", "Hydrants", 16, "places"),
    MapLayer(Qt.Key.Key_T, "places", "Places", 15, "places"),
)

MAP_KEYS: tuple[tuple[str, str], ...] = (
    ("Arrows", "Move the map"),
    ("+ -", "Zoom"),
    ("Home", "Show all calls"),
    ("N", "Next call"),
    ("C", "Next camera near what is on hand"),
    ("/", "Find a place"),
    ("Space", "Point at the middle of the map"),
    ("Enter", "Take the place into the form"),
    ("Insert", "New form with the place"),
    ("M", "Measure; Backspace: a point back"),
    ("F", "Follow the call on hand"),
    ("U K B", "Units, cameras, beats on, off"),
    ("S H T", "Names, hydrants, places on, off"),
    ("Y", "Next photo of the ground, or none"),
    ("P", "Print the map to a file"),
    ("Esc", "End what was begun; then back"),
)
"""As they stand on the list of all keys: the key, and what it does."""

HELP = "; ".join(f"{key}: {means}" for key, means in MAP_KEYS)


def turned(layer: MapLayer, on: bool, zoom: float | None) -> str:
    """The sentence after a layer's key. ``zoom`` of the view, None when unknown."""
    if not on:
        return f"{layer.words} are off on the map."
    if zoom is not None and zoom < layer.from_zoom:
        steps = layer.from_zoom - int(zoom)
        times = "once" if steps == 1 else f"{steps} times"
        return f"{layer.words} are on, and show from nearer: press + {times}."
    return f"{layer.words} are on the map."
