"""A grid over the world: cameras that are near each other lie together on the disk.

Cells are ``1 / PER_DEGREE`` of a degree high and wide, some 280 m from south to north,
numbered from the south-west; those of one row follow each other. Places and edges of
boxes are rounded by the same arithmetic, so that a box never misses a place on its edge.
"""

from __future__ import annotations

Box = tuple[float, float, float, float]
"""South, west, north, east in WGS84 degrees."""

PER_DEGREE = 400
COLUMNS = 360 * PER_DEGREE + 1
MANY_ROWS = 400
"""A box of more rows than this is asked for as one run of cells."""


def cell_of(latitude: float, longitude: float) -> int:
    """The number of the cell of a place in WGS84 degrees."""
    return _row(latitude) * COLUMNS + _column(longitude)


def runs_of(box: Box) -> tuple[tuple[int, int], ...]:
    """First and last cells of the runs that together hold a box, west to east in it.

    They may hold more than the box; a very high one is a single run.
    """
    south, west, north, east = box
    low, high = _row(south), _row(north)
    left, right = _column(west), _column(east)
    if high - low >= MANY_ROWS:
        return ((low * COLUMNS + left, high * COLUMNS + right),)
    rows = range(low, high + 1)
    return tuple((row * COLUMNS + left, row * COLUMNS + right) for row in rows)


def _row(latitude: float) -> int:
    return int((latitude + 90.0) * PER_DEGREE)


def _column(longitude: float) -> int:
    return int((longitude + 180.0) * PER_DEGREE)
