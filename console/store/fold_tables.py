"""What folds write with: one connection, and what they touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = tuple[Any, ...]


class Tables:
    """The fold tables on one connection.

    ``touched`` collects subjects whose rows changed, as in event heads, and
    ``session`` for who is signed in.
    """

    def __init__(self, connection: Any) -> None:
        self.run = connection.execute
        self.touched: set[str] = set()

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        row: Row | None = self.run(sql, values).fetchone()
        return row

    def mark_log(self, n: int, head: bytes) -> None:
        """How far the tables are folded: written once in each transaction."""
        self.run(
            "INSERT INTO marks(name, upto, head) VALUES('log', ?, ?)"
            " ON CONFLICT(name) DO UPDATE SET upto = excluded.upto,"
            " head = excluded.head",
            (n, head),
        )
