"""The spool of a line: bytes that were read and may not be in the log yet.

The reading thread appends here before anybody else sees the bytes, so that a
process that is killed loses nothing it had read; the writer says how far the log
has come, and the spool is started afresh once all of it is there. It is written
in the recorded-stream format. It is not synced: a power cut loses what the
machine's cache held, which is what a power cut does to a wire, too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aliquot.console.clock import Stamp
from aliquot.console.problems import in_words
from aliquot.console.settings import LineConfig
from aliquot.drivers.lines.api import Chunk, Direction
from aliquot.drivers.lines.recording import (
    Entry,
    Header,
    RecordingError,
    RecordingReader,
    RecordingWriter,
)

_log = logging.getLogger(__name__)
TRIM_BYTES = 65_536
IDLE_TRIM_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Spooled:
    """What a spool holds. ``end``: absolute offset after its last byte, None when
    there is no spool. ``source`` and ``origin``: the source it came from and the
    line's offset at which that source's first byte lies."""

    entries: tuple[Entry, ...] = ()
    end: int | None = None
    source: str | None = None
    origin: int = 0


def spool_path(folder: Path, line: str) -> Path:
    return folder / f"{line}.rec"


def read_spool(path: Path) -> Spooled:
    """Read what is there. A file that is no recording is put aside, not deleted."""
    try:
        with open(path, "rb") as stream:
            reader = RecordingReader(stream, str(path))
            entries = tuple(e for e in reader if e.direction is Direction.RECEIVED)
            more = reader.header.more
            return Spooled(
                entries, reader.offset, more.get("source"), int(more.get("origin", "0"))
            )
    except FileNotFoundError:
        return Spooled()
    except (RecordingError, ValueError) as why:
        aside = path.with_suffix(".unreadable")
        os.replace(path, aside)
        _log.warning(
            "The spool %s cannot be read (%s); it is kept as %s.", path, why, aside
        )
        return Spooled()


def tail(entries: Sequence[Entry], start: int, now: Stamp) -> list[tuple[int, Chunk]]:
    """Bytes from offset ``start`` on, as ``(offset, chunk)``.

    The monotonic stamps are reckoned back from ``now`` by the wall clock, because
    those of an earlier boot mean nothing, and never run backwards.
    """
    chunks: list[tuple[int, Chunk]] = []
    mono_ns: int | None = None
    for entry in entries:
        cut = max(0, start - entry.offset)
        if cut >= len(entry.data):
            continue
        reckoned = now.mono_ns - max(0, now.utc_us - entry.utc_us) * 1000
        mono_ns = reckoned if mono_ns is None else max(mono_ns, reckoned)
        chunk = Chunk(entry.data[cut:], entry.utc_us, mono_ns)
        chunks.append((entry.offset + cut, chunk))
    return chunks


class Spool:
    """The spool of one line, used by its reading thread; ``done_to`` is set by the
    writer. An OSError of the disk is remembered in ``problem``, not raised: the
    bytes go on to the writer all the same."""

    def __init__(self, path: Path, line: LineConfig, start: int, origin: int) -> None:
        self._path = path
        self._line = line
        self._end = start
        self._origin = origin
        self._size = 0
        self._writer: RecordingWriter | None = None
        self._holes: list[tuple[int, int]] = []  # read, and not in the file
        self.done_to = start
        self.problem: str | None = None

    @property
    def end(self) -> int:
        """Absolute offset of the next byte."""
        return self._end

    @property
    def origin(self) -> int:
        return self._origin

    def open(self) -> None:
        """Go on with the file that is there."""
        with suppress(OSError):  # there is none, or what is amiss is met again below
            self._size = self._path.stat().st_size
        self._open()

    def append(self, chunk: Chunk) -> int:
        """Store what was just read; gives the offset of its first byte."""
        start = self._end
        self._end += len(chunk.data)
        try:
            if self._writer is None:
                self._begin_session(start)
            assert self._writer is not None
            self._writer.append(Direction.RECEIVED, chunk.utc_us, chunk.data)
            self._size += len(chunk.data)
            self.problem = None
        except (OSError, RecordingError) as why:
            self._holes.append((start, self._end))
            self._broke(why)
        return start

    def sent(self, utc_us: int, data: bytes) -> None:
        """Store what was said to the other end. It moves no offset."""
        try:
            if self._writer is None:
                self._begin_session(self._end)
            assert self._writer is not None
            self._writer.append(Direction.SENT, utc_us, data)
            self._size += len(data)
        except (OSError, RecordingError) as why:
            self._broke(why)

    @property
    def undone(self) -> tuple[int, int]:
        """Bytes read that the log does not have: how many the file keeps, and how
        many only the memory does. For when nobody reads any more."""
        lost = sum(max(0, end - max(at, self.done_to)) for at, end in self._holes)
        return max(0, self._end - self.done_to - lost), lost

    def trim(self, limit: int = TRIM_BYTES) -> None:
        """Start afresh when over ``limit`` bytes lie here and all are done with."""
        if self._size < limit or self.done_to < self._end:
            return
        fresh = self._path.with_suffix(".new")
        try:
            fresh.unlink(missing_ok=True)
            with RecordingWriter(fresh, self._header(self._end)):
                pass
            self._close()
            os.replace(fresh, self._path)
            self._size = 0
            self._holes.clear()
            self._open()
        except OSError as why:
            self._broke(why)

    def close(self) -> None:
        self._close()

    def _open(self) -> None:
        try:
            self._begin_session(self._end)
        except (OSError, RecordingError) as why:
            self._broke(why)

    def _begin_session(self, start: int) -> None:
        """A header says where the bytes that follow lie, after a failed write too."""
        header = self._header(start)
        self._writer = RecordingWriter(self._path, header, append=True)

    def _header(self, start: int) -> Header:
        return Header(
            line=self._line.name,
            driver=self._line.driver,
            baud=self._line.baud,
            format=self._line.format,
            start=start,
            more={"source": self._line.source, "origin": str(self._origin)},
        )

    def _broke(self, why: Exception) -> None:
        said = in_words(why) if isinstance(why, OSError) else str(why)
        self.problem = f"The spool of line {self._line.name} cannot be written: {said}."
        self._close()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
