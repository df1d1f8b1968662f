"""`line replay` and `line parse`: bytes in, what they say out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from aliquot.console.cli.line_hint import Tally
from aliquot.console.cli.output import base64_text, emit, iso, say
from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.drivers.incidents.api import ForeignHeard
from aliquot.drivers.lines import ali, plugins
from aliquot.drivers.lines.api import (
    AliRecord,
    CallSignal,
    Chunk,
    Decoder,
    Frame,
    Framer,
    Heard,
    LineDriver,
    LineSettings,
    Noise,
    NoiseReason,
)
from aliquot.drivers.lines.layouts import LayoutError
from aliquot.drivers.lines.recording import (
    RecordingError,
    RecordingReader,
    chunks,
    describe,
)
from aliquot.drivers.lines.recording_format import Damage, Entry, Header, escape

Show = Callable[[Heard], None]
Until = Callable[[int], object]  # waits until this monotonic time of the recording

_HEAD = 4096
_BLOCK = 1 << 20
_TICKS = 1000  # a framer that always wants more time is broken


@dataclass(frozen=True, slots=True)
class Choice:
    """What the options of a command say."""

    layout: str = "auto"
    driver: str | None = None
    gap_ms: int | None = None


def settings_of(
    choice: Choice, header: Header, driver: LineDriver | None = None
) -> LineSettings:
    parity = "strip_even" if (header.format or "").upper().startswith("7E") else "none"
    layouts = () if choice.layout == "auto" else (choice.layout,)
    default = LineSettings()
    gap_ms = default.gap_ms if choice.gap_ms is None else choice.gap_ms
    # Whoever reads a file wants all that is in it, outgoing calls too.
    specs = plugins.options(driver) if driver else ()
    options = {spec.name: True for spec in specs if spec.name == "all_calls"}
    return LineSettings(layouts, parity=parity, gap_ms=gap_ms, options=options)


def driver_for(choice: Choice, header: Header, head: bytes) -> LineDriver:
    """By option, else by header, else by the first bytes."""
    name = choice.driver or header.driver or plugins.guess(head)
    try:
        return plugins.driver(name)
    except plugins.DriverError as problem:
        raise KnownProblem("driver", str(problem), EXIT_USAGE) from None


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A file to read, or standard input for ``-``. Exit 2 when it cannot be read."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with _open(Path(name)) as stream:
        yield stream


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as problem:
        text = f"Cannot read {path}: {problem.strerror}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from None


@contextmanager
def usable() -> Iterator[None]:
    """Problems with what was given become exit 2."""
    try:
        yield
    except (RecordingError, LayoutError) as problem:
        raise KnownProblem("unusable", str(problem), EXIT_USAGE) from None


def tell_damage(name: str) -> Callable[[Damage], None]:
    return lambda damage: say(describe(name, damage))


def replay(name: str, choice: Choice, show: Show, until: Until) -> None:
    """Hears a whole recording; ``until`` sets the pace."""
    with usable(), opened(name) as stream:
        reader = RecordingReader(stream, name, on_damage=tell_damage(name))
        header = header_of(reader, name)
        entries = iter(reader)
        first = list(_head(entries))
        head = b"".join(chunk.data for chunk in chunks(first))
        driver = driver_for(choice, header, head)
        check_layout(driver, choice)
        settings = settings_of(choice, header, driver)
        framer = driver.framer(settings, first[0].offset if first else 0)
        tally = Tally(show)
        hear(_joined(first, entries), framer, driver.decoder(settings), tally, until)
        if hint := tally.hint(driver):
            say(hint)


def header_of(reader: RecordingReader, name: str) -> Header:
    """The header; exit 2 for a file of no bytes, which nothing was recorded in."""
    header = reader.header
    if reader.empty:
        text = f"{name} is empty: nothing was recorded in it. Is it the right file?"
        raise KnownProblem("empty", text, EXIT_USAGE)
    return header


def _head(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Entries until something has been received."""
    for entry in entries:
        yield entry
        if entry.data.strip():
            return


def _joined(first: Sequence[Entry], rest: Iterable[Entry]) -> Iterator[Entry]:
    yield from first
    yield from rest


def hear(
    entries: Iterable[Entry], framer: Framer, decoder: Decoder, show: Show, until: Until
) -> None:
    """Feeds a framer by recorded time: its silences are the recorded ones."""

    def run_out(before: Chunk, after: Chunk | None) -> None:
        """What the silence between two chunks, or after the last, brings about."""
        for _ in range(_TICKS):
            deadline = framer.deadline_ns
            if deadline is None or (after and deadline > after.mono_ns):
                return
            until(deadline)
            utc_us = before.utc_us + (deadline - before.mono_ns) // 1000
            _tell(framer.tick(utc_us, deadline), decoder, show)

    before: Chunk | None = None
    broken = False  # a damaged entry was before: what is begun does not go on

    def noted() -> Iterator[Entry]:
        nonlocal broken
        for entry in entries:
            broken = broken or entry.broken
            yield entry

    for chunk in chunks(noted()):
        if before:
            run_out(before, chunk)
        if broken:
            broken = False
            _tell(map(_cut, framer.flush()), decoder, show)
        until(chunk.mono_ns)
        _tell(framer.feed(chunk), decoder, show)
        before = chunk
    if before:
        run_out(before, None)
    _tell(framer.flush(), decoder, show)


def _cut(one: Frame | Noise) -> Noise:
    """What a damaged entry of the recording broke off."""
    return Noise(one.raw, one.start, one.end, one.utc_us, one.mono_ns, NoiseReason.CUT)


def _tell(found: Iterable[Frame | Noise], decoder: Decoder, show: Show) -> None:
    for one in found:
        for heard in [one] if isinstance(one, Noise) else decoder.decode(one):
            show(heard)


def parse(name: str, choice: Choice, show: Show) -> None:
    """Hears bytes without framing or times; shows at least one thing."""
    with usable(), opened(name) as stream:
        data = stream.read(_BLOCK)
        driver = driver_for(choice, Header(), data[:_HEAD])
        check_layout(driver, choice)
        settings = settings_of(choice, Header(), driver)
        if driver.name == ali.DRIVER.name:
            _parse_ali(data, stream, settings, show)
        else:
            _parse_framed(driver, data, stream, settings, show)


def _parse_ali(
    data: bytes, stream: BinaryIO, settings: LineSettings, show: Show
) -> None:
    """Block by block, so that a file of any size will do."""
    while more := stream.read(_BLOCK):
        # The last record of a block may go on in the next one.
        cut = ali.split_records(data, settings.layouts)[-1][0]
        for heard in ali.parse_bytes(data[:cut], settings) if cut else ():
            show(heard)
        data = data[cut:] + more
    for heard in ali.parse_bytes(data, settings):
        show(heard)


def _parse_framed(
    driver: LineDriver,
    data: bytes,
    stream: BinaryIO,
    settings: LineSettings,
    show: Show,
) -> None:
    shown = 0

    def count(heard: Heard) -> None:
        nonlocal shown
        shown += 1
        show(heard)

    head = data
    framer, decoder = driver.framer(settings), driver.decoder(settings)
    while data:
        _tell(framer.feed(Chunk(data, 0, 0)), decoder, count)
        data = stream.read(_BLOCK)
    _tell(framer.flush(), decoder, count)
    if not shown:  # understood and of no use; but something is always said
        show(Noise(head, 0, len(head), 0, 0, NoiseReason.UNKNOWN_LAYOUT))


def check_layout(driver: LineDriver, choice: Choice) -> None:
    """Exit 2 for a layout that the driver does not have."""
    names = plugins.layout_names(driver)
    if driver.name == ali.DRIVER.name:
        names = ali.layout_names()
    if choice.layout != "auto" and names and choice.layout not in names:
        text = f"There is no layout {choice.layout}; there are: {', '.join(names)}."
        raise KnownProblem("layout", text, EXIT_USAGE)


def as_json(heard: Heard, timed: bool) -> dict[str, object]:
    """The object of the contract. Without ``timed`` there is no ``at``."""
    at: dict[str, object] = {"at": iso(heard.utc_us)} if timed else {}
    raw = {"raw": base64_text(heard.raw)}
    if isinstance(heard, Noise):
        none: dict[str, object] = {"fields": {}, "spans": {}, "warnings": []}
        reason = {"reason": heard.reason.value}
        return {"kind": "noise"} | at | reason | none | raw
    kind = "call" if isinstance(heard, CallSignal) else "ali"
    if isinstance(heard, ForeignHeard):
        kind = "incident"
    fields: dict[str, object] = {}
    if isinstance(heard, CallSignal):
        fields = {"event": heard.kind.value, "call_key": heard.call_key}
    said: dict[str, object] = {
        "layout": heard.layout,
        "fields": fields | dict(heard.fields),
        "spans": {name: list(span) for name, span in heard.spans.items()},
        "warnings": list(heard.warnings),
    }
    if isinstance(heard, AliRecord):
        said["rules"] = dict(heard.rules)
    return {"kind": kind} | at | said | raw


def show_json(timed: bool) -> Show:
    return lambda heard: emit(as_json(heard, timed))


def show_text(timed: bool) -> Show:
    """For a person: a head line, then the fields one below the other."""

    def show(heard: Heard) -> None:
        head = [iso(heard.utc_us)] if timed else []
        sys.stdout.write("  ".join([*head, *_words(heard)]) + "\n")
        sys.stdout.writelines(line + "\n" for line in _lines(heard))
        sys.stdout.flush()

    return show


def _words(heard: Heard) -> list[str]:
    if isinstance(heard, Noise):
        return ["noise", heard.reason.value, f"{len(heard.raw)} bytes"]
    words = ["incident" if isinstance(heard, ForeignHeard) else "ALI"]
    if isinstance(heard, CallSignal):
        words = [heard.kind.value, f"call {heard.call_key}"]
    return [*words, heard.layout, *(f"({code})" for code in heard.warnings)]


def _lines(heard: Heard) -> Iterator[str]:
    if isinstance(heard, Noise):
        for line in heard.raw[:_HEAD].splitlines(keepends=True):
            yield "    | " + escape(line)
        return
    for name, value in heard.fields.items():
        yield f"    {name:<20} {value}"
