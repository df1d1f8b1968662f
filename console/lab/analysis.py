"""A recording opened and decoded: what the lab's screen and reports are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BufferedIOBase
from pathlib import Path
from time import perf_counter_ns
from typing import BinaryIO, cast

from aliquot.console.domain.lab import Progress
from aliquot.console.domain.lab_result import ChunkMark, LabResult, RecordingInfo
from aliquot.console.lab.bench import Bench, driver_for, settings_for
from aliquot.console.lab.hearing import cut
from aliquot.console.lab.series import make_series
from aliquot.console.lab.strip import Look, Seen, make_items
from aliquot.drivers.lines.api import Direction, Frame, LineDriver, LineSettings, Noise
from aliquot.drivers.lines.recording import RecordingReader, describe
from aliquot.drivers.lines.recording_format import Damage, Entry, Header

_HEAD = 4096
_PROGRESS_NS = 50_000_000
_LOOK_EVERY = 64  # chunks between two looks at the clock


class StoppedError(Exception):
    """The work was cancelled."""


@dataclass(slots=True)
class Watch:
    """Lets long work be cancelled, and says how far it is."""

    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] | None = None
    _told_ns: int = 0

    def look(self, done: int, of: int, items: int) -> None:
        """Raises ``StoppedError`` when cancelled."""
        if self.cancelled():
            raise StoppedError
        if self.progress is None:
            return
        now_ns = perf_counter_ns()
        if now_ns - self._told_ns >= _PROGRESS_NS:
            self._told_ns = now_ns
            self.progress(Progress(done, of, items))


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
    damaged: list[str] = []

    def on_damage(damage: Damage) -> None:
        damaged.append(describe(name, damage))

    measured = _Measured(stream)
    reader = RecordingReader(cast(BinaryIO, measured), name, on_damage=on_damage)
    header = reader.header
    entries: list[Entry] = []
    for entry in reader:
        entries.append(entry)
        if len(entries) % _LOOK_EVERY == 0:
            watch.look(reader.offset, size, 0)
    head = b"".join(e.data for e in entries[:_LOOK_EVERY] if _came(e))[:_HEAD]
    driver = driver_for(header, head)
    info = replace(
        _info(name, header, driver.name, entries, tuple(damaged)),
        file_bytes=measured.count,
        sha256=measured.digest.hexdigest(),
    )
    settings = settings_for(header, driver)
    return Recording(info, driver, settings, header, tuple(entries))


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


def _came(entry: Entry) -> bool:
    return entry.direction is Direction.RECEIVED


def _info(
    name: str,
    header: Header,
    driver: str,
    entries: list[Entry],
    damaged: tuple[str, ...],
) -> RecordingInfo:
    began = entries[0].utc_us if entries else 0
    ended = max((e.utc_us for e in entries), default=0)
    return RecordingInfo(
        path=name,
        line=header.line,
        driver=driver,
        baud=header.baud,
        format=header.format,
        began_us=began,
        duration_s=(ended - began) / 1e6,
        received_bytes=sum(len(e.data) for e in entries if _came(e)),
        damaged=damaged,
    )


def listen(
    recording: Recording, bench: Bench, watch: Watch | None = None
) -> list[Seen]:
    """Every frame and noise of a recording with what became of it, in order."""
    watch = watch or Watch()
    entries = recording.entries
    start = entries[0].offset if entries else 0
    framer, decoder = bench.framer(start), bench.decoder()
    seen: list[Seen] = []

    def take(one: Frame | Noise, given_ns: int) -> None:
        if isinstance(one, Noise):
            seen.append(Seen(one, (one,), given_ns, 0))
            return
        began_ns = perf_counter_ns()
        heard = tuple(decoder.decode(one))
        seen.append(Seen(one, heard, given_ns, perf_counter_ns() - began_ns))

    def watched() -> Iterator[Entry]:
        total = recording.info.received_bytes
        for n, entry in enumerate(entries):
            if n % _LOOK_EVERY == 0:
                watch.look(entry.offset - start, total, len(seen))
            yield entry

    cut(watched(), framer, take, _no_wait)
    return seen


def _no_wait(_mono_ns: int) -> None:
    """At full speed."""


def decode(recording: Recording, bench: Bench, watch: Watch | None = None) -> LabResult:
    """A whole recording, decoded. Raises ``LayoutError`` and ``StoppedError``."""
    began_ns = perf_counter_ns()
    seen = listen(recording, bench, watch)
    items, sources = make_items(seen, recording.began_us)
    chunks = make_chunks(recording)
    return LabResult(
        recording=recording.info,
        layout=bench.layout,
        items=items,
        chunks=chunks,
        series=make_series(items, chunks, recording.info.duration_s),
        took_ms=(perf_counter_ns() - began_ns) / 1e6,
        look=Look(items, sources, bench.layouts()),
    )


def make_chunks(recording: Recording) -> tuple[ChunkMark, ...]:
    began = recording.began_us
    return tuple(
        ChunkMark((e.utc_us - began) / 1e6, e.offset, e.offset + len(e.data))
        if _came(e)
        else ChunkMark((e.utc_us - began) / 1e6, e.offset, e.offset, e.data)
        for e in recording.entries
        if e.data
    )
