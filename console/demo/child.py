"""A module as a process of its own that says one line when it is up.

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
    """Started at once; ``first_line`` waits for it to be up. ``module`` has to be tied;
    ``quiet``: what it has to tell a person is not shown."""

    def __init__(
        self, *arguments: str, module: str = TIED, quiet: bool = False
    ) -> None:
        # In a group of its own: an interrupt from the terminal is for the window.
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
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

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        self._process.send_signal(number)

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
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
