"""Reads of cameras. What the window asks for comes from the listed ones alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aliquot.console.cameras.cells import Box, runs_of
from aliquot.console.cameras.near import boxes_around, nearest
from aliquot.console.domain.cameras import Camera, Registered
from aliquot.console.domain.rows import CameraNear, CameraRow

Rows = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement with its values and gives all rows."""

# Cells hold too much, never too little; the table is in their order.
_LISTED = (
    "SELECT camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
    " FROM cameras_listed WHERE cell BETWEEN ? AND ?"
    " AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?"
)
ALL_LISTED = (
    "SELECT camera_id, latitude, longitude, azimuth_deg, field_of_view_deg"
    " FROM cameras_listed"
)
ASKED = 500  # cameras of the registry in one statement
_KNOWN = (
    "SELECT camera_id, latitude, longitude, azimuth_deg, field_of_view_deg, range_m,"
    " kind, owner, listed, terms_sha256, channel FROM cameras WHERE camera_id"
)


def listed_near(
    rows: Rows, latitude: float, longitude: float, reach_m: float
) -> tuple[CameraNear, ...]:
    boxes = boxes_around(latitude, longitude, reach_m)
    return nearest(_in_boxes(rows, boxes), latitude, longitude, reach_m)


def listed_within(
    rows: Rows, south: float, west: float, north: float, east: float
) -> tuple[CameraRow, ...]:
    spans = ((west, east),) if west <= east else ((west, 180.0), (-180.0, east))
    boxes = tuple(
        (max(south, -90.0), max(left, -180.0), min(north, 90.0), min(right, 180.0))
        for left, right in spans
    )
    found = {row[0]: _camera_row(row) for row in _in_boxes(rows, boxes)}
    return tuple(found[camera_id] for camera_id in sorted(found))


def _in_boxes(rows: Rows, boxes: Sequence[Box]) -> list[tuple[Any, ...]]:
    """Rows of the listed cameras in boxes that have no place in common."""
    found: list[tuple[Any, ...]] = []
    for south, west, north, east in boxes:
        for first, last in runs_of((south, west, north, east)):
            found += rows(_LISTED, first, last, south, north, west, east)
    return found


def registered_cameras(run: Any, ids: Sequence[str]) -> dict[str, Registered]:
    """Cameras of the registry, listed or not, by id. Not for the window."""
    found: dict[str, Registered] = {}
    for start in range(0, len(ids), ASKED):
        part = ids[start : start + ASKED]
        rows = run(f"{_KNOWN} IN ({', '.join('?' * len(part))})", part).fetchall()
        found |= {row[0]: _registered(row) for row in rows}
    return found


def _registered(row: tuple[Any, ...]) -> Registered:
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
