"""Types and dispositions of incidents, from the code tables in ``resources/codes``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from typing import Any

from aliquot.console.domain.units import SERVICES


@dataclass(frozen=True, slots=True)
class IncidentType:
    """``priority`` 1 is first, 5 last; ``service`` is law, fire or ems."""

    code: str
    label: str
    priority: int
    service: str


@dataclass(frozen=True, slots=True)
class Disposition:
    """How an incident ended."""

    code: str
    label: str


@cache
def incident_types() -> Mapping[str, IncidentType]:
    """All types by code, in the order of their labels."""
    kinds = [_incident_type(row) for row in _rows("incident_types", "type")]
    return {kind.code: kind for kind in kinds}


@cache
def dispositions() -> Mapping[str, Disposition]:
    """All dispositions by code, in the order of the codes."""
    rows = _rows("dispositions", "disposition")
    return {row["code"]: Disposition(row["code"], row["label"]) for row in rows}


def label(type_code: str | None) -> str | None:
    """The label of a code; an unknown code is its own label."""
    if type_code is None:
        return None
    known = incident_types().get(type_code)
    return known.label if known else type_code


def _rows(table: str, key: str) -> list[dict[str, Any]]:
    data = get_data("aliquot.resources", f"codes/{table}.toml")
    assert data is not None, f"codes/{table}.toml is not installed"
    rows: list[dict[str, Any]] = tomllib.loads(data.decode("utf-8"))[key]
    return rows


def _incident_type(row: dict[str, Any]) -> IncidentType:
    kind = IncidentType(row["code"], row["label"], row["priority"], row["service"])
    if kind.service not in SERVICES or not 1 <= kind.priority <= 5:
        raise ValueError(f"incident_types.toml: {kind.code}: service or priority")
    return kind
