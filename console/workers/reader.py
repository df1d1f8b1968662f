"""The reading thread of a line: read, stamp, spool, hand on; come back when lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from aliquot.console.clock import Clock
from aliquot.console.settings import LineConfig
from aliquot.console.spool import IDLE_TRIM_BYTES, Spool
from aliquot.console.workers.inbox import BytesRead, Inbox, StateSeen
from aliquot.drivers.lines.api import ByteSource, Chunk, LineState, SourceError

_log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
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
    ) -> None:
        super().__init__(name=f"line {line.name}", daemon=True)
        self._line = line
        self._spool = spool
        self._inbox = inbox
        self._clock = clock
        self._make_source = make_source
        self._stopping = threading.Event()
        self._pause = pause or self._stopping.wait
        self._told: LineState | None = None
        self._source: ByteSource | None = None
        self._guard = threading.Lock()

    def stop(self) -> None:
        """From another thread: read no more. The thread ends soon after."""
        self._stopping.set()
        with self._guard:
            if self._source is not None:
                self._source.cancel()

    def run(self) -> None:
        self._tell(LineState.OPENING, f"Opening {self._line.source}.")
        self._spool.open()
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            before = self._spool.end
            if self._session():
                break
            if self._spool.end > before:
                pause_s = FIRST_PAUSE_S
            if self._pause(pause_s):
                break
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)
        self._spool.close()

    def _session(self) -> bool:
        """Open and read until the end (True) or until the line is lost (False)."""
        source: ByteSource | None = None
        try:
            source = self._make_source(self._line, self._spool.end - self._spool.origin)
            source.open()
            with self._guard:
                self._source = source
            self._tell(LineState.UP, f"{self._line.source} is open.")
            return self._read(source)
        except SourceError as why:
            self._tell(why.state, str(why))
        except Exception as bug:  # noqa: BLE001 - the line must come back
            _log.exception("Line %s: its source failed.", self._line.name)
            self._tell(LineState.LOST, f"The line's driver failed: {bug}.")
        finally:
            self._leave(source)
        return False

    def _read(self, source: ByteSource) -> bool:
        while not self._stopping.is_set():
            data = source.read(READ_TIMEOUT_S)
            if data is None:
                self._tell(LineState.FINISHED, f"{self._line.source} came to its end.")
                return True
            if data:
                self._take(data)
            else:
                self._spool.trim(IDLE_TRIM_BYTES)
        return True

    def _take(self, data: bytes) -> None:
        now = self._clock.now()
        chunk = Chunk(data, now.utc_us, now.mono_ns)
        self._spool.trim()  # what came before may be logged by now, this never is
        start = self._spool.append(chunk)
        self._inbox.put(BytesRead(self._line.name, chunk, start))

    def _leave(self, source: ByteSource | None) -> None:
        with self._guard:
            self._source = None
        if source is not None:
            try:
                source.close()
            except (OSError, SourceError):
                _log.info("Line %s: its port did not close.", self._line.name)

    def _tell(self, state: LineState, message: str) -> None:
        if state is not self._told:
            self._told = state
            seen = StateSeen(self._line.name, state, message, self._clock.now())
            self._inbox.put(seen)
