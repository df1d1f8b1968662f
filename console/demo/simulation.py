"""The other end of the line: simulators as processes of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from aliquot.console.demo import player
from aliquot.console.demo.child import Child
from aliquot.console.problems import KnownProblem


class Simulation:
    """One recording, played by ``player``; ``path`` is the port to read.

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
        numbers = f"{speed:g}", str(baud), str(wait_s)
        self._child = Child(str(recording), *numbers, module=player.__name__)
        self._held = False
        self._path: str | None = None

    @property
    def path(self) -> str:
        """Waits for it to be up when it is asked first."""
        if self._path is None:
            self._path = self._child.first_line()
        if self._path is None:
            raise KnownProblem(
                "no_simulator",
                "The line simulator did not start, so no call would arrive. Run "
                "`aliquot line simulate` on the recording to see why.",
            )
        return self._path

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child.running

    def hold(self) -> None:
        """Time stands still on this line until ``go_on``. Waits for it to be up."""
        if not self._held and self.path:
            self._child.signal(player.HOLD)
        self._held = True

    def go_on(self) -> None:
        if self._held:
            self._child.signal(player.GO_ON)
        self._held = False

    def pull_out(self) -> None:
        """End at once, as a cable is pulled: the port is gone."""
        self._child.kill()

    def end(self) -> None:
        self._child.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
