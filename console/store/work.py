"""One unit of work on the log: what one command or one batch of bytes does."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from aliquot.console.clock import Clock, Stamp
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import (
    BodiesErased,
    Event,
    ForeignIncidentReceived,
    IncidentOpened,
    Json,
)
from aliquot.console.problems import EXIT_NO, KnownProblem
from aliquot.console.store.canonical import canonical
from aliquot.console.store.entry import (
    COLUMNS,
    Entry,
    body_hash,
    hash_head,
    write_body,
)
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds import fold, refold
from aliquot.console.store.folds_cameras import camera_unnamed
from aliquot.console.store.folds_releases import leaves_of
from aliquot.console.store.lookup import Lookup
from aliquot.console.store.marks import line_ends
from aliquot.console.store.release_views import ReleaseTables
from aliquot.console.store.views import SqlViews

_INSERT = (
    f"INSERT INTO heads({', '.join(COLUMNS)}) VALUES({', '.join('?' for _ in COLUMNS)})"
)
SALT_BYTES = 32


class Work:
    """Handed out by ``LocalLog.work``; of no use after its ``with`` block.

    ``views`` and ``lookup`` see what this work has appended so far.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        site: str,
        actor: Actor,
        n: int,
        head: bytes,
        tables: Tables,
    ) -> None:
        """``n`` and ``head`` are of the last entry; ``tables`` may be those of the
        work before."""
        self._database = database
        self._clock = clock
        self._site = site
        self._actor = actor
        self.head = head
        self._tables = tables
        self._touched = tables.touched = set()
        self._run: Any = tables.run
        self.n = n
        self.erased = False

    @property
    def tip(self) -> tuple[int, bytes, Tables]:
        """What the next work begins with."""
        return self.n, self.head, self._tables

    @property
    def subjects(self) -> frozenset[str]:
        """Subjects that changed, as in ``ports.Changed``: of cameras only that one
        did, because whoever hears this may know of listed ones only."""
        return frozenset(map(camera_unnamed, self._touched))

    @property
    def views(self) -> SqlViews:
        return SqlViews(self._database, self.finish)

    @property
    def lookup(self) -> Lookup:
        return Lookup(self._database, self.finish)

    @property
    def releases(self) -> ReleaseTables:
        return ReleaseTables(self._database.conn)

    def append(self, event: Event, stamp: Stamp | None = None) -> int:
        """Append one event and fold it; the entry's number.

        ``stamp`` is of when it happened, now if None. Durable when the work ends.
        Raises ``NotCanonical`` for a body that has no canonical form.
        """
        if isinstance(event, BodiesErased):
            return self._erase(event, stamp)
        entry, event = self._insert(event, stamp)
        fold(self._tables, entry, event)
        return entry.n

    def save_draft(self, form_id: str, body: dict[str, Json], at_us: int) -> None:
        """Keep a half-typed form; the newest body of a form wins."""
        self._run(
            "INSERT INTO drafts VALUES(?, ?, ?, ?) ON CONFLICT(form_id) DO UPDATE"
            " SET saved_at_us = excluded.saved_at_us, body = excluded.body",
            (form_id, at_us, at_us, canonical(body)),
        )
        self._touched.add(f"draft:{form_id}")

    def drop_draft(self, form_id: str) -> None:
        self._run("DELETE FROM drafts WHERE form_id = ?", (form_id,))
        self._touched.add(f"draft:{form_id}")

    def finish(self) -> None:
        """Before a read and before the commit: write what the folds hold back."""
        self._tables.settle()

    def _insert(self, event: Event, stamp: Stamp | None) -> tuple[Entry, Event]:
        """The append path: one row, raw SQL, nothing between it and SQLite."""
        if not self._database.conn.in_transaction:
            raise RuntimeError("this work has ended or was rolled back")
        at = stamp or self._clock.now()
        (body, event), salt = write_body(event), os.urandom(SALT_BYTES)
        head = (
            *(self.n + 1, self._site, at.utc_us, at.mono_ns, self._clock.state.value),
            *(self._actor.person, self._actor.position, event.TYPE, event.VERSION),
            *(event.subject, body_hash(salt, body), self.head),
        )
        entry = Entry(*head, hash_head(*head), salt, body)
        self._run(_INSERT, entry)
        self.n, self.head = entry.n, entry.head
        return entry, event

    def _erase(self, event: BodiesErased, stamp: Stamp | None) -> int:
        """Log the erasure, take the bodies, and fold as if they had never been read."""
        self._tables.settle()
        targets = [self._target(item) for item in event.targets]
        marks: dict[str, Json] = {
            "lines": self._lines(),
            "numbers": self._numbers(targets),
        }
        if leaves := leaves_of(self._run, targets):
            marks["leaves"] = leaves
        entry, _ = self._insert(replace(event, marks=marks), stamp)
        for n in targets:
            self._run("UPDATE heads SET body = NULL, salt = NULL WHERE n = ?", (n,))
            subject = self._run("SELECT subject FROM heads WHERE n = ?", (n,))
            self._touched.add(subject.fetchone()[0])
        refold(self._database)
        self._tables.marks.forget()
        self._touched.add(entry.subject)
        self.erased = True
        return entry.n

    def _target(self, item: Json) -> int:
        """The number of an entry that may be erased."""
        n = item[1] if isinstance(item, list) and len(item) == 2 else None
        row = self._run("SELECT site, type FROM heads WHERE n = ?", (n,)).fetchone()
        if not isinstance(n, int) or row is None or [row[0], n] != item:
            raise KnownProblem("no_entry", f"The log has no entry {item}.", EXIT_NO)
        if row[1] == BodiesErased.TYPE:
            raise KnownProblem(
                "not_erasable", f"Entry {n} records an erasure: it stays.", EXIT_NO
            )
        return n

    def _lines(self) -> dict[str, Json]:
        return dict(line_ends(self._run))

    def _numbers(self, targets: list[int]) -> dict[str, Json]:
        """Numbers of the incidents whose opening is erased."""
        numbers: dict[str, Json] = {}
        for n in targets:
            row = self._run(
                "SELECT i.incident_id, i.number FROM incidents AS i JOIN heads AS h"
                " ON h.n = i.key WHERE i.key = ? AND h.type IN (?, ?)",
                (n, IncidentOpened.TYPE, ForeignIncidentReceived.TYPE),
            ).fetchone()
            if row is not None:
                numbers[row[0]] = row[1]
        return numbers
