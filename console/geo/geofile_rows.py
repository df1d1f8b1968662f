"""From rows of layers to streets, address points and areas, and what was refused."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely

from aliquot.console.geo.geofile_faults import FAR_DEGREES, fault_of, middle_of
from aliquot.console.geo.geofile_fields import LEGACY, NAME, SIDES, Kind
from aliquot.console.geo.geofile_hydrants import in_service
from aliquot.console.geo.geofile_parity import parity_of, understood
from aliquot.console.geo.geofile_read import Layer, Notice
from aliquot.console.geo.model import LatLon, Ring
from aliquot.console.geo.progress import Tell, counted, silent

_NUMBER = re.compile(r"(\d{1,9})(?!\d)", re.ASCII)
_PLAIN = re.compile(r"-?\d{1,9}(\.0*)?", re.ASCII)
OTHERS = ("A3", "Post_Comm", "A4", "A5")  # names that an address's community has too
MAJOR = ("primary", "secondary")
LIMITED_ACCESS = ("primary",)


Odd = tuple[str, str, str]  # layer, code, a word that is not understood


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be used. ``row`` is its number in the layer (fid)."""

    layer: str
    row: int
    reason: str
    nguid: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A row of the centrelines. ``ranges``: left and right (from, to, parity);
    ``sides``: left and right as ``geofile_fields.SIDES`` names them: ESN, MSAG
    community, municipality, postal code, postal community, unincorporated community,
    neighbourhood."""

    row: int
    nguid: str | None
    name: str
    paths: tuple[tuple[LatLon, ...], ...]
    ranges: tuple[tuple[int | None, int | None, str], ...]
    sides: tuple[tuple[str | None, str | None], ...]
    road_class: str | None
    one_way: str | None
    alias: str | None = None

    @property
    def major(self) -> bool:
        return (self.road_class or "").casefold() in MAJOR

    @property
    def limited(self) -> bool:
        return (self.road_class or "").casefold() in LIMITED_ACCESS


@dataclass(frozen=True, slots=True)
class Site:
    """A row of the address points. ``community``: of the MSAG, else the municipality;
    ``others``: municipality, postal and unincorporated community, neighbourhood."""

    row: int
    nguid: str | None
    number: str
    street: str
    unit: str | None
    community: str | None
    esn: str | None
    postal_code: str | None
    place: str | None
    latitude: float
    longitude: float
    others: tuple[str | None, ...] = (None,) * len(OTHERS)


@dataclass(frozen=True, slots=True)
class Place:
    """A common place, or a mile marker: then the name is its route and its mile."""

    row: int
    nguid: str | None
    name: str
    kind: str
    latitude: float
    longitude: float
    aliases: tuple[str, ...] = ()
    address: str | None = None
    community: str | None = None
    postal_community: str | None = None


@dataclass(frozen=True, slots=True)
class Hydrant:
    """A row of the hydrants, or one of the points of that row."""

    row: int
    nguid: str | None
    latitude: float
    longitude: float
    in_service: bool | None = None  # None: nothing says so


@dataclass(frozen=True, slots=True)
class Area:
    """A row of a layer of polygons: outer rings only, and the whole as a shape."""

    row: int
    kind: Kind
    nguid: str | None
    name: str
    shape: shapely.Geometry

    @property
    def rings(self) -> tuple[Ring, ...]:
        parts = shapely.get_parts(self.shape)
        return tuple(lat_lon(p.exterior) for p in parts if p.geom_type == "Polygon")


@dataclass(slots=True)
class Rows:
    """All that a source had, ready to be used."""

    segments: list[Segment] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    hydrants: list[Hydrant] = field(default_factory=list)
    rails: list[shapely.Geometry] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)  # alias, street
    rejected: list[Rejected] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    unread: list[tuple[int, str]] = field(default_factory=list)  # row, ends of ranges
    odd_words: Counter[Odd] = field(default_factory=Counter)
    middles: dict[str, tuple[float, float]] = field(default_factory=dict)  # by layer

    def of_kind(self, *kinds: Kind) -> list[Area]:
        return [area for area in self.areas if area.kind in kinds]

    def add(self, layer: Layer, tell: Tell = silent) -> None:
        """Take the rows of a layer."""
        before = len(self.rejected)
        self.notices += layer.notices
        seen: set[str] = set()
        twice = 0
        middle = middle_of(layer)
        self._hold_beside(layer, middle)
        usable = _usable(layer, self.rejected, middle)
        for row in counted(usable, len(layer.fids), f"taking {layer.name}", tell):
            nguid = row.text("NGUID")
            twice += nguid in seen
            seen.update((nguid,) if nguid else ())
            if reason := self._take(row):
                self.rejected.append(Rejected(layer.name, row.fid, reason, nguid))
        refused = len(self.rejected) - before
        rows = len(layer.fids)
        counts = {"rows": rows, "used": rows - refused, "rejected": refused}
        self.counts[layer.name] = counts
        if twice:
            text = f"{twice} rows repeat an NGUID; they are kept."
            self.notices.append(Notice(layer.name, "duplicate_nguid", text))

    def _hold_beside(self, layer: Layer, middle: tuple[float, float]) -> None:
        """Say it of a layer that lies elsewhere than those before it."""
        if not layer.degrees or not layer.fids or middle == (0.0, 0.0):
            return
        for name, (x, y) in self.middles.items():
            if max(abs(x - middle[0]), abs(y - middle[1])) > FAR_DEGREES:
                text = f"Lies elsewhere than {name}: is its coordinate system right?"
                self.notices.append(Notice(layer.name, "lies_apart", text))
                break
        self.middles[layer.name] = middle

    def add_aliases(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Aliases by the NGUID of a segment; and those that stand in the segments."""
        by_nguid = {s.nguid: s.name for s in self.segments if s.nguid and s.name}
        found = {(a, by_nguid[n]) for n, a in pairs if n in by_nguid}
        found |= {(s.alias, s.name) for s in self.segments if s.alias and s.name}
        self.aliases = sorted(pair for pair in found if pair[0] != pair[1])

    def _take(self, row: _Row) -> str | None:
        """Use a row; else the reason why not."""
        match row.kind:
            case Kind.STREETS:
                return self._segment(row)
            case Kind.POINTS:
                return self._site(row)
            case Kind.PLACES | Kind.MILES:
                return self._place(row)
            case Kind.HYDRANTS:
                return self._hydrant(row)
            case Kind.RAIL:
                self.rails.append(row.shape)
                return None
            case _:
                return self._area(row)

    def _place(self, row: _Row) -> str | None:
        points = [p for p in shapely.get_parts(row.shape) if p.geom_type == "Point"]
        if not points:
            return "wrong_geometry"
        miles = row.kind is Kind.MILES
        name = row.mile if miles else row.text("LMNamePart")
        if not name:
            return "nameless"
        others = (row.text("Alias") or "").split(";")
        self.places.append(
            Place(
                row=row.fid,
                nguid=row.text("NGUID"),
                name=name,
                kind="mile_marker" if miles else row.text("Place_Type") or "",
                latitude=float(points[0].y),
                longitude=float(points[0].x),
                aliases=tuple(o for other in others if (o := other.strip())),
                address=row.text("Address"),
                community=row.text("A3"),
                postal_community=row.text("Post_Comm"),
            )
        )
        return None

    def _hydrant(self, row: _Row) -> str | None:
        points = [p for p in shapely.get_parts(row.shape) if p.geom_type == "Point"]
        working, odd = in_service(row.text)
        if odd is not None:
            self.odd_words[row.layer, "hydrant_state", odd] += 1
        nguid = row.text("NGUID")
        self.hydrants += [
            Hydrant(row.fid, nguid, float(p.y), float(p.x), working) for p in points
        ]
        return None if points else "wrong_geometry"

    def _segment(self, row: _Row) -> str | None:
        lines = [p for p in shapely.get_parts(row.shape) if p.geom_type == "LineString"]
        if not lines:
            return "wrong_geometry"
        paths = tuple(lat_lon(line) for line in lines if line.length > 0)
        if not paths:
            return "zero_length"
        sides = tuple((row.text(f"{name}_L"), row.text(f"{name}_R")) for name in SIDES)
        for end in ("FromAddr_L", "ToAddr_L", "FromAddr_R", "ToAddr_R"):
            if odd := row.odd_number(end):
                self.unread.append((row.fid, f"{row.street}, {end}: {odd}"))
        ranges = tuple(self._range(row, side) for side in "LR")
        self.segments.append(
            Segment(row.fid, row.text("NGUID"), row.street, paths, ranges, sides,
                    row.text("RoadClass"), row.text("OneWay"), row.text("Alias"))
        )  # fmt: skip
        return None

    def _range(self, row: _Row, side: str) -> tuple[int | None, int | None, str]:
        start, end = row.number(f"FromAddr_{side}"), row.number(f"ToAddr_{side}")
        said = row.text(f"Parity_{side}")
        if said is not None and not understood(said):
            self.odd_words[row.layer, "parity_word", said] += 1
        return start, end, parity_of(said, start, end)

    def _site(self, row: _Row) -> str | None:
        points = [p for p in shapely.get_parts(row.shape) if p.geom_type == "Point"]
        if not points:
            return "wrong_geometry"
        self.sites.append(
            Site(
                row=row.fid,
                nguid=row.text("NGUID"),
                number=row.house_number,
                street=row.street,
                unit=row.text("Unit") or row.text("UnitValue"),
                community=row.text("MSAGComm") or row.text("A3"),
                esn=row.text("ESN"),
                postal_code=row.text("Post_Code"),
                place=row.text("Site"),
                latitude=float(points[0].y),
                longitude=float(points[0].x),
                others=tuple(map(row.text, OTHERS)),
            )
        )
        return None

    def _area(self, row: _Row) -> str | None:
        shape = row.shape
        if not shape.is_valid:
            shape = shapely.make_valid(shape)
            text = f"Row {row.fid} crosses itself; its outline was mended."
            self.notices.append(Notice(row.layer, "mended_outline", text))
        polygons = _polygons(shape)
        if not polygons:
            return "wrong_geometry"
        name = row.text("DsplayName") or row.text("HP_Name") or ""
        whole = shapely.multipolygons(polygons)
        self.areas.append(Area(row.fid, row.kind, row.text("NGUID"), name, whole))
        return None


def lat_lon(shape: shapely.Geometry) -> tuple[LatLon, ...]:
    spots = shapely.get_coordinates(shape).tolist()
    return tuple((latitude, longitude) for longitude, latitude in spots)


def _polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    found: list[shapely.Polygon] = []
    for part in shapely.get_parts(shape):
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            found += _polygons(part)
        elif part.geom_type == "Polygon" and part.area > 0:
            found.append(part)
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    kind: Kind
    layer: str
    fid: int
    shape: shapely.Geometry
    values: dict[str, Any]

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split()) or None

    def number(self, name: str) -> int | None:
        """A house number, of 12A the 12; -1 and other negative ones say that there
        is none."""
        found = _NUMBER.match(self.text(name) or "")
        return int(found[1]) if found else None

    def odd_number(self, name: str) -> str | None:
        """What stands there, if it is neither a number nor says that there is none."""
        text = self.text(name)
        return text if text is not None and not _PLAIN.fullmatch(text) else None

    @property
    def street(self) -> str:
        parts = NAME if self.text("St_Name") else LEGACY
        if not self.text("St_Name") and not self.text("LSt_Name"):
            return ""
        return " ".join(text for name in parts if (text := self.text(name)))

    @property
    def mile(self) -> str:
        """The route and the mile of a marker, as ``geocode.load`` reads them."""
        value = (self.text("DM_MeasVal") or "").split()
        digits = next((v for v in value if v.replace(".", "", 1).isdigit()), None)
        route = self.text("DM_Rte")
        return f"{route} {float(digits):g}" if route and digits else ""

    @property
    def house_number(self) -> str:
        whole = [self.text(n) for n in ("AddNum_Pre", "Add_Number", "AddNum_Suf")]
        return self.text("AddNum_Cmp") or " ".join(part for part in whole if part)


def _usable(layer: Layer, rejected: list[Rejected], middle: LatLon) -> Iterator[_Row]:
    """Rows that have a place; the others are told of."""
    for n, (fid, shape) in enumerate(zip(layer.fids, layer.shapes, strict=True)):
        values = {name: column[n] for name, column in layer.values.items()}
        reason = "wrong_crs" if not layer.degrees else fault_of(shape, middle)
        if reason:
            nguid = values.get("NGUID")
            text = None if nguid is None else str(nguid)
            rejected.append(Rejected(layer.name, fid, reason, text))
        else:
            yield _Row(layer.kind, layer.name, fid, shape, values)
