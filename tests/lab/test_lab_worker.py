"""The bench as a screen uses it: from a thread of its own, to plain values."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from aliquot.console.domain.lab import (
    Cancelled,
    CaseSaved,
    Job,
    Lab,
    LabFailed,
    LayoutProblem,
    Learned,
    Mark,
    Outcome,
    Progress,
    ReportWritten,
    Sample,
)
from aliquot.console.domain.lab_result import ItemKind, LabResult, byte_text, changed
from aliquot.console.lab.cases import run
from aliquot.console.workers.lab import LabWorker

PATIENCE_S = 60.0


class Bench:
    """A lab and what it said last."""

    def __init__(self) -> None:
        self.lab: Lab = LabWorker()
        self.said: SimpleQueue[Outcome] = SimpleQueue()

    def next(self) -> Outcome:
        return self.said.get(timeout=PATIENCE_S)

    def result(self) -> LabResult:
        found = self.next()
        assert isinstance(found, LabResult), found
        return found

    def opened(self, path: Path) -> LabResult:
        self.lab.open(str(path), self.said.put)
        return self.result()


@pytest.fixture
def bench() -> Iterator[Bench]:
    one = Bench()
    yield one
    one.lab.close()


def test_a_recording_is_opened_as_a_strip(bench: Bench, demo: Path) -> None:
    result = bench.opened(demo)
    assert result.recording.line == "ali"
    assert result.recording.duration_s == 1140.0
    assert result.count(ItemKind.RECORD) == 44
    assert [i.index for i in result.items] == list(range(len(result.items)))
    ends = [i.end for i in result.items[:-1]]
    assert ends == [i.start for i in result.items[1:]], "each byte is in one item"
    assert result.items[-1].end == result.recording.received_bytes
    assert sum(result.series.errors) == 3


def test_a_field_knows_its_bytes_and_a_byte_its_field(bench: Bench, demo: Path) -> None:
    detail = bench.opened(demo).look(1)
    view = detail.field("class_of_service")
    assert view is not None
    assert view.span is not None
    begin, end = view.span
    assert detail.raw[begin:end] == b"WPH1"
    assert byte_text(detail.raw)[begin:end] == "WPH1"
    assert detail.fields_at(begin) == (view,)
    assert view.rule == "line 3, columns 28-31"
    assert {w.code for w in detail.warnings} == set(detail.item.warnings)
    assert all(w.sentence.endswith(".") for w in detail.warnings)


def test_noise_says_what_it_is(bench: Bench, demo: Path) -> None:
    result = bench.opened(demo)
    noise = next(i for i in result.items if i.reason == "block_check")
    assert "cable" in result.look(noise.index).advice


def test_calls_are_a_strip_too(bench: Bench, demo_calls: Path) -> None:
    result = bench.opened(demo_calls)
    assert result.count(ItemKind.SIGNAL) > 50
    signal = next(i for i in result.items if i.kind is ItemKind.SIGNAL)
    assert result.look(signal.index).raw
    bench.lab.try_layout(bench.lab.layout_text("ali_30w"), bench.said.put)
    failed = bench.next()
    assert isinstance(failed, LabFailed)
    assert "asterisk" in failed.text


def test_an_edited_layout_changes_what_it_is_about(bench: Bench, demo: Path) -> None:
    before = bench.opened(demo)
    text = bench.lab.layout_text("ali_32x15")
    bench.lab.try_layout(text, bench.said.put)
    same = bench.result()
    assert changed(before, same) == ()
    (row,) = [
        r
        for r in bench.lab.form(text)
        if r.key == "pieces" and r.value == "[[3, 0, 27]]"
    ]
    edited = bench.lab.change(text, row, "[[3, 0, 3]]")
    bench.lab.try_layout(edited, bench.said.put)
    after = bench.result()
    name = after.look(1).field("customer_name")
    assert name is not None
    assert name.text == "NORT"
    assert len(changed(before, after)) == 43


def test_a_wrong_layout_is_said_with_its_line(bench: Bench, demo: Path) -> None:
    bench.opened(demo)
    text = bench.lab.layout_text("ali_32x15")
    wrong = text.replace('kind = "time"', 'kind = "tyme"')
    line = wrong[: wrong.index("tyme")].count("\n") + 1
    bench.lab.try_layout(wrong, bench.said.put)
    problem = bench.next()
    assert isinstance(problem, LayoutProblem)
    assert problem.line == line
    assert problem.key.endswith(".kind")
    assert "use one of" in problem.text
    bench.lab.try_layout(text.replace("[framing]", "[framing"), bench.said.put)
    broken = bench.next()
    assert isinstance(broken, LayoutProblem)
    assert broken.line == text[: text.index("[framing]")].count("\n") + 1


def test_what_cannot_be_opened_is_said(bench: Bench, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("no recording\n")
    for path, words in ((text, "no recording"), (tmp_path / "none", "no such file")):
        bench.lab.open(str(path), bench.said.put)
        outcome = bench.next()
        assert isinstance(outcome, LabFailed)
        assert words in outcome.text
    bench.lab.try_layout("", bench.said.put)
    assert isinstance(bench.next(), LabFailed)


def test_a_newer_layout_takes_the_place_of_one_that_waits(
    bench: Bench, demo: Path
) -> None:
    """While one is being decoded an editor asks twice more: the last one counts."""
    bench.opened(demo)
    text = bench.lab.layout_text("ali_32x15")
    reached, go_on = threading.Event(), threading.Event()

    def progress(_: Progress) -> None:
        reached.set()
        assert go_on.wait(PATIENCE_S)

    bench.lab.try_layout(text, bench.said.put, progress)
    assert reached.wait(PATIENCE_S)
    bench.lab.try_layout(text, bench.said.put)
    bench.lab.try_layout(text, bench.said.put)
    go_on.set()
    first, second, third = bench.next(), bench.next(), bench.next()
    assert isinstance(first, Cancelled)
    assert isinstance(second, Cancelled)
    assert isinstance(third, LabResult)


def test_a_closed_lab_cancels_and_answers(demo: Path) -> None:
    lab: Lab = LabWorker()
    said: SimpleQueue[Outcome] = SimpleQueue()
    job: Job = lab.open(str(demo), said.put)
    lab.close()
    job.cancel()
    assert isinstance(said.get(timeout=PATIENCE_S), Cancelled | LabResult)
    lab.open(str(demo), said.put)
    assert isinstance(said.get(timeout=PATIENCE_S), Cancelled)


@pytest.mark.expects_log("was not taken")
def test_a_screen_that_fails_stops_no_job(
    bench: Bench, demo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def bad(_: Outcome) -> None:
        raise ValueError("not taken")

    bench.lab.open(str(demo), bad)
    assert bench.opened(demo).items
    assert "not taken" in caplog.text


def test_marks_become_a_layout_that_reads_the_recording(
    bench: Bench, demo: Path
) -> None:
    """Fields marked on a few records; the rest of the recording is read alike."""
    before = bench.opened(demo)
    records = [i for i in before.items if i.kind is ItemKind.RECORD and i.index > 20]
    classes: dict[str, int] = {}
    samples = []
    wanted = (
        "callback_number",
        "class_of_service",
        "customer_name",
        "community",
        "latitude",
        "longitude",
        "uncertainty_m",
        "esn",
    )
    for item in records:
        detail = before.look(item.index)
        service = detail.field("class_of_service")
        if service is None or classes.setdefault(service.text, 0) >= 2:
            continue
        classes[service.text] += 1
        views = [v for name in wanted if (v := detail.field(name)) and v.span]
        marks = tuple(Mark(v.name, *v.span) for v in views if v.span)
        samples.append(Sample(f"record {item.index}", detail.raw, marks))
    bench.lab.learn(samples, bench.said.put, "halden")
    learned = bench.next()
    assert isinstance(learned, Learned), learned
    bench.lab.try_layout(learned.toml, bench.said.put)
    after = bench.result()
    assert after.count(ItemKind.RECORD) == 44
    for item in before.items:
        old, new = before.look(item.index), after.look(item.index)
        for name in wanted:
            a, b = old.field(name), new.field(name)
            assert (a.value if a else None) == (b.value if b else None), (item, name)


def test_a_stretch_is_kept_as_a_case_and_holds(
    bench: Bench, demo: Path, tmp_path: Path
) -> None:
    result = bench.opened(demo)
    bench.lab.save_case(result, 1, 6, str(tmp_path / "case"), bench.said.put)
    saved = bench.next()
    assert isinstance(saved, CaseSaved)
    assert saved.objects == 6
    assert saved.notes == ()
    assert run(Path(saved.folder), strict=True).differences == ()
    assert (tmp_path / "case" / "stretch.rec").stat().st_mode & 0o077 == 0
    bench.lab.save_case(result, 1, 6, str(tmp_path / "case"), bench.said.put)
    again = bench.next()
    assert isinstance(again, LabFailed)
    assert "already" in again.text


def test_a_case_keeps_the_layout_it_was_made_with(
    bench: Bench, demo: Path, tmp_path: Path
) -> None:
    bench.opened(demo)
    text = bench.lab.layout_text("ali_32x15").replace("[[3, 0, 27]]", "[[3, 0, 3]]")
    bench.lab.try_layout(text, bench.said.put)
    bench.lab.save_case(bench.result(), 1, 2, str(tmp_path / "case"), bench.said.put)
    assert isinstance(bench.next(), CaseSaved)
    assert '"NORT"' in (tmp_path / "case" / "expected.jsonl").read_text()
    assert run(tmp_path / "case", strict=True).differences == ()
    layout = tmp_path / "case" / "layout.toml"
    layout.write_text(text.replace("[[3, 0, 3]]", "[[3, 0, 4]]"))
    whats = {d.what for d in run(tmp_path / "case").differences}
    assert whats == {"fields.customer_name"}


def test_a_report_is_written_masked(bench: Bench, demo: Path, tmp_path: Path) -> None:
    result = bench.opened(demo)
    page = tmp_path / "report.html"
    bench.lab.report(result, bench.said.put, str(page))
    written = bench.next()
    assert isinstance(written, ReportWritten)
    assert page.read_text(encoding="utf-8") == written.html
    assert "3155550163" not in written.html + written.json
    bench.lab.report(result, bench.said.put, masked=False)
    bare = bench.next()
    assert isinstance(bare, ReportWritten)
    assert "3155550163" in bare.html


@pytest.mark.parametrize("name", ["ali_32x15", "ali_30w", "generic_labelled"])
def test_every_value_of_a_form_can_be_written_back(bench: Bench, name: str) -> None:
    text = bench.lab.layout_text(name)
    rows = bench.lab.form(text)
    assert len(rows) > 10
    for row in rows:
        assert bench.lab.change(text, row, row.value) == text
        assert text.splitlines()[row.line - 1].startswith(row.key)


def test_a_text_put_into_a_form_gets_its_quotes(bench: Bench) -> None:
    text = bench.lab.layout_text("ali_30w")
    title = next(r for r in bench.lab.form(text) if r.key == "title")
    edited = bench.lab.change(text, title, 'Okanogan "new"')
    assert 'title = "Okanogan \\"new\\""' in edited
    kind = next(r for r in bench.lab.form(text) if r.key == "kind")
    assert "telephone" in kind.choices
    assert 'kind = "text"' in bench.lab.change(text, kind, "text")
    assert bench.lab.form("no = [toml") == ()
