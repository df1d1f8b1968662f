"""What the window remembers of itself: ``window.toml`` in the settings folder."""

from __future__ import annotations

import logging
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aliquot.widgets.theme.tokens import Theme

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """``geometry`` and ``state`` are Qt's own bytes in base64; ``keys`` override."""

    theme: Theme = Theme.DARK
    scale: float = 1.0
    reduced_motion: bool = False
    geometry: str = ""
    state: str = ""
    arrangement: str = ""
    keys: dict[str, str] = field(default_factory=dict)


def load_settings(path: Path | None) -> WindowSettings:
    """Defaults where the file is missing or cannot be read: the desk must open."""
    if path is None or not path.exists():
        return WindowSettings()
    try:
        return _from(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as problem:
        _logger.warning("window settings %s not used: %s", path, problem)
        return WindowSettings()


def save_settings(path: Path | None, settings: WindowSettings) -> bool:
    """False when it could not be written; the desk goes on."""
    if path is None:
        return True
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(_text(settings), encoding="utf-8")
        os.replace(fresh, path)
    except OSError as problem:
        _logger.warning("window settings %s not written: %s", path, problem)
        return False
    return True


def _from(document: dict[str, Any]) -> WindowSettings:
    keys = document.get("keys", {})
    return WindowSettings(
        theme=Theme(document.get("theme", "dark")),
        scale=float(document.get("scale", 1.0)),
        reduced_motion=bool(document.get("reduced_motion", False)),
        geometry=str(document.get("geometry", "")),
        state=str(document.get("state", "")),
        arrangement=str(document.get("arrangement", "")),
        keys={str(k): str(v) for k, v in keys.items()},
    )


def _text(settings: WindowSettings) -> str:
    lines = [
        f"theme = {_quoted(settings.theme.value)}",
        f"scale = {settings.scale}",
        f"reduced_motion = {str(settings.reduced_motion).lower()}",
        f"geometry = {_quoted(settings.geometry)}",
        f"state = {_quoted(settings.state)}",
        f"arrangement = {_quoted(settings.arrangement)}",
        "",
        "[keys]",
    ]
    lines += [f"{_quoted(k)} = {_quoted(v)}" for k, v in settings.keys.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
