"""Where a unit is, in words: which way, how fast, how old."""

from __future__ import annotations

from aliquot.console.domain.positions import UnitFix
from aliquot.widgets import words
from aliquot.widgets.cells import EMPTY, Cell
from aliquot.widgets.theme.tokens import Tone

SLOW_MPS = 1.0  # below this a heading is chance
_MPS_MPH = 3600 / 1609.344
# The arrow for who sees it, the letters for who hears it.
ROSE = (
    *(("↑", "N"), ("↗", "NE"), ("→", "E"), ("↘", "SE")),
    *(("↓", "S"), ("↙", "SW"), ("←", "W"), ("↖", "NW")),
)


def way(fix: UnitFix) -> tuple[str, str] | None:
    """Arrow and letters of the heading; None standing, or not known."""
    if fix.heading_deg is None:
        return None
    if fix.speed_mps is not None and fix.speed_mps < SLOW_MPS:
        return None
    return ROSE[round(fix.heading_deg / 45.0) % 8]


def speed_text(fix: UnitFix) -> str:
    if fix.speed_mps is None:
        return ""
    if fix.speed_mps < SLOW_MPS:
        return "standing"
    return f"{fix.speed_mps * _MPS_MPH:.0f} mph"


def age_words(fix: UnitFix, now_us: int) -> str:
    """``position 4 min old``; short ages in seconds, so that a glance is enough."""
    seconds = fix.age_s(now_us)
    if not fix.live:
        return f"last known {_span(seconds)} ago"
    return f"position {_span(seconds)} old"


def _span(seconds: float) -> str:
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h" if whole < 2 * 86_400 else f"{whole // 86_400} d"


def fix_text(fix: UnitFix, now_us: int) -> str:
    """All of it, for a tip or a label."""
    heading = way(fix)
    parts = [speed_text(fix), heading[1] if heading else "", age_words(fix, now_us)]
    if "jump" in fix.warnings:
        parts.append("it jumped: not sure")
    if "estimated" in fix.warnings:
        parts.append("estimated")
    return ", ".join(part for part in parts if part)


def fix_cell(fix: UnitFix | None, now_us: int) -> Cell:
    """Heading and age; grey and with a word when it is old."""
    if fix is None:
        return EMPTY
    heading = way(fix)
    age = words.age_text(fix.age_s(now_us))
    if fix.stale(now_us):
        return Cell(f"old {age}", Tone.MUTED, mono=True, right=True)
    return Cell(f"{heading[0] if heading else '·'} {age}", mono=True, right=True)
