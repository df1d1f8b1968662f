"""Why a release ended: codes of ``resources/codes/release_endings.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

REFUSE, WITHDRAW, RETRACT = "refuse", "withdraw", "retract"
UNNAMED = "not_for_release"


@dataclass(frozen=True, slots=True)
class Ending:
    """``given_for``: refuse, withdraw, retract; none for what no person gives."""

    code: str
    label: str
    given_for: frozenset[str]


@cache
def endings() -> dict[str, Ending]:
    """All by code, in the order of the file."""
    file = resources.files("aliquot.resources") / "codes" / "release_endings.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        row["code"]: Ending(row["code"], row["label"], frozenset(row.get("for", ())))
        for row in table["ending"]
    }


def choices(act: str) -> tuple[Ending, ...]:
    """What a person may give as the reason to ``refuse``, ``withdraw``, ``retract``."""
    return tuple(e for e in endings().values() if act in e.given_for)


def label(code: str) -> str:
    """The words for a code; the code itself when there are none."""
    found = endings().get(code)
    return found.label if found is not None else code
