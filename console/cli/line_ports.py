"""`line simulate` and `line record`: the two ends of a line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from aliquot.console.cli.line_hear import header_of, opened, tell_damage, usable
from aliquot.console.clock import Clock, SystemClock
from aliquot.console.problems import EXIT_UNAVAILABLE, EXIT_USAGE, KnownProblem
from aliquot.console.workers.signals import asked_to_stop
from aliquot.drivers.lines.api import ByteSource, Direction, SourceError
from aliquot.drivers.lines.parity import of_format
from aliquot.drivers.lines.recording import (
    RecordingError,
    RecordingReader,
    RecordingWriter,
)
from aliquot.drivers.lines.recording_format import Entry, Header
from aliquot.drivers.lines.simulator import PtySimulator, simulate
from aliquot.drivers.lines.sources import make_source

DEFAULT_BAUD = 9600
DEFAULT_FORMAT = "8N1"
_LOOK_S = 0.5


def run_simulation(
    name: str,
    *,
    speed: float,
    baud: int | None,
    format: str | None,
    loop: bool,
    wait_s: float | None,
    announce: Callable[[str], None],
) -> None:
    """Plays ``name`` into a pseudo-terminal whose path ``announce`` gets first."""
    with usable(), opened(name) as stream:
        reader = RecordingReader(stream, name, on_damage=tell_damage(name))
        header = header_of(reader, name)
        entries = _rounds(reader, loop)
        parity = of_format(format or header.format or DEFAULT_FORMAT)
        pace = header.baud or DEFAULT_BAUD if baud is None else baud
        with PtySimulator(pace, speed=speed, parity=parity) as simulator:
            announce(simulator.path)
            try:
                simulate(entries, simulator, wait_s=wait_s, loop=loop)
            except TimeoutError:
                text = f"Nobody opened {simulator.path} within {wait_s:g} s."
                raise KnownProblem("no_reader", text, EXIT_UNAVAILABLE) from None


def _rounds(reader: RecordingReader, loop: bool) -> Callable[[], Iterator[Entry]]:
    """Entries for each round; kept in memory only when there are several."""
    if not loop:
        return lambda: iter(reader)
    kept = list(reader)
    if not kept:
        raise KnownProblem("empty", "The recording is empty.", EXIT_USAGE)
    return lambda: iter(kept)


def run_recording(
    port: str,
    file: Path,
    *,
    baud: int,
    format: str,
    seconds: float | None,
    append: bool,
    driver: str | None,
    clock: Clock | None = None,
) -> int:
    """Records until the time is over, the port is gone (exit 4) or SIGINT. Bytes."""
    try:
        source = make_source(port, baud, format)
    except ValueError as problem:
        raise KnownProblem("port", f"{problem}.", EXIT_USAGE) from None
    if file.exists() and not append:
        text = f"{file} exists. Give another name, or --append to go on with it."
        raise KnownProblem("exists", text, EXIT_USAGE)
    header = Header(line=port, driver=driver, baud=baud, format=format)
    try:
        source.open()
        with (
            _writer(file, header, append) as writer,
            asked_to_stop(source.cancel) as stopped,
        ):
            return _record(source, writer, clock or SystemClock(), seconds, stopped)
    except SourceError as problem:
        raise KnownProblem(problem.state.value, str(problem)) from None
    finally:
        source.close()


def _writer(file: Path, header: Header, append: bool) -> RecordingWriter:
    try:
        return RecordingWriter(file, header, append=append)
    except RecordingError as problem:
        text = f"Cannot go on with it: {problem} Give the name of another file."
        raise KnownProblem("unusable", text, EXIT_USAGE) from None
    except OSError as problem:
        text = f"Cannot write {file}: {problem.strerror}."
        raise KnownProblem("unwritable", text, EXIT_USAGE) from None


def _record(
    source: ByteSource,
    writer: RecordingWriter,
    clock: Clock,
    seconds: float | None,
    stopped: threading.Event,
) -> int:
    begin = writer.offset
    end = None if seconds is None else time.monotonic() + seconds
    while not stopped.is_set():
        left = _LOOK_S if end is None else min(_LOOK_S, end - time.monotonic())
        if left <= 0:
            break
        data = source.read(left)
        if data is None:
            break
        if data:
            _append(writer, clock.now().utc_us, data)
    return writer.offset - begin


def _append(writer: RecordingWriter, utc_us: int, data: bytes) -> None:
    try:
        writer.append(Direction.RECEIVED, utc_us, data)
    except OSError as problem:
        text = f"Cannot write the recording: {problem.strerror}. What came before is in it."
        raise KnownProblem("unwritable", text) from None
