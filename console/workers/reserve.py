"""Room kept back on the disk, given free when the disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from aliquot.console.store.log import LogFull

_MB = 1 << 20
SHARE = 10  # of the disk, no more than one in so many bytes is kept back
_MARGIN = 2  # taken again when the disk has so many times the reserve to spare
RESERVE_IN_USE = (
    "The disk is full; calls are saved in the room kept back for this. "
    "Free some space now."
)


def waits_in_memory(count: int) -> str:
    what = "1 record waits" if count == 1 else f"{count} records wait"
    return f"The disk is full: {what} in memory only. Free some space now."


class Reserve:
    """A file of ``size_mb`` MB, or of a tenth of the disk where that is less, whose
    blocks are really allocated; 0 keeps none."""

    def __init__(self, path: Path, size_mb: int) -> None:
        self._path = path
        self._asked = size_mb * _MB

    @property
    def _size(self) -> int:
        if not self._asked:
            return 0
        found = os.statvfs(self._path.parent)
        return min(self._asked, found.f_blocks * found.f_frsize // SHARE)

    @property
    def held(self) -> bool:
        """Whether the room is there to be given."""
        try:
            return 0 < self._size <= self._path.stat().st_blocks * 512
        except FileNotFoundError:
            return False

    @property
    def wanted(self) -> bool:
        """Whether the room should be there and is not."""
        return self._size > 0 and not self.held

    def take(self) -> bool:
        """Allocate it if the disk has room to spare; True when it is held."""
        if not self.wanted:
            return self.held
        size = self._size
        if free_bytes(self._path.parent) < size * _MARGIN:
            return False
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(self._path, flags, 0o600)
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as why:
            if why.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EOPNOTSUPP):
                raise
            self._path.unlink(missing_ok=True)
        finally:
            os.close(handle)
        return self.held

    def give(self) -> bool:
        """Free the room; True when there was some to free."""
        held = self.held
        self._path.unlink(missing_ok=True)
        return held


T = TypeVar("T")


def open_in(reserve: Reserve, open_log: Callable[[], T]) -> T:
    """A log that has no room to be opened gets the room that is kept back: SQLite
    needs some for its index, even of a log that nothing is written to."""
    try:
        return open_log()
    except LogFull:
        if not reserve.give():
            raise
        return open_log()


LITTLE_SHARE = 10  # percent


def space_warning(folder: Path) -> str | None:
    """What to say when less than a tenth of the disk of ``folder`` is free."""
    found = os.statvfs(folder)
    if found.f_bavail * 100 >= found.f_blocks * LITTLE_SHARE:
        return None
    left = found.f_bavail * found.f_frsize / (1 << 30)
    return (
        f"{left:.1f} GB are left on the disk of the profile, less than a tenth of it. "
        "Free some space soon."
    )


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk of ``folder``."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
