"""The tokens of ``resources/theme/tokens.toml`` as frozen values."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from typing import Any


class Theme(Enum):
    DARK = "dark"
    LIGHT = "light"


class Tone(Enum):
    """A role of colour. Each value is a key of the theme's table."""

    BACKGROUND = "background"
    PANEL = "panel"
    RAISED = "raised"
    LINE = "line"
    EDGE = "edge"
    TEXT = "text"
    MUTED = "muted"
    WAITING = "waiting"
    PENDING = "pending"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    AVAILABLE = "available"
    OFF = "off"
    RELEASE = "release"
    DANGER = "danger"
    FOCUS = "focus"
    INK = "ink"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. Lengths are pixels at 100 %; ``colours`` has every ``Tone``."""

    theme: Theme
    colours: dict[Tone, str]
    text_fonts: tuple[str, ...]
    mono_fonts: tuple[str, ...]
    base_px: int
    step: float
    minimum_px: int
    space_px: int
    corner_px: int
    ring_px: int
    row_px: int
    strip_row_px: int
    control_px: int
    flash_hz: float
    fade_ms: int

    def colour(self, tone: Tone) -> str:
        return self.colours[tone]


def load_tokens(theme: Theme) -> Tokens:
    """Raises KeyError when a colour is missing: the file is part of the program."""
    return _tokens(theme, _document())


def _document() -> dict[str, Any]:
    path = files("aliquot.resources").joinpath("theme", "tokens.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _tokens(theme: Theme, document: dict[str, Any]) -> Tokens:
    kind, space, motion = document["type"], document["space"], document["motion"]
    colours = document[theme.value]
    return Tokens(
        theme=theme,
        colours={tone: str(colours[tone.value]) for tone in Tone},
        text_fonts=tuple(kind["text"]),
        mono_fonts=tuple(kind["mono"]),
        base_px=int(kind["base_px"]),
        step=float(kind["step"]),
        minimum_px=int(kind["minimum_px"]),
        space_px=int(space["step_px"]),
        corner_px=int(space["corner_px"]),
        ring_px=int(space["ring_px"]),
        row_px=int(space["row_px"]),
        strip_row_px=int(space["strip_row_px"]),
        control_px=int(space["control_px"]),
        flash_hz=float(motion["flash_hz"]),
        fade_ms=int(motion["fade_ms"]),
    )


def contrast(first: str, second: str) -> float:
    """Contrast of two ``#rrggbb`` colours as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
