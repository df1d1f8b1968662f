"""The read side in SQL: one short read of the newest committed state each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from aliquot.console.domain.camera_field import ListedCameras, packed_cameras
from aliquot.console.domain.cameras import reach_m
from aliquot.console.domain.ports import Views
from aliquot.console.domain.positions import UnitFix
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
    UnitOnIncident,
    UnitRow,
)
from aliquot.console.store.call_rows import (
    CALLS,
    NEWEST,
    WAITING,
    call_row,
    heard_counts,
    raw,
    record_row,
)
from aliquot.console.store.camera_views import ALL_LISTED, listed_near, listed_within
from aliquot.console.store.canonical import decoded
from aliquot.console.store.database import said
from aliquot.console.store.incident_rows import (
    INCIDENTS,
    MATCHED,
    incident_row,
    urgency,
)
from aliquot.console.store.line_rows import line_rows
from aliquot.console.store.narrative import notes

LOW_SPACE_BYTES = 1 << 30
LITTLE_SPACE_BYTES = 256 << 20
BLOCK = 512  # rows that are turned at once where all of a table are read


Settle = Callable[[], None]


def nothing_held() -> None:
    """Outside a work all that was folded is in the tables."""


def free_bytes(path: Path) -> int:
    """Free bytes on the disk of the file at ``path``."""
    return shutil.disk_usage(path.parent).free


def space_problem(path: Path) -> str | None:
    """What to say while there still is space, None when there is plenty."""
    free = free_bytes(path)
    if free >= LOW_SPACE_BYTES:
        return None
    left = f"{free >> 20} MB are left on the disk of the log"
    if free >= LITTLE_SPACE_BYTES:
        return f"{left}. Free some space soon."
    return f"{left}. Free some space now: soon nothing can be saved."


class SqlViews:
    """``ports.Views`` on one connection, usable from the thread that opened it."""

    def __init__(self, database: Database, settle: Settle | None = None) -> None:
        """``settle`` is called before a read of what a work may hold back."""
        self._connection: Any = database.conn
        self._settle = settle or nothing_held
        self._path = _path(self._connection)

    @property
    def connection(self) -> Any:
        """For other reads in the same thread."""
        return self._connection

    def close(self) -> None:
        self._connection.close()

    def waiting_calls(self) -> tuple[CallRow, ...]:
        """Ours and not yet taken: live calls in the order of the log, then the rest."""
        self._settle()
        return self._calls(WAITING)

    def recent_calls(self, limit: int = 50) -> tuple[CallRow, ...]:
        """All calls, newest first, those for other positions too.

        The ``limit`` calls that began last, in the order of the log: the wall clock
        may have been set back.
        """
        self._settle()
        return self._calls(NEWEST, limit)

    def heard_counts(self, limit: int = 200) -> HeardCounts:
        with self._reading():
            return heard_counts(self._all, limit)

    def call(self, call_id: str) -> CallDetail | None:
        with self._reading():
            rows = self._calls("WHERE c.call_id = ?", call_id)
            said_of = self._all(
                "SELECT heads.type, heads.body FROM calls, json_each('[' || heard || ']') AS e"
                " JOIN heads ON heads.n = e.value WHERE call_id = ? ORDER BY heads.n",
                call_id,
            )
        if not rows:
            return None
        records = tuple(record_row(kind, body) for kind, body in said_of)
        return CallDetail(row=rows[0], records=records)

    def board(self, closed_limit: int = 50) -> tuple[IncidentRow, ...]:
        """Pending by priority and age, active likewise, closed newest first."""
        with self._reading():
            units = self._working()
            pending, active = (
                self._incidents("WHERE state = ?", units, state)
                for state in ("pending", "active")
            )
            closed = self._incidents(
                "WHERE state = 'closed' ORDER BY closed_at_us DESC, key DESC LIMIT ?",
                units,
                closed_limit,
            )
        return (
            *sorted(pending, key=urgency),
            *sorted(active, key=urgency),
            *closed,
        )

    def incident(self, incident_id: str) -> IncidentRow | None:
        with self._reading():
            found = self._incidents(
                "WHERE incident_id = ?", self._working(incident_id), incident_id
            )
        return found[0] if found else None

    def narrative(self, incident_id: str) -> tuple[NoteRow, ...]:
        """Oldest first. ``person`` is the name, or the id of one without a name."""
        return notes(self._all, incident_id)

    def units(self) -> tuple[UnitRow, ...]:
        rows = self._all(
            "SELECT u.unit_id, service, kind, status, since_us, u.incident_id, number,"
            " u.latitude, u.longitude, f.latitude, f.longitude, f.at_us FROM units AS u"
            " LEFT JOIN incidents AS i ON i.incident_id = u.incident_id"
            " LEFT JOIN unit_fixes AS f ON f.unit_id = u.unit_id"
            " ORDER BY service, u.unit_id"
        )
        return tuple(
            UnitRow(
                unit_id=row[0],
                service=row[1],
                kind=row[2],
                status=row[3],
                since_us=row[4],
                incident_id=row[5],
                incident_number=row[6],
                latitude=row[7],
                longitude=row[8],
                fix=_fix(*row[9:12]),
            )
            for row in rows
        )

    def lines(self) -> tuple[LineRow, ...]:
        self._settle()
        with self._reading():
            return line_rows(self._connection.execute)

    def noise(self, limit: int = 50) -> tuple[NoiseRow, ...]:
        """Newest first."""
        rows = self._all(
            "SELECT line, at_us, reason, body FROM noise JOIN heads USING (n)"
            " ORDER BY n DESC LIMIT ?",
            limit,
        )
        return tuple(
            NoiseRow(line=line, at_us=at_us, reason=reason, raw=raw(decoded(body)))
            for line, at_us, reason, body in rows
        )

    def drafts(self) -> tuple[DraftRow, ...]:
        """Oldest first, by when the form was begun."""
        rows = self._all(
            "SELECT form_id, saved_at_us, body FROM drafts"
            " ORDER BY began_at_us, form_id"
        )
        return tuple(
            DraftRow(form_id=form_id, saved_at_us=at_us, body=decoded(body))
            for form_id, at_us, body in rows
        )

    def people(self) -> tuple[PersonRow, ...]:
        """In the order in which they were added."""
        rows = self._all(
            "SELECT person_id, name, role, public_key FROM people ORDER BY key"
        )
        return tuple(
            PersonRow(person_id=person_id, name=name, role=role, public_key=key)
            for person_id, name, role, key in rows
        )

    def signed_in(self, position: str) -> str | None:
        """The id of the person at a position, None when nobody is."""
        rows = self._all("SELECT person_id FROM sessions WHERE position = ?", position)
        return rows[0][0] if rows else None

    def search(self, text: str, limit: int = 50) -> tuple[IncidentRow, ...]:
        """Incidents in whose place and narrative every word of ``text`` begins a
        word, newest first."""
        words = ['"' + word.replace('"', '""') + '"*' for word in text.split()]
        if not words:
            return ()
        matched = " INTERSECT ".join(MATCHED for _ in words)
        with self._reading():
            return self._incidents(
                f"WHERE key IN ({matched}) ORDER BY key DESC LIMIT ?",
                self._working(),
                *(word for word in words for _ in range(2)),
                limit,
            )

    def incidents_within(
        self, south: float, west: float, north: float, east: float
    ) -> tuple[IncidentRow, ...]:
        """Incidents whose point lies in a box of WGS84 degrees, oldest first."""
        with self._reading():
            return self._incidents(
                "WHERE key IN (SELECT key FROM incident_points WHERE north >= ?"
                " AND south <= ? AND east >= ? AND west <= ?) ORDER BY key",
                self._working(),
                *(south, north, west, east),
            )

    def cameras_near(
        self,
        latitude: float,
        longitude: float,
        radius_m: float,
        uncertainty_m: float | None = None,
    ) -> tuple[CameraNear, ...]:
        """Listed cameras, nearest first. ``domain.cameras.reach_m`` says how far."""
        reach = reach_m(radius_m, uncertainty_m)
        self._settle()
        with self._reading():
            return listed_near(self._all, latitude, longitude, reach)

    def cameras_within(
        self, south: float, west: float, north: float, east: float
    ) -> tuple[CameraRow, ...]:
        """Listed cameras in a box of WGS84 degrees, by id. West above east: the box
        crosses 180°."""
        self._settle()
        with self._reading():
            return listed_within(self._all, south, west, north, east)

    def cameras_listed(
        self, between: Callable[[], None] | None = None
    ) -> ListedCameras:
        """All listed cameras, packed, in the order of the grid."""
        self._settle()
        with self._reading():
            return packed_cameras(self._blocks(ALL_LISTED, between))

    def log_status(self) -> LogStatus:
        with self._reading():
            ((site,),) = self._all("SELECT site FROM site")
            last = self._all("SELECT n, utc_us FROM heads ORDER BY n DESC LIMIT 1")
        n, at_us = last[0] if last else (0, None)
        return LogStatus(
            site=site,
            n=n,
            last_at_us=at_us,
            free_bytes=free_bytes(self._path) if self._path else 0,
            problem=space_problem(self._path) if self._path else None,
        )

    def _calls(self, rest: str, *values: object) -> tuple[CallRow, ...]:
        return tuple(map(call_row, self._all(f"{CALLS} {rest}", *values)))

    def _working(self, incident_id: str | None = None) -> _Units:
        """Units by the incident they work, in the order in which they came."""
        only = "= ?" if incident_id else "IS NOT NULL"
        rows = self._all(
            "SELECT incident_id, unit_id, status, since_us FROM units"
            f" WHERE incident_id {only} ORDER BY since_us, unit_id",
            *([incident_id] if incident_id else []),
        )
        found: dict[str, list[UnitOnIncident]] = {}
        for works, unit_id, status, since in rows:
            unit = UnitOnIncident(unit_id=unit_id, status=status, since_us=since)
            found.setdefault(works, []).append(unit)
        return found

    def _incidents(
        self, rest: str, units: _Units, *values: object
    ) -> tuple[IncidentRow, ...]:
        rows = self._all(f"{INCIDENTS} {rest}", *values)
        return tuple(incident_row(row, units.get(row[0], ())) for row in rows)

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with said(self._path or "in memory"):
            rows: list[tuple[Any, ...]] = self._connection.execute(
                sql, values
            ).fetchall()
        return rows

    def _blocks(
        self, sql: str, between: Callable[[], None] | None
    ) -> Iterator[list[tuple[Any, ...]]]:
        with said(self._path or "in memory"):
            cursor = self._connection.execute(sql)
            while rows := cursor.fetchmany(BLOCK):
                yield rows
                if between is not None:
                    between()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Several statements, one state; within a work, that work's own."""
        if self._connection.in_transaction:
            yield
            return
        with said(self._path or "in memory"):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")


if TYPE_CHECKING:
    _is_views: type[Views] = SqlViews

_Units = dict[str, list[UnitOnIncident]]


def _fix(latitude: float | None, longitude: float | None, at_us: int) -> UnitFix | None:
    if latitude is None or longitude is None:
        return None
    return UnitFix(latitude=latitude, longitude=longitude, at_us=at_us, live=False)


def _path(connection: Any) -> Path | None:
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    return Path(file) if file else None
