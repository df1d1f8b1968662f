"""What ``profile.toml`` says of one line, as it stands there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from aliquot.console import paths
from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem, in_words


def line_table(folder: Path, line: str) -> dict[str, Any] | None:
    """What the file says of a line, as it stands; None when it does not. Raises
    ``KnownProblem`` ``settings_unusable``."""
    path = folder / paths.SETTINGS_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        said = str(why) if isinstance(why, tomllib.TOMLDecodeError) else in_words(why)
        raise unusable(path, said) from why
    rows = table.get("lines", [])
    listed = rows if isinstance(rows, list) else []
    found = [row for row in listed if isinstance(row, dict) and row.get("name") == line]
    return found[0] if found else None


def unusable(path: Path, why: str) -> KnownProblem:
    text = f"{path} cannot be changed: {why}."
    return KnownProblem("settings_unusable", text, EXIT_UNAVAILABLE)
