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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from log_contestants import DESK, Contestants, fields_of, noise, note, record

from aliquot.console.domain.events import Event, LineRecordReceived
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

BLOCK = 100


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
        made = [all_of.aggregate(fields_of(item)) for item in records]
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
