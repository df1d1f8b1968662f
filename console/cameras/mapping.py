"""Which column of a file is what: written down in TOML, bundled, or guessed.

Consent is never guessed. A column that says whether owners let their cameras be
listed counts only when a mapping names it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aliquot.console.cameras.source import WGS84, Table
from aliquot.console.problems import EXIT_USAGE, KnownProblem

NEEDED = ("camera_id", "latitude", "longitude")
FIELDS = (
    *NEEDED,
    *("azimuth_deg", "field_of_view_deg", "range_m", "kind", "owner", "consent"),
)
YES = ("yes", "y", "true", "1", "opted in", "opt-in", "listed", "consented")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """``columns``: field -> column. ``prefix`` goes before every id, so that files
    whose ids are alike can stand beside each other. ``constants``: kind and owner
    for all rows. ``yes``: values of the consent column that mean yes, any case;
    ``terms_sha256`` is of what was agreed to."""

    columns: MappingOf[str, str]
    prefix: str = ""
    crs: str | None = None
    constants: MappingOf[str, str] = field(default_factory=dict)
    yes: tuple[str, ...] = YES
    terms_sha256: str | None = None

    @property
    def terms(self) -> str:
        """The hash of the terms; where none were given, of which word counted."""
        if self.terms_sha256 is not None:
            return self.terms_sha256
        said = {"column": self.columns.get("consent"), "yes": sorted(self.yes)}
        plain = json.dumps({"aliquot.consent.list/1": said}, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()


BUNDLED: MappingOf[str, Mapping] = {
    "openstreetmap": Mapping(
        columns={
            "camera_id": "osm_node_id",
            "latitude": "latitude",
            "longitude": "longitude",
            "azimuth_deg": "camera:direction",
            "kind": "camera:type",
        },
        prefix="osm-",
    ),
}
"""By name. OpenStreetMap's ``camera:angle`` is a tilt, so no field of view."""


class _Wrong(ValueError):  # noqa: N818 - a sentence for whoever wrote the file
    """What is wrong with a mapping."""


def load_mapping(name: str) -> Mapping:
    """A bundled one by its name, else a TOML file.

    Raises ``KnownProblem`` ``bad_mapping`` (exit 2).
    """
    if name in BUNDLED:
        return BUNDLED[name]
    path = Path(name)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return _parse(found, path.parent)
    except FileNotFoundError as why:
        known = ", ".join(sorted(BUNDLED))
        text = f"There is no mapping {name}: give a TOML file or one of {known}."
        raise KnownProblem("bad_mapping", text, EXIT_USAGE) from why
    except (OSError, ValueError) as why:
        raise KnownProblem("bad_mapping", f"{name}: {why}.", EXIT_USAGE) from why


def _parse(found: dict[str, Any], beside: Path) -> Mapping:
    _only(found, "a mapping", ("columns", "constants", "consent", "prefix", "crs"))
    columns = _texts(found.get("columns", {}), "columns", FIELDS)
    constants = _texts(found.get("constants", {}), "constants", ("kind", "owner"))
    consent = found.get("consent", {})
    _only(consent, "consent", ("yes", "terms"))
    if consent and "consent" not in columns:
        raise _Wrong("consent needs a column: columns.consent")
    yes = consent.get("yes", list(YES))
    if isinstance(yes, str) or not all(isinstance(word, str) for word in yes):
        raise _Wrong("consent.yes is a list of texts")
    return Mapping(
        columns=columns,
        constants=constants,
        prefix=_text(found, "prefix") or "",
        crs=_text(found, "crs"),
        yes=tuple(yes),
        terms_sha256=_terms(_text(consent, "terms"), beside),
    )


def _terms(name: str | None, beside: Path) -> str | None:
    return name and hashlib.sha256((beside / name).read_bytes()).hexdigest()


def _text(found: dict[str, Any], key: str) -> str | None:
    value = found.get(key)
    if not isinstance(value, str | None):
        raise _Wrong(f"{key} is a text")
    return value


def _texts(found: Any, name: str, known: tuple[str, ...]) -> dict[str, str]:
    _only(found, name, known)
    if not all(isinstance(value, str) for value in found.values()):
        raise _Wrong(f"{name} are texts")
    return dict(found)


def _only(found: Any, name: str, known: tuple[str, ...]) -> None:
    if not isinstance(found, dict):
        raise _Wrong(f"{name} is a table")
    if unknown := sorted(set(found) - set(known)):
        raise _Wrong(f"{name} has no {unknown[0]}, only {', '.join(known)}")


def check_columns(mapping: Mapping, table: Table) -> None:
    """Raises ``KnownProblem`` ``bad_mapping`` when a column is not in the file."""
    wanted = {f: mapping.columns.get(f) for f in NEEDED}
    if missing := [f for f, column in wanted.items() if column is None]:
        text = f"The mapping names no column for {missing[0]}."
        raise KnownProblem("bad_mapping", text, EXIT_USAGE)
    optional = BUNDLED.values()
    for field_, column in mapping.columns.items():
        loose = mapping in optional and field_ not in NEEDED
        if column not in table.columns and not loose:
            has = ", ".join(table.columns)
            text = f"The file has no column {column} ({field_}). It has: {has}."
            raise KnownProblem("bad_mapping", text, EXIT_USAGE)


# Names of columns without case and signs: what comes first is surer.
_NAMES: MappingOf[str, tuple[tuple[str, ...], ...]] = {
    "camera_id": (
        ("cameraid",),
        ("id", "objectid", "osmnodeid", "osmid", "nodeid", "assetid", "deviceid"),
        ("featureid",),
    ),
    "latitude": (("pointlatitude",), ("latitude", "lat"), ("y",)),
    "longitude": (("pointlongitude",), ("longitude", "lon", "lng", "long"), ("x",)),
    "azimuth_deg": (("azimuth", "azimuthdeg", "cameradirection"),),
    "field_of_view_deg": (("fieldofview", "fieldofviewdeg", "hfov", "fov"),),
    "range_m": (("rangem",),),
    "kind": (("kind", "cameratype"),),
    "owner": (("ownercode", "ownerid"),),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """``doubts``: why it is not certain, in words; empty when it is."""

    mapping: Mapping
    doubts: tuple[str, ...]


def guess(table: Table) -> Guess:
    """Read a mapping off the names of columns, and check it against the rows."""
    columns: dict[str, str] = {}
    doubts: list[str] = []
    for field_, tiers in _NAMES.items():
        found = _named(table.columns, tiers)
        if len(found) == 1:
            columns[field_] = found[0]
        elif found:
            doubts.append(f"{field_} may be {' or '.join(found)}")
        elif field_ in NEEDED:
            doubts.append(f"no column is called like {field_}")
    if not doubts:
        doubts += _misfits(table, columns)
    return Guess(Mapping(columns=columns), tuple(doubts))


def _named(columns: tuple[str, ...], tiers: tuple[tuple[str, ...], ...]) -> list[str]:
    for names in tiers:
        found = [c for c in columns if re.sub(r"[\W_]", "", c).lower() in names]
        if found:
            return found
    return []


def _misfits(table: Table, columns: dict[str, str]) -> list[str]:
    """What the values say against columns that are named as they should be."""
    degrees = (("latitude", 90.0), ("longitude", 180.0))
    ids: set[str] = set()
    count, wrong = 0, dict.fromkeys(columns.values(), 0)
    for row in table.rows:
        if row.fault is None:
            count += 1
            ids.add(row.values.get(columns["camera_id"], ""))
            for field_, limit in degrees:
                column = columns[field_]
                wrong[column] += not _degrees(row.values.get(column, ""), limit)
    misfits = []
    if 2 * len(ids - {""}) <= count and count:
        misfits.append(f"{columns['camera_id']} is not one id a row")
    for field_, _ in degrees if table.crs in (None, WGS84) else ():
        column = columns[field_]
        if wrong[column] * (20 if len(column) == 1 else 2) > count:  # X and Y are vague
            misfits.append(f"{column} does not look like {field_} in degrees")
    return misfits


def _degrees(text: str, limit: float) -> bool:
    try:
        return abs(float(text.replace(",", "."))) <= limit
    except ValueError:
        return text == ""


def as_toml(mapping: Mapping) -> str:
    """The columns of a mapping as a file that can be corrected and given again."""
    lines = [f"{f} = {json.dumps(c, ensure_ascii=False)}" for f, c in _pairs(mapping)]
    return "\n".join(["[columns]", *lines])


def _pairs(mapping: Mapping) -> list[tuple[str, str]]:
    return [(f, mapping.columns[f]) for f in FIELDS if f in mapping.columns]
