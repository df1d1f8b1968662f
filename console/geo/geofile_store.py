"""Writes the tables of ``geofile.sqlite``. Shapes are WKB in WGS84 degrees.

The file is made anew by each import and never changed after: whoever reads it may
open it read-only and keep it open while the next one is put beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import shapely

from aliquot.console.geo.geofile_nodes import node_places
from aliquot.console.geo.geofile_rows import Area, Place, Rows, Segment, Site
from aliquot.console.geo.model import LatLon
from aliquot.console.geo.progress import Tell, counted, silent
from aliquot.console.store.database import make_geofile, said

VERSION = 3
Row = tuple[object, ...]
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE segments (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, nguid TEXT, name TEXT NOT NULL,
  from_left INTEGER, to_left INTEGER, parity_left TEXT NOT NULL,
  from_right INTEGER, to_right INTEGER, parity_right TEXT NOT NULL,
  esn_left TEXT, esn_right TEXT, msag_left TEXT, msag_right TEXT,
  city_left TEXT, city_right TEXT, postal_left TEXT, postal_right TEXT,
  postal_community_left TEXT, postal_community_right TEXT,
  unincorporated_left TEXT, unincorporated_right TEXT,
  neighborhood_left TEXT, neighborhood_right TEXT,
  road_class TEXT, one_way TEXT, from_node INTEGER NOT NULL,
  to_node INTEGER NOT NULL, shape BLOB NOT NULL
) STRICT;
CREATE INDEX segments_name ON segments(name);
CREATE VIRTUAL TABLE segments_box USING rtree(id, west, east, south, north);
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, nguid TEXT, number TEXT NOT NULL,
  street TEXT NOT NULL, unit TEXT, community TEXT, esn TEXT, postal_code TEXT,
  place TEXT, latitude REAL NOT NULL, longitude REAL NOT NULL,
  city TEXT, postal_community TEXT, unincorporated TEXT, neighborhood TEXT
) STRICT;
CREATE INDEX addresses_street ON addresses(street, number);
CREATE VIRTUAL TABLE addresses_box USING rtree(id, west, east, south, north);
CREATE TABLE areas (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, kind TEXT NOT NULL, nguid TEXT,
  name TEXT NOT NULL, shape BLOB NOT NULL
) STRICT;
CREATE INDEX areas_kind ON areas(kind, name);
CREATE TABLE nodes (
  id INTEGER PRIMARY KEY, latitude REAL NOT NULL, longitude REAL NOT NULL
) STRICT;
CREATE VIRTUAL TABLE nodes_box USING rtree(id, west, east, south, north);
CREATE TABLE places (
  id INTEGER PRIMARY KEY, row INTEGER NOT NULL, nguid TEXT, name TEXT NOT NULL,
  kind TEXT NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL,
  address TEXT, community TEXT, postal_community TEXT
) STRICT;
CREATE TABLE place_aliases (
  place INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (place, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE street_aliases (
  name TEXT NOT NULL, street TEXT NOT NULL, PRIMARY KEY (name, street)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE names USING fts5(name, kind UNINDEXED, tokenize='trigram');
"""


def write(path: Path, rows: Rows, meta: dict[str, str], tell: Tell = silent) -> None:
    """Make the file; it is complete and on the disk when this returns.

    Raises ``KnownProblem`` when the disk does not take it.
    """
    with said(path):
        _write(path, rows, meta, tell)


def _write(path: Path, rows: Rows, meta: dict[str, str], tell: Tell) -> None:
    segments, sites = rows.segments, rows.sites

    def each(values: Iterable[Row], count: int, what: str) -> Iterator[Row]:
        return counted(values, count, f"writing {what}", tell)

    database = make_geofile(path)
    try:
        run = database.conn
        for statement in SCHEMA.split(";"):
            if statement.strip():
                run.execute(statement)
        run.execute("BEGIN")
        run.executemany("INSERT INTO meta VALUES (?, ?)", _meta(meta))
        nodes, ends = node_places(rows.segments)
        run.executemany(_insert("nodes", 3), _numbered(nodes))
        run.executemany(_insert("nodes_box", 5), _node_boxes(nodes))
        run.executemany(
            _insert("segments", 29),
            each(_segments(segments, ends), len(ends), "segments"),
        )
        run.executemany(
            _insert("segments_box", 5),
            each(_boxes(segments), len(segments), "segments"),
        )
        run.executemany(
            _insert("addresses", 16), each(_sites(sites), len(sites), "addresses")
        )
        run.executemany(
            _insert("addresses_box", 5), each(_spots(sites), len(sites), "addresses")
        )
        run.executemany(_insert("areas", 6), _areas(rows.areas))
        run.executemany(_insert("places", 10), _places(rows.places))
        run.executemany(_insert("place_aliases", 2), _place_aliases(rows.places))
        run.executemany(_insert("street_aliases", 2), sorted(set(rows.aliases)))
        run.executemany(_insert("names", 2), _names(rows))
        run.execute("COMMIT")
    finally:
        database.conn.close()


def _insert(table: str, columns: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"


def _meta(meta: dict[str, str]) -> list[tuple[str, str]]:
    return sorted({"schema": str(VERSION), **meta}.items())


def _line(segment: Segment) -> shapely.Geometry:
    paths = [[(p[1], p[0]) for p in path] for path in segment.paths]
    return shapely.multilinestrings([shapely.linestrings(path) for path in paths])


def _segments(
    segments: Iterable[Segment], ends: Sequence[tuple[int, int]]
) -> Iterable[tuple[object, ...]]:
    for n, s in enumerate(segments, start=1):
        ranges = [value for side in s.ranges for value in side]
        sides = [value for pair in s.sides for value in pair]
        shape = shapely.to_wkb(_line(s))
        yield (n, s.row, s.nguid, s.name, *ranges, *sides, s.road_class, s.one_way,
               *ends[n - 1], shape)  # fmt: skip


def _boxes(segments: Iterable[Segment]) -> Iterable[tuple[object, ...]]:
    for n, s in enumerate(segments, start=1):
        north, east = zip(*(spot for path in s.paths for spot in path), strict=True)
        yield (n, min(east), max(east), min(north), max(north))


def _sites(sites: Iterable[Site]) -> Iterable[tuple[object, ...]]:
    for n, s in enumerate(sites, start=1):
        yield (n, s.row, s.nguid, s.number, s.street, s.unit, s.community, s.esn,
               s.postal_code, s.place, s.latitude, s.longitude, *s.others)  # fmt: skip


def _spots(sites: Iterable[Site]) -> Iterable[tuple[object, ...]]:
    for n, s in enumerate(sites, start=1):
        yield (n, s.longitude, s.longitude, s.latitude, s.latitude)


def _areas(areas: Iterable[Area]) -> Iterable[tuple[object, ...]]:
    for n, a in enumerate(areas, start=1):
        shape = shapely.to_wkb(a.shape)
        yield (n, a.row, a.kind.name.lower(), a.nguid, a.name, shape)


def _numbered(nodes: Iterable[LatLon]) -> Iterable[tuple[object, ...]]:
    yield from ((n, *at) for n, at in enumerate(nodes, start=1))


def _node_boxes(nodes: Iterable[LatLon]) -> Iterable[tuple[object, ...]]:
    for n, (latitude, longitude) in enumerate(nodes, start=1):
        yield (n, longitude, longitude, latitude, latitude)


def _places(places: Iterable[Place]) -> Iterable[tuple[object, ...]]:
    for n, p in enumerate(places, start=1):
        yield (n, p.row, p.nguid, p.name, p.kind, p.latitude, p.longitude, p.address,
               p.community, p.postal_community)  # fmt: skip


def _place_aliases(places: Iterable[Place]) -> Iterable[tuple[object, ...]]:
    for n, place in enumerate(places, start=1):
        yield from ((n, alias) for alias in sorted(set(place.aliases)))


def _names(rows: Rows) -> Iterable[tuple[str, str]]:
    """What can be looked for by parts of its name."""
    yield from ((name, "street") for name in sorted({s.name for s in rows.segments}))
    yield from ((name, "alias") for name in sorted({a for a, _ in rows.aliases}))
    places = {n for p in rows.places for n in (p.name, *p.aliases)}
    yield from ((name, "place") for name in sorted(places))
