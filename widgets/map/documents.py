"""The list of everything the map page can ask for. No path is ever put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable

from PySide6.QtCore import QFile, QIODevice

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
}
EMPTY_BASE = b'{"type":"FeatureCollection","features":[]}'
FONTS = ("Inter-400.ttf", "Inter-600.ttf", "JetBrainsMono-500.ttf")


class AssetsMissing(Exception):  # noqa: N818 - the word of the message
    """The bundled files are not there; the text says what to do."""


@dataclass(slots=True)
class Documents:
    """Names to bytes. A name that is not in here does not exist."""

    files: dict[str, Traversable] = field(default_factory=dict)
    made: dict[str, bytes] = field(default_factory=dict)

    def get(self, name: str) -> tuple[bytes, bytes] | None:
        """MIME type and body of one name, or None."""
        mime = MIME.get(name.rpartition(".")[2])
        if mime is None:
            return None
        if name in self.made:
            return mime, self.made[name]
        found = self.files.get(name)
        return (mime, found.read_bytes()) if found is not None else None


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
    fonts = _folder(vendor / "fonts", "fonts/")
    found |= {n: f for n, f in fonts.items() if n.removeprefix("fonts/") in FONTS}
    if "leaflet/leaflet.js" not in found:
        text = "The map's files are not installed. Run: python packaging/vendor.py"
        raise AssetsMissing(text)
    base = found.pop(BASE, None)
    made = {SHELL: shell, CHANNEL: _channel_script()}
    made[BASE] = base.read_bytes() if base is not None else EMPTY_BASE
    return Documents(found, made)
