"""What was handed over to other agencies, read out of the log. See ``events``."""

from __future__ import annotations

from pathlib import Path

from aliquot.console.domain.events import IncidentHandedOver
from aliquot.console.store.database import open_database
from aliquot.console.store.entry import SELECT, Entry

_AFTER = f"{SELECT} WHERE type = ? AND n > ? ORDER BY n"


class HandOvers:
    """A reader of its own on a log that a console may be writing."""

    def __init__(self, path: Path) -> None:
        self._database = open_database(path, read_only=True)

    def after(self, n: int) -> list[tuple[int, IncidentHandedOver]]:
        """Entries after ``n`` with their numbers; what was erased is not there."""
        rows = self._database.conn.execute(_AFTER, (IncidentHandedOver.TYPE, n))
        found = []
        for row in rows:
            entry = Entry._make(row)
            event = entry.event
            if isinstance(event, IncidentHandedOver):
                found.append((entry.n, event))
        return found

    def close(self) -> None:
        self._database.conn.close()
