"""What is put before the writer thread, in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from aliquot.console.clock import Stamp
from aliquot.console.domain.commands import Actor, Command, Outcome
from aliquot.drivers.lines.api import Chunk, LineState


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


class Inbox:
    """A queue with one reader that takes at once all that is waiting."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Item] = SimpleQueue()

    def put(self, item: Item) -> None:
        self._queue.put(item)

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
