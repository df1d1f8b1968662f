"""What the lab has at hand: one recording, its layouts, and the work on them.

Used from one thread; ``layouts`` and the following from any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

from aliquot.console.domain.lab import (
    Cancelled,
    CaseSaved,
    FormRow,
    LabFailed,
    LayoutName,
    LayoutProblem,
    Learned,
    NotLearned,
    Outcome,
    ReportWritten,
    Sample,
)
from aliquot.console.domain.lab_result import AUTO, LabResult
from aliquot.console.lab import form, own_layout
from aliquot.console.lab.analysis import decode, open_and_decode
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.cases import CaseError, save
from aliquot.console.lab.learn_pairs import MARKS
from aliquot.console.lab.loading import Reading, Recording, Watch
from aliquot.console.lab.strip import Look
from aliquot.console.problems import in_words
from aliquot.drivers.lines.api import Frame, LineDriver, LineSettings
from aliquot.drivers.lines.layouts import LayoutError, choose
from aliquot.drivers.lines.plugins import DriverError
from aliquot.drivers.lines.recording import RecordingError

NOTHING_OPEN = "No recording is open. Open one first."
NOT_ALI = "This recording is of a {} line, which has no layouts to try."


class _NotSoError(Exception):
    """A recording cannot be heard so; the text says why."""


def _bundled(driver: LineDriver, settings: LineSettings, name: str) -> Bench:
    """With one bundled layout, or all. Raises ``_NotSoError``."""
    names = () if name == AUTO else (name,)
    bench = Bench(driver, replace(settings, layouts=names))
    if names and not bench.is_ali:
        raise _NotSoError(NOT_ALI.format(driver.name))
    try:
        choose(names)
    except LayoutError as why:
        raise _NotSoError(f"{why}.") from None
    return bench


class Session:
    """One recording on the bench at a time."""

    def __init__(self) -> None:
        self._recording: Recording | None = None
        self._made: WeakKeyDictionary[Look, tuple[Recording, Bench, str | None]] = (
            WeakKeyDictionary()
        )

    def open(self, path: str, layout: str, watch: Watch) -> Outcome:
        """Stopped in the middle, what was read stays open."""

        def bench_of(reading: Reading) -> Bench:
            return _bundled(reading.driver, reading.settings, layout)

        try:
            recording, bench, result = open_and_decode(path, bench_of, watch)
        except OSError as why:
            return LabFailed(f"{path} cannot be read: {in_words(why)}.")
        except (RecordingError, DriverError, _NotSoError) as why:
            return LabFailed(str(why))
        self._recording = recording
        self._remember(result, recording, bench, None)
        return result if result.whole else Cancelled()

    def use_layout(self, name: str, watch: Watch) -> Outcome:
        recording = self._recording
        if recording is None:
            return LabFailed(NOTHING_OPEN)
        try:
            bench = _bundled(recording.driver, recording.settings, name)
        except _NotSoError as why:
            return LabFailed(str(why))
        return self._decoded(recording, bench, None, watch)

    def try_layout(self, text: str, alone: bool, watch: Watch) -> Outcome:
        recording = self._recording
        if recording is None:
            return LabFailed(NOTHING_OPEN)
        layout = own_layout.read(text)
        if isinstance(layout, LayoutProblem):
            return layout
        bench = Bench(recording.driver, recording.settings, layout, alone)
        if not bench.is_ali:
            return LabFailed(NOT_ALI.format(recording.driver.name))
        return self._decoded(recording, bench, text, watch)

    def _decoded(
        self, recording: Recording, bench: Bench, text: str | None, watch: Watch
    ) -> LabResult:
        result = decode(recording, bench, watch)
        self._remember(result, recording, bench, text)
        return result

    def _remember(
        self, result: LabResult, recording: Recording, bench: Bench, text: str | None
    ) -> None:
        assert isinstance(result.look, Look)
        self._made[result.look] = (recording, bench, text)

    def learn(self, samples: Sequence[Sample], name: str) -> Learned | NotLearned:
        from aliquot.console.lab.learn import learn

        return learn(samples, name)

    def save_case(
        self, result: LabResult, first: int, last: int, folder: str
    ) -> CaseSaved | LabFailed:
        made = self._of(result)
        if made is None:
            return LabFailed("That result is of another session. Open it again.")
        recording, bench, text = made
        first, last = max(0, first), min(last, len(result.items) - 1)
        if first > last:
            return LabFailed("Nothing is chosen. Choose at least one item.")
        items = result.items[first : last + 1]
        assert isinstance(result.look, Look)
        sources = result.look.sources[first : last + 1]
        shown = [one for one in sources if not isinstance(one, Frame)]
        bounds = min(i.start for i in items), max(i.end for i in items)
        try:
            saved = save(recording, bench, bounds, Path(folder), text, shown)
        except CaseError as why:
            return LabFailed(str(why))
        except OSError as why:
            return LabFailed(f"{folder} cannot be written: {in_words(why)}.")
        return CaseSaved(str(saved.folder), saved.objects, saved.notes)

    def report(
        self, result: LabResult, html_file: str | None, masked: bool
    ) -> ReportWritten | LabFailed:
        from aliquot.console.lab.report import make, to_json
        from aliquot.console.lab.report_html import to_html

        made = self._of(result)
        if made is None:
            return LabFailed("That result is of another session. Open it again.")
        recording, bench, text = made
        found = make(recording, bench, result, text, masked)
        html = to_html(found)
        if html_file is not None:
            try:
                Path(html_file).write_text(html, encoding="utf-8")
            except OSError as why:
                return LabFailed(f"{html_file} cannot be written: {in_words(why)}.")
        return ReportWritten(html, to_json(found), html_file)

    def _of(self, result: LabResult) -> tuple[Recording, Bench, str | None] | None:
        look: Callable[..., object] = result.look
        return self._made.get(look) if isinstance(look, Look) else None

    def layouts(self) -> tuple[LayoutName, ...]:
        return own_layout.names()

    def layout_text(self, name: str) -> str:
        return own_layout.text_of(name)

    def form(self, text: str) -> tuple[FormRow, ...]:
        return form.rows(text)

    def change(self, text: str, row: FormRow, value: str) -> str:
        return form.change(text, row, value)

    def field_names(self) -> tuple[str, ...]:
        return MARKS
