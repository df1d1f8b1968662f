"""What of a profile's geofile lies under the map: its files, by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from aliquot.console.geo.geofile_folder import FOLDER, MAP_NAME, GeofileFolder
from aliquot.console.geo.geofile_tiles import Box, read_tiles
from aliquot.console.geo.raster_tiles import RasterTiles, open_rasters
from aliquot.console.problems import KnownProblem

RASTERS = "rasters"  # in the geofile's folder: NAME.mbtiles, put there by hand


@dataclass(frozen=True, slots=True)
class GroundFiles:
    """``geojson`` is drawn where there are no tiles."""

    geojson: bytes | None = None
    tiles: dict[str, Path] = field(default_factory=dict)
    towns: Box | None = None
    rasters: dict[str, RasterTiles] = field(default_factory=dict)


def ground_files(profile: Path) -> GroundFiles | None:
    """Of the geofile in use; None when there is none, or none that can be read."""
    folder = GeofileFolder(profile / FOLDER)
    try:
        if folder.state is None:
            return None
        whole = folder.file(MAP_NAME)
        geojson = whole.read_bytes() if whole.is_file() else None
    except (KnownProblem, OSError):
        return None
    found = read_tiles(whole.parent)
    rasters = open_rasters(folder.root / RASTERS)
    if found is None:
        return GroundFiles(geojson, rasters=rasters)
    return GroundFiles(geojson, found.files, found.towns, rasters)
