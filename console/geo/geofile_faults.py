"""What is wrong with the place of a row."""

from __future__ import annotations

import numpy as np
import shapely

from aliquot.console.geo.geofile_read import Layer

FAR_DEGREES = 5.0  # from the middle of its layer: no county is so wide


def middle_of(layer: Layer) -> tuple[float, float]:
    """The median (x, y) of a layer; (0, 0) of one without any place."""
    spots = shapely.get_coordinates(np.array(layer.shapes, object))
    spots = spots[np.isfinite(spots).all(axis=1)]
    if not len(spots):
        return (0.0, 0.0)
    x, y = np.median(spots, axis=0).tolist()
    return (x, y)


def fault_of(shape: shapely.Geometry | None, middle: tuple[float, float]) -> str | None:
    """Why a shape is no place of its layer; None when it is one."""
    if shape is None or shape.is_empty:
        return "empty_geometry"
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "broken_geometry"
    west, south, east, north = shapely.bounds(shape).tolist()
    if south < -90 or north > 90 or west < -180 or east > 180:
        return "outside_world"
    ways = (west - middle[0], east - middle[0], south - middle[1], north - middle[1])
    return "far_away" if max(map(abs, ways)) > FAR_DEGREES else None
