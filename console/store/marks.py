"""How far the log is folded, and its lines are read; and when calls are listed.

A mark in each commit would be one more page in each, and so would be the index of
calls by their time. A record, a signal and noise have a row that says their number,
and the log says the rest; so marks are written by all other entries and by each
``EVERY``-th, and new calls take their place in the index with them. Who reads marks
or that index reads on in the log: fewer than ``EVERY`` entries come after its mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aliquot.console.domain import events as ev
from aliquot.console.store.canonical import NotCanonical
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
_ENDS = (
    "SELECT substr(name, 6), upto, NULL FROM marks WHERE name LIKE 'line:%'"
    f" UNION ALL SELECT NULL, body, type {_AFTER}"
)
# Ids of calls that may have no place yet in the index of calls: a query.
UNLISTED = f"SELECT substr(subject, 6) {_AFTER}"
_LIST = "UPDATE calls SET listed = 1 WHERE listed = 0 AND call_id IN (%s)"
# Of calls that were first heard of after an entry: ``heard`` begins with a number.
_UNLIST = (
    "UPDATE calls SET listed = 0 WHERE CAST(heard AS INTEGER) > ? AND call_id IN (%s)"
)

Run = Callable[..., Any]


@dataclass(slots=True)
class Progress:
    """What was heard of a line: the stream offset up to which it was read, when its
    last record came (UTC µs), and how many records and stretches of noise."""

    end: int = 0
    last_record_us: int | None = None
    records: int = 0
    noise: int = 0

    def hear(self, end: int, at_us: int | None) -> None:
        """Of a record that came at ``at_us``, or of noise."""
        self.end = max(self.end, end)
        if at_us is None:
            self.noise += 1
        else:
            self.records += 1
            self.last_record_us = at_us

    def add(self, later: Progress) -> None:
        self.end = max(self.end, later.end)
        if later.last_record_us is not None:
            self.last_record_us = later.last_record_us
        self.records += later.records
        self.noise += later.noise


class Marks:
    """What is not yet written of marks, on the connection of ``run``: what is due, and
    what was heard after that.

    ``bulk``: all tables are made anew; calls were listed when they were inserted.
    """

    __slots__ = ("_calls", "_due", "_lines", "_ready", "_run", "_upto", "listed")

    def __init__(self, run: Run, bulk: bool) -> None:
        self._run = run
        self.listed = bulk  # of a new call's row
        self._due: tuple[int, bytes] | None = None
        self._upto = 0
        self._ready: tuple[dict[str, Progress], list[str]] = {}, []
        self._lines: dict[str, Progress] = {}
        self._calls: list[str] = []

    def resume(self) -> None:
        """Take up what the log says after its mark."""
        self._lines = heard_since(self._run)
        self._calls = [call_id for (call_id,) in self._run(UNLISTED)]

    def hear(self, event: Heard) -> None:
        _hear(self._lines, event)
        if not isinstance(event, ev.LineNoiseHeard):
            self._calls.append(event.call_id)

    def went_on(self, line: str, end: int, at_us: int) -> None:
        """An entry that is not ``HELD`` came from a line."""
        _of(self._lines, line).hear(end, at_us)

    def passed(self, n: int, head: bytes, held: bool) -> None:
        """Entry ``n`` was folded; ``head`` is its hash."""
        if held and n % EVERY:
            return
        self._due = (n, head)
        lines, calls = self._ready
        for line, progress in self._lines.items():
            _of(lines, line).add(progress)
        if not self.listed:
            calls += self._calls
        self._lines, self._calls = {}, []

    def forget(self) -> None:
        """What was heard is in tables that were made anew."""
        self._due = None
        self._ready = {}, []
        self._lines, self._calls = {}, []

    def write(self) -> None:
        """Write the marks that are due."""
        if self._due is not None:
            self._put(*self._due)
        if self.listed and self._calls:
            unlist = _UNLIST % ", ".join("?" * len(self._calls))
            self._run(unlist, (self._upto, *self._calls))

    def _put(self, n: int, head: bytes) -> None:
        lines, calls = self._ready
        values: list[Any] = [n, head]
        for line, said in lines.items():
            values += (f"line:{line}", said.end, said.last_record_us)
            values += (said.records, said.noise)
        self._run(_MARK % (_LINE * len(lines)), values)
        for at in range(0, len(calls), EVERY):
            part = calls[at : at + EVERY]
            self._run(_LIST % ", ".join("?" * len(part)), part)
        self._due, self._upto = None, n
        self._ready = {}, []


def heard_since(run: Run) -> dict[str, Progress]:
    """What the log tells of lines after its mark; fewer than ``EVERY`` entries."""
    return _progress(run(_SINCE).fetchall())


def line_ends(run: Run) -> dict[str, int]:
    """The stream offsets up to which the log has its lines."""
    rows = run(_ENDS).fetchall()
    ends = {name: upto for name, upto, kind in rows if kind is None}
    for line, said in _progress([(k, body) for _, body, k in rows if k]).items():
        ends[line] = max(ends.get(line, 0), said.end)
    return ends


def _progress(rows: list[tuple[str, bytes | None]]) -> dict[str, Progress]:
    found: dict[str, Progress] = {}
    for event in _events(rows):
        _hear(found, event)
    return found


def _hear(lines: dict[str, Progress], event: Heard) -> None:
    noise = isinstance(event, ev.LineNoiseHeard)
    _of(lines, event.line).hear(event.end, None if noise else event.at_us)


def _of(lines: dict[str, Progress], line: str) -> Progress:
    progress = lines.get(line)
    if progress is None:
        progress = lines[line] = Progress()
    return progress


def _events(rows: list[tuple[str, bytes | None]]) -> Iterator[Heard]:
    """What can be read of ``rows``: a damaged body must not stop a line."""
    for kind, body in rows:
        event = None
        with suppress(NotCanonical):
            event = None if body is None else read_body(kind, body)
        if isinstance(event, _FROM_LINES):
            yield event
