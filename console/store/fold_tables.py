"""What folds write with: one connection, and what they touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

Row = tuple[Any, ...]


# The log's own mark and those of lines in one statement: ``%s`` is one group of
# values for each line.
_MARK = (
    "INSERT INTO marks(name, upto, head, last_record_us, records)"
    " VALUES('log', ?, ?, NULL, 0)%s ON CONFLICT(name) DO UPDATE SET"
    " upto = max(upto, excluded.upto), head = excluded.head,"
    " last_record_us = coalesce(excluded.last_record_us, last_record_us),"
    " records = records + excluded.records"
)
_LINE = ", (?, ?, NULL, ?, ?)"


class Held(Protocol):
    """Changes that folds hold back, because many at once are quicker."""

    def write(self) -> None:
        """Write them all; what was held is held no more."""


class Tables:
    """The fold tables on one connection.

    ``touched`` collects subjects whose rows changed, as in event heads, and
    ``session`` for who is signed in. How far lines were read is held back until
    ``mark``: many records of a line are one write. So is what ``cameras`` holds.
    """

    __slots__ = ("_lines", "cameras", "run", "run_many", "touched")

    def __init__(self, connection: Any) -> None:
        cursor = connection.cursor()
        self.run = cursor.execute
        self.run_many = cursor.executemany
        self.touched: set[str] = set()
        self.cameras: Held | None = None
        self._lines: dict[str, tuple[int, int, int]] = {}

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        row: Row | None = self.run(sql, values).fetchone()
        return row

    def line_went_on(self, line: str, end: int, at_us: int) -> None:
        """A line was heard up to the offset ``end`` at ``at_us`` (UTC µs)."""
        subject = f"line:{line}"
        before = self._lines.get(subject)
        if before is None:
            self._lines[subject] = (end, at_us, 1)
        else:
            self._lines[subject] = (max(end, before[0]), at_us, before[2] + 1)
        self.touched.add(subject)

    def mark(self, n: int, head: bytes) -> None:
        """Write what is held back, and how far the log is folded and lines are read."""
        if self.cameras is not None:
            self.cameras.write()
        values: list[Any] = [n, head]
        for subject, line in self._lines.items():
            values += (subject, *line)
        self.run(_MARK % (_LINE * len(self._lines)), values)
        self._lines.clear()
