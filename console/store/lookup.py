"""What the services and the intake ask of the log before they decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from aliquot.console.domain.calls import OVER, SPOKEN, CallState
from aliquot.console.domain.cameras import Registered
from aliquot.console.domain.foreign import ForeignNow
from aliquot.console.domain.locating import LinkRow
from aliquot.console.domain.rows import CallRow, IncidentRow
from aliquot.console.store.call_rows import CALLS, SINCE, call_row
from aliquot.console.store.camera_views import registered_cameras
from aliquot.console.store.folds_locating import location_link
from aliquot.console.store.foreign_views import foreign_now, foreign_seen
from aliquot.console.store.marks import line_ends
from aliquot.console.store.views import Settle, SqlViews, nothing_held

_OVER = tuple(sorted(state.value for state in OVER))


@dataclass(frozen=True, slots=True)
class OpenCallRow:
    """A call that a CTI source told of and that is not over."""

    call_key: str
    answered: bool
    held: bool = False
    moved: bool = False


class Lookup:
    """Reads on one connection; within a work it sees what that work appended."""

    def __init__(self, database: Database, settle: Settle | None = None) -> None:
        """``settle`` is called before a read of what a work may hold back."""
        self._database = database
        self._settle = settle or nothing_held
        self._run: Any = database.conn.execute

    def line_end(self, line: str) -> int:
        """The absolute stream offset up to which the log has the line; 0 at first."""
        self._settle()
        return line_ends(self._run).get(line, 0)

    def open_calls(self, line: str) -> tuple[OpenCallRow, ...]:
        """Calls of a line with a key of the source, neither ended nor abandoned."""
        rows = self._run(
            "SELECT call_key, state, key FROM calls WHERE line = ?1"
            " AND call_key IS NOT NULL AND state NOT IN (?2, ?3) UNION"
            " SELECT k.call_key, state, c.key FROM call_keys AS k"
            " JOIN calls AS c USING (call_id)"
            " WHERE k.line = ?1 AND state NOT IN (?2, ?3) ORDER BY 3, 1",
            (line, *_OVER),
        )
        return tuple(
            OpenCallRow(
                key,
                answered=CallState(state) in SPOKEN,
                held=state == CallState.HELD.value,
                moved=state == CallState.TRANSFERRED.value,
            )
            for key, state, _ in rows
        )

    def calls_since(self, utc_us: int) -> tuple[CallRow, ...]:
        """Calls of which something was heard at or after ``utc_us``, oldest first."""
        self._settle()
        return self._calls(SINCE, utc_us)

    def call_by_key(self, line: str, call_key: str) -> CallRow | None:
        """The newest call of a line with the source's own id."""
        found = self._calls(
            "WHERE c.line = ? AND c.call_key = ? ORDER BY c.key DESC LIMIT 1",
            line,
            call_key,
        ) or self._calls(
            "WHERE c.call_id = (SELECT call_id FROM call_keys"
            " WHERE line = ? AND call_key = ?)",
            line,
            call_key,
        )
        return found[0] if found else None

    def incident_by_form(self, form_id: str) -> IncidentRow | None:
        """The incident that was opened from a form."""
        row = self._run(
            "SELECT incident_id FROM incidents WHERE form_id = ? ORDER BY key",
            (form_id,),
        ).fetchone()
        return None if row is None else SqlViews(self._database).incident(row[0])

    def camera(self, camera_id: str) -> Registered | None:
        """A camera of the registry, listed or not: for those who write, not for the
        window."""
        self._settle()
        return registered_cameras(self._run, (camera_id,)).get(camera_id)

    def cameras(self, camera_ids: Sequence[str]) -> dict[str, Registered]:
        """Those of the cameras that are registered, by id: as ``camera``, at once."""
        self._settle()
        return registered_cameras(self._run, camera_ids)

    def foreign(self, source: str, source_id: str) -> ForeignNow | None:
        """An incident of another CAD by its own number."""
        return foreign_now(self._run, source, source_id)

    def foreign_seen(self, digest: str) -> bool:
        """Whether a report of another CAD is in the log already."""
        return foreign_seen(self._run, digest)

    def location_link(self, token_sha256: str) -> LinkRow | None:
        """A link that was sent, by the hash of its token."""
        return location_link(self._run, token_sha256)

    def picked_place(self, plain: str) -> tuple[str, str, float, float] | None:
        """Address, kind and point that were chosen for a text, by its plain form."""
        row = self._run(
            "SELECT address, kind, latitude, longitude FROM picked_places"
            " WHERE text = ?",
            (plain,),
        ).fetchone()
        return None if row is None else (row[0], row[1], row[2], row[3])

    def next_incident_number(self) -> int:
        """One above the highest there is; the first is 1."""
        (top,) = self._run("SELECT max(number) FROM incidents").fetchone()
        return int(top or 0) + 1

    def _calls(self, rest: str, *values: object) -> tuple[CallRow, ...]:
        return tuple(map(call_row, self._run(f"{CALLS} {rest}", values)))
