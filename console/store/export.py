"""The log as JSON, one entry a line: enough to check every hash elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aliquot.console.domain.events import Json
from aliquot.console.store.canonical import decoded
from aliquot.console.store.database import open_database, said
from aliquot.console.store.entry import SELECT, Entry
from aliquot.console.store.verify import refuse_older

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def export(path: Path) -> Iterator[dict[str, Json]]:
    """Entries by (site, n), of one snapshot; nothing for a log that is not there.

    Raises ``KnownProblem``, also on the way when the file is damaged.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    database = open_database(path, read_only=True)
    try:
        with said(path):
            refuse_older(database)
            for row in database.conn.execute(f"{SELECT} ORDER BY site, n"):
                yield entry_json(Entry._make(row))
    finally:
        database.conn.close()


def entry_json(entry: Entry) -> dict[str, Json]:
    """Hashes and salt in lower-case hex. ``erased`` only where it is true."""
    line: dict[str, Json] = {
        "site": entry.site,
        "n": entry.n,
        "at": iso(entry.utc_us),
        "utc_us": entry.utc_us,
        "mono_ns": entry.mono_ns,
        "clock": entry.clock,
        "actor": entry.actor,
        "position": entry.position,
        "type": entry.type,
        "version": entry.version,
        "subject": entry.subject,
        "body_hash": entry.body_hash.hex(),
        "prev": entry.prev.hex(),
        "head": entry.head.hex(),
    }
    if entry.body is None or entry.salt is None:
        return {**line, "body": None, "erased": True}
    return {**line, "salt": entry.salt.hex(), "body": decoded(entry.body)}


def iso(utc_us: int) -> str:
    """ISO 8601 in UTC with Z, to the microsecond."""
    at = _EPOCH + timedelta(microseconds=utc_us)
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
