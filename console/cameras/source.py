"""Files of cameras as rows of text: CSV of any delimiter, or GeoJSON points."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, TextIO, overload

from aliquot.console.cameras.features import CHUNK, features
from aliquot.console.problems import EXIT_USAGE, KnownProblem

POINT_LATITUDE = "(point) latitude"
POINT_LONGITUDE = "(point) longitude"
FEATURE_ID = "(feature) id"
WGS84 = "EPSG:4326"

Text = Callable[[], TextIO]
"""A text, to be read from its start."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode
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
    return _table(lambda: io.BytesIO(data), name)


def read_file(file: BinaryIO, name: str) -> Table:
    """The same of a file, which is gone through anew for each use of the rows: keep it
    open as long. It must have a place in the file system; see ``twice``."""
    return _table(lambda: io.BufferedReader(_FromStart(file)), name)


@contextmanager
def twice(file: BinaryIO) -> Iterator[BinaryIO]:
    """A file that can be read more than once: of a pipe, a temporary one."""
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(file, kept)
        kept.flush()
        yield kept


class _FromStart(io.RawIOBase):
    """A file from its start, whoever else reads it meanwhile."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        found = os.pread(self._file.fileno(), len(into), self._at)
        into[: len(found)] = found
        self._at += len(found)
        return len(found)


def _table(opened: Callable[[], BinaryIO], name: str) -> Table:
    try:
        text, notes = _decoded(opened)
        with text() as first:
            sign = _first_sign(first)
        if not sign:
            raise _unreadable(name, "it is empty")
        if sign == "{":
            return _of_geojson(text, name, notes)
        return _of_csv(text, notes)
    except OSError as why:
        raise _unreadable(name, why.strerror or str(why)) from why
    except (ValueError, TypeError, AttributeError, RecursionError, csv.Error) as why:
        raise _unreadable(name, str(why)) from why


def _unreadable(name: str, why: str) -> KnownProblem:
    return KnownProblem("unreadable", f"{name} cannot be read: {why}.", EXIT_USAGE)


def _decoded(opened: Callable[[], BinaryIO]) -> tuple[Text, tuple[str, ...]]:
    """The text of a file, which is made anew each time, and what is said of it."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with opened() as file:
            while piece := file.read(CHUNK):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        said = ("not UTF-8: read as cp1252",)
        return partial(_text_of, opened, "cp1252", "replace"), said
    return partial(_text_of, opened, "utf-8-sig", "strict"), ()


def _text_of(opened: Callable[[], BinaryIO], encoding: str, errors: str) -> TextIO:
    return io.TextIOWrapper(opened(), encoding, errors, newline="")


def _first_sign(text: TextIO) -> str:
    """The first sign that is no blank."""
    while piece := text.read(CHUNK):
        if piece.strip():
            return piece.lstrip()[0]
    return ""


def _of_csv(text: Text, notes: tuple[str, ...]) -> Table:
    rows = CsvRows(text)
    return Table(tuple(c for c in rows.columns if c), rows, notes=notes)


class _Rows(Sequence[Row]):
    """Rows that are read anew each time they are gone through: a million of them at
    once would be a gigabyte."""

    _count = 0

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        return tuple(self)[at]


class CsvRows(_Rows):
    """Raises ``ValueError`` and ``csv.Error`` when it is made, not later."""

    def __init__(self, text: Text) -> None:
        self._text = text
        with text() as first:
            self._delimiter = max(_DELIMITERS, key=first.readline().count)
        with text() as lines:
            self.columns = tuple(name.strip() for name in next(self._cells(lines)))
        names = Counter(c for c in self.columns if c)
        if twice := sorted(name for name, count in names.items() if count > 1):
            raise ValueError(f"two columns are called {twice[0]}")
        self._count = sum(1 for _ in self._filled())

    def __iter__(self) -> Iterator[Row]:
        for number, cells in enumerate(self._filled(), 1):
            yield _csv_row(number, self.columns, cells)

    def _cells(self, lines: TextIO) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self._delimiter, strict=True)

    def _filled(self) -> Iterator[list[str]]:
        with self._text() as lines:
            found = self._cells(lines)
            next(found)
            yield from (cells for cells in found if any(map(str.strip, cells)))


def _csv_row(number: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        what = f"{len(cells)} values for {len(columns)} columns"
        return Row(number, {}, what)
    return Row(number, dict(zip(columns, map(str.strip, cells), strict=True)))


def _of_geojson(text: Text, name: str, notes: tuple[str, ...]) -> Table:
    members: dict[str, Any] = {}
    columns: dict[str, None] = {}
    count = 0
    with text() as opened:
        for feature in features(opened.read, members):
            count += 1
            columns.update(dict.fromkeys(_columns_of(feature)))
    kind = members.get("type")
    if kind == "Feature":
        row = _feature_row(1, members)
        return Table(tuple(row.values), (row,), _crs(members), notes)
    if kind != "FeatureCollection" or members.get("features") is not True:
        raise ValueError("it is JSON, but no GeoJSON features")
    rows = FeatureRows(text, name, count)
    return Table(tuple(columns), rows, _crs(members), notes)


class FeatureRows(_Rows):
    """Raises ``KnownProblem`` ``unreadable`` where the file was changed meanwhile."""

    def __init__(self, text: Text, name: str, count: int) -> None:
        self._text, self._name, self._count = text, name, count

    def __iter__(self) -> Iterator[Row]:
        with self._text() as opened:
            try:
                for number, feature in enumerate(features(opened.read, {}), 1):
                    yield _feature_row(number, feature)
            except ValueError as why:
                raise _unreadable(self._name, f"it was changed: {why}") from why


def _crs(found: dict[str, Any]) -> str | None:
    """The member that older files have; without it all is WGS84."""
    member = found.get("crs")
    return str(member["properties"]["name"]) if member else WGS84


def _columns_of(feature: Any) -> Iterator[str]:
    """Names of what ``_feature_row`` has values for."""
    if not isinstance(feature, dict):
        return
    properties = feature.get("properties") or {}
    yield from (str(key) for key, value in properties.items() if value is not None)
    if feature.get("id") is not None:
        yield FEATURE_ID
    if _place(feature.get("geometry")) is not None:
        yield from (POINT_LONGITUDE, POINT_LATITUDE)


def _feature_row(number: int, feature: Any) -> Row:
    if not isinstance(feature, dict):
        return Row(number, {}, "no feature")
    properties = feature.get("properties") or {}
    values = {str(k): _text(v) for k, v in properties.items() if v is not None}
    if feature.get("id") is not None:
        values[FEATURE_ID] = _text(feature["id"])
    place = _place(feature.get("geometry"))
    if place is None:
        return Row(number, values, "no point")
    values[POINT_LONGITUDE], values[POINT_LATITUDE] = map(_text, place)
    return Row(number, values)


def _place(geometry: Any) -> tuple[Any, Any] | None:
    """Longitude and latitude as they stand there."""
    if not isinstance(geometry, dict):
        return None
    place = geometry.get("coordinates")
    if geometry.get("type") == "MultiPoint" and isinstance(place, list):
        place = place[0] if len(place) == 1 else None
    elif geometry.get("type") != "Point":
        return None
    if not isinstance(place, list) or len(place) < 2:
        return None
    return place[0], place[1]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if type(value) is int else _as_json(value)
