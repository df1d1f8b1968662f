"""The folder of one demonstration: gone with it, or with the next one.

A demonstration that was killed takes nothing away. Its folder is known by the lock
that nobody holds any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "aliquot-demo-"
YOUNG_S = 60.0  # one that was made a moment ago may not be locked yet


@contextmanager
def own() -> Iterator[Path]:
    """A new temporary folder, while the block runs; those of killed ones go."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep(folder.parent, os.fstat(lock).st_mtime)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(within: Path, now_s: float) -> None:
    """Remove what killed demonstrations of this user left in a folder. ``now_s`` is
    of the clock that stamps files, in seconds."""
    for folder in within.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is gone already, or somebody lives in it
            _sweep_one(folder, now_s)


def _sweep_one(folder: Path, now_s: float) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        found = os.fstat(lock)
        young = now_s - found.st_mtime < YOUNG_S
        if young or found.st_uid != os.geteuid():
            return
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
