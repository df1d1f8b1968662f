"""Whether the log is what was written, and the tables what the log says.

Reads only, in one snapshot, and works while a console writes. What a look at one
file cannot show is stated in docs/log.md: somebody who writes the whole file anew,
chain and tables, leaves nothing to find without a copy of a head elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from aliquot.console.domain.events import BodiesErased
from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem
from aliquot.console.store import migrations
from aliquot.console.store.canonical import NotCanonical
from aliquot.console.store.compare import difference
from aliquot.console.store.database import Error, known, open_database, open_memory
from aliquot.console.store.entry import FIRST_PREV, SELECT, Entry, body_hash, head_hash
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds import FOLDS_VERSION, fold
from aliquot.console.store.marks import EVERY

_HEARD = "SELECT CAST(heard AS BLOB) FROM calls"
_TEXT = (1, 4, 5, 6, 7, 9)  # positions of the text columns in a row of SELECT
_DAMAGED = ("log_damaged", "not_a_log", "log_io")


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong. ``part``: head, body or fold."""

    site: str
    n: int
    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """``events`` counts the entries read, ``erased`` those without a body."""

    events: int
    erased: int
    first_bad: Fault | None = None

    @property
    def ok(self) -> bool:
        return self.first_bad is None


@dataclass(slots=True)
class Scan:
    """One pass over the heads. Faults are collected; the lowest number counts."""

    site: str
    events: int = 0
    erased: int = 0
    head: bytes = FIRST_PREV
    faults: list[Fault] = field(default_factory=list)
    _next: int = 1
    _missing: set[int] = field(default_factory=set)
    _erasures: dict[int, int] = field(default_factory=dict)

    def entries(self, connection: Any) -> Iterator[Entry]:
        """Every entry that is text where it should be, checked, in order of n.

        ``connection`` must give text as bytes: a flipped byte need not be UTF-8.
        """
        for row in connection.execute(f"{SELECT} ORDER BY n"):
            self.events += 1
            if (entry := self._decoded(row)) is not None:
                self._check_head(entry)
                self._check_body(entry)
                yield entry
            self._next, self.head = row[0] + 1, row[12]

    def finish(self, database: Database) -> None:
        """After the last entry: what only the whole log shows.

        Entries dropped at the end leave a good chain, but the tables know better. A
        missing body is the fault of an entry that recorded its erasure, if that one
        is damaged or gone; so it is looked for last.
        """
        if (known := _last_known(database)) > self.last:
            gone = _span(self.last + 1, known)
            self.fault(self.last + 1, "head", f"{gone} at the end")
        if not self.faults:
            self._check_erasures()

    def fault(self, n: int, part: str, reason: str) -> None:
        self.faults.append(Fault(self.site, n, part, reason))

    @property
    def last(self) -> int:
        return self._next - 1

    @property
    def first_bad(self) -> Fault | None:
        return min(self.faults, key=_number, default=None)

    def _decoded(self, row: tuple[Any, ...]) -> Entry | None:
        values = list(row)
        try:
            for at in _TEXT:
                values[at] = values[at].decode()
        except UnicodeDecodeError:
            self.fault(row[0], "head", "a text of the head is not UTF-8")
            return None
        return Entry._make(values)

    def _check_head(self, entry: Entry) -> None:
        if entry.n != self._next:
            gone = _span(self._next, entry.n - 1)
            self.fault(self._next, "head", f"{gone} before entry {entry.n}")
        elif entry.prev != self.head:
            self.fault(entry.n, "head", "does not follow the head before it")
        if entry.site != self.site:
            self.fault(entry.n, "head", "is of another site than the log")
        if head_hash(entry) != entry.head:
            self.fault(entry.n, "head", "the head does not match its hash")

    def _check_body(self, entry: Entry) -> None:
        n, salt, body = entry.n, entry.salt, entry.body
        if salt is None and body is None:
            self.erased += 1
            self._missing.add(n)
        elif salt is None or body is None:
            what = "salt" if salt is None else "body"
            self.fault(n, "body", f"the {what} is missing and the other is not")
        elif body_hash(salt, body) != entry.body_hash:
            self.fault(n, "body", "body and salt do not match the hash in the head")
        elif entry.type == BodiesErased.TYPE:
            self._note_erasure(entry)

    def _note_erasure(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, BodiesErased)
        for target in event.targets:
            if isinstance(target, list) and target[0] == self.site:
                n = target[1]
                if isinstance(n, int) and n < entry.n:
                    self._erasures.setdefault(n, entry.n)

    def _check_erasures(self) -> None:
        for n in self._missing - self._erasures.keys():
            self.fault(n, "body", "the body is gone and no erasure of it is logged")
        for n in self._erasures.keys() - self._missing:
            by = self._erasures[n]
            self.fault(n, "body", f"erased by entry {by}, and still there")


def verify(path: Path) -> Report:
    """Check the log at ``path``. A missing or empty log is in order.

    Raises ``KnownProblem`` for what is not the log's fault: no rights, a newer or
    an older schema.
    """
    if not path.exists() or path.stat().st_size == 0:
        return Report(0, 0)
    scan = Scan(site="")
    try:
        database = open_database(path, read_only=True)
        try:
            return _verify(database, scan)
        finally:
            database.conn.close()
    except Error as error:
        return _damaged(scan, known(error, path))
    except KnownProblem as problem:
        return _damaged(scan, problem)


def _damaged(scan: Scan, problem: KnownProblem) -> Report:
    """The file itself is broken: named at the entry where reading ended."""
    if problem.code not in _DAMAGED:
        raise problem
    scan.fault(scan.last + 1, "head", f"cannot be read: {problem}")
    return Report(scan.events, scan.erased, scan.first_bad)


def _verify(database: Database, scan: Scan) -> Report:
    run = database.conn.execute
    run("BEGIN")
    refuse_older(database)
    scan.site = site_of(database)
    database.conn.text_factory = bytes
    made = open_memory()
    migrations.apply(made)
    made.conn.execute("BEGIN")
    _fold_checked(scan, database.conn, made)
    scan.finish(database)
    if not scan.faults:
        _check_tables(scan, database, made)
    made.conn.close()
    return Report(scan.events, scan.erased, scan.first_bad)


def _fold_checked(scan: Scan, connection: Any, made: Database) -> None:
    tables = Tables(made.conn, bulk=True)
    for entry in scan.entries(connection):
        if not scan.faults:
            try:
                fold(tables, entry, entry.event)
            except (NotCanonical, TypeError, ValueError, KeyError) as why:
                scan.fault(entry.n, "fold", f"cannot be folded: {why}")
    tables.settle()


def _check_tables(scan: Scan, database: Database, made: Database) -> None:
    found = _folded_otherwise(database) or difference(database.conn, made.conn)
    if found is None:
        found = _file_damage(database)
    if found is not None:
        scan.fault(scan.last, "fold", found)


def _folded_otherwise(database: Database) -> str | None:
    row = database.conn.execute("SELECT folds FROM site").fetchone()
    if row is None or row[0] == FOLDS_VERSION:
        return None
    return f"table site: folds is {row[0]}, and {FOLDS_VERSION} for this program"


def _file_damage(database: Database) -> str | None:
    try:
        for (problem,) in database.conn.execute("PRAGMA integrity_check"):
            text = problem.decode(errors="replace")
            if text != "ok":
                return f"the file is damaged: {text}"
    except Error as why:
        return f"the file is damaged: {why}"
    return None


def _last_known(database: Database) -> int:
    """The last entry that the tables know of: by the log's mark, or after it by a row
    of what a line said.

    0 where they cannot be read, which is said when tables are compared.
    """
    run = database.conn.execute
    try:
        row = run("SELECT upto FROM marks WHERE name = 'log'").fetchone()
        marked: int = row[0] if row else 0
        next_mark = marked - marked % EVERY + EVERY
        said = (
            *run("SELECT max(n) FROM noise WHERE n <= ?", (next_mark,)).fetchone(),
            *(_last_heard(bytes(heard)) for (heard,) in run(_HEARD)),
        )
    except Error:
        return 0
    numbers: list[int] = [n for n in said if n is not None and n <= next_mark]
    return max([marked, *numbers])


def _last_heard(heard: bytes) -> int | None:
    """Of ``calls.heard``: the last number of a list."""
    last = heard.rpartition(b",")[2]
    return int(last) if last.isdigit() else None


def site_of(database: Database) -> str:
    row = database.conn.execute("SELECT CAST(site AS BLOB) FROM site").fetchone()
    return bytes(row[0]).decode(errors="replace") if row else ""


def refuse_older(database: Database) -> None:
    """Raises ``KnownProblem`` ``log_older``: reading must not change the schema."""
    if not migrations.current(database):
        raise KnownProblem(
            "log_older",
            "The log has an older form. `aliquot core --seconds 0` brings it up to "
            "date, as opening the window on the profile does.",
            EXIT_UNAVAILABLE,
        )


def _number(fault: Fault) -> int:
    return fault.n


def _span(first: int, last: int) -> str:
    if first == last:
        return f"entry {first} is missing"
    if last < first:
        return f"out of order: entry {first} was expected"
    return f"entries {first} to {last} are missing"
