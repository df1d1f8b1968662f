"""A unit on the map: at its fix, else at its home. What is old is said to be."""

from __future__ import annotations

from aliquot.console.domain.rows import UnitRow
from aliquot.widgets.fixes import SLOW_MPS, age_words
from aliquot.widgets.map.model import MapUnit
from aliquot.widgets.statuses import unit_look

AGES_MS = 5_000  # how often ages on the map are said anew


def placed_unit(row: UnitRow, now_us: int) -> MapUnit | None:
    """None for a unit of which no place is known."""
    fix = row.fix
    latitude = fix.latitude if fix is not None else row.latitude
    longitude = fix.longitude if fix is not None else row.longitude
    if latitude is None or longitude is None:
        return None
    look = unit_look(row.status)
    stale = fix is not None and fix.stale(now_us)
    heading = None
    if fix is not None and not stale and (fix.speed_mps or 0) >= SLOW_MPS:
        heading = fix.heading_deg
    return MapUnit(
        unit_id=row.unit_id,
        latitude=latitude,
        longitude=longitude,
        tone=look.tone.value,
        shape=look.shape.value,
        word=look.word,
        busy=row.incident_id is not None,
        heading_deg=heading,
        old=age_words(fix, now_us) if fix is not None and stale else None,
    )
