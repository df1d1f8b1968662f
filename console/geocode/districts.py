"""Which boundaries a place lies in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from aliquot.console.store.database import open_geofile

KINDS = ("police", "fire", "ems", "psap")
NEAR_DEG = 0.0005  # a place in no boundary of a kind gets the one within some 50 m


class Districts:
    """Boundaries by kind. Asked for one place at a time."""

    def __init__(self, areas: Sequence[tuple[str, str, bytes]]) -> None:
        """``areas``: (kind, name, WKB)."""
        kept = [a for a in areas if a[0] in KINDS]
        self._kinds = [a[0] for a in kept]
        self._names = [a[1] for a in kept]
        shapes = shapely.from_wkb(np.array([a[2] for a in kept], dtype=object))
        self._shapes = shapes if len(kept) else np.zeros(0, dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._has = frozenset(self._kinds)

    @classmethod
    def load(cls, path: Path) -> Districts:
        """Raises ``KnownProblem`` when there is no geofile at ``path``."""
        database = open_geofile(path, any_thread=True)
        try:
            rows = database.conn.execute("SELECT kind, name, shape FROM areas")
            return cls(rows.fetchall())
        finally:
            database.conn.close()

    def at(self, latitude: float, longitude: float) -> dict[str, str]:
        """Names by kind."""
        spot = shapely.points(longitude, latitude)
        boxed = self._tree.query(spot)
        inside = shapely.contains_xy(self._shapes[boxed], longitude, latitude)
        found = self._named(boxed[inside])
        if len(found) < len(self._has):
            near = self._tree.query(spot, predicate="dwithin", distance=NEAR_DEG)
            found = self._named(near) | found
        return found

    def _named(self, hits: NDArray[np.int64]) -> dict[str, str]:
        return {self._kinds[at]: self._names[at] for at in sorted(hits, reverse=True)}
