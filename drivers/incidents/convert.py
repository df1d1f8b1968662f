"""A row of text to an incident: what is right is kept, what is clear is repaired."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from aliquot.drivers.incidents.api import CLOSED, OPEN, ForeignIncident, Unusable
from aliquot.drivers.incidents.mapping import WGS84, BadMapping, IncidentMapping
from aliquot.drivers.incidents.times import read_time
from aliquot.drivers.lines.checks import check_point
from aliquot.drivers.lines.numbers import NumberKind, kind_of
from aliquot.drivers.ng911.ground import Ground

Degrees = Callable[[float, float], tuple[float, float]]
"""(x, y) of a file to (longitude, latitude) in WGS84."""

Convert = Callable[[Mapping[str, str]], ForeignIncident]

_PLAIN = ("EPSG:4326", "CRS84", "OGC:CRS84", "WGS84")
_NOTHING = frozenset(("", "nan", "null", "none", "n/a", "na"))
_UNITS = re.compile(r"[,;/|\s]+")
_SIGNS = "<>*+-[](){}\"'"
LONGEST_TEXT = 2_000
LONGEST_ID = 200
NOWHERE = Ground(country="")
_REPAIRED = {
    "lat_lon_swapped": "latitude and longitude were swapped",
    "west_sign_missing": "the minus of the longitude was missing",
}


def converter(mapping: IncidentMapping, ground: Ground = NOWHERE) -> Convert:
    """What turns rows into incidents; that raises ``Unusable``. ``ground``: where the
    agency is, by which points in degrees are put right.

    Raises ``BadMapping`` when there is no such coordinate system.
    """
    degrees = _to_degrees(mapping.crs)
    zone = ZoneInfo(mapping.time_zone)

    def convert(row: Mapping[str, str]) -> ForeignIncident:
        return _Reading(row, mapping, zone, degrees, ground).incident()

    return convert


def _to_degrees(crs: str) -> Degrees | None:
    if crs.upper() in _PLAIN:
        return None
    import pyproj

    try:
        found = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    except pyproj.exceptions.CRSError:
        raise BadMapping(f"there is no coordinate system {crs}") from None
    transform: Any = found.transform
    return lambda x, y: transform(x, y)


class _Reading:
    """One row on its way; collects what was put right."""

    def __init__(
        self,
        row: Mapping[str, str],
        mapping: IncidentMapping,
        zone: ZoneInfo,
        degrees: Degrees | None,
        ground: Ground,
    ) -> None:
        self._row, self._mapping = row, mapping
        self._zone, self._degrees, self._ground = zone, degrees, ground
        self._repairs: list[str] = []
        self._codes: list[str] = []

    def incident(self) -> ForeignIncident:
        source_id = self._text("id", "|")
        if not source_id or not source_id.strip("|"):
            raise Unusable("no id")
        if len(source_id) > LONGEST_ID:
            raise Unusable("the id is too long")
        received_us, as_of_us = self._time("received"), self._time("as_of")
        closed_us = self._closed(received_us)
        latitude, longitude = self._point()
        kind = self._text("type")
        units = self._units()
        return ForeignIncident(
            source_id=source_id,
            type_code=self._code(kind),
            type_text=self._shown("type_text") or kind,
            priority=self._priority(),
            place=self._place(),
            place_note=self._shown("place_note", ", "),
            latitude=latitude,
            longitude=longitude,
            caller_name=self._shown("caller_name"),
            callback_number=self._number(),
            received_us=received_us,
            closed_us=closed_us,
            as_of_us=as_of_us,
            state=self._state(closed_us),
            disposition=self._shown("disposition"),
            units=units,
            add_units=self._mapping.units_add and units is not None,
            note=self._shown("note"),
            repairs=tuple(self._repairs),
            warnings=self._warnings(),
        )

    def _warnings(self) -> tuple[str, ...]:
        """Of what was put right only a point has a code of its own."""
        own = [_REPAIRED[code] for code in self._codes if code in _REPAIRED]
        rest = set(self._repairs) - set(own)
        return tuple(sorted({*self._codes, *(["bad_value"] if rest else [])}))

    def _text(self, name: str, joint: str = " ") -> str | None:
        columns = self._mapping.columns.get(name, ())
        parts = [self._row.get(column, "").strip() for column in columns]
        parts = [part for part in parts if part.casefold() not in _NOTHING]
        return joint.join(parts) or None

    def _shown(self, name: str, joint: str = " ") -> str | None:
        """Text for a person: without what an export made of it."""
        text = self._text(name, joint)
        if text is None:
            return None
        plain = " ".join(html.unescape(text).split())
        plain = "".join(
            c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in plain
        )
        if html.unescape(text) != text:
            self._repairs.append(f"{name}: HTML signs")
        if len(plain) > LONGEST_TEXT:
            self._repairs.append(f"{name}: cut at {LONGEST_TEXT} characters")
        return plain[:LONGEST_TEXT] or None

    def _code(self, kind: str | None) -> str | None:
        if kind is None:
            return None
        known = self._mapping.types.get(kind.casefold())
        return known or (kind.upper() if self._mapping.types_are_codes else None)

    def _place(self) -> str | None:
        place = self._shown("place", self._mapping.place_joint)
        return None if place is None else place + self._mapping.place_suffix

    def _time(self, name: str) -> int | None:
        text = self._text(name)
        if text is None:
            return None
        try:
            found, repair = self._read_time(name, text)
        except Unusable as why:
            if name != "closed":
                raise
            self._repairs.append(f"closed: {why}, left out")
            return None
        if repair:
            self._repairs.append(f"{name}: {repair}")
        return found

    def _read_time(self, name: str, text: str) -> tuple[int, str | None]:
        """A column of the time alone may hold a date too, when it is of another day
        than the column of the date."""
        formats = self._mapping.formats
        try:
            return read_time(text, self._zone, formats)
        except Unusable as why:
            columns = self._mapping.columns[name]
            alone = self._row.get(columns[-1], "")
            if len(columns) < 2 or not alone:
                raise
            try:
                found, _ = read_time(alone, self._zone, formats)
            except Unusable:
                raise why from None
            return found, "the date that stands with the time is taken"

    def _closed(self, received_us: int | None) -> int | None:
        closed_us = self._time("closed")
        if closed_us is None or received_us is None or closed_us >= received_us:
            return closed_us
        self._repairs.append("closed: before it was received, left out")
        return None

    def _state(self, closed_us: int | None) -> str | None:
        text = self._text("state")
        said = self._mapping.states.get(text.casefold()) if text else None
        if said is not None:
            return said
        if closed_us is not None:
            return CLOSED
        has_column = "closed" in self._mapping.columns
        return self._mapping.state or (OPEN if has_column else None)

    def _priority(self) -> int | None:
        text = self._text("priority")
        if text is None:
            return None
        known = self._mapping.priorities.get(text.casefold())
        if known is not None:
            return known
        if not self._mapping.priorities and text in ("1", "2", "3", "4", "5"):
            return int(text)
        self._repairs.append(f"priority: {text[:20]} is not known, left out")
        return None

    def _units(self) -> tuple[str, ...] | None:
        if "units" not in self._mapping.columns:
            return None
        text = self._text("units")
        if text is None:
            return None
        names = (name.strip(_SIGNS)[:32] for name in _UNITS.split(text))
        return tuple(dict.fromkeys(filter(None, names)))[:100]

    def _number(self) -> str | None:
        text = self._text("callback_number")
        if text is None:
            return None
        digits = re.sub(r"\D", "", text)
        if len(digits) == 11 and digits.startswith("1"):
            digits = digits[1:]
        why = "no ten digits"
        if len(digits) == 10:
            if kind_of(digits) is NumberKind.PLAIN:
                return digits
            why = "it reaches nobody"  # it only routes calls, or there is none such
        self._repairs.append(f"callback_number: {why}, left out")
        return None

    def _point(self) -> tuple[float | None, float | None]:
        x, y = self._coordinate("longitude"), self._coordinate("latitude")
        if x is None or y is None:
            if x is not y:
                self._repairs.append("half a point, left out")
            return None, None
        if x == 0 and y == 0:
            self._repairs.append("the point is 0, 0, left out")
            return None, None
        country = self._ground.country
        if self._degrees is not None:
            x, y = self._degrees(x, y)
            country = ""  # one that was reckoned needs no sign
        point = check_point(y, x, self._ground.extent, country)
        if point.latitude is None or point.longitude is None:
            self._repairs.append("the point is nowhere on the globe, left out")
            return None, None
        self._codes += point.warnings
        self._repairs += [_REPAIRED[c] for c in point.warnings if c in _REPAIRED]
        return round(point.latitude, 8), round(point.longitude, 8)

    def _coordinate(self, name: str) -> float | None:
        text = self._text(name)
        if text is None:
            return None
        try:
            found = float(text)
        except ValueError:
            try:
                found = float(text.replace(",", "."))
                self._repairs.append(f"{name}: decimal comma")
            except ValueError:
                self._repairs.append(f"{name}: no number, left out")
                return None
        return found if math.isfinite(found) else None
