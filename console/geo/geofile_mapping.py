"""A mapping file: what the layers and columns of an agency's own GIS are.

::

    [layers.street_centerlines]        # the layer's name in the source
    is = "RoadCenterLine"              # its name in NENA-STA-006 version 3, or a
                                       # usual one: "hydrants", "landmarks"
    crs = "EPSG:2249"                  # only where the file states none, or a wrong one
    columns = { St_Name = "Street", FromAddr_L = "L_From", ToAddr_L = "L_To" }
    community = "Halden"               # of the rows that name no town

A layer that is not named is not used; a column that is not named is looked for by
the usual names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyproj

from aliquot.console.geo.geofile_fields import TOWNED, WANTED, Kind, layer_kinds
from aliquot.console.problems import EXIT_USAGE, KnownProblem

_KEYS = {"is", "crs", "columns", "community"}


@dataclass(frozen=True, slots=True)
class LayerMapping:
    """``columns``: name of version 3 -> the source's own. ``community``: the town of
    the rows that name none."""

    kind: Kind
    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    community: str | None = None


def load_mapping(path: Path) -> dict[str, LayerMapping]:
    """Layers by name. Raises ``KnownProblem`` ``bad_mapping`` (exit 2)."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise _bad(path, f"cannot be read: {why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise _bad(path, f"is no TOML: {why}") from why
    layers = table.pop("layers", None)
    if table or not isinstance(layers, dict) or not layers:
        raise _bad(path, "write one [layers.NAME] for each layer, and nothing else")
    return {name: _layer(path, name, given) for name, given in layers.items()}


def _layer(path: Path, name: str, given: Any) -> LayerMapping:
    if not isinstance(given, dict) or not given.keys() <= _KEYS or "is" not in given:
        raise _bad(path, f'layers.{name}: write is = "RoadCenterLine" or the like')
    kind = next(iter(layer_kinds([str(given["is"])])), None)
    if kind is None:
        known = ", ".join(kind.value for kind in Kind)
        raise _bad(path, f"layers.{name}.is: {given['is']} is none of {known}")
    return LayerMapping(
        kind,
        _columns(path, name, kind, given),
        _crs(path, name, given),
        _community(path, name, kind, given),
    )


def _community(
    path: Path, name: str, kind: Kind, given: Mapping[str, Any]
) -> str | None:
    town = given.get("community")
    if town is None:
        return None
    if kind not in TOWNED:
        raise _bad(path, f"layers.{name}.community: {kind.value} has no towns")
    if not isinstance(town, str) or not town.strip():
        raise _bad(path, f"layers.{name}.community: write the name of a town")
    return town.strip()


def _columns(
    path: Path, name: str, kind: Kind, given: Mapping[str, Any]
) -> dict[str, str]:
    columns = given.get("columns", {})
    if not isinstance(columns, dict):
        raise _bad(path, f'layers.{name}.columns: write {{ St_Name = "Street" }}')
    for wanted, column in columns.items():
        if wanted not in WANTED[kind] or not isinstance(column, str):
            known = ", ".join(WANTED[kind])
            raise _bad(path, f"layers.{name}.columns: {wanted} is none of {known}")
    return dict(columns)


def _crs(path: Path, name: str, given: Mapping[str, Any]) -> str | None:
    stated = given.get("crs")
    if stated is None:
        return None
    try:
        pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError as why:
        text = f"layers.{name}.crs: {stated} is no coordinate system"
        raise _bad(path, text) from why
    return str(stated)


def _bad(path: Path, what: str) -> KnownProblem:
    return KnownProblem("bad_mapping", f"{path}: {what}.", EXIT_USAGE)
