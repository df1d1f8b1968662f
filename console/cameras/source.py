"""Files of cameras as rows of text: CSV of any delimiter, or GeoJSON points."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from aliquot.console.problems import EXIT_USAGE, KnownProblem

POINT_LATITUDE = "(point) latitude"
POINT_LONGITUDE = "(point) longitude"
FEATURE_ID = "(feature) id"
WGS84 = "EPSG:4326"

_DELIMITERS = ",;\t|"
_SURPLUS = "(surplus)"


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts rows of data from 1. ``fault``: why it is no row at all."""

    number: int
    values: dict[str, str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds. ``crs`` is what the file says of its coordinates, if it
    does; ``notes`` are remarks on how it was read, for a person."""

    columns: tuple[str, ...]
    rows: Sequence[Row]
    crs: str | None = None
    notes: tuple[str, ...] = field(default=())


def read_table(data: bytes, name: str) -> Table:
    """Raises ``KnownProblem`` ``unreadable`` (exit 2)."""
    text, notes = _decoded(data)
    if not text.strip():
        raise _unreadable(name, "it is empty")
    try:
        if text.lstrip()[0] == "{":
            return _of_geojson(json.loads(text), notes)
        return _of_csv(text, notes)
    except (ValueError, TypeError, AttributeError, csv.Error) as why:
        raise _unreadable(name, str(why)) from why


def _unreadable(name: str, why: str) -> KnownProblem:
    return KnownProblem("unreadable", f"{name} cannot be read: {why}.", EXIT_USAGE)


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), ("not UTF-8: read as cp1252",)


def _of_csv(text: str, notes: tuple[str, ...]) -> Table:
    rows = CsvRows(text)
    return Table(tuple(c for c in rows.columns if c), rows, notes=notes)


class CsvRows(Sequence[Row]):
    """The rows of a text of CSV, read anew each time they are gone through: a
    million of them at once would be a gigabyte.

    Raises ``ValueError`` and ``csv.Error`` when it is made, not later.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
        self.columns = tuple(name.strip() for name in next(self._cells()))
        names = Counter(c for c in self.columns if c)
        if twice := sorted(name for name, count in names.items() if count > 1):
            raise ValueError(f"two columns are called {twice[0]}")
        self._count = sum(1 for _ in self._filled())

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        for number, cells in enumerate(self._filled(), 1):
            yield _csv_row(number, self.columns, cells)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        return tuple(self)[at]

    def _cells(self) -> Iterator[list[str]]:
        lines = io.StringIO(self._text, newline="")
        return csv.reader(lines, delimiter=self._delimiter, strict=True)

    def _filled(self) -> Iterator[list[str]]:
        found = self._cells()
        next(found)
        return (cells for cells in found if any(map(str.strip, cells)))


def _csv_row(number: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        what = f"{len(cells)} values for {len(columns)} columns"
        return Row(number, {}, what)
    return Row(number, dict(zip(columns, map(str.strip, cells), strict=True)))


def _of_geojson(found: Any, notes: tuple[str, ...]) -> Table:
    kind = found.get("type")
    if kind == "Feature":
        features = [found]
    elif kind == "FeatureCollection" and isinstance(found.get("features"), list):
        features = found["features"]
    else:
        raise ValueError("it is JSON, but no GeoJSON features")
    rows = tuple(_feature_row(n, feature) for n, feature in enumerate(features, 1))
    return Table(tuple(_columns(rows)), rows, _crs(found), notes)


def _columns(rows: Iterable[Row]) -> Iterator[str]:
    yield from dict.fromkeys(name for row in rows for name in row.values)


def _crs(found: dict[str, Any]) -> str | None:
    """The member that older files have; without it all is WGS84."""
    member = found.get("crs")
    return str(member["properties"]["name"]) if member else WGS84


def _feature_row(number: int, feature: Any) -> Row:
    if not isinstance(feature, dict):
        return Row(number, {}, "no feature")
    properties = feature.get("properties") or {}
    values = {str(k): _text(v) for k, v in properties.items() if v is not None}
    if feature.get("id") is not None:
        values[FEATURE_ID] = _text(feature["id"])
    point = _point(feature.get("geometry"))
    if point is None:
        return Row(number, values, "no point")
    values[POINT_LONGITUDE], values[POINT_LATITUDE] = point
    return Row(number, values)


def _point(geometry: Any) -> tuple[str, str] | None:
    if not isinstance(geometry, dict):
        return None
    place = geometry.get("coordinates")
    if geometry.get("type") == "MultiPoint" and isinstance(place, list):
        place = place[0] if len(place) == 1 else None
    elif geometry.get("type") != "Point":
        return None
    if not isinstance(place, list) or len(place) < 2:
        return None
    return _text(place[0]), _text(place[1])


def _text(value: Any) -> str:
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return plain.strip()
