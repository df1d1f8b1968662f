"""Acknowledged is durable: through power cuts at any moment, and on a full disk.

The same run with synchronous=NORMAL must lose acknowledged entries, or this test
could not fail.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from log_samples import DESK, erasure, new_log, note, opening, record
from powercut import Disk, disk, write_files

from aliquot.console.clock import ManualClock
from aliquot.console.store.log import FULL_MESSAGE, LocalLog, LogFull
from aliquot.console.store.verify import verify

CUTS = 200
APPENDS = 400
SEED = int(os.environ.get("ALIQUOT_SEED", "0")) or Random().randrange(1, 1 << 32)


@dataclass
class Recorded:
    """A run on a recording disk: after which step each entry was acknowledged."""

    disk: Disk
    acknowledged: list[int]
    heads: list[bytes]
    first: int  # the step after which the log existed

    def promised(self, moment: int) -> int:
        """How many entries were acknowledged before step number ``moment``."""
        return sum(at <= moment for at in self.acknowledged)


def recorded(folder: Path, synchronous: str) -> Recorded:
    folder.mkdir()
    with disk() as made:
        log = new_log(folder)
        log._connection.execute(f"PRAGMA synchronous={synchronous}")
        # Small, so that many checkpoints fall into the run.
        log._connection.execute("PRAGMA wal_autocheckpoint=60")
        run = Recorded(made, [], [], len(made.steps))
        for number in range(APPENDS):
            if number == 200:
                event = erasure(3, 7, 90)
            elif number == 0:
                event = opening()
            elif number % 5 == 0:
                event = note("i1", f"n{number}", f"line {number} of what was said")
            else:
                event = record(f"c{number}", end=number * 300)
            log.append([event], DESK)
            run.acknowledged.append(len(made.steps))
        run.heads = [entry.head for entry in log.read_after(0, APPENDS)]
        # as the power would leave it: nothing is closed before the steps end
        steps = len(made.steps)
        log.close()
        del made.steps[steps:]
    return run


def found_after(run: Recorded, moment: int, seed: int, folder: Path) -> list[bytes]:
    """Heads of the log as the program finds it after the cut. It must verify."""
    write_files(run.disk.after_cut(moment, Random(seed)), folder)
    log = LocalLog.open(folder / "log.sqlite", ManualClock())
    heads = [entry.head for entry in log.read_after(0, APPENDS + 1)]
    report = verify(log.path)
    assert report.ok, (report, f"seed {SEED}, moment {moment}")
    log.append([note("i1", "after", "it goes on")], DESK)
    log.close()
    shutil.rmtree(folder)
    return heads


def losses(run: Recorded, folder: Path) -> list[int]:
    """Acknowledged entries lost in each cut; what is there is what was written."""
    random = Random(SEED)
    lost = []
    for _ in range(CUTS):
        moment = random.randrange(run.first, len(run.disk.steps) + 1)
        heads = found_after(run, moment, random.getrandbits(32), folder)
        assert heads == run.heads[: len(heads)], f"seed {SEED}, moment {moment}"
        lost.append(max(0, run.promised(moment) - len(heads)))
    return lost


def test_no_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    run = recorded(tmp_path / "run", "FULL")
    print(f"seed {SEED}: {len(run.disk.steps)} steps, {CUTS} cuts")
    assert losses(run, tmp_path / "cut") == [0] * CUTS


def test_the_same_cuts_show_a_log_that_does_not_sync(tmp_path: Path) -> None:
    run = recorded(tmp_path / "run", "NORMAL")
    lost = losses(run, tmp_path / "cut")
    print(f"seed {SEED}: NORMAL lost in {sum(map(bool, lost))} of {CUTS} cuts")
    assert sum(map(bool, lost)) > CUTS // 2


def appended(log: LocalLog, call: str) -> int | None:
    """The new entry's number, None when the log says that the disk is full."""
    try:
        return log.append([record(call)], DESK)
    except LogFull:
        return None


def test_a_full_disk(tmp_path: Path) -> None:
    with disk() as made:
        log = new_log(tmp_path)
        acknowledged = 0
        for number in range(20):
            acknowledged = log.append([record(f"c{number}")], DESK)
        made.full = True
        while (more := appended(log, f"d{acknowledged}")) is not None:
            acknowledged = more
        assert made.refused
        with pytest.raises(LogFull) as caught:
            log.append([record("refused")], DESK)
        assert caught.value.code == "log_full"
        assert log.status().problem == FULL_MESSAGE
        # still readable, and still refusing
        assert log.status().n == acknowledged
        with pytest.raises(LogFull):
            log.append([record(f"e{number}") for number in range(100)], DESK)
        assert verify(log.path).events == acknowledged
        made.full = False
        assert log.append([record("after")], DESK) == acknowledged + 1
        assert log.status().problem != FULL_MESSAGE
        report = verify(log.path)
        assert (report.events, report.first_bad) == (acknowledged + 1, None)
        log.close()


def test_full_while_erasing(tmp_path: Path) -> None:
    """An erasure rewrites much: it must happen as a whole or not at all."""
    with disk() as made:
        log = new_log(tmp_path)
        log.append([record(f"c{number}") for number in range(200)], DESK)
        log._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        made.full = True
        with pytest.raises(LogFull):
            log.append([erasure(*range(1, 150))], DESK)
        report = verify(log.path)
        assert (report.events, report.erased, report.first_bad) == (200, 0, None)
        made.full = False
        log.append([erasure(*range(1, 150))], DESK)
        report = verify(log.path)
        assert (report.events, report.erased, report.first_bad) == (201, 149, None)
        log.close()
