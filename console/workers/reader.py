"""The reading thread of a line: read, stamp, spool, hand on; come back when lost.
Of a two-way line it also speaks, with what its ``Talk`` has to say.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from aliquot.console.clock import Clock, Stamp
from aliquot.console.settings import LineConfig
from aliquot.console.spool import IDLE_TRIM_BYTES, Spool
from aliquot.console.workers.ear import Ear
from aliquot.console.workers.inbox import BytesRead, Inbox, StateSeen
from aliquot.console.workers.talk import Sent, Talk
from aliquot.drivers.lines.api import ByteSource, Chunk, LineState, SourceError
from aliquot.drivers.lines.talk import Ask

_log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
REFUSED_PAUSE_S = 120.0  # the longest after the other end has refused us
READ_TIMEOUT_S = 0.5


class MakeSource(Protocol):
    """Makes the source of a line; ``skip`` bytes of a replay were had before."""

    def __call__(self, line: LineConfig, skip: int) -> ByteSource: ...


class LineReader(threading.Thread):
    """Owns the port of one line. ``pause`` waits for so many seconds and gives True
    when the console is stopping; by default it waits on the thread's own stop."""

    def __init__(
        self,
        line: LineConfig,
        spool: Spool,
        inbox: Inbox,
        clock: Clock,
        make_source: MakeSource,
        pause: Callable[[float], bool] | None = None,
        talk: Talk | None = None,
        ear: Ear | None = None,
    ) -> None:
        super().__init__(name=f"line {line.name}", daemon=True)
        self._line = line
        self._spool = spool
        self._inbox = inbox
        self._clock = clock
        self._make_source = make_source
        self._stopping = threading.Event()
        self._pause = pause
        self._talk = talk
        self._ear = ear or Ear()
        self._told: tuple[LineState, str] | None = None
        self._source: ByteSource | None = None
        self._ended = False
        self._guard = threading.Lock()

    def stop(self) -> None:
        """From another thread: read no more. The thread ends soon after."""
        self._stopping.set()
        with self._guard:
            if self._source is not None:
                self._source.cancel()

    def go_on(self) -> bool:
        """From another thread, after ``stop``: read on after all. False when the thread
        is ending, or has ended; else it goes on for certain, be it on a port that it
        has to open anew."""
        with self._guard:
            if not self._ended:
                self._stopping.clear()
            return not self._ended

    def ask(self, ask: Ask, done: Callable[[Sent], None]) -> None:
        """From any thread: have it said on the line. ``done`` is called in the reading
        thread, or at once when the line only listens."""
        if self._talk is None or not self.is_alive():
            done(Sent.CANNOT)
            return
        self._talk.put(ask, done)
        with self._guard:
            if self._source is not None:
                self._source.cancel()

    def run(self) -> None:
        self._tell(LineState.OPENING, f"Opening {self._line.source}.")
        self._spool.open()
        try:
            self._come_back()
        finally:
            with self._guard:
                self._ended = True
            self._spool.close()
            if self._talk is not None:
                self._talk.down()

    def _come_back(self) -> None:
        """One session after the other."""
        pause_s = FIRST_PAUSE_S
        while not self._is_over():
            before = self._spool.end
            if self._session():
                return
            pause_s, longest_s = self._next_pause(pause_s, self._spool.end > before)
            if self._wait(pause_s):
                return
            pause_s = min(longest_s, pause_s * 2)

    def _is_over(self) -> bool:
        """Whether it was stopped; if so, ``go_on`` comes too late from now on."""
        with self._guard:
            self._ended = self._stopping.is_set()
            return self._ended

    def _next_pause(self, pause_s: float, spoke: bool) -> tuple[float, float]:
        """Before the next try, and the longest; in seconds. Who refuses us is not
        asked at once again, although it spoke."""
        if self._talk is not None and self._talk.trouble is not None:
            return max(pause_s, LONGEST_PAUSE_S), REFUSED_PAUSE_S
        return FIRST_PAUSE_S if spoke else pause_s, LONGEST_PAUSE_S

    def _wait(self, pause_s: float) -> bool:
        if self._talk is not None:
            self._talk.down()
        if self._pause is not None:
            return self._pause(pause_s)
        self._stopping.wait(pause_s)
        return False

    def _session(self) -> bool:
        """Open and read until the end (True), or until the line is lost or this is
        stopped (False)."""
        source: ByteSource | None = None
        try:
            source = self._make_source(self._line, self._spool.end - self._spool.origin)
            source.open()
            with self._guard:
                self._source = source
            if self._talk is None:
                self._tell(LineState.UP, f"{self._line.source} is open.")
            else:
                self._talk.opened(source, self._spool, self._clock)
                self._say_how()
            return self._read(source)
        except SourceError as why:
            self._tell(*self._amiss(why))
        except Exception as bug:  # noqa: BLE001 - the line must come back
            _log.exception("Line %s: its source failed.", self._line.name)
            self._tell(LineState.LOST, f"The line's driver failed: {bug}.")
        finally:
            self._leave(source)
        return False

    def _read(self, source: ByteSource) -> bool:
        while not self._stopping.is_set():
            patience_s = self._patience_s()
            self._ear.listen(source, patience_s)
            data = source.read(patience_s)
            at = self._ear.heard(data or b"", self._clock.now())
            if data is None:
                self._tell(LineState.FINISHED, f"{self._line.source} came to its end.")
                return True
            chunk = self._take(data, at) if data else None
            if chunk is None:
                self._spool.trim(IDLE_TRIM_BYTES)
            if self._talk is not None:
                self._talk.turn(chunk)
                self._say_how()
            else:
                self._say_of(getattr(source, "trouble", None))
        return False

    def _patience_s(self) -> float:
        longest_s = self._ear.patience_s(READ_TIMEOUT_S)
        return longest_s if self._talk is None else self._talk.wait_s(longest_s)

    def _say_how(self) -> None:
        """How the other end is, as far as it is known by talking with it."""
        assert self._talk is not None
        trouble = self._talk.trouble
        if trouble is None:
            said = f"{self._line.source} is open."
            self._tell(LineState.UP, said, self._talk.asks_now)
        elif self._talk.hang_up:
            raise SourceError(LineState.TROUBLE, trouble)
        else:
            self._tell(LineState.TROUBLE, trouble, self._talk.asks_now)

    def _say_of(self, trouble: str | None) -> None:
        """A source that is up may know of something that it cannot read."""
        if trouble is not None:
            self._tell(LineState.TROUBLE, trouble)
        elif self._told is not None and self._told[0] is LineState.TROUBLE:
            self._tell(LineState.UP, f"{self._line.source} is open.")

    def _amiss(self, why: SourceError) -> tuple[LineState, str]:
        """Who refuses us also hangs up: then the refusal is what there is to say."""
        trouble = self._talk.trouble if self._talk is not None else None
        if trouble is not None and why.state is LineState.LOST:
            return LineState.TROUBLE, trouble
        return why.state, str(why)

    def _take(self, data: bytes, at: Stamp) -> Chunk:
        chunk = Chunk(data, at.utc_us, at.mono_ns)
        self._spool.trim()  # what came before may be logged by now, this never is
        start = self._spool.append(chunk)
        self._inbox.put(BytesRead(self._line.name, chunk, start))
        return chunk

    def _leave(self, source: ByteSource | None) -> None:
        with self._guard:
            self._source = None
        self._ear.leave()
        if source is not None:
            try:
                source.close()
            except (OSError, SourceError):
                _log.info("Line %s: its port did not close.", self._line.name)

    def _tell(self, state: LineState, message: str, asks: tuple[str, ...] = ()) -> None:
        """Once for a state; of a trouble also what else it has become."""
        told = (state, message if state is LineState.TROUBLE else "")
        if told != self._told:
            self._told = told
            now = self._clock.now()
            self._inbox.put(StateSeen(self._line.name, state, message, now, asks))
