"""Reads of cameras. What the window asks for comes from the listed ones alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aliquot.console.cameras.near import boxes_around, nearest
from aliquot.console.domain.cameras import Camera, Registered
from aliquot.console.domain.rows import CameraNear, CameraRow

Rows = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement with its values and gives all rows."""

# The R-tree keeps 32-bit numbers, rounded outwards: it finds too much, never too
# little, and the table has the true ones.
_LISTED = (
    "SELECT camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
    " FROM camera_points JOIN cameras_listed USING (key)"
    " WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?"
)
_EXACT = " AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?"
_ONE = (
    "SELECT camera_id, latitude, longitude, azimuth_deg, field_of_view_deg, range_m,"
    " kind, owner, listed, terms_sha256, channel FROM cameras WHERE camera_id = ?"
)


def listed_near(
    rows: Rows, latitude: float, longitude: float, reach_m: float
) -> tuple[CameraNear, ...]:
    found: dict[str, CameraRow] = {}
    for south, west, north, east in boxes_around(latitude, longitude, reach_m):
        for row in rows(_LISTED, south, north, west, east):
            found[row[0]] = _camera_row(row)
    return nearest(tuple(found.values()), latitude, longitude, reach_m)


def listed_within(
    rows: Rows, south: float, west: float, north: float, east: float
) -> tuple[CameraRow, ...]:
    spans = ((west, east),) if west <= east else ((west, 180.0), (-180.0, east))
    found: dict[str, CameraRow] = {}
    for left, right in spans:
        box = (south, north, left, right)
        for row in rows(_LISTED + _EXACT, *box, *box):
            found[row[0]] = _camera_row(row)
    return tuple(found[camera_id] for camera_id in sorted(found))


def registered_camera(run: Any, camera_id: str) -> Registered | None:
    """A camera of the registry, listed or not. Not for the window."""
    row = run(_ONE, (camera_id,)).fetchone()
    if row is None:
        return None
    camera = Camera(
        camera_id=row[0],
        latitude=row[1],
        longitude=row[2],
        azimuth_deg=row[3],
        field_of_view_deg=row[4],
        range_m=row[5],
        kind=row[6],
        owner=row[7],
    )
    return Registered(
        camera=camera, listed=bool(row[8]), terms_sha256=row[9], channel=row[10]
    )


def _camera_row(row: tuple[Any, ...]) -> CameraRow:
    return CameraRow(
        camera_id=row[0],
        latitude=row[1],
        longitude=row[2],
        azimuth_deg=row[3],
        field_of_view_deg=row[4],
    )
