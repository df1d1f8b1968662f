"""The writer's lock: one writing process per profile.

The kernel holds the lock for the open file, so it is gone the moment the process
is, however it ended; the text in the file only names the holder for a person.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from aliquot.console.problems import EXIT_LOCKED, EXIT_UNAVAILABLE, KnownProblem

_NOBODY = "-\n"
_LOOKS, _LOOK_S = 25, 0.01


class WriterLock:
    """An advisory lock on ``path``, which holds the pid of the holder as text.

    Not re-entrant, and per open file: two objects exclude each other also within
    one process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    def acquire(self) -> None:
        """Take the lock or raise at once. It never waits for another console, only for
        a moment for one that looks whether there is one (`aliquot doctor`).

        Raises ``KnownProblem`` ``profile_locked`` (exit 3), naming the holder's pid,
        or ``lock_unusable`` (exit 4) when the file cannot be opened.
        """
        if self._fd is not None:
            return
        fd = self._open()
        for left in reversed(range(_LOOKS)):
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left or self._holder_lives():
                    os.close(fd)
                    raise self._refusal() from None
                time.sleep(_LOOK_S)
        self._fd = fd
        self._write(f"{os.getpid()}\n")

    def release(self) -> None:
        """Give it back. The file stays: removing it would let two hold a lock."""
        if self._fd is not None:
            self._write(_NOBODY)
            # Not left to the closing: a program that is just being started by another
            # thread has the open file, too, for a moment.
            fcntl.flock(self._fd, fcntl.LOCK_UN)
            os.close(self._fd)
            self._fd = None

    def _write(self, text: str) -> None:
        """Only for a person, so a disk that has no room for it does not keep a console
        from starting. What is there is written over: its room on the disk stays ours."""
        assert self._fd is not None
        with suppress(OSError):
            os.pwrite(self._fd, text.encode(), 0)
            os.ftruncate(self._fd, len(text))

    def holder(self) -> int | None:
        """The pid in the file, or None. Worth something only while locked."""
        try:
            return int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def _holder_lives(self) -> bool:
        pid = self.holder()
        if pid is None:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True

    def _open(self) -> int:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as why:
            raise KnownProblem(
                "lock_unusable",
                f"The profile cannot be locked: {self._path}: {why.strerror}.",
                EXIT_UNAVAILABLE,
            ) from why

    def _refusal(self) -> KnownProblem:
        pid = self.holder()
        who = f"process {pid}" if pid is not None else "another process"
        return KnownProblem(
            "profile_locked",
            f"This profile is in use by {who} ({self._path}). End it first.",
            EXIT_LOCKED,
        )

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
