"""A flat map of a county: degrees to metres and back, good to a part in a thousand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Plane:
    """An equirectangular projection about a place. x is east, y is north."""

    latitude: float
    longitude: float

    @classmethod
    def around(cls, degrees: Floats) -> Plane:
        """About the middle of the extent of rows (latitude, longitude)."""
        low, high = degrees.min(axis=0), degrees.max(axis=0)
        middle = np.round((low + high) / 2, 2)
        return cls(float(middle[0]), float(middle[1]))

    @property
    def _scale(self) -> Floats:
        narrow = max(0.01, float(np.cos(np.radians(self.latitude))))
        return np.array([METRES_PER_DEGREE * narrow, METRES_PER_DEGREE])

    def metres(self, degrees: Floats) -> Floats:
        """Rows (latitude, longitude) to rows (x, y)."""
        about = np.array([self.longitude, self.latitude])
        return np.ascontiguousarray((degrees[:, ::-1] - about) * self._scale)

    def degrees(self, metres: Floats) -> Floats:
        """Rows (x, y) to rows (latitude, longitude)."""
        about = np.array([self.longitude, self.latitude])
        return np.ascontiguousarray((metres / self._scale + about)[:, ::-1])
