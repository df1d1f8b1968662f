"""``eido.toml`` in a profile: who we are to other agencies, and who may fetch.

::

    agency = "psap.halden.example"

    [[subscriber]]
    name = "Next County"
    secret_file = "next-county.secret"   # beside it, chmod 600
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aliquot.console.problems import EXIT_USAGE, KnownProblem, in_words
from aliquot.console.settings_options import with_files
from aliquot.drivers.lines.api import LineSettings

FILE_NAME = "eido.toml"
_KNOWN = {"agency", "subscriber"}
_OF_SUBSCRIBER = {"name", "secret_file"}


@dataclass(frozen=True, slots=True)
class EidoSettings:
    """``agency`` is "" when nothing is said. ``secret_files`` by subscriber's name."""

    agency: str = ""
    secret_files: Mapping[str, str] = field(default_factory=dict)


def read_settings(folder: Path) -> EidoSettings:
    """Of a profile's folder; without the file, nothing is set. Raises
    ``KnownProblem`` ``bad_settings`` (exit 2)."""
    path = folder / FILE_NAME
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return EidoSettings()
    except (OSError, UnicodeDecodeError) as why:
        raise _bad(path, in_words(why)) from why
    except tomllib.TOMLDecodeError as why:
        raise _bad(path, str(why)) from why
    if unknown := sorted(given.keys() - _KNOWN):
        raise _bad(path, f"it does not know {', '.join(unknown)}")
    agency = given.get("agency", "")
    if not isinstance(agency, str):
        raise _bad(path, "agency must be a text")
    return EidoSettings(agency, _subscribers(path, given.get("subscriber", [])))


def _subscribers(path: Path, given: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    listed: list[Any] = given if isinstance(given, list) else [None]
    for one in listed:
        if not _is_subscriber(one):
            raise _bad(path, "each [[subscriber]] has a name and a secret_file")
        name = one["name"].strip()
        if name in found or ":" in name:
            raise _bad(path, f"{name}: names differ, and have no colon")
        found[name] = one["secret_file"]
    return found


def _is_subscriber(one: Any) -> bool:
    if not isinstance(one, dict) or set(one) != _OF_SUBSCRIBER:
        return False
    return all(isinstance(value, str) and value.strip() for value in one.values())


def secrets_of(settings: EidoSettings, folder: Path) -> dict[str, str]:
    """By subscriber's name. Raises ``KnownProblem`` ``bad_secret`` (exit 2)."""
    found = {}
    for name, file in settings.secret_files.items():
        reading = LineSettings(options={"secret_file": file})
        found[name] = str(with_files(reading, folder).options["secret"])
    return found


def _bad(path: Path, why: str) -> KnownProblem:
    return KnownProblem("bad_settings", f"{path}: {why}.", EXIT_USAGE)
