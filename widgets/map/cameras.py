"""All listed cameras as the page gets them: packed numbers, no word about any.

Twelve bytes a camera, little-endian: latitude and longitude in 1e-7 degrees (int32),
azimuth and field of view in tenths of a degree (uint16), 65535 for unknown.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

UNKNOWN = 0xFFFF
PACKED = np.dtype(
    [("latitude", "<i4"), ("longitude", "<i4"), ("azimuth", "<u2"), ("view", "<u2")]
)
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
    """``version`` is never used twice; ``ids`` are in the order of ``packed``."""

    version: int
    ids: Sequence[str]
    packed: bytes


NO_CAMERAS = CameraField(0, (), b"")


def camera_field(cameras: Iterable[ListedCamera]) -> CameraField:
    rows = tuple(cameras)
    packed = np.zeros(len(rows), PACKED)
    packed["latitude"] = np.rint(np.array([c.latitude for c in rows]) * 1e7)
    packed["longitude"] = np.rint(np.array([c.longitude for c in rows]) * 1e7)
    packed["azimuth"] = _tenths([c.azimuth_deg for c in rows])
    packed["view"] = _tenths([c.field_of_view_deg for c in rows])
    ids = tuple(camera.camera_id for camera in rows)
    return CameraField(next(_versions), ids, packed.tobytes())


def _tenths(values: list[float | None]) -> np.ndarray:
    numbers = np.array([np.nan if v is None else v for v in values], float)
    known = np.isfinite(numbers)
    tenths = np.where(known, np.rint(np.mod(numbers, 360.0) * 10), UNKNOWN)
    whole = np.where(known & (numbers >= 360), 3600, tenths)
    return whole.astype("<u2")
