"""The read side of the desk in memory."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aliquot.console.domain.camera_field import ListedCameras, packed_cameras
from aliquot.console.domain.cameras import reach_m
from aliquot.console.domain.rows import (
    CallDetail,
    CallRow,
    CameraNear,
    CameraRow,
    DraftRow,
    HeardCounts,
    IncidentRow,
    LineRow,
    LogStatus,
    NoiseRow,
    NoteRow,
    PersonRow,
    UnitRow,
)


def _urgency(row: IncidentRow) -> tuple[int, int]:
    value = row.fields.get("priority")
    return (value if isinstance(value, int) else 9, row.opened_at_us)


class FakeViews:
    def __init__(self, desk: Any) -> None:
        self._desk = desk

    def waiting_calls(self) -> tuple[CallRow, ...]:
        rows = [r for r in self._calls() if r.waiting and r.ours]
        over = ("abandoned", "ended")
        return tuple(sorted(rows, key=lambda r: (r.state in over, r.first_at_us)))

    def recent_calls(self, limit: int = 50) -> tuple[CallRow, ...]:
        rows = sorted(self._calls(), key=lambda r: -r.first_at_us)
        return tuple(rows[:limit])

    def heard_counts(self, limit: int = 200) -> HeardCounts:
        recent = self.recent_calls(limit)
        return HeardCounts(
            abandoned=sum(r.state == "abandoned" and r.ours for r in recent),
            elsewhere=sum(not r.ours for r in recent),
            noise=dict(Counter(row.reason for row in self.noise(limit))),
        )

    def call(self, call_id: str) -> CallDetail | None:
        row = self._desk.calls.get(call_id)
        return CallDetail(row=row, records=()) if row else None

    def board(self, closed_limit: int = 50) -> tuple[IncidentRow, ...]:
        with self._desk._lock:
            rows = list(self._desk.incidents.values())
        out: list[IncidentRow] = []
        for state in ("pending", "active"):
            out += sorted((r for r in rows if r.state == state), key=_urgency)
        closed = [r for r in rows if r.state == "closed"]
        closed.sort(key=lambda r: -(r.closed_at_us or 0))
        return tuple(out + closed[:closed_limit])

    def incident(self, incident_id: str) -> IncidentRow | None:
        return self._desk.incidents.get(incident_id)

    def narrative(self, incident_id: str) -> tuple[NoteRow, ...]:
        return tuple(self._desk.notes.get(incident_id, ()))

    def units(self) -> tuple[UnitRow, ...]:
        with self._desk._lock:
            return tuple(self._desk.units.values())

    def lines(self) -> tuple[LineRow, ...]:
        return tuple(self._desk.lines.values())

    def noise(self, limit: int = 50) -> tuple[NoiseRow, ...]:
        return tuple(self._desk.noises[:limit])

    def drafts(self) -> tuple[DraftRow, ...]:
        rows = self._desk.draft_rows.values()
        return tuple(sorted(rows, key=lambda r: r.saved_at_us))

    def people(self) -> tuple[PersonRow, ...]:
        return tuple(p for p, _ in self._desk.people.values())

    def cameras_near(
        self,
        latitude: float,
        longitude: float,
        radius_m: float,
        uncertainty_m: float | None = None,
    ) -> tuple[CameraNear, ...]:
        """Those whose distance, given beforehand, is within reach."""
        reach = reach_m(radius_m, uncertainty_m)
        return tuple(c for c in self._desk.cameras_near if c.distance_m <= reach)

    def cameras_within(
        self, south: float, west: float, north: float, east: float
    ) -> tuple[CameraRow, ...]:
        return tuple(
            c
            for c in self._desk.cameras
            if south <= c.latitude <= north and west <= c.longitude <= east
        )

    def cameras_listed(self, between: object = None) -> ListedCameras:
        rows = [
            (c.camera_id, c.latitude, c.longitude, c.azimuth_deg, c.field_of_view_deg)
            for c in self._desk.cameras
        ]
        return packed_cameras([rows])

    def log_status(self) -> LogStatus:
        return self._desk.log

    def _calls(self) -> list[CallRow]:
        with self._desk._lock:
            return list(self._desk.calls.values())
