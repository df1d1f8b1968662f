"""Pictures of the ground in MBTiles 1.3: an orthophoto, a scanned map. Read only."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from aliquot.console.problems import KnownProblem
from aliquot.console.store.database import Error, open_tiles

_logger = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9_-]{1,40}")
MIMES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


class RasterTiles:
    """One file, for the thread that opened it. Tiles are counted from the
    north-west, as a map asks for them; the file counts rows from the south.

    Raises ``KnownProblem`` for a file that holds no pictures.
    """

    def __init__(self, path: Path) -> None:
        self._tiles = open_tiles(path)
        try:
            self.zooms, self.mime = self._head(path)
        except Error as why:
            self.close()
            raise KnownProblem("bad_tiles", f"{path} is no MBTiles file.") from why
        except KnownProblem:
            self.close()
            raise

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """One tile; None where there is none, or where it cannot be read."""
        try:
            found = self._tiles.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ?"
                " AND tile_column = ? AND tile_row = ?",
                (zoom, x, (1 << zoom) - 1 - y),
            ).fetchone()
        except Error:
            return None
        return bytes(found[0]) if found and found[0] else None

    def close(self) -> None:
        self._tiles.close()

    def _head(self, path: Path) -> tuple[tuple[int, int], str]:
        run = self._tiles.execute
        first, last = run(
            "SELECT MIN(zoom_level), MAX(zoom_level) FROM tiles"
        ).fetchone()
        one = run("SELECT tile_data FROM tiles LIMIT 1").fetchone()
        head = bytes(one[0][:4]) if one and one[0] else b""
        mime = next((m for sign, m in MIMES.items() if head.startswith(sign)), None)
        if mime is None:
            text = f"{path} holds no pictures (PNG, JPEG or WebP)."
            raise KnownProblem("bad_tiles", text)
        return (int(first), int(last)), mime


def open_rasters(folder: Path) -> dict[str, RasterTiles]:
    """All files NAME.mbtiles in a folder, by name; one that is broken is left out."""
    found: dict[str, RasterTiles] = {}
    for path in sorted(folder.glob("*.mbtiles")):
        if not _NAME.fullmatch(path.stem):
            _logger.info("%s: a name is of a-z, 0-9, - and _", path.name)
            continue
        try:
            found[path.stem] = RasterTiles(path)
        except KnownProblem as why:
            _logger.info("no picture of the ground: %s", why)
    return found
