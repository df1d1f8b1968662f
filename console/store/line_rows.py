"""Rows of lines: what their marks say, and the log after them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aliquot.console.domain.rows import LineRow
from aliquot.console.store.marks import Progress, heard_since

_MARKS = (
    "SELECT substr(name, 6), coalesce(state, ''), coalesce(message, ''),"
    " coalesce(since_us, 0), last_record_us, records, noise, coalesce(asks, '')"
    " FROM marks WHERE name LIKE 'line:%'"
)
_UNMARKED = ("", "", 0, None, 0, 0, "")
_NOTHING = Progress()


def line_rows(run: Callable[..., Any]) -> tuple[LineRow, ...]:
    """All lines that the log tells of, by name; in one state of the log."""
    said = heard_since(run)
    marks = {line: rest for line, *rest in run(_MARKS).fetchall()}
    return tuple(
        _row(line, said.get(line, _NOTHING), *marks.get(line, _UNMARKED))
        for line in sorted(marks.keys() | said.keys())
    )


def _row(
    line: str,
    said: Progress,
    state: str,
    message: str,
    since_us: int,
    last_record_us: int | None,
    records: int,
    noise: int,
    asks: str,
) -> LineRow:
    newer = said.last_record_us
    return LineRow(
        line=line,
        state=state,
        message=message,
        since_us=since_us,
        last_record_us=last_record_us if newer is None else newer,
        records=records + said.records,
        noise=noise + said.noise,
        asks=tuple(asks.split(",")) if asks else (),
    )
