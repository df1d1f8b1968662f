"""A row of a file to a camera: what is right is kept, what is clear is repaired."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aliquot.console.cameras.mapping import Mapping
from aliquot.console.cameras.source import WGS84, Row
from aliquot.console.domain.cameras import KINDS, Camera, fault_of
from aliquot.console.problems import EXIT_USAGE, KnownProblem

Degrees = Callable[[float, float], tuple[float, float]]
"""(x, y) of a file to (longitude, latitude) in WGS84."""

_QUARTERS = (("N", "NNE", "NE", "ENE"), ("E", "ESE", "SE", "SSE"))
_OTHERS = (("S", "SSW", "SW", "WSW"), ("W", "WNW", "NW", "NNW"))
_ROSE = [point for quarter in (*_QUARTERS, *_OTHERS) for point in quarter]
_KINDS = {"panning": "ptz", "pantiltzoom": "ptz", "bullet": "fixed", "static": "fixed"}
_PLAIN = ("EPSG:4326", "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "CRS84", "OGC:CRS84", "WGS84")


@dataclass(frozen=True, slots=True)
class Converted:
    """``repairs`` says in words what was put right. ``consent`` None: no such column."""

    row: int
    camera: Camera
    repairs: tuple[str, ...]
    consent: bool | None


class Unusable(ValueError):  # noqa: N818 - a row that is no camera, not a fault
    """Why a row is no camera."""


def converter(mapping: Mapping, file_crs: str | None) -> Callable[[Row], Converted]:
    """What turns rows into cameras. Raises ``KnownProblem`` ``bad_crs`` (exit 2)."""
    degrees = _to_degrees(mapping.crs or file_crs or WGS84)

    def convert(row: Row) -> Converted:
        if row.fault is not None:
            raise Unusable(row.fault)
        return _Reading(row, mapping, degrees).converted()

    return convert


def _to_degrees(crs: str) -> Degrees | None:
    """None where coordinates are WGS84 degrees already."""
    if crs.upper() in _PLAIN:
        return None
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        found = Transformer.from_crs(CRS.from_user_input(crs), WGS84, always_xy=True)
    except CRSError as why:
        text = f"The coordinate system {crs} is not known."
        raise KnownProblem("bad_crs", text, EXIT_USAGE) from why
    transform: Any = found.transform
    return lambda x, y: transform(x, y)


class _Reading:
    """One row on its way; collects what was put right."""

    def __init__(self, row: Row, mapping: Mapping, degrees: Degrees | None) -> None:
        self._row, self._mapping, self._degrees = row, mapping, degrees
        self._repairs: list[str] = []

    def converted(self) -> Converted:
        code = self._text("camera_id")
        if not code:
            raise Unusable("no id")
        latitude, longitude = self._place()
        camera = Camera(
            camera_id=self._mapping.prefix + code,
            latitude=latitude,
            longitude=longitude,
            azimuth_deg=self._azimuth(),
            field_of_view_deg=self._positive("field_of_view_deg", 360.0),
            range_m=self._positive("range_m", math.inf),
            kind=self._kind(),
            owner=self._text("owner") or None,
        )
        if fault := fault_of(camera):
            raise Unusable(fault)
        return Converted(
            self._row.number, camera, tuple(self._repairs), self._consent()
        )

    def _text(self, field: str) -> str:
        column = self._mapping.columns.get(field)
        given = self._row.values.get(column, "") if column is not None else ""
        return given or self._mapping.constants.get(field, "")

    def _number(self, field: str) -> float | None:
        """None when absent. Raises ``Unusable`` when it is none."""
        text = self._text(field)
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            return self._with_comma(field, text)

    def _with_comma(self, field: str, text: str) -> float:
        try:
            found = float(text.replace(",", "."))
        except ValueError:
            raise Unusable(f"{field} is no number: {text[:40]}") from None
        self._repairs.append(f"{field}: decimal comma")
        return found

    def _place(self) -> tuple[float, float]:
        latitude, longitude = self._number("latitude"), self._number("longitude")
        if latitude is None or longitude is None:
            raise Unusable("no position")
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            raise Unusable("the position is no number")
        if latitude == 0 and longitude == 0:
            raise Unusable("the position is 0, 0: none was taken")
        if self._degrees is not None:
            longitude, latitude = self._degrees(longitude, latitude)
            if not (math.isfinite(latitude) and math.isfinite(longitude)):
                raise Unusable("the position lies outside its coordinate system")
            return round(latitude, 8), round(longitude, 8)
        if abs(latitude) > 90 and abs(longitude) <= 90 and abs(latitude) <= 180:
            self._repairs.append("latitude and longitude were swapped")
            return longitude, latitude
        return latitude, longitude

    def _azimuth(self) -> float | None:
        text = self._text("azimuth_deg")
        if text.upper() in _ROSE:
            self._repairs.append("azimuth_deg: a point of the compass")
            return _ROSE.index(text.upper()) * 22.5
        try:
            found = self._number("azimuth_deg")
        except Unusable:
            found = math.nan
        if found is None or 0 <= found < 360:
            return found
        if not math.isfinite(found) or not -360 <= found <= 720:
            self._repairs.append("azimuth_deg: makes no sense, left out")
            return None
        self._repairs.append("azimuth_deg: brought within 0 to 360")
        return found % 360.0 % 360.0

    def _positive(self, field: str, most: float) -> float | None:
        try:
            found = self._number(field)
        except Unusable:
            found = math.nan
        if found is None or (math.isfinite(found) and 0 < found <= most):
            return found
        self._repairs.append(f"{field}: makes no sense, left out")
        return None

    def _kind(self) -> str:
        plain = "".join(c for c in self._text("kind").lower() if c.isalpha())
        kind = _KINDS.get(plain, plain)
        return kind if kind in KINDS else "unknown"

    def _consent(self) -> bool | None:
        """Whatever is not a yes is a no."""
        if "consent" not in self._mapping.columns:
            return None
        said = self._text("consent").casefold()
        return said in {word.casefold() for word in self._mapping.yes}
