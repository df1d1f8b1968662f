"""``eido.toml`` in a profile: who we are to other agencies, who may fetch, and who
is given what is handed over.

::

    agency = "psap.halden.example"

    [[subscriber]]
    name = "Next County"
    secret_file = "next-county.secret"   # beside it, chmod 600

    [[receiver]]
    name = "Next County"
    url = "https://psap.next.example/eido"     # or folder = "to-next-county"
    user = "halden"                            # HTTP Basic; without: a bearer token
    secret_file = "next-county.secret"
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
_KNOWN = {"agency", "subscriber", "receiver"}
_OF_SUBSCRIBER = {"name", "secret_file"}
_OF_RECEIVER = {"name", "url", "folder", "user", "secret_file"}


@dataclass(frozen=True, slots=True)
class Receiver:
    """An agency that goes on with calls: either ``url`` or ``folder``."""

    name: str
    url: str = ""
    folder: str = ""
    user: str = ""
    secret_file: str = ""


@dataclass(frozen=True, slots=True)
class EidoSettings:
    """``agency`` is "" when nothing is said. ``secret_files`` by subscriber's name."""

    agency: str = ""
    secret_files: Mapping[str, str] = field(default_factory=dict)
    receivers: tuple[Receiver, ...] = ()

    def receiver(self, name: str) -> Receiver | None:
        wanted = name.strip().casefold()
        found = (one for one in self.receivers if one.name.casefold() == wanted)
        return next(found, None)


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
    return EidoSettings(
        agency,
        _subscribers(path, given.get("subscriber", [])),
        _receivers(path, given.get("receiver", [])),
    )


def _receivers(path: Path, given: Any) -> tuple[Receiver, ...]:
    found: list[Receiver] = []
    listed: list[Any] = given if isinstance(given, list) else [None]
    for one in listed:
        if (problem := _not_a_receiver(one)) is not None:
            raise _bad(path, f"each [[receiver]]: {problem}")
        made = Receiver(**one)
        if any(made.name.casefold() == other.name.casefold() for other in found):
            raise _bad(path, f"{made.name}: the names of receivers differ")
        found.append(made)
    return tuple(found)


def _not_a_receiver(one: Any) -> str | None:
    """None when it is one, else what to write."""
    if not isinstance(one, dict) or not set(one) <= _OF_RECEIVER or "name" not in one:
        return f"has a name, and of {', '.join(sorted(_OF_RECEIVER))} what it needs"
    if not all(isinstance(value, str) and value.strip() for value in one.values()):
        return "every value is a text"
    if ("url" in one) == ("folder" in one):
        return f"{one['name']}: give either a url or a folder"
    if "url" in one:
        from aliquot.drivers.ng911.eido_post import check_url

        problem = check_url(one["url"])
        return None if problem is None else f"{one['name']}: {problem}"
    return (
        "a folder has no user and no secret"
        if set(one) & {"user", "secret_file"}
        else None
    )


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


def secret_of(receiver: Receiver, folder: Path) -> str:
    """ "" where none is named. Raises ``KnownProblem`` ``bad_secret`` (exit 2)."""
    if not receiver.secret_file:
        return ""
    reading = LineSettings(options={"secret_file": receiver.secret_file})
    return str(with_files(reading, folder).options["secret"])


def secrets_of(settings: EidoSettings, folder: Path) -> dict[str, str]:
    """By subscriber's name. Raises ``KnownProblem`` ``bad_secret`` (exit 2)."""
    found = {}
    for name, file in settings.secret_files.items():
        reading = LineSettings(options={"secret_file": file})
        found[name] = str(with_files(reading, folder).options["secret"])
    return found


def _bad(path: Path, why: str) -> KnownProblem:
    return KnownProblem("bad_settings", f"{path}: {why}.", EXIT_USAGE)
