"""How a person follows an import of many cameras, and ends it."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from aliquot.console.cli.output import say
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.console.cameras.importing import Watch

TOLD_EVERY_S = 2.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Progress:
    """Says at most every two seconds how far it is, and how fast it goes."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._began = self._told = time.monotonic()

    def done(self, rows: int) -> None:
        now = time.monotonic()
        if now - self._told >= TOLD_EVERY_S:
            self._told = now
            rate = rows / (now - self._began)
            say(f"{rows:,} of {self._rows:,} rows, {rate:,.0f} a second")


@contextmanager
def watched(profile: Profile, rows: int) -> Iterator[Watch]:
    """While inside, the first SIGINT or SIGTERM ends the import after the cameras at
    hand; a second one at once, and what it was at is undone."""
    from aliquot.console.cameras.importing import ALONE, AT_ONCE, Watch

    stopped = False

    def seen(number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped:
            raise KeyboardInterrupt
        stopped = True

    def at_once() -> int:
        return AT_ONCE if profile.socket_path.exists() else ALONE

    def stop() -> bool:
        return stopped

    before = [signal.signal(number, seen) for number in _SIGNALS]
    try:
        yield Watch(at_once, stop, Progress(rows).done)
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)
