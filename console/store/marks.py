"""How far the log is folded, and its lines are read; and when calls are listed.

A mark in each commit would be one more page in each, and so would be the index of
calls by their time. A record, a signal and noise have a row that says their number,
and the log says the rest; so marks are written by all other entries and by each
``EVERY``-th, and new calls take their place in the index with them. Who reads marks
or that index reads on in the log: fewer than ``EVERY`` entries come after its mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aliquot.console.domain import events as ev
from aliquot.console.store.entry import read_body

EVERY = 16
_FROM_LINES = (ev.LineRecordReceived, ev.CallSignalled, ev.LineNoiseHeard)
Heard = ev.LineRecordReceived | ev.CallSignalled | ev.LineNoiseHeard
HELD = frozenset(kind.TYPE for kind in _FROM_LINES)

# The log's own mark and those of lines in one statement: ``%s`` is one group of
# values for each line.
_MARK = (
    "INSERT INTO marks(name, upto, head, last_record_us, records, noise)"
    " VALUES('log', ?, ?, NULL, 0, 0)%s ON CONFLICT(name) DO UPDATE SET"
    " upto = max(upto, excluded.upto), head = excluded.head,"
    " last_record_us = coalesce(excluded.last_record_us, last_record_us),"
    " records = records + excluded.records, noise = noise + excluded.noise"
)
_LINE = ", (?, ?, NULL, ?, ?, ?)"
_AFTER = (
    "FROM heads WHERE n > coalesce((SELECT upto FROM marks WHERE name = 'log'), 0)"
    f" AND type IN ({', '.join(repr(kind) for kind in sorted(HELD))})"
)
_SINCE = f"SELECT type, body {_AFTER}"
_END = f"SELECT '', upto FROM marks WHERE name = ? UNION ALL {_SINCE}"
# Ids of calls that may have no place yet in the index of calls: a query.
UNLISTED = f"SELECT substr(subject, 6) {_AFTER}"
_LIST = "UPDATE calls SET listed = 1 WHERE listed = 0 AND call_id IN (%s)"

Run = Callable[..., Any]


@dataclass(slots=True)
class Progress:
    """What was heard of a line: the stream offset up to which it was read, when its
    last record came (UTC µs), and how many records and stretches of noise."""

    end: int = 0
    last_record_us: int | None = None
    records: int = 0
    noise: int = 0

    def hear(self, event: Heard) -> None:
        self.end = max(self.end, event.end)
        if isinstance(event, ev.LineNoiseHeard):
            self.noise += 1
        else:
            self.records += 1
            self.last_record_us = event.at_us


class Marks:
    """What is not yet written of marks, on the connection of ``run``."""

    __slots__ = ("_calls", "_due", "_lines", "_run")

    def __init__(self, run: Run) -> None:
        self._run = run
        self._due: tuple[int, bytes] | None = None
        self._lines: dict[str, Progress] = {}
        self._calls: list[str] = []

    def resume(self) -> None:
        """Take up what the log says after its mark."""
        for event in _events(self._run(_SINCE).fetchall()):
            self.hear(event)

    def hear(self, event: Heard) -> None:
        _of(self._lines, event).hear(event)
        if not isinstance(event, ev.LineNoiseHeard):
            self._calls.append(event.call_id)

    def passed(self, n: int, head: bytes, held: bool) -> None:
        """Entry ``n`` was folded; ``head`` is its hash."""
        if not held or n % EVERY == 0:
            self._due = (n, head)

    def write(self) -> None:
        """Write the marks that are due."""
        if self._due is not None:
            self.put(*self._due)

    def put(self, n: int, head: bytes) -> None:
        """Write the marks as of entry ``n``, due or not, and list calls."""
        values: list[Any] = [n, head]
        for line, said in self._lines.items():
            values += (f"line:{line}", said.end, said.last_record_us)
            values += (said.records, said.noise)
        self._run(_MARK % (_LINE * len(self._lines)), values)
        if self._calls:
            self._run(_LIST % ", ".join("?" * len(self._calls)), self._calls)
        self._due = None
        self._lines, self._calls = {}, []


def heard_since(run: Run) -> dict[str, Progress]:
    """What the log tells of lines after its mark; fewer than ``EVERY`` entries."""
    return _progress(run(_SINCE).fetchall())


def line_end(run: Run, line: str) -> int:
    """The stream offset up to which the log has the line; 0 at first."""
    rows = run(_END, (f"line:{line}",)).fetchall()
    marked = rows.pop(0)[1] if rows and not rows[0][0] else 0
    said = _progress(rows).get(line)
    return max(marked, said.end) if said else int(marked)


def _progress(rows: list[tuple[str, bytes | None]]) -> dict[str, Progress]:
    found: dict[str, Progress] = {}
    for event in _events(rows):
        _of(found, event).hear(event)
    return found


def _of(lines: dict[str, Progress], event: Heard) -> Progress:
    progress = lines.get(event.line)
    if progress is None:
        progress = lines[event.line] = Progress()
    return progress


def _events(rows: list[tuple[str, bytes | None]]) -> Iterator[Heard]:
    for kind, body in rows:
        event = None if body is None else read_body(kind, body)
        if isinstance(event, _FROM_LINES):
            yield event
