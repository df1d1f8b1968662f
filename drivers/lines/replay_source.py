"""A recording as a source: what a line once said, said again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import BinaryIO

from aliquot.drivers.lines.api import Direction, LineState, SourceError
from aliquot.drivers.lines.pacing import Pace
from aliquot.drivers.lines.recording import RecordingError, RecordingReader
from aliquot.drivers.lines.recording_format import Damage, Entry


class ReplaySource:
    """Gives the received bytes of a recording, a chunk a read. See ``ByteSource``.

    ``speed`` divides the recorded distances; ``math.inf`` gives the chunks as fast
    as they are read: then their stamps lie close together, and what only a silence
    ends (gap framing) runs together too. ``start_offset``: absolute offset of the
    first byte to give. ``recorded_us`` is the recorded time of the newest chunk.
    """

    def __init__(
        self,
        path: str | Path,
        speed: float = 1.0,
        start_offset: int = 0,
        *,
        wait: Callable[[float], bool] | None = None,
        now: Callable[[], float] = time.monotonic,
        on_damage: Callable[[Damage], None] | None = None,
    ) -> None:
        self.path = Path(path)
        self.recorded_us: int | None = None
        self._speed = speed
        self._start = start_offset
        self._cancelled = Event()
        self._wait = wait or self._cancelled.wait
        self._pace = Pace(self._wait, now)
        self._on_damage = on_damage
        self._stream: BinaryIO | None = None
        self._entries: Iterator[Entry] = iter(())
        self._next: tuple[Entry, bytes] | None = None
        self._due_s = 0.0
        self._before_us: int | None = None

    def open(self) -> None:
        try:
            self._stream = self.path.open("rb")
            reader = RecordingReader(
                self._stream, str(self.path), on_damage=self._on_damage
            )
            self._entries = iter(reader)
            self._before_us, self._due_s = None, 0.0
            self._pace.start()
            self._advance()
        except (OSError, RecordingError) as problem:
            self.close()
            raise SourceError(LineState.MISSING, f"Cannot replay: {problem}") from None

    def read(self, timeout_s: float) -> bytes | None:
        if self._next is None:
            return None
        if self._pace.left(self._due_s) > timeout_s:
            self._rest(timeout_s)
            return b""
        if self._pace.until(self._due_s):
            self._cancelled.clear()
            return b""
        entry, data = self._next
        self.recorded_us = entry.utc_us
        self._advance()
        return data

    def write(self, data: bytes) -> None:
        """Nobody is there to hear it."""

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
        self._entries, self._next = iter(()), None

    def _rest(self, timeout_s: float) -> None:
        if self._wait(timeout_s):
            self._cancelled.clear()

    def _advance(self) -> None:
        """Finds the next chunk that has bytes at or after the start."""
        self._next = None
        for entry in self._entries:
            data = entry.data[max(0, self._start - entry.offset) :]
            if entry.direction is Direction.SENT or not data:
                continue
            if self._before_us is not None:
                step_us = max(0, entry.utc_us - self._before_us)
                self._due_s += step_us / 1e6 / self._speed
            self._before_us = entry.utc_us
            self._next = entry, data
            return
