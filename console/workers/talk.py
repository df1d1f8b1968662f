"""The speaking half of a line in its reading thread: what the conversation says is
written and recorded, what a person asks is handed to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import Enum
from queue import Empty, SimpleQueue

from aliquot.console.clock import Clock
from aliquot.console.spool import Spool
from aliquot.drivers.lines.api import ByteSource, Chunk, LineDriver, LineSettings
from aliquot.drivers.lines.talk import (
    AbleDriver,
    Ask,
    AskKind,
    Conversation,
    HangsUp,
    Hides,
    Loses,
    StillAsks,
    TalkingDriver,
)

_log = logging.getLogger(__name__)


class Sent(Enum):
    """What became of what a person asked."""

    SENT = "sent"
    CANNOT = "cannot"  # this line cannot do that, or not now
    DOWN = "line_down"


Done = Callable[[Sent], None]


def make_talk(driver: LineDriver, reading: LineSettings, source: str) -> Talk | None:
    """None for a line that only listens; a replay hears nobody. May raise what the
    driver raises for options that will not do."""
    if source.startswith("replay:") or not isinstance(driver, TalkingDriver):
        return None
    able = frozenset(AskKind)
    if isinstance(driver, AbleDriver):
        able = driver.able(reading)
    return Talk(driver.conversation(reading), able)


class Talk:
    """One conversation over one connection after another. But for ``put`` it is used
    from the reading thread alone."""

    def __init__(self, conversation: Conversation, able: frozenset[AskKind]) -> None:
        self._conversation = conversation
        self._asked: SimpleQueue[tuple[Ask, Done]] = SimpleQueue()
        self._guard = threading.Lock()
        self._up = False
        self._source: ByteSource | None = None
        self._spool: Spool | None = None
        self._clock: Clock | None = None
        self.asks = tuple(sorted(kind.value for kind in able))

    @property
    def trouble(self) -> str | None:
        """What is wrong with the other end, in words."""
        return self._conversation.trouble

    @property
    def asks_now(self) -> tuple[str, ...]:
        """What the line can be asked as it stands."""
        said = self._conversation
        still = isinstance(said, StillAsks) and said.asks_in_trouble
        return self.asks if self.trouble is None or still else ()

    @property
    def hang_up(self) -> bool:
        said = self._conversation
        return isinstance(said, HangsUp) and said.hang_up

    def share(self, conversation: Conversation) -> None:
        """Before the first connection: speak as one of two links instead."""
        self._conversation = conversation

    def put(self, ask: Ask, done: Done) -> None:
        """From any thread. ``done`` is called in the reading thread; at once while
        there is no connection, for nothing is said later than it was meant."""
        with self._guard:
            if self._up:
                self._asked.put((ask, done))
                return
        _tell(done, Sent.DOWN)

    def opened(self, source: ByteSource, spool: Spool, clock: Clock) -> None:
        """Raises ``SourceError``, as ``turn``."""
        self._source, self._spool, self._clock = source, spool, clock
        with self._guard:
            self._up = True
        self._say(self._conversation.opened(clock.now().mono_ns))

    def turn(self, chunk: Chunk | None) -> None:
        """Answer what was read, do what is asked, and what the time has come for."""
        assert self._clock is not None
        if chunk is not None:
            self._say(self._conversation.heard(chunk))
        self._take_asked()
        due, now_ns = self._conversation.deadline_ns, self._clock.now().mono_ns
        if due is not None and now_ns >= due:
            self._say(self._conversation.tick(now_ns))

    def wait_s(self, most_s: float) -> float:
        """How long a read may wait, in seconds."""
        assert self._clock is not None
        if not self._asked.empty():
            return 0.0
        due = self._conversation.deadline_ns
        if due is None:
            return most_s
        return min(most_s, max(0.0, (due - self._clock.now().mono_ns) / 1e9))

    def down(self) -> None:
        """The connection is gone: what waits to be said is not said later."""
        said = self._conversation
        if self._source is not None and isinstance(said, Loses):
            assert self._clock is not None
            try:
                said.lost(self._clock.now().mono_ns)
            except Exception:  # noqa: BLE001 - the line must come back
                _log.exception("A conversation did not take the loss of its port.")
        self._source = None
        with self._guard:
            self._up = False
        while (asked := self._next()) is not None:
            _tell(asked[1], Sent.DOWN)

    def _take_asked(self) -> None:
        assert self._clock is not None
        while (asked := self._next()) is not None:
            ask, done = asked
            data = self._conversation.ask(ask, self._clock.now().mono_ns)
            if data is None:
                _tell(done, Sent.CANNOT)
                continue
            try:
                self._say(data)
            except BaseException:
                _tell(done, Sent.DOWN)
                raise
            _tell(done, Sent.SENT)

    def _next(self) -> tuple[Ask, Done] | None:
        try:
            return self._asked.get_nowait()
        except Empty:
            return None

    def _say(self, data: bytes) -> None:
        if not data:
            return
        assert self._source is not None
        assert self._spool is not None
        assert self._clock is not None
        self._source.write(data)
        said = self._conversation
        shown = said.recorded(data) if isinstance(said, Hides) else data
        self._spool.sent(self._clock.now().utc_us, shown)


def _tell(done: Done, sent: Sent) -> None:
    try:
        done(sent)
    except Exception:  # noqa: BLE001 - the asker's fault is not the line's
        _log.exception("What became of a question could not be handed over.")
