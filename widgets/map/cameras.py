"""All listed cameras as the map has them, and as the page gets them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aliquot.console.domain.camera_field import (
    NONE_LISTED,
    PACKED,
    UNKNOWN,
    ListedCameras,
    packed_cameras,
)

__all__ = ["NO_CAMERAS", "PACKED", "UNKNOWN", "CameraField", "camera_field", "field_of"]

_versions = itertools.count(1)


class ListedCamera(Protocol):
    """The part of a camera's row that is used here."""

    @property
    def camera_id(self) -> str: ...
    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...
    @property
    def azimuth_deg(self) -> float | None: ...
    @property
    def field_of_view_deg(self) -> float | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class CameraField:
    """``version`` is never used twice."""

    version: int
    listed: ListedCameras

    @property
    def ids(self) -> Sequence[str]:
        return self.listed.ids

    @property
    def packed(self) -> bytes:
        """What the page gets: places and directions, no word about any camera."""
        return self.listed.packed


NO_CAMERAS = CameraField(0, NONE_LISTED)


def field_of(listed: ListedCameras) -> CameraField:
    return CameraField(next(_versions), listed)


def camera_field(cameras: Iterable[ListedCamera]) -> CameraField:
    """Of rows, for who has them."""
    rows = [
        (c.camera_id, c.latitude, c.longitude, c.azimuth_deg, c.field_of_view_deg)
        for c in cameras
    ]
    return field_of(packed_cameras([rows]))
