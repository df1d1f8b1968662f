"""What is put before the writer thread, in the order in which it came."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from aliquot.console.clock import Stamp
from aliquot.console.domain.commands import Actor, Command, Failed, Outcome
from aliquot.drivers.lines.api import Chunk, LineState

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BytesRead:
    """A chunk of a line; ``start`` is the absolute offset of its first byte."""

    line: str
    chunk: Chunk
    start: int


@dataclass(frozen=True, slots=True)
class StateSeen:
    """A line came into another state. ``asks``: what it can be asked in it."""

    line: str
    state: LineState
    message: str
    at: Stamp
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A command. ``actor`` None: whoever is signed in at the desk."""

    command: Command
    actor: Actor | None
    done: Callable[[Outcome], None] | None


@dataclass(frozen=True, slots=True)
class Tell:
    """Say that these changed, though nothing was logged."""

    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing more is coming: finish what is here and end."""


Item = BytesRead | StateSeen | Asked | Tell | Leave
LARGEST_BATCH = 256


CLOSED = Failed("closed", "The console is closed: this was not done.")


class Inbox:
    """A queue with one reader that takes at once all that is waiting.

    What comes when the reader has ended is not kept for nobody: who asked is told.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[Item] = SimpleQueue()
        self._guard = threading.Lock()
        self._ended = False

    def put(self, item: Item) -> None:
        with self._guard:
            if not self._ended:
                self._queue.put(item)
                return
        _turn_away(item)

    def take(self, timeout_s: float | None) -> list[Item]:
        """The items waiting, at least one unless the time runs out; None waits."""
        items: list[Item] = []
        try:
            items.append(self._queue.get(timeout=timeout_s))
            while len(items) < LARGEST_BATCH:
                items.append(self._queue.get_nowait())
        except Empty:
            pass
        return items

    def empty(self) -> bool:
        return self._queue.empty()

    def end(self) -> bool:
        """By the reader, that would end: True when nothing waits, and from then on
        nothing is taken in."""
        with self._guard:
            self._ended = self._ended or self._queue.empty()
            return self._ended

    def abandon(self) -> None:
        """By the reader, that ends whatever waits. Idempotent."""
        with self._guard:
            self._ended = True
        while items := self.take(0):
            for item in items:
                _turn_away(item)


def _turn_away(item: Item) -> None:
    if not isinstance(item, Asked) or item.done is None:
        return
    try:
        item.done(CLOSED)
    except Exception:  # noqa: BLE001 - the asker's fault is not that of the others
        _log.exception("An outcome could not be handed over.")
