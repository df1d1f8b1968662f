"""Where a unit is, as far as is known, and how much that is worth. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from aliquot.console.domain.event_base import Json

STALE_S = 60.0  # unless the source's settings say otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFix:
    """The newest fix of a unit. Degrees WGS84; metres a second; degrees clockwise
    from true north; metres. ``at_us`` is UTC µs of when it was true. ``live``: a
    source is telling; else it is the fix at the last change of status. Warnings are
    those of ``drivers.positions.api.FIX_WARNINGS``."""

    latitude: float
    longitude: float
    at_us: int
    speed_mps: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None
    stale_s: float = STALE_S
    live: bool = True
    warnings: tuple[str, ...] = ()

    def age_s(self, now_us: int) -> float:
        return max(0.0, (now_us - self.at_us) / 1e6)

    def stale(self, now_us: int) -> bool:
        """Older than its source should be silent; or not told by a source at all."""
        return not self.live or self.age_s(now_us) > self.stale_s


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionsHealth:
    """One source for the status bar. ``state`` is a value of
    ``drivers.lines.api.LineState``; ``refused`` counts sentences by reason;
    ``unknown`` are names of which the settings know no unit."""

    name: str
    state: str
    message: str
    since_us: int
    last_fix_us: int | None = None
    fixes: int = 0
    units: int = 0
    refused: tuple[tuple[str, int], ...] = ()
    unknown: tuple[str, ...] = ()


class FixFields(TypedDict):
    """What ``UnitStatusChanged`` keeps of a fix."""

    latitude: float | None
    longitude: float | None
    fix_at_us: int | None


def fix_fields(fixes: Mapping[str, Json], unit_id: str) -> FixFields:
    """Of a command's ``fixes``: unit -> [latitude, longitude, at_us]."""
    match fixes.get(unit_id):
        case [
            float() | int() as latitude,
            float() | int() as longitude,
            int() as at_us,
        ]:
            return FixFields(latitude=latitude, longitude=longitude, fix_at_us=at_us)
    return FixFields(latitude=None, longitude=None, fix_at_us=None)
