"""Another `aliquot` as a process of its own that says one line when it is up.

It ends with this process, also when that crashes or is killed: see ``tied``.
"""

from __future__ import annotations

import contextlib
import select
import signal
import subprocess
import sys

STARTS_IN_S = 60.0
TIED = "aliquot.console.demo.tied"


class Child:
    """Started at once; ``first_line`` waits for it to be up. ``quiet``: what it has
    to tell a person is not shown."""

    def __init__(self, *arguments: str, quiet: bool = False) -> None:
        # In a group of its own: when this process ends while the child is held, the
        # kernel lets the child go on, and so it ends, too.
        self._process = subprocess.Popen(
            [sys.executable, "-m", TIED, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
            process_group=0,
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

    def hold(self) -> None:
        """Let it do nothing until ``go_on``."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Ask it to end; kill it if it does not within three seconds."""
        self._process.terminate()
        self.go_on()
        try:
            self._process.wait(3.0)
        except subprocess.TimeoutExpired:
            self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
