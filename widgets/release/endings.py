"""Why a release ends: codes of the agency's table, with their words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

REFUSE, WITHDRAW, RETRACT = "refuse", "withdraw", "retract"


@dataclass(frozen=True, slots=True)
class Ending:
    """``code`` goes into the log, ``label`` is for a person. ``kinds``: which endings
    a person may give it for; none where only the console gives it."""

    code: str
    label: str
    kinds: frozenset[str]


@cache
def endings() -> tuple[Ending, ...]:
    """All of ``resources/codes/release_endings.toml``, in its order."""
    path = files("aliquot.resources").joinpath("codes", "release_endings.toml")
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(map(_ending, document["ending"]))


def choices_for(kind: str) -> tuple[tuple[str, str], ...]:
    """(code, words) of those a person may give for one of the three."""
    return tuple((e.code, e.label) for e in endings() if kind in e.kinds)


def ending_label(code: str) -> str:
    """What an ending is called; the code itself when no table has it."""
    labels = {e.code: e.label for e in endings()}
    return labels.get(code) or code.replace("_", " ")


def _ending(row: dict[str, Any]) -> Ending:
    return Ending(str(row["code"]), str(row["label"]), frozenset(row.get("for", ())))
