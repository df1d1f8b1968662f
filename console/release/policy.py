"""A policy: what may be released, where to, and how old. Default deny.

``parse`` reads the text of a policy file and refuses it whole when anything in it
is unknown, missing or forbidden; each complaint names the file, the key, and what
to do. Changing any byte that counts changes ``sha256``, and with it voids what was
approved under the old one.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import rfc8785

from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.console.release.codes import (
    AGENCIES,
    FINEST_LEVELS,
    TABLES_SHA256,
    Category,
    Channel,
)
from aliquot.console.release.constants import Constants, PublicPlace
from aliquot.console.release.policy_check import FORMAT, complaints


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """``expire_us``: an incident received longer ago is not sent there (µs)."""

    expire_us: int
    without: frozenset[Category] = frozenset()


@dataclass(frozen=True)
class Policy:
    """Times in µs. ``k``: least parcels of a region of level 1, 2, 3 and above.

    ``levels`` are coarser levels than the table's; ``types`` and ``statuses`` are the
    agency's own words in terms of the tables: its reviewed mapping.
    """

    version: int
    agency_code: str
    agency: str
    time_zone: str
    embargo_us: int
    approval_us: int
    k: tuple[int, int, int]
    require_reviewed_labels: bool
    categories: frozenset[Category]
    channels: Mapping[Channel, ChannelRule]
    levels: Mapping[Category, int] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)

    def allows(self, category: Category, channel: Channel) -> bool:
        """Whether it names both. What it does not name is denied."""
        rule = self.channels.get(channel)
        listed = category in self.categories
        return listed and rule is not None and category not in rule.without

    def level(self, category: Category) -> int:
        """The level of the place tree: the table's, or a coarser one."""
        finest = FINEST_LEVELS[category]
        return max(finest, self.levels.get(category, finest))

    def least_parcels(self, level: int) -> int:
        return self.k[min(level, len(self.k)) - 1]

    def constants(self, places: Mapping[int, PublicPlace]) -> Constants:
        """With the public part of a place tree: what ``render`` needs."""
        return Constants(self.agency, self.agency_code, self.version, places)

    @cached_property
    def sha256(self) -> str:
        """The hash of all that the policy says and of the tables it stands on."""
        return hashlib.sha256(rfc8785.dumps(self.plain())).hexdigest()

    def plain(self) -> dict[str, Any]:
        """All of that as JSON values: what ``sha256`` is of, and what the log keeps."""
        return {
            "format": FORMAT,
            "tables_sha256": TABLES_SHA256,
            "version": self.version,
            "agency": [self.agency_code, self.agency],
            "time_zone": self.time_zone,
            "embargo_us": self.embargo_us,
            "approval_us": self.approval_us,
            "k": list(self.k),
            "require_reviewed_labels": self.require_reviewed_labels,
            "categories": sorted(c.name for c in self.categories),
            "channels": {
                channel.name: [rule.expire_us, sorted(c.name for c in rule.without)]
                for channel, rule in self.channels.items()
            },
            "levels": {c.name: level for c, level in self.levels.items()},
            "types": dict(self.types),
            "statuses": dict(self.statuses),
        }


def parse(text: str, where: str) -> Policy:
    """The policy of a file that messages call ``where``.

    Raises ``KnownProblem`` ``bad_policy`` (exit 2) that lists every complaint.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise _refusal(where, [f"it is no TOML: {why}."]) from why
    if found := complaints(table):
        raise _refusal(where, found)
    return _policy(table)


def _refusal(where: str, lines: list[str]) -> KnownProblem:
    text = "\n".join(f"{where}: {line}" for line in lines)
    return KnownProblem("bad_policy", text, EXIT_USAGE)


def _policy(table: Mapping[str, Any]) -> Policy:
    names = {**AGENCIES, **table.get("agencies", {})}
    one, two, three = table["k"]
    return Policy(
        version=table["version"],
        agency_code=table["agency"],
        agency=names[table["agency"]],
        time_zone=table["time_zone"],
        embargo_us=_minutes(table["embargo_minutes"]),
        approval_us=_minutes(table["approval_minutes"]),
        k=(one, two, three),
        require_reviewed_labels=table["require_reviewed_labels"],
        categories=_categories(table["categories"]),
        channels={
            Channel[name.upper()]: ChannelRule(
                _minutes(rule["expire_minutes"]), _categories(rule.get("without", ()))
            )
            for name, rule in table["channels"].items()
        },
        levels={
            Category[name.upper()]: level
            for name, level in table.get("levels", {}).items()
        },
        types=dict(table.get("types", {})),
        statuses=dict(table.get("statuses", {})),
    )


def _minutes(count: int) -> int:
    return count * 60 * 10**6


def _categories(names: Any) -> frozenset[Category]:
    return frozenset(Category[name.upper()] for name in names)
