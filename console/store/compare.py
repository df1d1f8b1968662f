"""Whether two databases have the same folds: row for row, word for word."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from aliquot.console.store.folds import FOLD_TABLES, POINTS

_CORNERS = ["key", "south", "north", "west", "east"]
_WORDS = 'SELECT doc, "offset", term FROM temp.words ORDER BY 1, 2'


def difference(live: Any, made: Any) -> str | None:
    """The first difference between two connections' fold tables, in words, or None.

    Keys and column names are said, never what lies in them. Text is compared as
    bytes on both.
    """
    for connection in (live, made):
        connection.text_factory = bytes
    for table, key in FOLD_TABLES.items():
        columns = _columns(made, table)
        query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {key}"
        found = _first(live, made, query, columns.index(key), columns)
        if found is not None:
            return f"table {table}, {key} {found}"
    for points in POINTS:
        query = f"SELECT {', '.join(_CORNERS)} FROM {points} ORDER BY key"
        found = _first(live, made, query, 0, _CORNERS)
        if found is not None:
            return f"index of points, {points.removesuffix('_points')} {found}"
    return _text_difference(live, made)


def _text_difference(live: Any, made: Any) -> str | None:
    """By what the index would find: every word of every piece of text, in place."""
    for connection in (live, made):
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words"
            " USING fts5vocab(main, incident_text, instance)"
        )
    found = _first(live, made, _WORDS, 0, ["row", "place", "word"])
    return None if found is None else f"index of text, row {found}"


def _first(
    live: Any, made: Any, query: str, key: int, columns: list[str]
) -> str | None:
    pairs = zip_longest(live.execute(query), made.execute(query))
    for has, should in pairs:
        if has == should:
            continue
        if has is None or should is None or has[key] != should[key]:
            return _one_sided(has, should, key)
        wrong = [c for c, a, b in zip(columns, has, should, strict=True) if a != b]
        return f"{_plain(has[key])}: {', '.join(wrong)} differ from what the log says"
    return None


def _one_sided(has: Any, should: Any, key: int) -> str:
    if has is None or (should is not None and should[key] < has[key]):
        return f"{_plain(should[key])} is missing"
    return f"{_plain(has[key])} has nothing in the log"


def _columns(connection: Any, table: str) -> list[str]:
    rows = connection.execute(f"SELECT name FROM pragma_table_info('{table}')")
    return [bytes(row[0]).decode() for row in rows]


def _plain(value: object) -> object:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
