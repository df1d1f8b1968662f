"""Whether two databases have the same folds: row for row, word for word."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from aliquot.console.store.database import Error
from aliquot.console.store.folds import FOLD_TABLES, POINTS

_Look = Callable[[Any, Any], str | None]
_CORNERS = ["key", "south", "north", "west", "east"]
# What ranking reckons with: the words in each row, and the sums of all.
_SIZES = "SELECT id, sz FROM incident_text_docsize ORDER BY 1"
_TOTALS = "SELECT id, block FROM incident_text_data WHERE id = 1"
_WORDS = 'SELECT doc, "offset", term FROM temp.words ORDER BY 1, 2'


def difference(live: Any, made: Any) -> str | None:
    """The first difference between two connections' fold tables, in words, or None.

    Keys and column names are said, never what lies in them. Text is compared as
    bytes on both.
    """
    for connection in (live, made):
        connection.text_factory = bytes
    for name, look in _LOOKS.items():
        try:
            found = look(live, made)
        except Error:
            return f"{name} cannot be read: it is damaged"
        if found is not None:
            return f"{name}{found}"
    return None


def _table(name: str, key: str) -> _Look:
    def look(live: Any, made: Any) -> str | None:
        columns = _columns(made, name)
        query = f"SELECT {', '.join(columns)} FROM {name} ORDER BY {key}"
        found = _first(live, made, query, columns.index(key), columns)
        return None if found is None else f", {key} {found}"

    return look


def _points(name: str) -> _Look:
    query = f"SELECT {', '.join(_CORNERS)} FROM {name} ORDER BY key"

    def look(live: Any, made: Any) -> str | None:
        found = _first(live, made, query, 0, _CORNERS)
        return None if found is None else f", {name.removesuffix('_points')} {found}"

    return look


def _text_difference(live: Any, made: Any) -> str | None:
    """By what the index would find: every word of every piece of text, in place."""
    for connection in (live, made):
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words"
            " USING fts5vocab(main, incident_text, instance)"
        )
    for query, columns in (
        (_WORDS, ["row", "place", "word"]),
        (_SIZES, ["row", "size"]),
        (_TOTALS, ["id", "totals"]),
    ):
        if (found := _first(live, made, query, 0, columns)) is not None:
            return f", row {found}"
    return None


# The index's own table of settings is not compared: it says how, not what.
_LOOKS: dict[str, _Look] = {
    **{f"table {name}": _table(name, key) for name, key in FOLD_TABLES.items()},
    **{f"index of points {name}": _points(name) for name in POINTS},
    "index of text incident_text": _text_difference,
}


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
