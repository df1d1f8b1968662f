"""How far the streets of a geofile reach: for the checks of points that lines send."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from aliquot.console.geo.geofile_folder import FOLDER, SQLITE_NAME, GeofileFolder
from aliquot.console.problems import KnownProblem
from aliquot.console.store.database import open_geofile, said
from aliquot.drivers.lines.api import Extent

MARGIN_DEGREES = 0.5  # callers of the next county are nobody's mistake
_REACH = "SELECT min(south), min(west), max(north), max(east) FROM {}"
_TABLES = ("segments_box", "addresses_box")


def geofile_extent(profile: Path) -> Extent | None:
    """The ground of the geofile in use, with a generous margin; None without one, or
    with none that can be read."""
    folder = GeofileFolder(profile / FOLDER)
    try:
        if folder.state is None:
            return None
        return _extent(folder.file(SQLITE_NAME))
    except (KnownProblem, OSError):
        return None


@lru_cache(maxsize=4)  # a version of a geofile is never changed
def _extent(path: Path) -> Extent | None:
    """Raises ``KnownProblem``."""
    database = open_geofile(path)
    try:
        with said(path):
            for table in _TABLES:
                reach = database.conn.execute(_REACH.format(table)).fetchone()
                if reach[0] is not None:
                    return _widened(*reach)
    finally:
        database.conn.close()
    return None


def _widened(south: float, west: float, north: float, east: float) -> Extent:
    more = MARGIN_DEGREES
    return Extent(
        south=max(south - more, -90.0),
        west=max(west - more, -180.0),
        north=min(north + more, 90.0),
        east=min(east + more, 180.0),
    )
