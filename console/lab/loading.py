"""A recording read into memory, as far as there is room for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedIOBase
from itertools import islice
from pathlib import Path
from time import perf_counter_ns
from typing import BinaryIO, cast

from aliquot.console.domain.lab import Progress
from aliquot.console.domain.lab_result import LabResult, RecordingInfo
from aliquot.console.lab.bench import driver_for, settings_for
from aliquot.console.lab.objects import iso
from aliquot.drivers.lines.api import Direction, LineDriver, LineSettings
from aliquot.drivers.lines.recording import RecordingReader, describe
from aliquot.drivers.lines.recording_format import (
    Damage,
    Entry,
    Header,
    StreamDecoder,
)

_HEAD = 4096
_HEAD_ENTRIES = 64
_TAIL = 1 << 18
_PROGRESS_NS = 50_000_000
_FIRST_PART_NS = 100_000_000
_GROWTH = 1.6  # each part is shown so much later than the one before
_LOOK_EVERY = 64
# Bytes of memory: what a chunk of a record costs beside its own bytes, measured.
CHUNK_COSTS = 1_300
MOST_MEMORY = 512 << 20
LEFT_OUT = (
    "The recording is longer than the lab holds at once: what comes after {at} is "
    "not shown. `aliquot line report` reads all of it."
)


class StoppedError(Exception):
    """The work was cancelled."""


@dataclass(slots=True)
class Watch:
    """Lets long work be cancelled, says how far it is, and shows what there is."""

    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] | None = None
    _told_ns: int = 0
    _began_ns: int = field(default_factory=perf_counter_ns)
    _part_ns: float = _FIRST_PART_NS

    def look(
        self,
        done: int,
        of: int,
        items: int,
        so_far: Callable[[], LabResult] | None = None,
    ) -> None:
        """Raises ``StoppedError`` when cancelled."""
        if self.cancelled():
            raise StoppedError
        if self.progress is None:
            return
        now_ns = perf_counter_ns()
        if now_ns - self._told_ns >= _PROGRESS_NS:
            self._told_ns = now_ns
            part = so_far() if so_far and items and self._due(now_ns) else None
            self.progress(Progress(done, of, items, part))

    def _due(self, now_ns: int) -> bool:
        """Ever rarer: a part costs as much as there is in it."""
        took_ns = now_ns - self._began_ns
        if took_ns < self._part_ns:
            return False
        self._part_ns = took_ns * _GROWTH
        return True


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording in memory: its entries, in order."""

    info: RecordingInfo
    driver: LineDriver
    settings: LineSettings
    header: Header
    entries: tuple[Entry, ...] = field(repr=False)

    @property
    def began_us(self) -> int:
        return self.info.began_us


def load(path: str, watch: Watch | None = None) -> Recording:
    """Reads a whole recording. OSError, RecordingError, DriverError, StoppedError."""
    with Path(path).open("rb") as stream:
        return load_stream(stream, path, watch or Watch(), Path(path).stat().st_size)


def load_stream(stream: BinaryIO, name: str, watch: Watch, size: int = 0) -> Recording:
    reading = Reading(stream, name, size)
    for n, _ in enumerate(reading):
        if n % _LOOK_EVERY == 0:
            watch.look(reading.done_bytes, size, 0)
    return reading.recording()


@contextmanager
def reading_of(path: str) -> Iterator[Reading]:
    """A file to be read while it is decoded, no more of it than there is room for.

    OSError, ``RecordingError``, ``DriverError``.
    """
    with Path(path).open("rb") as stream:
        size = Path(path).stat().st_size
        ends_us = _last_time(stream, size) if stream.seekable() else 0
        yield Reading(stream, path, size, MOST_MEMORY, ends_us)


def _last_time(stream: BinaryIO, size: int) -> int:
    """Of the last entry that can be read, µs; 0: none can."""
    stream.seek(max(0, size - _TAIL))
    tail = StreamDecoder()
    try:
        found = tail.feed(stream.read())
    except ValueError:  # of another version: said when it is read in order
        found = []
    stream.seek(0)
    return max((one.utc_us for one in found if isinstance(one, Entry)), default=0)


class Reading:
    """The entries of a recording, each kept when it has passed.

    ``ends_us``: when the last entry of the file came, if that is known before.
    """

    def __init__(
        self,
        stream: BinaryIO,
        name: str,
        size: int = 0,
        most_memory: int | None = None,
        ends_us: int = 0,
    ) -> None:
        self.size = size
        self._ends_us = ends_us
        self._name = name
        self._damaged: list[str] = []
        self._measured = _Measured(stream)
        source = cast(BinaryIO, self._measured)
        self._reader = RecordingReader(source, name, on_damage=self._on_damage)
        self._header = self._reader.header
        self._most = most_memory
        self._taken = 0
        self._left_out = ""
        self._all = False  # has passed
        self._entries: list[Entry] = []
        self._received = 0
        self._last_us = 0
        self._head = list(islice(self._read(), _HEAD_ENTRIES))
        head = b"".join(e.data for e in self._head if came(e))[:_HEAD]
        self.driver = driver_for(self._header, head)
        self.settings = settings_for(self._header, self.driver)
        self.began_us = self._head[0].utc_us if self._head else 0
        self.start = self._head[0].offset if self._head else 0

    @property
    def done_bytes(self) -> int:
        """Of the file."""
        return self._measured.count

    def _on_damage(self, damage: Damage) -> None:
        self._damaged.append(describe(self._name, damage))

    def _read(self) -> Iterator[Entry]:
        for entry in self._reader:
            self._taken += len(entry.data) * 2 + CHUNK_COSTS
            if self._most is not None and self._taken > self._most:
                self.ends_here(LEFT_OUT.format(at=iso(self._last_us)))
                return
            yield entry

    def __iter__(self) -> Iterator[Entry]:
        """Once."""
        head, self._head = self._head, []
        for entry in head:
            yield self._passed(entry)
        for entry in self._read():
            yield self._passed(entry)
        self._all = not self._left_out

    def _passed(self, entry: Entry) -> Entry:
        self._entries.append(entry)
        self._last_us = max(self._last_us, entry.utc_us)
        if came(entry):
            self._received += len(entry.data)
        return entry

    def recording(self, whole: bool = True) -> Recording:
        """What has passed. Not ``whole``: more is to come."""
        last_us = self._last_us if whole else max(self._last_us, self._ends_us)
        info = RecordingInfo(
            path=self._name,
            line=self._header.line,
            driver=self.driver.name,
            baud=self._header.baud,
            format=self._header.format,
            began_us=self.began_us,
            duration_s=max(0, last_us - self.began_us) / 1e6,
            received_bytes=self._received,
            damaged=tuple(self._damaged),
            file_bytes=self._measured.count,
            sha256=self._measured.digest.hexdigest() if self._all else "",
            left_out=self._left_out,
        )
        entries = tuple(self._entries)
        return Recording(info, self.driver, self.settings, self._header, entries)

    def ends_here(self, why: str) -> None:
        """A sentence: what comes after is left out."""
        self._left_out = why


class _Measured(BufferedIOBase):
    """A stream whose bytes are counted and hashed while they are read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._read = getattr(stream, "read1", stream.read)
        self.count = 0
        self.digest = hashlib.sha256()

    def read1(self, size: int = -1, /) -> bytes:
        data: bytes = self._read(size)
        self.count += len(data)
        self.digest.update(data)
        return data


def came(entry: Entry) -> bool:
    return entry.direction is Direction.RECEIVED
