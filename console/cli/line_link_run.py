"""`line link`: the host that is simulated, and one request. EXPERIMENTAL."""

from __future__ import annotations

import io
import math
import random
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import as_file, files

from aliquot.console.cli.line_hear import (
    Show,
    opened,
    show_json,
    show_text,
    tell_damage,
)
from aliquot.console.cli.output import emit, say
from aliquot.console.clock import SystemClock
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.workers.signals import asked_to_stop
from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import (
    ByteSource,
    Chunk,
    Decoder,
    Frame,
    Framer,
    LineSettings,
    Noise,
    Option,
    SourceError,
)
from aliquot.drivers.lines.layouts import LayoutError
from aliquot.drivers.lines.parity import of_format
from aliquot.drivers.lines.query_host import Faults, QueryHost
from aliquot.drivers.lines.query_host_pty import (
    HostSimulator,
    Texts,
    look_up,
    texts_of_bytes,
    texts_of_chunks,
)
from aliquot.drivers.lines.query_link import FAILURES, Outcome
from aliquot.drivers.lines.query_link_pair import LinkPair, PairEnd
from aliquot.drivers.lines.query_link_table import (
    LinkTable,
    bundled_links,
    load_table,
)
from aliquot.drivers.lines.query_link_wire import Request, request_bytes
from aliquot.drivers.lines.recording import RecordingError, RecordingReader, chunks
from aliquot.drivers.lines.sources import make_source

_LOOK_S = 0.2


def table_text(name: str) -> str:
    """A bundled table, to be copied."""
    text = bundled_links().get(name)
    if text is None:
        known = ", ".join(bundled_links())
        text = f"There is no link {name}; there are: {known}."
        raise KnownProblem("link", text, EXIT_USAGE)
    return text


def table(name: str, changes: Sequence[str]) -> LinkTable:
    try:
        return load_table(name, dict(_change(text) for text in changes))
    except LayoutError as problem:
        raise KnownProblem("link", str(problem), EXIT_USAGE) from None


def _change(text: str) -> tuple[str, Option]:
    key, mark, value = text.partition("=")
    if not mark or "." not in key:
        text = f"--set {text}: must be as in times.ack_ms=500."
        raise KnownProblem("link", text, EXIT_USAGE)
    if value in ("true", "false"):
        return key, value == "true"
    try:
        return key, int(value, 0)
    except ValueError:
        return key, value


def _reading(form: str) -> LineSettings:
    return LineSettings(parity=of_format(form).value)


# --- the other end ----------------------------------------------------------------


def simulate(
    file: str | None,
    table: LinkTable,
    faults: Faults,
    *,
    baud: int,
    form: str,
    hang_up_after: int | None,
    seed: int,
) -> None:
    host = QueryHost(
        table,
        look_up(_texts(file)),
        faults,
        settings=_reading(form),
        dice=random.Random(seed),
    )
    with HostSimulator(host, baud) as simulator, asked_to_stop(simulator.stop):
        print(simulator.path, flush=True)
        if simulator.wait_for_reader() and simulator.serve(hang_up_after):
            simulator.drain()
    say(f"{host.requests} requests, {host.answered} records given.")


def _texts(file: str | None) -> Texts:
    if file is not None:
        return _read_texts(file)
    demo = files("aliquot.resources") / "demo" / "halden.rec"
    with as_file(demo) as path:
        return _read_texts(str(path))


def _read_texts(name: str) -> Texts:
    with opened(name) as stream:
        data = stream.read()
    try:
        reader = RecordingReader(io.BytesIO(data), name, on_damage=tell_damage(name))
        texts = texts_of_chunks(chunks(iter(reader)))
    except RecordingError:
        texts = texts_of_bytes(data)
    if not texts:
        text = f"There is no record with a number in {name}."
        raise KnownProblem("empty", text, EXIT_USAGE)
    return texts


# --- one request ------------------------------------------------------------------


_CLOCK = SystemClock()


@dataclass(slots=True)
class _End:
    """One open port, the conversation on it, and what is made of its bytes."""

    source: ByteSource
    talk: PairEnd
    framer: Framer
    decoder: Decoder
    gone: bool = False


def query(
    ports: Sequence[str],
    table: LinkTable,
    number: str,
    position: str,
    *,
    baud: int,
    form: str,
    as_json: bool,
) -> None:
    request = Request("".join(c for c in number if c.isdigit()), position)
    if request_bytes(table, request) is None:
        at = f" and position {position!r}" if position else ""
        text = (
            f"Number {number!r}{at} make no request of this link: --number has ten "
            "digits, --position as many as the link's table asks for."
        )
        raise KnownProblem("request", text, EXIT_USAGE)
    pair = LinkPair(table, _reading(form))
    show = show_json(True) if as_json else show_text(True)
    with ExitStack() as stack, asked_to_stop() as stopped:
        ends = [
            _End(
                _source(port, baud, form, stack),
                talk,
                pair.framer(),
                DRIVER.decoder(_reading(form)),
            )
            for port, talk in zip(ports, (pair.a, pair.b), strict=False)
        ]
        begin = time.monotonic_ns()
        outcome = _ask(pair, ends, request, show, stopped)
    _tell(outcome, (time.monotonic_ns() - begin) / 1e9, as_json)


def _source(port: str, baud: int, form: str, stack: ExitStack) -> ByteSource:
    try:
        source = make_source(port, baud, form)
    except ValueError as problem:
        raise KnownProblem("port", f"{problem}.", EXIT_USAGE) from None
    try:
        source.open()
    except SourceError as problem:
        raise KnownProblem(problem.state.value, str(problem)) from None
    stack.callback(source.close)
    return source


def _ask(
    pair: LinkPair,
    ends: Sequence[_End],
    request: Request,
    show: Show,
    stopped: threading.Event,
) -> Outcome:
    now = time.monotonic_ns()
    for end in ends:
        end.source.write(end.talk.opened(now))
    pair.put(request, now)
    while not stopped.is_set():
        for end in ends:
            _step(end, _LOOK_S / len(ends), show)
        for outcome in pair.outcomes():
            return outcome
    raise KeyboardInterrupt


def _step(end: _End, longest_s: float, show: Show) -> None:
    """One read, and what is to be said to it and to the time that has passed."""
    if end.gone:
        return
    due = end.talk.deadline_ns
    left = math.inf if due is None else (due - time.monotonic_ns()) / 1e9
    try:
        data = end.source.read(min(max(left, 0.0), longest_s))
        stamp = _CLOCK.now()
        now = stamp.mono_ns
        sent = b""
        if data:
            chunk = Chunk(data, stamp.utc_us, now)
            _show(end.framer.feed(chunk), end.decoder, show)
            sent = end.talk.heard(chunk)
        _show(end.framer.tick(stamp.utc_us, now), end.decoder, show)
        sent += end.talk.tick(now)
        if sent:
            end.source.write(sent)
    except SourceError as problem:
        say(str(problem))
        end.gone = True
        end.talk.lost(time.monotonic_ns())


def _show(cut: Sequence[Frame | Noise], decoder: Decoder, show: Show) -> None:
    for one in cut:
        if isinstance(one, Noise):
            show(one)
        else:
            for heard in decoder.decode(one):
                show(heard)


def _tell(outcome: Outcome, seconds: float, as_json: bool) -> None:
    failure = outcome.failure
    if as_json:
        emit(
            {
                "kind": "link",
                "outcome": "answered" if failure is None else failure.value,
                "link": outcome.link,
                "tries": outcome.tries,
                "seconds": round(seconds, 3),
            }
        )
    if failure is not None:
        raise KnownProblem(failure.value, FAILURES[failure], EXIT_NO)
