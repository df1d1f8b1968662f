"""Colours of the map, made from the theme's tokens."""

from __future__ import annotations

from functools import cache

from aliquot.widgets.map.model import ThemeName
from aliquot.widgets.theme.tokens import Theme, Tone, load_tokens

# How far from the ground towards another token each kind of base line lies.
BASE = {
    "street": ("muted", 0.25),
    "major": ("muted", 0.42),
    "boundary": ("muted", 0.55),
    "beat": ("muted", 0.45),
    "beat_name": ("muted", 0.62),
    "water": ("pending", 0.10),
    "park": ("available", 0.09),
    "campus": ("muted", 0.08),
}


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(ground: str, other: str, share: float) -> str:
    """``#rrggbb`` lying ``share`` (0 to 1) of the way from ground to other."""
    pairs = zip(_channels(ground), _channels(other), strict=True)
    mixed = (round(a + (b - a) * share) for a, b in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


@cache
def map_colours(theme: ThemeName) -> dict[str, str]:
    """Every colour of the page by name, ``#rrggbb``. Do not change the result."""
    tokens = load_tokens(Theme(theme))
    colours = {tone.value: tokens.colour(tone) for tone in Tone}
    ground = colours["background"]
    base = {k: mix(ground, colours[to], share) for k, (to, share) in BASE.items()}
    calls = {"taken": colours["pending"], "incident": colours["dispatched"]}
    return colours | calls | base
