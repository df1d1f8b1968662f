"""The newest fix of each unit, in memory: read by the desk, never in the log.

Written by the threads that read positions, read by any. Who asks for what changed
is given it at most four times a second, all sources together.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from aliquot.console.domain.event_base import Json
from aliquot.console.domain.positions import PositionsHealth, UnitFix
from aliquot.console.domain.rows import LineRow, UnitRow

TOLD_NS = 250 * 10**6
SUBJECT = "position:"
MOST_UNITS = 4096


class PositionBook:
    """Fixes by unit, and the health of their sources by name."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._fixes: dict[str, UnitFix] = {}
        self._health: dict[str, PositionsHealth] = {}
        self._changed: set[str] = set()
        self._told_ns: int | None = None

    def put(self, unit_id: str, fix: UnitFix) -> None:
        """The newest by ``at_us`` wins: sources may bring fixes out of their order."""
        with self._guard:
            before = self._fixes.get(unit_id)
            if before is not None and before.at_us > fix.at_us:
                return
            if before is None and len(self._fixes) >= MOST_UNITS:
                return
            self._fixes[unit_id] = fix
            self._changed.add(unit_id)

    def put_health(self, health: PositionsHealth) -> None:
        with self._guard:
            self._health[health.name] = health

    def take_changed(self, mono_ns: int) -> frozenset[str]:
        """Subjects of what changed since the last time; nothing when that was less
        than a quarter of a second ago."""
        with self._guard:
            early = self._told_ns is not None and mono_ns - self._told_ns < TOLD_NS
            if not self._changed or early:
                return frozenset()
            self._told_ns = mono_ns
            found = frozenset(SUBJECT + unit_id for unit_id in self._changed)
            self._changed.clear()
            return found

    @property
    def waiting(self) -> bool:
        """Whether something changed that was not told yet."""
        return bool(self._changed)

    def fix(self, unit_id: str) -> UnitFix | None:
        return self._fixes.get(unit_id)

    def health(self) -> tuple[PositionsHealth, ...]:
        with self._guard:
            return tuple(self._health[name] for name in sorted(self._health))

    def overlay(self, rows: tuple[UnitRow, ...]) -> tuple[UnitRow, ...]:
        """The units with their newest fix, where it is newer than the log's."""
        return tuple(self._with_fix(row) for row in rows)

    def _with_fix(self, row: UnitRow) -> UnitRow:
        live = self._fixes.get(row.unit_id)
        if live is None or (row.fix is not None and row.fix.at_us > live.at_us):
            return row
        return replace(row, fix=live)

    def line_rows(self) -> tuple[LineRow, ...]:
        """The sources as the status bar shows lines; fixes are its records."""
        return tuple(
            LineRow(
                line=health.name,
                state=health.state,
                message=health.message,
                since_us=health.since_us,
                last_record_us=health.last_fix_us,
                records=health.fixes,
                noise=sum(count for _, count in health.refused),
            )
            for health in self.health()
        )

    def said(self, unit_ids: Iterable[str] | None, now_us: int) -> dict[str, Json]:
        """What an event of a unit keeps: unit -> [latitude, longitude, at_us] of fixes
        that are not stale. None: of all units."""
        with self._guard:
            fixes = dict(self._fixes)
        wanted = fixes.keys() if unit_ids is None else unit_ids
        return {
            unit_id: [fix.latitude, fix.longitude, fix.at_us]
            for unit_id in wanted
            if (fix := fixes.get(unit_id)) is not None and not fix.stale(now_us)
        }
