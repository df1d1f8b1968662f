"""The list of everything the map page can ask for. No path is ever put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable

from PySide6.QtCore import QFile, QIODevice

from aliquot.widgets.map.sources import INDEX, RANGE, TILE, BaseFiles, BaseMap

SHELL = "index.html"
BASE = "base.json"
CHANNEL = "qwebchannel.js"
MIME = {
    "html": b"text/html",
    "js": b"text/javascript",
    "css": b"text/css",
    "png": b"image/png",
    "ttf": b"font/ttf",
    "json": b"application/json",
    "bin": b"application/octet-stream",
}
EMPTY_BASE = b'{"type":"FeatureCollection","features":[]}'
NEEDED = {"leaflet/leaflet.js", "map/pmtiles.js", "map/supercluster.min.js"}
FONTS = ("Inter-400.ttf", "Inter-600.ttf", "JetBrainsMono-500.ttf")


class AssetsMissing(Exception):  # noqa: N818 - the word of the message
    """The bundled files are not there; the text says what to do."""


@dataclass(slots=True)
class Documents:
    """Names to bytes. A name that is not in here does not exist."""

    files: dict[str, Traversable] = field(default_factory=dict)
    made: dict[str, bytes] = field(default_factory=dict)
    base: BaseFiles = field(default_factory=BaseFiles)

    def get(self, name: str, query: str = "") -> tuple[bytes, bytes] | None:
        """MIME type and body of one name, or None."""
        if name.startswith((RANGE, TILE)):
            return self.base.answer(name, query)
        mime = MIME.get(name.rpartition(".")[2])
        if mime is None:
            return None
        if name in self.made:
            return mime, self.made[name]
        found = self.files.get(name)
        return (mime, found.read_bytes()) if found is not None else None

    def put_base(self, base: BaseMap) -> None:
        """Exchange what lies under the calls."""
        self.base.close()
        self.base = BaseFiles(base)
        self.made[INDEX] = self.base.index
        self.made[BASE] = EMPTY_BASE if base.geojson is None else base.geojson


def _folder(folder: Traversable, prefix: str = "") -> dict[str, Traversable]:
    if not folder.is_dir():
        return {}
    return {prefix + item.name: item for item in folder.iterdir() if item.is_file()}


def _channel_script() -> bytes:
    source = QFile(":/qtwebchannel/qwebchannel.js")
    if not source.open(QIODevice.OpenModeFlag.ReadOnly):
        raise AssetsMissing("Qt's web channel script is missing. Reinstall PySide6.")
    return bytes(source.readAll().data())


def bundled(shell: bytes) -> Documents:
    """All that belongs to the page; AssetsMissing when it was not installed."""
    resources = files("aliquot.resources")
    vendor = resources / "vendor"
    found = _folder(resources / "map")
    found |= _folder(vendor / "leaflet", "leaflet/")
    found |= _folder(vendor / "leaflet" / "images", "leaflet/images/")
    found |= _folder(vendor / "map", "map/")
    fonts = _folder(vendor / "fonts", "fonts/")
    found |= {n: f for n, f in fonts.items() if n.removeprefix("fonts/") in FONTS}
    if not found.keys() >= NEEDED:
        text = "The map's files are not installed. Run: python packaging/vendor.py"
        raise AssetsMissing(text)
    documents = Documents(found, {SHELL: shell, CHANNEL: _channel_script()})
    documents.put_base(BaseMap())
    return documents
