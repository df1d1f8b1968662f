"""Why a release is refused, withdrawn or retracted: codes of the agency's table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

REFUSE, WITHDRAW, RETRACT = "refuse", "withdraw", "retract"


@dataclass(frozen=True, slots=True)
class Ending:
    """``code`` goes into the log, ``label`` is for a person."""

    code: str
    label: str
    kinds: frozenset[str]


_PLAIN: tuple[Ending, ...] = (
    Ending("not_accurate", "what it says is not right", frozenset((REFUSE, RETRACT))),
    Ending("other", "another reason", frozenset((REFUSE, WITHDRAW, RETRACT))),
)


@cache
def endings() -> tuple[Ending, ...]:
    """All of ``resources/codes/release_endings.toml``, in its order."""
    path = files("aliquot.resources").joinpath("codes", "release_endings.toml")
    if not path.is_file():
        return _PLAIN
    return _read(tomllib.loads(path.read_text(encoding="utf-8"))) or _PLAIN


def endings_for(kind: str) -> tuple[Ending, ...]:
    """Those a person may give for ``REFUSE``, ``WITHDRAW`` or ``RETRACT``."""
    return tuple(e for e in endings() if kind in e.kinds)


def ending_label(code: str) -> str:
    """What an ending is called; the code itself when no table has it."""
    labels = {e.code: e.label for e in endings()}
    return labels.get(code) or code.replace("_", " ")


def _read(document: dict[str, Any]) -> tuple[Ending, ...]:
    found: dict[str, Ending] = {}
    for kind in (REFUSE, WITHDRAW, RETRACT):
        for row in document.get(kind, ()):
            code = str(row["code"])
            kinds = found[code].kinds if code in found else frozenset()
            found[code] = Ending(code, str(row["label"]), kinds | {kind})
    return tuple(found.values())
