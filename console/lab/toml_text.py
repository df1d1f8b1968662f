"""Values as TOML text."""

from __future__ import annotations

import json
from collections.abc import Iterable


def quoted(text: str) -> str:
    """A basic string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def literal(text: str) -> str:
    """A literal string where the text allows it, so that patterns can be read."""
    plain = all(c.isprintable() for c in text) and "'" not in text
    return f"'{text}'" if plain else quoted(text)


def value(one: str | float | bool | Iterable[object]) -> str:
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, str):
        return quoted(one)
    if isinstance(one, int | float):
        return repr(one)
    return "[" + ", ".join(value(x) for x in one) + "]"  # type: ignore[arg-type]


def labelled_head(name: str, samples: int) -> list[str]:
    """The first lines of a labelled layout that was learned, up to what it matches."""
    return [
        f"# Learned from {samples} samples; look it over before a line uses it.",
        'kind = "labelled"',
        f"name = {quoted(name)}",
        f"title = {quoted('Learned from samples')}",
        'family = ""',
        "",
        "[match]",
    ]
