"""`line replay` and `line parse`: bytes in, what they say out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from aliquot.console.cli.line_hint import Tally
from aliquot.console.cli.output import emit, iso, say
from aliquot.console.lab import own_layout
from aliquot.console.lab.bench import Bench, settings_for
from aliquot.console.lab.hearing import Until, hear, tell
from aliquot.console.lab.objects import as_object
from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.drivers.incidents.api import ForeignHeard
from aliquot.drivers.lines import ali, plugins
from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
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

_HEAD = 4096
_RECORDED = b"aliquot-recording "
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What the options of a command say."""

    layout: str = "auto"
    driver: str | None = None
    gap_ms: int | None = None


def settings_of(
    choice: Choice, header: Header, driver: LineDriver | None = None
) -> LineSettings:
    layouts = () if choice.layout == "auto" else (choice.layout,)
    settings = replace(settings_for(header, driver), layouts=layouts)
    return (
        settings if choice.gap_ms is None else replace(settings, gap_ms=choice.gap_ms)
    )


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
        bench = _bench(driver, choice, header)
        framer = bench.framer(first[0].offset if first else 0)
        tally = Tally(show)
        hear(_joined(first, entries), framer, bench.decoder(), tally, until)
        if hint := tally.hint(driver, bench.own):
            say(hint)


def _bench(driver: LineDriver, choice: Choice, header: Header) -> Bench:
    """A layout may be a file of one's own; else it is one that the driver has."""
    if choice.layout.endswith(".toml"):
        own = own_layout.from_file(choice.layout)
        return Bench(
            driver, settings_of(replace(choice, layout="auto"), header, driver), own
        )
    check_layout(driver, choice)
    return Bench(driver, settings_of(choice, header, driver))


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


def parse(name: str, choice: Choice, show: Show) -> None:
    """Hears bytes without framing or times; shows at least one thing."""
    with usable(), opened(name) as stream:
        data = stream.read(_BLOCK)
        driver = driver_for(choice, Header(), data[:_HEAD])
        if choice.layout.endswith(".toml"):
            _parse_own(driver, choice, data + stream.read(), show)
            return
        check_layout(driver, choice)
        settings = settings_of(choice, Header(), driver)
        if driver.name == ali.DRIVER.name:
            _parse_ali(data, stream, settings, show)
        else:
            _parse_framed(driver, data, stream, settings, show)
        if data.lstrip(b"\r\n").startswith(_RECORDED):
            say(
                f"{name} is a recording: `aliquot line replay` reads what was recorded."
            )


def _parse_own(driver: LineDriver, choice: Choice, data: bytes, show: Show) -> None:
    """By a layout file, which is of ALI text whatever the bytes look like."""
    if choice.driver is not None and driver.name != ali.DRIVER.name:
        text = f"The driver {driver.name} takes no layout file."
        raise KnownProblem("layout", text, EXIT_USAGE)
    own = own_layout.from_file(choice.layout)
    bare = settings_of(replace(choice, layout="auto"), Header(), ali.DRIVER)
    tally = Tally(show)
    for heard in ali.parse_own(data, own, bare):
        tally(heard)
    if hint := tally.hint(ali.DRIVER, own):
        say(hint)


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
        for one in framer.feed(Chunk(data, 0, 0)):
            tell(one, decoder, count)
        data = stream.read(_BLOCK)
    for one in framer.flush():
        tell(one, decoder, count)
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


def show_json(timed: bool) -> Show:
    return lambda heard: emit(as_object(heard, timed))


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
        yield from _text(heard.raw)
        return
    for name, value in heard.fields.items():
        yield f"    {name:<20} {value}"
    if "generic_layout" in heard.warnings:  # what was not found must be looked for
        yield from _text(heard.raw)


def _text(raw: bytes) -> Iterator[str]:
    for line in raw[:_HEAD].splitlines(keepends=True):
        yield "    | " + escape(line)
