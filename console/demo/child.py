"""Another `aliquot` as a process of its own that says one line when it is up."""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys

STARTS_IN_S = 20.0


class Child:
    """Started at once; ``first_line`` waits for it to be up. ``quiet``: what it has
    to tell a person is not shown."""

    def __init__(self, *arguments: str, quiet: bool = False) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "aliquot.console", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
        )

    def first_line(self) -> str | None:
        """What it says first; None, and it is ended, when it says nothing."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], STARTS_IN_S)
        line = self._process.stdout.readline().strip() if ready else ""
        if not line:
            self.end()
        return line or None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Ask it to end; kill it if it does not within three seconds."""
        self._process.terminate()
        try:
            self._process.wait(3.0)
        except subprocess.TimeoutExpired:
            self.kill()
        if self._process.stdout is not None:
            with contextlib.suppress(OSError):
                self._process.stdout.close()
