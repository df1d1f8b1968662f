"""What folds write with: one connection, and what they touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from aliquot.console.store.marks import Marks

Row = tuple[Any, ...]


class Held(Protocol):
    """Changes that folds hold back, because many at once are quicker."""

    def write(self) -> None:
        """Write them all; what was held is held no more."""


class Tables:
    """The fold tables on one connection.

    ``touched`` collects subjects whose rows changed, as in event heads, and
    ``session`` for who is signed in. What ``cameras`` and ``marks`` hold back is
    written by ``settle``. ``bulk``: the tables are empty, and all are made anew.
    """

    __slots__ = ("cameras", "marks", "run", "run_many", "touched")

    def __init__(self, connection: Any, bulk: bool = False) -> None:
        cursor = connection.cursor()
        self.run = cursor.execute
        self.run_many = cursor.executemany
        self.touched: set[str] = set()
        self.cameras: Held | None = None
        self.marks = Marks(cursor.execute, bulk)

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        row: Row | None = self.run(sql, values).fetchone()
        return row

    def settle(self) -> None:
        """Write what is held back and due: at the end of a work, and before a read."""
        if self.cameras is not None:
            self.cameras.write()
        self.marks.write()
