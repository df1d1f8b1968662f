"""Shapes of a PIDF-LO (RFC 5491, GML 3.1) in WGS84, and a circle around each.

``json`` of a shape that is more than a circle is canonical: sorted keys, no blanks.

| type | keys |
|---|---|
| ellipse | latitude, longitude, semi_major_m, semi_minor_m, orientation_deg |
| ellipsoid | the same, altitude_m, vertical_m |
| arc_band | latitude, longitude (apex), inner_m, outer_m, start_deg, opening_deg |
| sphere | latitude, longitude, altitude_m, radius_m |
| polygon | points: [[latitude, longitude], …], not closed, altitude_m |
| prism | the same, height_m |

Directions are degrees clockwise from north. ``altitude_m`` only where it is given.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aliquot.drivers.ng911.geodesy import Degrees, band_around, circle_around
from aliquot.drivers.ng911.ground import Ground, Repair, repaired
from aliquot.drivers.ng911.units import DEGREES, METRES, Axes, axes, factor
from aliquot.drivers.ng911.xml_node import Node, Span

FARTHEST_M = 20_100_000.0  # half around the earth
MOST_POINTS = 5_000  # RFC 5491 asks for 15 at most

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_DMS = re.compile(
    r"(\d{1,3})[:°](\d{1,2})(?:[:'′](\d{1,2}(?:\.\d+)?)[\"″]?)?\s*([NSEW])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape that was read. ``centre`` and ``radius_m`` are of the circle around
    it; a point has no radius. ``at`` is where its position stands in the bytes."""

    kind: str
    centre: Degrees
    radius_m: float | None
    altitude_m: float | None
    json: str | None
    at: Span
    radius_at: Span | None = None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """One shape while it is read."""

    node: Node
    ground: Ground
    lon_first: bool = False
    warnings: set[str] = field(default_factory=set)

    def value(
        self, name: str, units: Mapping[str, float], default: float | None = None
    ) -> float | None:
        """A measure in metres or degrees; None, with a warning, for what is none."""
        nodes = list(self.node.all(name))
        if not nodes:
            return default
        if len(nodes) > 1:
            self.warnings.add("schema_not_met")
        node = next((n for n in nodes if "uom" in n.attributes), nodes[0])
        found = _NUMBER.fullmatch(node.text)
        factor = self._factor(node.attributes.get("uom"), units)
        number = float(found[0]) * factor if found and factor else math.nan
        if not math.isfinite(number):
            self.warnings.add("bad_value")
            return None
        return number

    def _factor(self, uom: str | None, units: Mapping[str, float]) -> float | None:
        if uom is None:
            self.warnings.add("schema_not_met")
            return 1.0
        return factor(uom, units)

    def length(self, name: str) -> float | None:
        """Metres, not negative and not more than there is."""
        metres = self.value(name, METRES)
        if metres is not None and not 0 <= metres <= FARTHEST_M:
            self.warnings.add("bad_value")
            return None
        return metres

    def angle(self, name: str) -> float | None:
        degrees = self.value(name, DEGREES)
        if degrees is not None and abs(degrees) > 3600:
            self.warnings.add("bad_value")
            return None
        return degrees


def is_shape(node: Node) -> bool:
    return node.name in _READERS


def read_shape(node: Node, ground: Ground) -> Shape | tuple[str, ...]:
    """The shape, or the warnings that say why there is none."""
    reading = _Reading(node, ground)
    if not _reference_system(reading):
        return ("location_not_read", "not_wgs84")
    shape = _READERS[node.name](reading)
    if shape is None:
        return tuple(sorted(reading.warnings | {"location_not_read"}))
    return shape


def _reference_system(reading: _Reading) -> bool:
    """Whether it is one of WGS84; its own, or what the base of a prism says."""
    names = [reading.node, *reading.node.below("Polygon", "LinearRing", "pos")]
    said = next(
        (n.attributes["srsName"] for n in names if "srsName" in n.attributes), ""
    )
    if not said.strip():
        reading.warnings.add("schema_not_met")
        return True
    order = axes(said)
    if order is None:
        return False
    reading.lon_first = order is Axes.LON_LAT
    return True


def _numbers(text: str, reading: _Reading) -> list[float]:
    """Blank-separated numbers, as far as they are numbers."""
    found = []
    words = text.replace(",", " ").split()
    if "," in text:
        reading.warnings.add("token_repaired")
    for word in words[: 3 * MOST_POINTS]:
        if not _NUMBER.fullmatch(word) or not math.isfinite(float(word)):
            reading.warnings.add("bad_value")
            break
        found.append(float(word))
    return found


def _position(reading: _Reading) -> tuple[list[float], Span] | None:
    """Latitude, longitude and maybe altitude, and where they stand."""
    node = reading.node.child("pos") or reading.node.child("coordinates")
    if node is None:
        return None
    numbers = _dms(node.text) if node.name == "coordinates" else []
    numbers = numbers or _numbers(node.text, reading)
    if len(numbers) < 2:
        return None
    if len(numbers) > 3:
        reading.warnings.add("bad_value")
    if node.name == "coordinates":
        reading.warnings.add("schema_not_met")
    placed = _placed([numbers[:3]], reading)
    return None if placed is None else (placed[0], node.inner)


def _placed(rows: list[list[float]], reading: _Reading) -> list[list[float]] | None:
    """Positions in the order of latitude and longitude; None if they are on no earth."""
    if reading.lon_first:
        rows = [[row[1], row[0], *row[2:]] for row in rows]
    repair = reading.ground.repair_all(rows)
    if repair is not Repair.NONE:
        reading.warnings.add(repair.value)
    rows = [repaired(row, repair) for row in rows]
    if any(abs(row[0]) > 90 or abs(row[1]) > 180 for row in rows):
        reading.warnings.add("not_wgs84")
        return None
    return rows


def _dms(text: str) -> list[float]:
    """Degrees, minutes, seconds with their letters: ``37:46:30N 122:25:10W``."""
    found: dict[str, float] = {}
    for degrees, minutes, seconds, letter in _DMS.findall(text):
        value = int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600
        axis = "lat" if letter.upper() in "NS" else "lon"
        found[axis] = -value if letter.upper() in "SW" else value
    return [found["lat"], found["lon"]] if len(found) == 2 else []


def _made(
    kind: str,
    reading: _Reading,
    position: tuple[list[float], Span],
    circle: tuple[Degrees, float | None],
    more: Mapping[str, object] | None = None,
    radius: str | None = None,
) -> Shape:
    numbers, at = position
    altitude = numbers[2] if len(numbers) > 2 else None
    text = None
    if more is not None:
        own = {"altitude_m": altitude} if altitude is not None else {}
        text = json.dumps(
            {"type": kind, **own, **more}, sort_keys=True, separators=(",", ":")
        )
    node = reading.node.child(radius) if radius else None
    warnings = tuple(sorted(reading.warnings))
    return Shape(
        kind=kind,
        centre=circle[0],
        radius_m=circle[1],
        altitude_m=altitude,
        json=text,
        at=at,
        radius_at=node.inner if node else None,
        warnings=warnings,
    )


def _centre(position: tuple[list[float], Span]) -> Degrees:
    return position[0][0], position[0][1]


def _named(centre: Degrees) -> dict[str, object]:
    return {"latitude": centre[0], "longitude": centre[1]}


def _point(reading: _Reading) -> Shape | None:
    position = _position(reading)
    if position is None:
        return None
    return _made("point", reading, position, (_centre(position), None))


def _circle(reading: _Reading) -> Shape | None:
    position = _position(reading)
    if position is None:
        return None
    metres = reading.length("radius")
    return _made(
        "circle", reading, position, (_centre(position), metres), None, "radius"
    )


def _sphere(reading: _Reading) -> Shape | None:
    position = _position(reading)
    if position is None:
        return None
    metres, centre = reading.length("radius"), _centre(position)
    more = None if metres is None else {**_named(centre), "radius_m": metres}
    return _made("sphere", reading, position, (centre, metres), more, "radius")


def _ellipse(reading: _Reading) -> Shape | None:
    return _elliptic("ellipse", reading)


def _ellipsoid(reading: _Reading) -> Shape | None:
    return _elliptic("ellipsoid", reading)


def _elliptic(kind: str, reading: _Reading) -> Shape | None:
    """Without all its axes it is a point, or a circle of the longer one."""
    position = _position(reading)
    if position is None:
        return None
    centre = _centre(position)
    major, minor = reading.length("semiMajorAxis"), reading.length("semiMinorAxis")
    turn = reading.angle("orientation")
    known = [axis for axis in (major, minor) if axis is not None]
    circle = (centre, max(known, default=None))
    axes = {"semi_major_m": major, "semi_minor_m": minor, "orientation_deg": turn}
    if kind == "ellipsoid":
        axes["vertical_m"] = reading.length("verticalAxis")
    whole = None not in axes.values()
    if not whole:
        reading.warnings.add("schema_not_met")
    more = {**_named(centre), **axes} if whole else None
    return _made(kind, reading, position, circle, more, "semiMajorAxis")


def _arc_band(reading: _Reading) -> Shape | None:
    position = _position(reading)
    if position is None:
        return None
    apex, outer = _centre(position), reading.length("outerRadius")
    inner = reading.length("innerRadius")
    start, opening = reading.angle("startAngle"), reading.angle("openingAngle")
    if outer is None or inner is None or start is None or opening is None:
        reading.warnings.add("schema_not_met")
        return _made("arc_band", reading, position, (apex, outer), None, "outerRadius")
    if inner > outer:
        reading.warnings.add("bad_value")
        inner, outer = outer, inner
    more: dict[str, object] = {**_named(apex), "inner_m": inner, "outer_m": outer}
    more |= {"start_deg": start, "opening_deg": opening}
    circle = band_around(apex, inner, outer, start, opening)
    return _made("arc_band", reading, position, circle, more, "outerRadius")


def _polygon(reading: _Reading) -> Shape | None:
    return _area("polygon", reading, {})


def _prism(reading: _Reading) -> Shape | None:
    height = reading.length("height")
    return _area("prism", reading, {} if height is None else {"height_m": height})


def _area(kind: str, reading: _Reading, more: dict[str, object]) -> Shape | None:
    ring = reading.node.first_below("LinearRing")
    found = _ring(ring, reading) if ring else None
    if not found:
        return None
    corners, altitude, at = found
    distinct = list(dict.fromkeys(corners))
    closed = len(corners) > 1 and corners[0] == corners[-1]
    if not closed or len(distinct) < 3:
        reading.warnings.add("bad_value")
    centre, metres = circle_around(distinct)
    numbers = [*centre, *altitude]
    points = corners[:-1] if closed else corners
    whole = len(distinct) > 2
    shape = {"points": [list(point) for point in points], **more} if whole else None
    circle = (centre, metres or None)
    return _made(kind, reading, (numbers, at), circle, shape)


def _ring(
    ring: Node, reading: _Reading
) -> tuple[list[Degrees], list[float], Span] | None:
    """Corners, the altitude of the first if it has one, and where they stand."""
    inherited = next((n for n in ring.all("posList", "pos")), None)
    if inherited is None:
        return None
    if inherited.name == "posList":
        numbers = _numbers(inherited.text, reading)
        size = _dimension(inherited, ring, reading, numbers)
        rows = [numbers[i : i + size] for i in range(0, len(numbers), size)]
        at = inherited.inner
    else:
        nodes = list(ring.all("pos"))[:MOST_POINTS]
        rows = [_numbers(node.text, reading)[:3] for node in nodes]
        at = nodes[0].inner[0], nodes[-1].inner[1]
    whole = [row for row in rows if len(row) >= 2]
    if len(whole) < len(rows):
        reading.warnings.add("bad_value")
    placed = _placed(whole, reading)
    if not placed:
        return None
    return [(row[0], row[1]) for row in placed], placed[0][2:3], at


def _dimension(node: Node, ring: Node, reading: _Reading, numbers: list[float]) -> int:
    """Numbers a corner: as it says, as its reference system says, as it closes."""
    said = node.attributes.get("srsDimension", "")
    if said in ("2", "3"):
        return int(said)
    srs = " ".join(n.attributes.get("srsName", "") for n in (reading.node, ring, node))
    if "4979" in srs or srs.strip().endswith("h"):
        return 3
    closes = numbers[:3] == numbers[-3:] and len(numbers) % 3 == 0 and len(numbers) > 8
    return 3 if len(numbers) % 2 and closes else 2


_READERS: Mapping[str, Callable[[_Reading], Shape | None]] = {
    "Point": _point,
    "Circle": _circle,
    "Sphere": _sphere,
    "Ellipse": _ellipse,
    "Ellipsoid": _ellipsoid,
    "ArcBand": _arc_band,
    "Polygon": _polygon,
    "Prism": _prism,
}
