"""A recording decoded: what the lab's screen and reports are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from time import perf_counter_ns

from aliquot.console.domain.lab_result import ChunkMark, LabResult
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.hearing import cut
from aliquot.console.lab.loading import (
    Reading,
    Recording,
    StoppedError,
    Watch,
    came,
    load,
    load_stream,
    reading_of,
)
from aliquot.console.lab.series import make_series
from aliquot.console.lab.strip import Seen, Strip
from aliquot.drivers.lines.api import Frame, Noise
from aliquot.drivers.lines.recording import RecordingError
from aliquot.drivers.lines.recording_format import Entry

_LOOK_EVERY = 8  # chunks between two looks at the clock
MakeBench = Callable[[Reading], Bench]


def listen(
    recording: Recording, bench: Bench, watch: Watch | None = None
) -> list[Seen]:
    """Every frame and noise of a recording with what became of it, in order."""
    seen: list[Seen] = []
    watched = _watched(recording, watch or Watch(), seen)
    _hear(watched, bench, _start(recording.entries), seen.append)
    return seen


def decode(recording: Recording, bench: Bench, watch: Watch | None = None) -> LabResult:
    """A whole recording, decoded. Raises ``LayoutError`` and ``StoppedError``."""
    began_ns = perf_counter_ns()
    strip = Strip(bench.layouts(), recording.began_us, bench.seven)
    watched = _watched(recording, watch or Watch(), strip.items)
    _hear(watched, bench, _start(recording.entries), strip.take)
    return _result(recording, bench, strip, began_ns)


def open_and_decode(
    path: str, make_bench: MakeBench, watch: Watch
) -> tuple[Recording, Bench, LabResult]:
    """Reads and decodes in one pass, and shows what there is through ``watch``.

    Stopped in the middle, the result is not ``whole``. Raises OSError,
    ``RecordingError``, ``DriverError``, ``LayoutError``; ``StoppedError`` when
    there is nothing yet; and what ``make_bench`` does.
    """
    began_ns = perf_counter_ns()
    with reading_of(path) as reading:
        bench = make_bench(reading)
        strip = Strip(bench.layouts(), reading.began_us, bench.seven)

        def so_far() -> LabResult:
            begun = reading.recording(whole=False)
            return _result(begun, bench, strip, began_ns, whole=False)

        def entries() -> Iterator[Entry]:
            for n, entry in enumerate(reading):
                if n % _LOOK_EVERY == 0:
                    done, size = reading.done_bytes, reading.size
                    watch.look(done, size, len(strip.items), so_far)
                yield entry

        whole = True
        try:
            _hear(entries(), bench, reading.start, strip.take)
        except StoppedError:
            if not strip.items:
                raise
            whole = False
        except (OSError, RecordingError) as why:
            if not strip.items:
                raise
            reading.ends_here(f"The rest cannot be read: {why}")
        recording = reading.recording()
    return recording, bench, _result(recording, bench, strip, began_ns, whole)


def _start(entries: tuple[Entry, ...]) -> int:
    return entries[0].offset if entries else 0


def _watched(recording: Recording, watch: Watch, taken: Sized) -> Iterator[Entry]:
    entries, total = recording.entries, recording.info.received_bytes
    start = _start(entries)
    for n, entry in enumerate(entries):
        if n % _LOOK_EVERY == 0:
            watch.look(entry.offset - start, total, len(taken))
        yield entry


def _hear(
    entries: Iterable[Entry], bench: Bench, start: int, give: Callable[[Seen], None]
) -> None:
    """At full speed: the silences are the recorded ones, and nobody waits."""
    framer, decoder = bench.framer(start), bench.decoder()

    def take(one: Frame | Noise, given_ns: int) -> None:
        if isinstance(one, Noise):
            give(Seen(one, (one,), given_ns, 0))
            return
        began_ns = perf_counter_ns()
        heard = tuple(decoder.decode(one))
        give(Seen(one, heard, given_ns, perf_counter_ns() - began_ns))

    cut(entries, framer, take, _no_wait)


def _no_wait(_mono_ns: int) -> None:
    """At full speed."""


def _result(
    recording: Recording,
    bench: Bench,
    strip: Strip,
    began_ns: int,
    whole: bool = True,
) -> LabResult:
    items = tuple(strip.items)
    chunks = make_chunks(recording)
    return LabResult(
        recording=recording.info,
        layout=bench.layout,
        items=items,
        chunks=chunks,
        series=make_series(items, chunks, recording.info.duration_s),
        took_ms=(perf_counter_ns() - began_ns) / 1e6,
        look=strip.look,
        whole=whole,
    )


def make_chunks(recording: Recording) -> tuple[ChunkMark, ...]:
    began = recording.began_us
    return tuple(
        ChunkMark((e.utc_us - began) / 1e6, e.offset, e.offset + len(e.data))
        if came(e)
        else ChunkMark((e.utc_us - began) / 1e6, e.offset, e.offset, e.data)
        for e in recording.entries
        if e.data
    )


__all__ = [
    "Recording",
    "StoppedError",
    "Watch",
    "decode",
    "listen",
    "load",
    "load_stream",
    "open_and_decode",
]
