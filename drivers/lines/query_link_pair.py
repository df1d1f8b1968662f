"""Two query links that take turns: each request goes over the link that did not have
the last one, and over the other one when it fails there. EXPERIMENTAL.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from threading import RLock

from aliquot.drivers.lines.api import Chunk, LineSettings
from aliquot.drivers.lines.query_link import Outcome, QueryLink
from aliquot.drivers.lines.query_link_states import State
from aliquot.drivers.lines.query_link_table import LinkTable
from aliquot.drivers.lines.query_link_wire import LinkFramer, Repeats, Request
from aliquot.drivers.lines.talk import Ask, AskKind


class LinkPair:
    """``a`` and ``b`` are ``Conversation`` objects, for one reading thread each.

    A request given to either is the pair's. ``outcomes()`` has each request once:
    the answer, or the failure of the last link that was tried.
    """

    def __init__(self, table: LinkTable, settings: LineSettings | None = None) -> None:
        self._settings = settings or LineSettings()
        self._table = table
        self.guard = RLock()
        made = [QueryLink(table, self._settings, name) for name in ("A", "B")]
        self._links = (made[0], made[1])
        self._repeats = Repeats(table.times.repeat_ms)
        self._turn = 0
        self._second: dict[Request, int] = {}  # tried once: with so many tries
        self._done: deque[Outcome] = deque(maxlen=64)
        self.a = PairEnd(self, 0)
        self.b = PairEnd(self, 1)

    def framer(self, start: int = 0) -> LinkFramer:
        """For the bytes of either link, used from one thread: a record that comes
        over both is one."""
        return LinkFramer(self._table, self._settings, start, self._repeats)

    def outcomes(self) -> list[Outcome]:
        with self.guard:
            taken = list(self._done)
            self._done.clear()
            return taken

    def put(self, request: Request, mono_ns: int) -> bool:
        """Asks over the link whose turn it is, or the other where that one is down."""
        with self.guard:
            if any(link.has(request) for link in self._links):
                return True
            for at in self._order():
                if self._links[at].put(request, mono_ns):
                    self._turn = 1 - at
                    return True
            return False

    def _order(self) -> list[int]:
        """The link in turn first, but one with trouble last."""
        turn = (self._turn, 1 - self._turn)
        return sorted(turn, key=lambda at: self._links[at].trouble is not None)

    def settle(self, mono_ns: int) -> None:
        """What failed on one link is asked on the other, once."""
        for at, link in enumerate(self._links):
            for outcome in link.outcomes():
                self._settle_one(at, outcome, mono_ns)

    def _settle_one(self, at: int, outcome: Outcome, mono_ns: int) -> None:
        request = outcome.request
        before = self._second.pop(request, None)
        other = self._links[1 - at]
        if outcome.failure is not None and before is None:
            self._second[request] = outcome.tries
            if other.put(request, mono_ns):
                return
            del self._second[request]
        tries = outcome.tries + (before or 0)
        self._done.append(replace(outcome, tries=tries))

    def link(self, at: int) -> QueryLink:
        return self._links[at]


class PairEnd:
    """One link of a pair: a ``Conversation``."""

    asks_in_trouble = True

    def __init__(self, pair: LinkPair, at: int) -> None:
        self._pair = pair
        self._link = pair.link(at)

    @property
    def deadline_ns(self) -> int | None:
        with self._pair.guard:
            return self._link.deadline_ns

    @property
    def trouble(self) -> str | None:
        with self._pair.guard:
            return self._link.trouble

    @property
    def state(self) -> State:
        return self._link.state

    def opened(self, mono_ns: int) -> bytes:
        with self._pair.guard:
            out = self._link.opened(mono_ns)
            self._pair.settle(mono_ns)
            return out + self._link.more()

    def lost(self, mono_ns: int) -> None:
        """The port is gone: what was asked here is asked on the other link."""
        with self._pair.guard:
            self._link.lost(mono_ns)
            self._pair.settle(mono_ns)

    def heard(self, chunk: Chunk) -> bytes:
        with self._pair.guard:
            out = self._link.heard(chunk)
            self._pair.settle(chunk.mono_ns)
            return out + self._link.more()

    def tick(self, mono_ns: int) -> bytes:
        with self._pair.guard:
            out = self._link.tick(mono_ns)
            self._pair.settle(mono_ns)
            return out + self._link.more()

    def ask(self, ask: Ask, mono_ns: int) -> bytes | None:
        """The request may go over the other link: then ``b""``, and it is sent when
        that one is ticked, which is due at once."""
        with self._pair.guard:
            if ask.kind is AskKind.TEST:
                return self._link.ask(ask, mono_ns)
            if ask.kind is not AskKind.REBID or ask.number is None:
                return None
            request = Request(ask.number, ask.position or "")
            return self._link.more() if self._pair.put(request, mono_ns) else None
