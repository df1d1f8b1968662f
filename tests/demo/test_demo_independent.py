"""The demonstration, unchanged, on a stream that other code has framed.

Real record text, framed by a script that shares nothing with the product, is played
by the demonstration's simulator process into a pseudo-terminal and read by the core
of the demonstration's own profile. What the columns say and the desk does not is
listed in the output, one line each.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.demo.stage import man, stage
from aliquot.console.demo.stream import TOUR
from aliquot.console.demo.throw_away import AT_THE_DESK, Streams
from aliquot.console.domain.commands import Outcome
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import RecordRow
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import Header, RecordingWriter

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "lines" / "ali"
# A record without a frame ends by silence, and three times of it: neither player nor
# reader are on time where much else runs. Both are shorter than given.
SILENCE_S = 1.0
AFTER_FRAME_S = 0.2
LONGEST_S = 60.0
STX = b"\x02"

# What the columns say and the desk does not, each on purpose.
KNOWN = {
    ("ny_jefferson_mobl", "house_number"): "0 is no house number",
    ("03_wa_okanogan_resd_2", "esn"): "the sample ends in its middle",
}
PLAIN = (
    *("class_of_service", "customer_name", "house_number", "community", "state"),
    *("latitude", "longitude", "uncertainty_m", "confidence_pct", "esn"),
    *("company_id", "trunk", "law", "fire", "ems", "record_time"),
)

needs_samples = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no samples: {FOLDER} is not there"
)


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def sent_records(independent: ModuleType) -> Iterator[tuple[Any, bytes]]:
    """Samples with their bytes, in the order of the script's own mixed stream."""
    pieces = [data for _, data in independent.stream(FOLDER) if len(data) > 50]
    yield from zip(independent.samples(FOLDER) * 2, pieces, strict=True)


def write_recording(path: Path, pieces: list[tuple[float, bytes]]) -> None:
    at, before = 0.0, b"?"
    with RecordingWriter(path, Header(line="ali", baud=9600, format="8N1")) as writer:
        for delay, data in pieces:
            most_s = AFTER_FRAME_S if before.startswith(STX) else SILENCE_S
            at, before = at + min(delay, most_s) + len(data) * 10 / 9600, data
            writer.append(Direction.RECEIVED, round(at * 1e6), data)


def digits(text: object) -> str:
    return "".join(c for c in str(text) if c.isdigit())


def mismatches(sample: Any, fields: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Field, what the columns say, what the desk says."""
    said = sample.expected
    numbers = {digits(said.get(name, "")) for name in ("first", "labelled")}
    if fields.get("callback_number") not in numbers:
        yield "callback_number", str(numbers), str(fields.get("callback_number"))
    for name in (n for n in PLAIN if n in said):
        got = fields.get(name)
        numeric = isinstance(got, int | float)
        if got != (float(said[name]) if numeric else said[name]):
            yield name, said[name], str(got)


class _Arrivals:
    """Waits in the desk's own way until so many records have been heard."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._news = threading.Event()
        core.subscribe(self._on_changed)

    def _on_changed(self, changed: Changed) -> None:
        if changed.any_of("call:", "line:"):
            self._news.set()

    def records(self, count: int) -> list[RecordRow]:
        while len(found := self._all()) < count:
            assert self._news.wait(LONGEST_S), f"only {len(found)} records came"
            self._news.clear()
        return found

    def _all(self) -> list[RecordRow]:
        views = self._core.views()
        calls = [views.call(row.call_id) for row in views.recent_calls(500)]
        rows = [row for call in calls if call is not None for row in call.records]
        return [row for row in rows if row.kind == "ali"]


@needs_samples
def test_the_demonstration_understands_a_stream_framed_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    independent = load(ROOT / "tests" / "drivers" / "independent_framing.py")
    path = tmp_path / "independent.rec"
    pieces = independent.stream(FOLDER)
    write_recording(path, [*pieces, (1.0, b"H\r")])  # the line lives on after them
    sent = list(sent_records(independent))
    problems: list[Outcome] = []
    clock = SystemClock()
    with stage(clock, TOUR, 1.0, Streams(path, None)) as play:
        core = Core(play.profile, clock)
        core.start()
        try:
            arrivals = _Arrivals(core)
            man(core, problems)
            records = arrivals.records(len(sent))
            assert len(core.views().units()) == 60
            assert {p.name for p in core.views().people()} >= {AT_THE_DESK}
        finally:
            assert core.stop() == []
    assert problems == []
    by_raw = {row.raw: row for row in records}
    found = set()
    for sample, data in sent:
        for name, said, got in mismatches(sample, by_raw[data].fields):
            found.add((sample.name, name))
            with capsys.disabled():
                print(f"\n  mismatch {sample.name}: {name}: ", end="")
                print(f"the columns say {said!r}, the desk {got!r}", end="")
    assert found == set(KNOWN)
