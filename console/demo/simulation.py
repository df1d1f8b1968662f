"""The other end of the line: simulators as processes of their own."""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys
from pathlib import Path
from typing import Self

from aliquot.console.problems import KnownProblem

STARTS_IN_S = 20.0


class Simulation:
    """`aliquot line simulate` on one recording; ``path`` is the port to read.

    It begins to play when somebody opens the port. Leaving the block ends it.
    Raises ``KnownProblem`` ``no_simulator`` when it does not start.
    """

    def __init__(
        self,
        recording: Path,
        *,
        speed: float = 1.0,
        baud: int = 9600,
        wait_s: int = 120,
    ) -> None:
        command = [sys.executable, "-m", "aliquot.console", "line", "simulate"]
        options = [
            *("--speed", f"{speed:g}"),
            *("--baud", str(baud)),
            *("--wait", str(wait_s)),
        ]
        self._process = subprocess.Popen(
            [*command, str(recording), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.path = self._first_line()

    def _first_line(self) -> str:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], STARTS_IN_S)
        line = self._process.stdout.readline().strip() if ready else ""
        if not line:
            self.end()
            raise KnownProblem(
                "no_simulator",
                "The line simulator did not start, so no call would arrive. Run "
                "`aliquot line simulate` on the recording to see why.",
            )
        return line

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def pull_out(self) -> None:
        """End at once, as a cable is pulled: the port is gone."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Ask it to end; kill it if it does not within three seconds."""
        self._process.terminate()
        try:
            self._process.wait(3.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            with contextlib.suppress(OSError):
                self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
