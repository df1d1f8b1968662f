"""The log: events in, durable and in order; everything else is made from it.

``LocalLog`` is the log of one console in a SQLite file. A commit is on the disk
when it returns and never waits for a network. One process writes at a time (see
``lock``); any number read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from sqlite_utils import Database

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import Event
from aliquot.console.domain.rows import LogStatus
from aliquot.console.problems import KnownProblem
from aliquot.console.store import migrations
from aliquot.console.store.database import (
    Error,
    LogFull,
    fold_wal,
    keep_wal,
    known,
    open_database,
    said,
)
from aliquot.console.store.entry import FIRST_PREV, SELECT, Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds import FOLDS_VERSION, refold
from aliquot.console.store.views import free_bytes, space_problem
from aliquot.console.store.work import Work

__all__ = ["Closeable", "Lease", "LocalLog", "LogFull", "Work"]

_LEASE = (
    "INSERT INTO leases VALUES(?, ?, ?) ON CONFLICT(name) DO UPDATE SET"
    " holder = excluded.holder, until_us = excluded.until_us"
    " WHERE holder = excluded.holder OR until_us <= ? RETURNING holder"
)
FULL_MESSAGE = "The disk is full: nothing can be saved. Free some space."


class Closeable(Protocol):
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Lease:
    """``holder`` alone does what ``name`` stands for until ``until_us`` (UTC µs)."""

    name: str
    holder: str
    until_us: int


class _Subscription:
    def __init__(
        self, wakes: list[Callable[[], None]], wake: Callable[[], None]
    ) -> None:
        self._wakes, self._wake = wakes, wake
        wakes.append(wake)

    def close(self) -> None:
        if self._wake in self._wakes:
            self._wakes.remove(self._wake)


class _Working:
    """A work of ``LocalLog`` in a ``with``."""

    __slots__ = ("_actor", "_log", "_work")

    def __init__(self, log: LocalLog, actor: Actor) -> None:
        self._log, self._actor = log, actor

    def __enter__(self) -> Work:
        self._work = self._log._begin(self._actor)
        return self._work

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._log._commit(self._work)
        else:
            self._log._fail(error)


class LocalLog:
    """Made by ``open``. Used by one thread at a time."""

    def __init__(self, database: Database, path: Path, clock: Clock, site: str) -> None:
        self._database = database
        self._connection: Any = database.conn
        self._run: Any = self._connection.cursor().execute  # one for all: quicker
        self._path = path
        self._clock = clock
        self._site = site
        self._full = False
        # A writer that goes round the lock is caught by the trigger `heads_next`.
        self._known_tip: tuple[int, bytes, Tables] | None = None
        self._wakes: list[Callable[[], None]] = []

    @classmethod
    def open(cls, path: Path, clock: Clock, site: str | None = None) -> LocalLog:
        """Open or create the log at ``path``, and bring its schema up to date.

        ``site`` is the UUID of a log that is created (a random one if None); an
        existing log keeps its own. Raises ``KnownProblem``.
        """
        database = open_database(path, any_thread=True)
        try:
            with said(path):
                migrations.apply(database)
                site = _settle(database, site)
        except BaseException:
            database.conn.close()
            raise
        return cls(database, path, clock, site)

    @property
    def site(self) -> str:
        return self._site

    @property
    def path(self) -> Path:
        return self._path

    def work(self, actor: Actor) -> AbstractContextManager[Work]:
        """One transaction: all of it is durable when the body ends, or none of it.

        ``actor`` goes into every head. Raises ``LogFull`` when the disk is full and
        another ``KnownProblem`` for other failures; the log stays usable.
        """
        return _Working(self, actor)

    def append(self, events: Iterable[Event], actor: Actor) -> int:
        """Append in one transaction; the number of the last entry of the log."""
        with self.work(actor) as work:
            for event in events:
                work.append(event)
            return work.n

    def read_after(self, n: int, limit: int) -> Sequence[Entry]:
        """At most ``limit`` entries whose number is above ``n``, in order."""
        with said(self._path):
            sql = f"{SELECT} WHERE n > ? ORDER BY n LIMIT ?"
            rows = self._connection.execute(sql, (n, limit)).fetchall()
        return [Entry._make(row) for row in rows]

    def subscribe(self, wake: Callable[[], None]) -> Closeable:
        """``wake`` is called in the writing thread after each commit that changed
        something: a hint to read again, not a message."""
        return _Subscription(self._wakes, wake)

    def lease(self, name: str, holder: str, ttl_s: float) -> Lease | None:
        """Take or extend a lease for ``ttl_s`` seconds; None while another has it."""
        now = self._clock.now().utc_us
        until = now + round(ttl_s * 1e6)
        try:
            rows = self._run(_LEASE, (name, holder, until, now)).fetchall()
        except Error as error:
            raise self._undone(error) from error
        return Lease(name, holder, until) if rows else None

    def status(self) -> LogStatus:
        with said(self._path):
            row = self._connection.execute(
                "SELECT n, utc_us FROM heads ORDER BY n DESC LIMIT 1"
            ).fetchone()
        n, last = row or (0, None)
        problem = FULL_MESSAGE if self._full else space_problem(self._path)
        return LogStatus(
            site=self._site,
            n=n,
            last_at_us=last,
            free_bytes=free_bytes(self._path),
            problem=problem,
        )

    def make_room(self) -> bool:
        """Give the room that the WAL takes back to the disk; True when it was."""
        wal = self._path.with_name(self._path.name + "-wal")
        held = wal.exists() and wal.stat().st_size > 0
        return fold_wal(self._connection) and held

    def be_sparing(self, scarce: bool) -> None:
        """While ``scarce``, the WAL is kept small and its room is not held."""
        with said(self._path):
            keep_wal(self._connection, scarce=scarce)
        if scarce:
            self.make_room()

    def close(self) -> None:
        """Idempotent. The last one to close folds the WAL back into the file."""
        self._wakes.clear()
        self._connection.close()

    def _begin(self, actor: Actor) -> Work:
        try:
            self._run("BEGIN IMMEDIATE")
            n, head, tables = self._known_tip or self._tip()
        except BaseException as error:
            self._fail(error)
            raise
        self._known_tip = None  # until the commit, nothing is known
        return Work(self._database, self._clock, self._site, actor, n, head, tables)

    def _commit(self, work: Work) -> None:
        try:
            work.finish()
            self._run("COMMIT")
        except BaseException as error:
            self._fail(error)
            raise
        self._full, self._known_tip = False, work.tip
        if self._wakes and work.subjects:
            for wake in tuple(self._wakes):
                wake()
        if work.erased:
            self._forget()

    def _fail(self, error: BaseException) -> None:
        """Rolls back. Raises the problem that a database's error stands for."""
        if isinstance(error, Error):
            raise self._undone(error) from error
        self._roll_back()

    def _undone(self, error: Exception) -> KnownProblem:
        """Rolls back; the problem to raise."""
        self._roll_back()
        problem = known(error, self._path)
        self._full = isinstance(problem, LogFull)
        return problem

    def _roll_back(self) -> None:
        """SQLite has rolled back by itself after some errors, not after others."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _tip(self) -> tuple[int, bytes, Tables]:
        row: tuple[int, bytes] | None = self._connection.execute(
            "SELECT n, head FROM heads ORDER BY n DESC LIMIT 1"
        ).fetchone()
        tables = Tables(self._connection)
        tables.marks.resume()
        return (*(row or (0, FIRST_PREV)), tables)

    def _forget(self) -> None:
        """After an erasure: nothing of the bodies stays in the WAL.

        A reader in the middle of a read can hold this up; the next one succeeds.
        """
        fold_wal(self._connection)


def _settle(database: Database, site: str | None) -> str:
    """The log's own identity; and folds made anew when this program folds otherwise."""
    run = database.conn.execute
    run("BEGIN IMMEDIATE")
    try:
        row = run("SELECT site, folds FROM site").fetchone()
        if row is None:
            row = (site or str(uuid.uuid4()), FOLDS_VERSION)
            run("INSERT INTO site(id, site, folds) VALUES(1, ?, ?)", row)
        elif row[1] != FOLDS_VERSION:
            refold(database)
            run("UPDATE site SET folds = ?", (FOLDS_VERSION,))
        run("COMMIT")
    except BaseException:
        if database.conn.in_transaction:
            run("ROLLBACK")
        raise
    found: str = row[0]
    if site is not None and site != found:
        raise KnownProblem(
            "other_site", f"This log is of site {found}, not {site}.", exit_code=1
        )
    return found
