"""What lies under the calls, and the bytes of it that the page may ask for.

The page asks by names that stand here; a name never becomes a path. Files stay open:
what an import puts in their place is another base map.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs

MOST_BYTES = 4 << 20  # of one answer
RANGE = "range/"
TILE = "tiles/"
INDEX = "source.json"
_NUMBER = re.compile(r"[0-9]{1,15}")
_TILE_NAME = re.compile(r"([a-z0-9_-]{1,40})/([0-9]{1,2})/([0-9]{1,8})/([0-9]{1,8})")

Box = tuple[float, float, float, float]  # south, west, north, east


class Raster(Protocol):
    """Pictures of the ground: an orthophoto, a scanned map."""

    @property
    def mime(self) -> str: ...

    @property
    def zooms(self) -> tuple[int, int]:
        """The first and the last zoom that it has."""
        ...

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """One tile, counted from the north-west (XYZ); None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class BaseMap:
    """``tiles``: PMTiles by layer; without them ``geojson`` is drawn (UTF-8, a
    FeatureCollection, ``properties.kind``: street, major, water, park, campus, beat
    or boundary). ``towns``: where the map begins. ``rasters`` are put over the ground
    one at a time."""

    geojson: bytes | None = None
    tiles: Mapping[str, Path] = field(default_factory=dict)
    towns: Box | None = None
    rasters: Mapping[str, Raster] = field(default_factory=dict)


@dataclass(slots=True)
class RangeFile:
    """A file of which parts are read. ``OSError`` when it cannot be opened."""

    path: Path
    size: int = 0
    _handle: int = -1

    def __post_init__(self) -> None:
        self._handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._handle).st_size

    def part(self, offset: int, length: int) -> bytes | None:
        """None for a part that begins behind the end or is too long."""
        if offset < 0 or not 0 < length <= MOST_BYTES or offset >= self.size:
            return None
        return os.pread(self._handle, min(length, self.size - offset), offset)

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


@dataclass(slots=True)
class BaseFiles:
    """The open files of one ``BaseMap``, and answers out of them."""

    base: BaseMap = field(default_factory=BaseMap)
    _files: dict[str, RangeFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, path in self.base.tiles.items():
            try:
                self._files[name] = RangeFile(path)
            except OSError:
                continue  # the page is told of those that are there

    @property
    def index(self) -> bytes:
        """What the page is told of the base map."""
        base = self.base
        whole = bool({"streets", "majors"} & self._files.keys())
        rasters = {
            name: {"zooms": raster.zooms} for name, raster in base.rasters.items()
        }
        return json.dumps(
            {
                "tiles": sorted(self._files) if whole else [],
                "towns": base.towns,
                "rasters": rasters,
            }
        ).encode()

    def answer(self, name: str, query: str) -> tuple[bytes, bytes] | None:
        """MIME type and body for ``range/NAME`` or ``tiles/SET/z/x/y``, or None."""
        if name.startswith(RANGE):
            return self._range(name.removeprefix(RANGE), query)
        if name.startswith(TILE):
            return self._tile(name.removeprefix(TILE))
        return None

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _range(self, name: str, query: str) -> tuple[bytes, bytes] | None:
        file = self._files.get(name)
        asked = parse_qs(query, max_num_fields=8) if len(query) < 200 else {}
        numbers = [asked.get(key, [""])[0] for key in ("o", "l")]
        if file is None or not all(_NUMBER.fullmatch(n) for n in numbers):
            return None
        body = file.part(int(numbers[0]), int(numbers[1]))
        return None if body is None else (b"application/octet-stream", body)

    def _tile(self, name: str) -> tuple[bytes, bytes] | None:
        found = _TILE_NAME.fullmatch(name)
        raster = self.base.rasters.get(found[1]) if found else None
        if found is None or raster is None:
            return None
        zoom, x, y = (int(part) for part in found.groups()[1:])
        if zoom > 24 or max(x, y) >= 1 << zoom:
            return None
        body = raster.tile(zoom, x, y)
        return None if body is None else (raster.mime.encode(), body)
