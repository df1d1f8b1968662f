"""Reads what release control stands on: policies and the agency's geofile."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.console.release.places import AddressBook, Towns, TreePlaces
from aliquot.console.release.policy import Policy, parse
from aliquot.console.release.protected import InForce, Spot

DEFAULT_POLICY = "default.toml"
PROTECTED_NAME = "protected_places.toml"


@dataclass(frozen=True, slots=True)
class Ground:
    """A place tree in use: ``sha256`` is what an approver signs."""

    places: TreePlaces
    sha256: str


def default_policy() -> Policy:
    """The one that comes with the program."""
    file = resources.files("aliquot.resources") / "policy" / DEFAULT_POLICY
    return parse(file.read_text(encoding="utf-8"), DEFAULT_POLICY)


def read_policy(path: Path | None, piped: bool = False) -> Policy:
    """A policy file, or the default one. ``piped``: it may be no file on a disk, which
    can be waited for without end. Raises ``KnownProblem`` (exit 2)."""
    if path is None:
        return default_policy()
    if not piped and path.exists() and not path.is_file():
        raise KnownProblem("unreadable", f"{path} is no file: put it back.", EXIT_USAGE)
    return parse(_text(path), str(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        text = f"{path} cannot be read: {why}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why


def read_ground(folder: Path, decided: str | None = None) -> Ground | None:
    """The place tree in use of a geofile's folder; None when it has none.

    ``decided``: the tree that the log says is in use; the folder's word does not
    count then. A folder that is not there, or a file in it that was changed, is no missing tree:
    ``KnownProblem`` (exit 2).
    """
    from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder
    from aliquot.console.geo.place_index import Locator
    from aliquot.console.geo.tree_settling import state_now

    if not folder.is_dir():
        raise KnownProblem("no_geofile", f"{folder} is no folder.", EXIT_USAGE)
    geofile = GeofileFolder(folder)
    state = state_now(geofile, decided)
    if state is None or state.tree is None:
        return None
    grown = geofile.whole_tree(state.tree)
    book = _book(geofile.file(SQLITE_NAME))
    locator = Locator(grown.tree, grown.index)
    places = TreePlaces(grown.tree, locator, book, read_protected(folder))
    return Ground(places, state.tree)


def _book(path: Path) -> AddressBook:
    from aliquot.console.store.database import open_geofile

    database = open_geofile(path)
    try:
        run = database.conn.execute
        rows = run(
            "SELECT number, street, latitude, longitude, community, city,"
            " postal_community, unincorporated, neighborhood FROM addresses"
        )
        sides = ", ".join(f"{name}_left, {name}_right" for name in _SIDES)
        ends = run(f"SELECT name, shape, {sides} FROM segments")
        return AddressBook(_addresses(rows), _ends(ends))
    finally:
        database.conn.close()


_SIDES = ("msag", "city", "postal_community", "unincorporated", "neighborhood")


@cache
def _towns(*names: str | None) -> Towns:
    """The same set for the same names: a county has few."""
    return frozenset(name for name in names if name)


def _addresses(
    rows: Iterable[tuple[Any, ...]],
) -> Iterable[tuple[str, str, float, float, Towns]]:
    for number, street, latitude, longitude, *names in rows:
        yield number, street, latitude, longitude, _towns(*names)


def _ends(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, float, float, Towns]]:
    import shapely

    for name, shape, *names in rows:
        for line in shapely.get_parts(shapely.from_wkb(shape)):
            for point in (line.coords[0], line.coords[-1]):
                yield name, point[1], point[0], _towns(*names)


def _spot(row: tuple[Any, Any]) -> Spot:
    """Raises ``ValueError`` for what is nowhere on the globe, nan among it."""
    latitude, longitude = row
    if not all(type(degrees) in (int, float) for degrees in row):
        raise ValueError("degrees are numbers")
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("no place on the globe")
    return float(latitude), float(longitude)


def read_protected(folder: Path) -> tuple[Spot, ...]:
    """Places around which nothing is released: shelters, participants of an address
    confidentiality programme. ``[[place]] latitude, longitude``; without the file there
    are none, and whether that may be says the log: see ``release.protected``. Raises
    ``KnownProblem`` (exit 2): without the list nothing may leave."""
    path = folder / PROTECTED_NAME
    if not os.path.lexists(path):
        return ()
    if not path.is_file():  # a link to nowhere, or what would be waited for
        raise _bad_protected(f"{path} is no file: put it back.")
    try:
        table: dict[str, Any] = tomllib.loads(_text(path))
        rows = [(row["latitude"], row["longitude"]) for row in table["place"]]
        return tuple(map(_spot, rows))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as why:
        text = f"{path}: write [[place]] with latitude and longitude for each place."
        raise _bad_protected(text) from why


def _bad_protected(text: str) -> KnownProblem:
    return KnownProblem("bad_protected_places", text, EXIT_USAGE)


def protected_problem(folder: Path, there: Sequence[Spot], known: InForce) -> str:
    """What is to be said and done when places that were protected are so no more;
    empty when all are there."""
    path, missing = folder / PROTECTED_NAME, known.missing(there)
    if known.lost:
        what = "What the log says of protected places was erased, or changed by hand"
    elif missing:
        places = "place is" if missing == 1 else "places are"
        what = f"{missing} protected {places} missing from {path}"
    else:
        return ""
    return (
        f"{what}: nothing is released. Put that file back as it was, or have a "
        "supervisor or an administrator say that this is meant: "
        f"aliquot release protected --confirm {missing} --as NAME --password-file F"
    )
