"""Whether a file of PMTiles has all the tiles that its shapes need.

A disk that is full for a moment while the tiles are made can cost some of them without
a word. So what must be there is worked out from the shapes, and looked for in the
directory of the file (PMTiles 3: varints, gzip).
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

HEADER = 127  # bytes
EXTENT = 4096  # steps of a tile
LEAST_STEPS = 16  # what is smaller at a zoom may be dropped there
_NUMBERS = struct.Struct("<11Q")  # from byte 8: offsets, lengths, counts
_GZIP = 2

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class BadTilesError(Exception):
    """The file is no PMTiles, or is cut short; the text says which."""


def missing(
    path: Path, shapes: Sequence[shapely.Geometry], from_zoom: int, to_zoom: int
) -> dict[int, tuple[int, int]]:
    """Zoom -> (tiles that are missing, tiles that are needed), of those zooms only
    where some are missing. Shapes in WGS84 degrees. Raises ``BadTilesError``."""
    there = present(path)
    spots, sizes = _spots(shapes)
    found = {}
    for zoom in range(from_zoom, to_zoom + 1):
        seen = sizes * (2**zoom * EXTENT) >= LEAST_STEPS
        needed = np.unique(ids_of(zoom, spots[seen]))
        lost = int(np.count_nonzero(~np.isin(needed, there)))
        if lost:
            found[zoom] = (lost, len(needed))
    return found


def _spots(shapes: Sequence[shapely.Geometry]) -> tuple[Floats, Floats]:
    """Points on the unit square of the world, and how large what they are of is: for
    a point without end, for a vertex of a line the size of the line. Of an area there
    is a point inside, if it is no sliver."""
    parts = shapely.get_parts(np.array(shapes, object))
    kinds = shapely.get_type_id(parts)
    areas = parts[kinds == 3]
    lines = parts[kinds == 1]
    points = shapely.get_coordinates(parts[kinds == 0])
    vertices, of = shapely.get_coordinates(lines, return_index=True)
    middles, thick = _middles(areas)
    sizes = [
        np.full(len(points), np.inf),
        _extent(lines)[of] if len(lines) else np.zeros(0),
        thick,
    ]
    spots = np.concatenate([points, vertices, middles])
    return _unit(spots), np.concatenate(sizes)


def _extent(shapes: npt.NDArray[np.object_]) -> Floats:
    """The longer side of each box, in shares of the world."""
    box = shapely.bounds(shapes)
    low, high = _unit(box[:, :2]), _unit(box[:, 2:])
    sizes: Floats = np.abs(high - low).max(axis=1)
    return sizes


def _middles(areas: npt.NDArray[np.object_]) -> tuple[Floats, Floats]:
    """A point inside each, and the radius of a circle round it that is inside."""
    if not len(areas):
        return np.zeros((0, 2)), np.zeros(0)
    inside = shapely.point_on_surface(areas)
    radius = shapely.distance(inside, shapely.boundary(areas)) / 360
    return shapely.get_coordinates(inside), radius


def _unit(spots: Floats) -> Floats:
    """Web Mercator on the unit square, counted from the north-west."""
    lean = np.radians(np.clip(spots[:, 1], -85.05, 85.05))
    y = 0.5 - np.log(np.tan(np.pi / 4 + lean / 2)) / (2 * np.pi)
    return np.column_stack([spots[:, 0] / 360 + 0.5, y])


def ids_of(zoom: int, spots: Floats) -> Ints:
    """The number of the tile of each spot: Hilbert's order within a zoom, zooms one
    behind the other."""
    side = 1 << zoom
    cells = np.clip((spots * side).astype(np.int64), 0, side - 1)
    x, y = cells[:, 0].copy(), cells[:, 1].copy()
    number = np.zeros(len(cells), np.int64)
    step = side >> 1
    while step:
        right, down = (x & step) > 0, (y & step) > 0
        number += step * step * ((3 * right) ^ down)
        turn = ~down & right
        x[turn], y[turn] = (
            step - 1 - (x[turn] & (step - 1)),
            step - 1 - (y[turn] & (step - 1)),
        )
        swap = ~down
        x[swap], y[swap] = y[swap], x[swap]
        step >>= 1
    numbers: Ints = number + (4**zoom - 1) // 3
    return numbers


def present(path: Path) -> Ints:
    """Numbers of all tiles in a file, sorted. Raises ``BadTilesError``, ``OSError``."""
    with path.open("rb") as file:
        head = file.read(HEADER)
        size = file.seek(0, 2)
        if len(head) < HEADER or head[:8] != b"PMTiles\x03":
            raise BadTilesError("no tiles were written")
        root_at, root, _, _, leaves_at, leaves, data_at, data, *_ = (
            _NUMBERS.unpack_from(head, 8)
        )
        if size < max(root_at + root, leaves_at + leaves, data_at + data):
            raise BadTilesError("the file of tiles is cut short")
        packed = head[97] == _GZIP
        found: list[int] = []

        def read(at: int, length: int) -> bytes:
            file.seek(at)
            body = file.read(length)
            return gzip.decompress(body) if packed else body

        try:
            for number, run, offset, length in entries(read(root_at, root)):
                if run:
                    found.extend(range(number, number + run))
                    continue
                for leaf, many, _, _ in entries(read(leaves_at + offset, length)):
                    found.extend(range(leaf, leaf + many))
        except (gzip.BadGzipFile, EOFError, IndexError, ValueError) as why:
            raise BadTilesError("the list of tiles cannot be read") from why
    return np.array(sorted(found), np.int64)


def entries(directory: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Number of the first tile, how many follow it with the same bytes (0: it is a
    directory of its own), offset and length."""
    numbers = _varints(directory)
    count = next(numbers)
    columns = [[next(numbers) for _ in range(count)] for _ in range(4)]
    at = end = 0
    for step, run, length, place in zip(*columns, strict=True):
        at += step
        offset = end if place == 0 else place - 1  # 0: behind the one before it
        end = offset + length
        yield at, run, offset, length


def _varints(body: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in body:
        value |= (byte & 127) << shift
        if byte < 128:
            yield value
            value = shift = 0
        else:
            shift += 7
