"""All listed cameras as packed numbers: a million of them without a row for each.

Twelve bytes a camera, little-endian: latitude and longitude in 1e-7 degrees (int32),
azimuth and field of view in tenths of a degree (uint16), 65535 for unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

UNKNOWN = 0xFFFF
PACKED = np.dtype(
    [("latitude", "<i4"), ("longitude", "<i4"), ("azimuth", "<u2"), ("view", "<u2")]
)
PER_DEGREE = 10_000_000

Listed = tuple[str, float, float, float | None, float | None]
"""Id, latitude, longitude, azimuth and field of view in degrees; None is unknown."""


class CameraIds(Sequence[str]):
    """Ids as one text and where each of them ends in it."""

    __slots__ = ("_ends", "text")

    def __init__(self, text: str, ends: NDArray[np.int64]) -> None:
        self.text = text
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return tuple(self[n] for n in range(*at.indices(len(self))))
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        at %= len(self)
        return self.text[self._start(at) : int(self._ends[at])]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CameraIds):
            return NotImplemented
        return self.text == other.text and np.array_equal(self._ends, other._ends)

    __hash__ = None  # type: ignore[assignment]  # as a list has none

    def place_of(self, camera_id: str) -> int | None:
        """Where an id is; None when it is not here."""
        found = self.text.find(camera_id) if camera_id else -1
        while found >= 0:
            at = int(np.searchsorted(self._ends, found, side="right"))
            whole = self._start(at) == found
            if whole and int(self._ends[at]) == found + len(camera_id):
                return at
            found = self.text.find(camera_id, found + 1)
        return None

    def _start(self, at: int) -> int:
        return int(self._ends[at - 1]) if at else 0


@dataclass(frozen=True, slots=True)
class ListedCameras:
    """``packed``: as the head of this module says, in the order of ``ids``."""

    ids: CameraIds
    packed: bytes

    def __len__(self) -> int:
        return len(self.ids)

    def place_of(self, camera_id: str) -> tuple[float, float] | None:
        """Latitude and longitude in degrees WGS84; None when it is not listed."""
        at = self.ids.place_of(camera_id)
        if at is None:
            return None
        row = np.frombuffer(self.packed, PACKED)[at]
        return int(row["latitude"]) / PER_DEGREE, int(row["longitude"]) / PER_DEGREE


def packed_cameras(blocks: Iterable[Sequence[Listed]]) -> ListedCameras:
    """Pack cameras that come in blocks. A block is turned at once, and other threads
    have their turn between two."""
    texts: list[str] = []
    lengths: list[NDArray[np.int64]] = []
    parts: list[bytes] = []
    for block in blocks:
        if block:
            ids, *numbers = zip(*block, strict=True)
            texts.append("".join(ids))
            lengths.append(np.fromiter(map(len, ids), np.int64, len(ids)))
            parts.append(_packed(*numbers))
    ends = np.cumsum(np.concatenate([np.zeros(0, np.int64), *lengths]))
    return ListedCameras(CameraIds("".join(texts), ends), b"".join(parts))


def _packed(
    latitudes: Sequence[float],
    longitudes: Sequence[float],
    azimuths: Sequence[float | None],
    views: Sequence[float | None],
) -> bytes:
    packed = np.zeros(len(latitudes), PACKED)
    packed["latitude"] = np.rint(np.array(latitudes, float) * PER_DEGREE)
    packed["longitude"] = np.rint(np.array(longitudes, float) * PER_DEGREE)
    packed["azimuth"] = _tenths(azimuths)
    packed["view"] = _tenths(views)
    return packed.tobytes()


def _tenths(values: Sequence[float | None]) -> NDArray[np.uint16]:
    numbers = np.array(values, float)  # None becomes NaN
    known = np.isfinite(numbers)
    turned = np.mod(np.where(known, numbers, 0.0), 360.0) * 10
    tenths = np.where(known, np.rint(turned), UNKNOWN)
    return np.where(known & (numbers >= 360), 3600, tenths).astype("<u2")


NONE_LISTED = packed_cameras(())
