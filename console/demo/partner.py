"""A partner of the demonstration: an independent receiver, a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from aliquot.console.demo.child import Child
from aliquot.console.problems import KnownProblem
from aliquot.console.settings import PartnerConfig

NAME = "neighbors-demonstration"
CHANNEL = "neighbors"


class Partner:
    """`aliquot feed receive` on a free port; leaving the block ends it.

    Raises ``KnownProblem`` ``no_receiver`` when it does not start.
    """

    def __init__(self, folder: Path) -> None:
        self._child = Child("feed", "receive", "0", "--dir", str(folder), quiet=True)
        self.folder = folder
        self._port: str | None = None

    @property
    def url(self) -> str:
        """Waits for it to be up when it is asked first."""
        if self._port is None:
            self._port = self._child.first_line()
        if self._port is None:
            raise KnownProblem(
                "no_receiver",
                "The partner's receiver did not start, so nothing could be "
                "delivered. Run `aliquot feed receive 0` to see why.",
            )
        return f"http://127.0.0.1:{self._port}/items"

    @property
    def config(self) -> PartnerConfig:
        return PartnerConfig(name=NAME, channel=CHANNEL, url=self.url)

    @property
    def running(self) -> bool:
        return self._child.running

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.end()
