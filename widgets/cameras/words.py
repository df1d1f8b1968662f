"""How cameras near a call are said."""

from __future__ import annotations

from collections.abc import Sequence

from aliquot.console.domain.cameras import LOOK_CAP_M, LOOK_RADIUS_M, reach_m
from aliquot.console.domain.rows import CameraNear
from aliquot.widgets import words

_POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
FACING: dict[bool | None, str] = {True: "yes", False: "no", None: "unknown"}


def bearing_text(degrees: float) -> str:
    """``NE 045°``: clockwise from true north, seen from the call."""
    whole = round(degrees) % 360
    return f"{_POINTS[round(whole / 45) % 8]} {whole:03}°"


def reach_text(uncertainty_m: float | None) -> str:
    """How far was looked, and why so far."""
    far = words.metres_text(reach_m(LOOK_RADIUS_M, uncertainty_m))
    if not uncertainty_m:
        return f"within {far}"
    unsure = words.metres_text(uncertainty_m)
    if LOOK_RADIUS_M + uncertainty_m > LOOK_CAP_M:
        return f"within {far} (the call's own ±{unsure} reaches farther)"
    return f"within {far} (the call's ±{unsure} in it)"


def found_text(found: Sequence[CameraNear], uncertainty_m: float | None) -> str:
    reach = reach_text(uncertainty_m)
    if not found:
        return f"No listed camera {reach}."
    facing = sum(camera.facing is True for camera in found)
    count = "1 listed camera" if len(found) == 1 else f"{len(found)} listed cameras"
    return f"{count} {reach}. {facing or 'None'} known to face it."
