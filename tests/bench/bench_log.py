"""What the log costs: a durable append and a rebuild, beside what else there is.

All on one SQLite library, WAL and synchronous=FULL, on one disk, in blocks of a
hundred that take turns; ratios are taken within a round, so that a busy machine is
unfair to nobody. ``pages`` are those that a commit writes. What is measured:

* ``bare insert``: one row of 1 kB (949 bytes of JSON) into a two-column table.
* ``append, record``: ``LocalLog.append`` of a LineRecordReceived of the same size
  that opens a call: salt, hash, chain, head, call row, and each sixteenth time the
  marks and the calls' index.
* ``append, noise``: a LineNoiseHeard of that size: a plain entry and its row.
* ``append, note``: an IncidentNoted with the same size of body: as above, with the
  narrative and its full-text index.
* ``recorder``, ``save()``: eventsourcing's SQLite recorder given the bytes, and its
  ``Application.save()`` of an aggregate event with the same fields.

Rebuild: all tables from a log of records and notes, hashes checked, beside
eventsourcing reading as many events back through ``repository.get`` and through
its notification log.
"""

from __future__ import annotations

import argparse
import os
import statistics
import struct
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from aliquot.console.clock import SystemClock
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import (
    Event,
    IncidentNoted,
    IncidentOpened,
    LineNoiseHeard,
    LineRecordReceived,
)
from aliquot.console.remote import new_id
from aliquot.console.store import migrations
from aliquot.console.store.database import open_database, open_memory
from aliquot.console.store.entry import (
    SELECT,
    Entry,
    body_hash,
    head_hash,
    write_body,
)
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds import fold, fold_all
from aliquot.console.store.log import LocalLog

SIZE = 949
BLOCK = 100
DESK = Actor("nobody", "01")


def record(number: int) -> LineRecordReceived:
    fields = {
        "callback_number": "5095551234",
        "class_of_service": "WPH2",
        "customer_name": "WIRELESS CALLER",
        "house_number": "1200",
        "street_name": "UNIVERSITY",
        "street_suffix": "WAY",
        "community": "ELLENSBURG",
        "state": "WA",
        "esn": "00123",
        "latitude": 46.99654,
        "longitude": -120.54812,
        "uncertainty_m": 18,
        "confidence_pct": 90,
    }
    made = LineRecordReceived(
        call_id=new_id(),
        line="ali",
        join="opened",
        ours=True,
        at_us=time.time_ns() // 1000,
        layout="family-01",
        framing="stx_etx",
        fields=dict(fields),
        spans={name: [i * 12, i * 12 + 10] for i, name in enumerate(fields)},
        warnings=[],
        raw="",
        start=number * 300,
        end=number * 300 + 300,
    )
    return _filled(made)


def _filled(made: Any) -> Any:
    """With raw bytes, so that its body has the size."""
    room = SIZE - len(write_body(made)[0])
    raw = b64encode(b"X" * (room * 3 // 4)).decode()[:room]
    object.__setattr__(made, "raw", raw + "=" * (-len(raw) % 4))
    return made


def noise(number: int) -> LineNoiseHeard:
    made = LineNoiseHeard(
        line="ali",
        at_us=time.time_ns() // 1000,
        reason="no_start",
        raw="",
        start=number * 600,
        end=number * 600 + 600,
    )
    return _filled(made)


def note(number: int) -> IncidentNoted:
    words = " ".join(f"word{(number * 7 + i) % 997}" for i in range(200))
    made = IncidentNoted(
        incident_id="i1", note_id=str(uuid4()), text="", at_us=time.time_ns() // 1000
    )
    object.__setattr__(made, "text", words[: SIZE - len(write_body(made)[0])])
    return made


def eventsourcing_on(dbapi: Any) -> ModuleType:
    """The package, made to use the same SQLite library."""
    import eventsourcing.sqlite

    eventsourcing.sqlite.sqlite3 = dbapi
    return eventsourcing.sqlite


class Contestants:
    """One of each, in folders of their own under ``folder``."""

    def __init__(self, folder: Path) -> None:
        from sqlcipher3 import dbapi2

        self.bare = open_database(folder / "bare.sqlite").conn
        self.bare.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, body BLOB)")
        self.log = LocalLog.open(folder / "record.sqlite", SystemClock())
        self.noises = LocalLog.open(folder / "noise.sqlite", SystemClock())
        self.notes = LocalLog.open(folder / "note.sqlite", SystemClock())
        opening = IncidentOpened(
            incident_id="i1", number=1, call_id=None, form_id=None, fields={}, at_us=0
        )
        self.notes.append([opening], DESK)
        self._eventsourcing(folder, eventsourcing_on(dbapi2))

    def _eventsourcing(self, folder: Path, sqlite: ModuleType) -> None:
        from eventsourcing.application import Application
        from eventsourcing.domain import Aggregate, event

        class Call(Aggregate):
            @event("Opened")
            def __init__(self, body: dict[str, Any]) -> None:
                self.body = body

        class Calls(Application[Any]):
            pass

        self.recorder = sqlite.SQLiteApplicationRecorder(
            sqlite.SQLiteDatastore(str(folder / "recorder.sqlite"))
        )
        self.recorder.create_table()
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "application.sqlite"),
        }
        self.application = Calls(env=environment)
        self.aggregate = Call
        self.saved: list[Any] = []

    def insert_bare(self, item: LineRecordReceived, body: bytes) -> None:
        self.bare.execute("INSERT INTO t(body) VALUES(?)", (body,))

    def append_record(self, item: LineRecordReceived, body: bytes) -> None:
        self.log.append([item], DESK)

    def append_noise(self, item: LineNoiseHeard, body: bytes) -> None:
        self.noises.append([item], DESK)

    def append_note(self, item: IncidentNoted, body: bytes) -> None:
        self.notes.append([item], DESK)

    def insert_recorder(self, item: LineRecordReceived, body: bytes) -> None:
        from eventsourcing.persistence import StoredEvent

        stored = StoredEvent(uuid4(), 1, "calls:Call.Opened", body)
        self.recorder.insert_events([stored])

    def save(self, item: LineRecordReceived, body: bytes) -> None:
        made = self.aggregate(_fields(item))
        self.application.save(made)
        self.saved.append(made.id)


@dataclass(slots=True)
class Subject:
    """One contestant: how it writes, what it is given, and its file."""

    run: Callable[[Any, bytes], None]
    make: Callable[[int], Event]
    file: Path
    taken: list[list[float]] = field(default_factory=list)  # ms, round by round
    pages: list[int] = field(default_factory=list)  # of each commit

    def block(self, numbers: range) -> None:
        """Write an event for each number. What is written is made before."""
        items = [self.make(number) for number in numbers]
        bodies = [write_body(item)[0] for item in items]
        taken = []
        with wal_of(self.file) as frames:
            before = frames()
            for item, body in zip(items, bodies, strict=True):
                began = time.perf_counter_ns()
                self.run(item, body)
                taken.append((time.perf_counter_ns() - began) / 1e6)
                now = frames()
                self.pages.append(now - before if now > before else now)
                before = now
        self.taken.append(taken)

    def forget(self) -> None:
        self.taken, self.pages = [], []

    @property
    def all(self) -> list[float]:
        return [value for values in self.taken for value in values]

    def ratio(self, to: Subject) -> float:
        """Of the medians of each round, the median: a machine that is slow for a
        while is so for both."""
        pairs = zip(self.taken, to.taken, strict=True)
        return statistics.median(
            statistics.median(own) / statistics.median(other) for own, other in pairs
        )


@contextmanager
def wal_of(file: Path) -> Iterator[Callable[[], int]]:
    """How many frames the WAL of a database holds, from the header of its index."""
    shm = os.open(f"{file}-shm", os.O_RDONLY)
    try:
        yield lambda: int(struct.unpack("=I", os.pread(shm, 4, 16))[0])
    finally:
        os.close(shm)


def subjects(folder: Path) -> tuple[dict[str, Subject], Contestants]:
    made = Contestants(folder)
    return {
        "bare insert": Subject(made.insert_bare, record, folder / "bare.sqlite"),
        "append, record": Subject(made.append_record, record, folder / "record.sqlite"),
        "append, noise": Subject(made.append_noise, noise, folder / "noise.sqlite"),
        "append, note": Subject(made.append_note, note, folder / "note.sqlite"),
        "recorder": Subject(made.insert_recorder, record, folder / "recorder.sqlite"),
        "save()": Subject(made.save, record, folder / "application.sqlite"),
    }, made


def measure(of: dict[str, Subject], rounds: int) -> None:
    """Blocks of ``BLOCK`` events, in another order each round. Not counted are the
    first two rounds, in which the WAL grows to its size."""
    order, number = list(of.values()), 0
    for count in range(rounds + 2):
        if count == 2:
            for subject in order:
                subject.forget()
        order.append(order.pop(0))
        for subject in order:
            subject.block(range(number, number + BLOCK))
            number += BLOCK


class Rebuilds:
    """Making the same tables of the same records, from each store."""

    def __init__(self, all_of: Contestants, count: int) -> None:
        self._all, self._count = all_of, count
        records = [record(number) for number in range(count)]
        for at in range(0, count, 500):
            all_of.log.append(records[at : at + 500], DESK)
        made = [all_of.aggregate(_fields(item)) for item in records]
        for at in range(0, count, 500):
            all_of.application.save(*made[at : at + 500])
        self._first = all_of.log.status().n - count
        self._ids = [aggregate.id for aggregate in made]
        recorder = all_of.application.recorder
        self._notified = (recorder.max_notification_id() or 0) - count

    def ways(self) -> dict[str, Callable[[], int]]:
        return {
            "log, folded": self.folded,
            "log, folded and checked": self.checked,
            "notifications, folded": self.notifications,
            "repository.get": self.repository,
        }

    def _tables(self) -> Tables:
        database = open_memory()
        migrations.apply(database)
        database.conn.execute("BEGIN")
        return Tables(database.conn, bulk=True)

    def _rows(self) -> Iterator[Entry]:
        sql = f"{SELECT} WHERE n > {self._first} ORDER BY n"
        reader = open_database(self._all.log.path, read_only=True).conn
        yield from map(Entry._make, reader.execute(sql))
        reader.close()

    def folded(self) -> int:
        return fold_all(self._tables(), self._rows())

    def checked(self) -> int:
        """With the body's hash, the head's hash and the chain, as verify does."""
        return fold_all(self._tables(), self._sound())

    def _sound(self) -> Iterator[Entry]:
        prev = None
        for entry in self._rows():
            assert entry.salt is not None
            assert entry.body is not None
            assert body_hash(entry.salt, entry.body) == entry.body_hash
            assert head_hash(entry) == entry.head
            assert prev in (None, entry.prev)
            prev = entry.head
            yield entry

    def notifications(self) -> int:
        """Their notifications, decoded by their mapper, folded by our SQL."""
        tables, application, count = self._tables(), self._all.application, 0
        (head,) = self._all.log.read_after(self._first, 1)
        start = self._notified + 1
        while batch := application.recorder.select_notifications(start, 500):
            for notification in batch:
                told = application.mapper.to_domain_event(notification)
                event = LineRecordReceived(**told.body)
                count += 1
                fold(tables, head._replace(n=count), event)
            start = batch[-1].id + 1
        return count

    def repository(self) -> int:
        """Their aggregates, one by one; nothing is folded into tables."""
        get = self._all.application.repository.get
        return sum(bool(get(identity).body) for identity in self._ids)


def _fields(item: LineRecordReceived) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


def print_rebuilds(rebuilds: Rebuilds, rounds: int) -> None:
    """Thousands of events a second, the median of ``rounds`` interleaved rounds."""
    rates: dict[str, list[float]] = {name: [] for name in rebuilds.ways()}
    for _ in range(rounds):
        for name, run in rebuilds.ways().items():
            began = time.perf_counter()
            count = run()
            rates[name].append(count / (time.perf_counter() - began) / 1000)
    middle = {name: statistics.median(values) for name, values in rates.items()}
    print(f"\n{'rebuild':<26}{'k events/s':>11}{'x get':>8}{'x notif.':>9}")
    for name, rate in middle.items():
        print(
            f"{name:<26}{rate:>11.1f}{rate / middle['repository.get']:>8.2f}"
            f"{rate / middle['notifications, folded']:>9.2f}"
        )


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def print_appends(of: dict[str, Subject]) -> None:
    bare, save = of["bare insert"], of["save()"]
    print(
        f"{'durable 1 kB':<16}{'p50 ms':>9}{'mean':>9}{'p99':>9}{'x bare':>8}"
        f"{'save()/':>9}{'pages':>7}"
    )
    for name, subject in of.items():
        taken = subject.all
        print(
            f"{name:<16}{statistics.median(taken):>9.3f}{statistics.mean(taken):>9.3f}"
            f"{percentile(taken, 0.99):>9.3f}{subject.ratio(bare):>8.2f}"
            f"{save.ratio(subject):>9.2f}{statistics.mean(subject.pages):>7.2f}"
        )


def sync_ms(folder: Path) -> float:
    """What the disk takes for one page that is written over and synced."""
    fd = os.open(folder / "sync", os.O_RDWR | os.O_CREAT)
    taken, page = [], os.urandom(4096)
    for number in range(250):
        os.pwrite(fd, page, number % 50 * 4096)
        began = time.perf_counter_ns()
        os.fdatasync(fd)
        taken.append((time.perf_counter_ns() - began) / 1e6)
    os.close(fd)
    return statistics.median(taken[50:])


def main(rounds: int = 25) -> None:
    """``ALIQUOT_BENCH_DIR`` names a folder on the disk to be measured."""
    within = os.environ.get("ALIQUOT_BENCH_DIR")
    with tempfile.TemporaryDirectory(dir=within) as name:
        folder = Path(name)
        of, made = subjects(folder)
        before = sync_ms(folder)
        measure(of, rounds)
        print_appends(of)
        print(f"the disk's sync of a page alone: {before:.3f} ms before,", end=" ")
        print(f"{sync_ms(folder):.3f} ms after; {rounds} rounds of {BLOCK}")
        print_rebuilds(Rebuilds(made, 400 * rounds), 3)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("rounds", nargs="?", type=int, default=25)
    main(arguments.parse_args().rounds)
