"""Reads of changes of the place tree, and which tree the log says is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aliquot.console.domain.tree_change import Signed, TreeChange, TreeState
from aliquot.console.store.database import open_database, said

_COLUMNS = (
    "key, tree_sha256, replaces, state, asker, asked_at_us, statement, signature,"
    " confirmer, confirmed_at_us, second_statement, second_signature, ended_by,"
    " ended_at_us"
)


class TreeTables:
    """On one connection; within a work it sees what that work appended."""

    def __init__(self, connection: Any) -> None:
        self._run: Any = connection.execute

    def decided(self) -> str | None:
        """SHA-256 of the tree in use: the one that two owners activated last, else
        the one that was in use when the first change was asked for. None: the log
        knows of none, and the geofile's own word counts.

        Raises ``KnownProblem`` of the log.
        """
        with said("of the log"):
            row = (
                self._run(
                    "SELECT tree_sha256 FROM tree_changes WHERE confirmed_n IS NOT NULL"
                    " ORDER BY confirmed_n DESC LIMIT 1"
                ).fetchone()
                or self._run(
                    "SELECT replaces FROM tree_changes WHERE replaces IS NOT NULL"
                    " ORDER BY key LIMIT 1"
                ).fetchone()
            )
        return None if row is None else str(row[0])

    def open(self) -> TreeChange | None:
        """What was asked for and neither confirmed nor withdrawn: one at most."""
        return self._one("WHERE state = ? ORDER BY key DESC", TreeState.ASKED)

    def last_activated(self) -> TreeChange | None:
        return self._one(
            "WHERE state = ? ORDER BY confirmed_n DESC", TreeState.ACTIVATED
        )

    def lapsed(self) -> tuple[TreeChange, ...]:
        """What the newest change of the tree has made void, oldest first."""
        last = self.last_activated()
        if last is None or last.confirmed is None:
            return ()
        at_us = last.confirmed.at_us
        ended = (change for change in self.all() if change.ended_at_us == at_us)
        return tuple(c for c in ended if c.state is TreeState.LAPSED)

    def all(self) -> tuple[TreeChange, ...]:
        """Oldest first."""
        rows = self._run(f"SELECT {_COLUMNS} FROM tree_changes ORDER BY key")
        return tuple(map(_change, rows.fetchall()))

    def _one(self, rest: str, state: TreeState) -> TreeChange | None:
        query = f"SELECT {_COLUMNS} FROM tree_changes {rest} LIMIT 1"
        row = self._run(query, (state.value,)).fetchone()
        return None if row is None else _change(row)


def decided_in(path: Path) -> str | None:
    """``TreeTables.decided`` of the log file at ``path``, from any thread, while
    others write; None when there is no log. Raises ``KnownProblem``."""
    if not path.exists():
        return None
    database = open_database(path, read_only=True)
    try:
        return TreeTables(database.conn).decided() if _has_changes(database) else None
    finally:
        database.conn.close()


def _has_changes(database: Any) -> bool:
    """A log that an older Aliquot wrote has no such table until it is opened to be
    written."""
    with said("of the log"):
        found = database.conn.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'tree_changes'"
        ).fetchone()
    return found is not None


def _change(row: tuple[Any, ...]) -> TreeChange:
    return TreeChange(
        key=row[0],
        tree_sha256=row[1],
        replaces=row[2],
        state=TreeState(row[3]),
        asked=Signed(row[4], row[5], row[6] or b"", row[7] or b""),
        confirmed=(
            None
            if row[8] is None
            else Signed(row[8], row[9], row[10] or b"", row[11] or b"")
        ),
        ended_by=row[12],
        ended_at_us=row[13],
    )
