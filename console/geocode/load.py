"""Reads a ``geofile.sqlite`` into a ``Gazetteer``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from aliquot.console.geo.geofile_nodes import joined_ends
from aliquot.console.geocode.gazetteer import (
    AddressPoint,
    Gazetteer,
    Marker,
    Place,
    Segment,
)
from aliquot.console.geocode.names import parse_name
from aliquot.console.store.database import open_geofile

_HALF = re.compile(r"^(\d+?)\s*(1/2)$")
_NUMBER = re.compile(r"^(\d+)(?:-\d+)?\s*(.*)$")
MILE_MARKER = "mile_marker"
_LISTS = ("postal_community", "unincorporated", "neighborhood")
_SIDE_NAMES = [f"{name}_{side}" for name in _LISTS for side in ("left", "right")]
_POINT_NAMES = ("city", *_LISTS)
_PLACE_NAMES = ("postal_community",)


def load(path: Path) -> Gazetteer:
    """Raises ``KnownProblem`` when there is no geofile at ``path``."""
    database = open_geofile(path, any_thread=True)
    try:
        return _load(database.conn, _tables(database.conn))
    finally:
        database.conn.close()


def _tables(connection: Any) -> frozenset[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return frozenset(name for (name,) in rows)


def _load(connection: Any, tables: frozenset[str]) -> Gazetteer:
    rows = connection.execute(
        "SELECT name, from_left, to_left, parity_left, from_right, to_right,"
        " parity_right, esn_left, esn_right, city_left, city_right, postal_left,"
        " postal_right, shape, msag_left, msag_right,"
        f" {_there(connection, 'segments', _SIDE_NAMES)} FROM segments ORDER BY id"
    ).fetchall()
    points = connection.execute(
        "SELECT number, street, unit, community, esn, postal_code, place, latitude,"
        f" longitude, {_there(connection, 'addresses', _POINT_NAMES)} FROM addresses"
        " ORDER BY id"
    ).fetchall()
    names = sorted({row[0] for row in rows} | {row[1] for row in points if row[1]})
    at = {name: n for n, name in enumerate(names)}
    shapes = _Shapes([row[13] for row in rows])
    places, markers = _places(connection, tables)
    return Gazetteer(
        names=names,
        segments=[_segment(n, row, at, shapes) for n, row in enumerate(rows)],
        vertices=shapes.vertices,
        nodes=shapes.nodes,
        points=[p for row in points if (p := _point(row, at)) is not None],
        places=[*places, *_named_points(points)],
        markers=markers,
        street_aliases=_aliases(connection, tables),
    )


def _there(connection: Any, table: str, columns: Iterable[str]) -> str:
    """The columns, and NULL for those that an older geofile does not have."""
    has = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    return ", ".join(name if name in has else "NULL" for name in columns)


def _names(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(name for name in values if name)


class _Shapes:
    """Vertices of all segments one after another, and the nodes at their ends."""

    def __init__(self, blobs: Sequence[bytes]) -> None:
        shapes = shapely.from_wkb(np.array(blobs, dtype=object))
        counts = shapely.get_num_coordinates(shapes) if len(blobs) else np.zeros(0, int)
        self.vertices: NDArray[np.float64] = (
            shapely.get_coordinates(shapes) if len(blobs) else np.zeros((0, 2))
        )
        self.ends: list[int] = np.cumsum(counts).tolist()
        self.starts: list[int] = [0, *self.ends[:-1]]
        firsts = self.vertices[self.starts] if len(blobs) else np.zeros((0, 2))
        lasts = self.vertices[[e - 1 for e in self.ends]] if blobs else firsts
        ends = np.concatenate([firsts, lasts])[:, ::-1]
        self.nodes, node_of = joined_ends(ends)
        self.start_nodes = node_of[: len(blobs)]
        self.end_nodes = node_of[len(blobs) :]


def _segment(
    n: int, row: Sequence[Any], at: dict[str, int], shapes: _Shapes
) -> Segment:
    left_community = row[9] or row[14]
    right_community = row[10] or row[15]
    return Segment(
        street=at[row[0]],
        left=(row[1] or 0, row[2] or 0, row[3]),
        right=(row[4] or 0, row[5] or 0, row[6]),
        first=shapes.starts[n],
        last=shapes.ends[n],
        start_node=shapes.start_nodes[n],
        end_node=shapes.end_nodes[n],
        esn=(row[7], row[8]),
        community=(left_community, right_community),
        postal=(row[11], row[12]),
        msag=(row[14], row[15]),
        others=(_names(row[16::2]), _names(row[17::2])),
    )


def _point(row: Sequence[Any], at: dict[str, int]) -> AddressPoint | None:
    number = split_number(str(row[0] or ""))
    if number is None or not row[1]:
        return None
    return AddressPoint(
        street=at[row[1]],
        number=number[0],
        suffix=number[1],
        latitude=row[7],
        longitude=row[8],
        text=str(row[0]),
        unit=row[2],
        esn=row[4],
        community=row[3],
        postal=row[5],
        city=row[9],
        others=_names(row[10:]),
    )


def split_number(text: str) -> tuple[int, str] | None:
    """A number as agencies write it: 17R, 6 1/2, 61/2 (which is 6 1/2), 45-12."""
    half = _HALF.match(text.strip())
    if half:
        return int(half[1]), half[2]
    match = _NUMBER.match(text.strip())
    return (int(match[1]), match[2].strip().upper()) if match else None


def _named_points(rows: Iterable[Sequence[Any]]) -> list[Place]:
    """Address points that have a name are common places too."""
    return [
        Place(
            row[6],
            row[7],
            row[8],
            "site",
            f"{row[0]} {row[1]}".strip(),
            row[3],
            _names(row[9:]),
        )
        for row in rows
        if row[6]
    ]


def _places(
    connection: Any, tables: frozenset[str]
) -> tuple[list[Place], list[Marker]]:
    if "places" not in tables:
        return [], []
    rows = connection.execute(
        "SELECT id, name, kind, latitude, longitude, address, community,"
        f" {_there(connection, 'places', _PLACE_NAMES)} FROM places ORDER BY id"
    ).fetchall()
    others = defaultdict(list)
    if "place_aliases" in tables:
        for place, name in connection.execute("SELECT place, name FROM place_aliases"):
            others[place].append(name)
    found: list[Place] = []
    markers: list[Marker] = []
    for key, name, kind, latitude, longitude, address, community, *more in rows:
        if kind == MILE_MARKER:
            markers += _marker(name, latitude, longitude)
            continue
        for called in (name, *others[key]):
            found.append(
                Place(
                    called,
                    latitude,
                    longitude,
                    kind or "",
                    address or "",
                    community,
                    _names(more),
                )
            )
    return found, markers


def _marker(name: str, latitude: float, longitude: float) -> list[Marker]:
    """A marker's name is its route, a blank and its mile: ``I 90 12.4``."""
    route, _, mile = name.rpartition(" ")
    parsed = parse_name(route)
    try:
        return [Marker(parsed.base, float(mile), latitude, longitude)] if parsed else []
    except ValueError:
        return []


def _aliases(connection: Any, tables: frozenset[str]) -> dict[str, tuple[str, ...]]:
    if "street_aliases" not in tables:
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    for alias, street in connection.execute("SELECT name, street FROM street_aliases"):
        found[alias].append(street)
    return {alias: tuple(streets) for alias, streets in found.items()}
