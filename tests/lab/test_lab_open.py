"""A recording that is decoded while it is read: parts, stops, damage, memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.domain.lab import (
    Cancelled,
    CaseSaved,
    Job,
    LabFailed,
    Outcome,
    Progress,
    ReportWritten,
)
from aliquot.console.domain.lab_result import AUTO, LabResult
from aliquot.console.lab import loading
from aliquot.console.lab.analysis import decode, load
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.kept import BLOCK, Kept
from aliquot.console.lab.loading import Watch
from aliquot.console.lab.session import Session
from aliquot.console.workers.lab import LabWorker
from aliquot.drivers.lines.api import Direction, Noise, NoiseReason
from aliquot.drivers.lines.recording import RecordingReader
from aliquot.drivers.lines.recording_format import encode_entry, encode_header

PATIENCE_S = 60.0


@pytest.fixture
def long(demo: Path, tmp_path: Path) -> Path:
    """The demonstration five times, one after the other."""
    with demo.open("rb") as stream:
        reader = RecordingReader(stream)
        header, entries = reader.header, list(reader)
    span = entries[-1].utc_us - entries[0].utc_us + 20_000_000
    lines = [
        encode_entry(e.direction, e.utc_us + turn * span, e.data)
        for turn in range(5)
        for e in entries
    ]
    path = tmp_path / "long.rec"
    path.write_bytes(b"".join([encode_header(header), *lines]))
    return path


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock finds that a part is due."""
    monkeypatch.setattr(loading, "_PROGRESS_NS", 0)
    monkeypatch.setattr(Watch, "_due", lambda _watch, _now: True)


def noise(number: int) -> Noise:
    raw = number.to_bytes(4, "big")
    return Noise(raw, number, number + 4, number, number, NoiseReason.NO_START)


@pytest.mark.usefixtures("eager")
def test_parts_are_the_beginning_of_what_comes(long: Path) -> None:
    parts: list[LabResult] = []

    def told(progress: Progress) -> None:
        if progress.so_far is not None:
            parts.append(progress.so_far)

    result = Session().open(str(long), AUTO, Watch(progress=told))
    assert isinstance(result, LabResult)
    assert result.whole
    counts = [len(part.items) for part in parts]
    assert counts == sorted(counts)
    assert counts[0] < len(result.items) / 4
    for part in parts:
        assert not part.whole
        assert part.items == result.items[: len(part.items)]
        assert part.recording.duration_s == result.recording.duration_s
        assert part.look is result.look
        last = part.items[-1].index
        assert part.look(last) == result.look(last)


def test_reading_and_decoding_at_once_is_the_same_as_one_after_the_other(
    long: Path,
) -> None:
    recording = load(str(long))
    apart = decode(recording, Bench(recording.driver, recording.settings))
    at_once = Session().open(str(long), AUTO, Watch())
    assert isinstance(at_once, LabResult)
    assert at_once.recording == apart.recording
    assert at_once.series.errors == apart.series.errors
    assert at_once.chunks == apart.chunks
    same = [replace(i, decode_us=0.0) for i in at_once.items]
    assert same == [replace(i, decode_us=0.0) for i in apart.items]
    for index in range(0, len(same), 37):
        assert at_once.look(index).raw == apart.look(index).raw
        assert at_once.look(index).fields == apart.look(index).fields


@pytest.mark.usefixtures("eager")
def test_what_was_read_when_it_was_stopped_stays_open(
    long: Path, tmp_path: Path
) -> None:
    lab = LabWorker()
    said: SimpleQueue[Outcome] = SimpleQueue()
    shown: list[LabResult] = []
    jobs: list[Job] = []
    begun = threading.Event()

    def told(progress: Progress) -> None:
        begun.wait(PATIENCE_S)
        if progress.so_far is not None and len(progress.so_far.items) > 40:
            shown.append(progress.so_far)
            jobs[0].cancel()

    jobs.append(lab.open(str(long), said.put, told))
    begun.set()
    assert isinstance(said.get(timeout=PATIENCE_S), Cancelled)
    lab.save_case(shown[-1], 1, 6, str(tmp_path / "case"), said.put)
    saved = said.get(timeout=PATIENCE_S)
    assert isinstance(saved, CaseSaved)
    assert saved.objects == 6
    assert saved.notes == ()
    lab.report(shown[-1], said.put)
    written = said.get(timeout=PATIENCE_S)
    assert isinstance(written, ReportWritten)
    assert "reading was stopped" in written.html
    assert shown[-1].recording.sha256 == ""
    lab.use_layout("ali_32x15", said.put)
    again = said.get(timeout=PATIENCE_S)
    assert isinstance(again, LabResult)
    assert 40 < len(again.items) < 300
    lab.close()


def test_no_more_is_read_than_there_is_room_for(
    long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Session().open(str(long), AUTO, Watch())
    assert isinstance(whole, LabResult)
    assert whole.recording.left_out == ""
    monkeypatch.setattr(loading, "MOST_MEMORY", 200_000)
    found = Session().open(str(long), AUTO, Watch())
    assert isinstance(found, LabResult)
    assert found.whole
    assert 10 < len(found.items) < len(whole.items) / 2
    assert found.items[:-1] == tuple(
        replace(i, decode_us=j.decode_us)
        for i, j in zip(whole.items, found.items[:-1], strict=False)
    )
    assert "is not shown" in found.recording.left_out
    assert found.recording.duration_s < whole.recording.duration_s / 2


def test_a_file_that_ends_in_another_version_is_shown_as_far_as_it_is_known(
    long: Path, tmp_path: Path
) -> None:
    import zlib

    body = b"aliquot-recording 9"
    odd = tmp_path / "odd.rec"
    odd.write_bytes(long.read_bytes() + b"%s *%08x\n" % (body, zlib.crc32(body)))
    found = Session().open(str(odd), AUTO, Watch())
    assert isinstance(found, LabResult)
    assert len(found.items) > 100
    assert "version 9" in found.recording.left_out
    only = tmp_path / "only.rec"
    only.write_bytes(b"%s *%08x\n" % (body, zlib.crc32(body)))
    assert isinstance(Session().open(str(only), AUTO, Watch()), LabFailed)


def test_an_empty_recording_is_one_without_items(tmp_path: Path) -> None:
    path = tmp_path / "empty.rec"
    path.write_bytes(b"aliquot-recording 1 driver=ali *%08x\n" % _crc())
    found = Session().open(str(path), AUTO, Watch())
    assert isinstance(found, LabResult)
    assert found.items == ()
    assert found.recording.duration_s == 0


def _crc() -> int:
    import zlib

    return zlib.crc32(b"aliquot-recording 1 driver=ali")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4 * BLOCK), st.lists(st.integers(0, 4 * BLOCK), max_size=30))
def test_what_is_kept_is_what_was_put_there(count: int, looks: list[int]) -> None:
    kept, plain = Kept(), [noise(n) for n in range(count)]
    for one in plain:
        kept.append(one)
    assert len(kept) == count
    assert list(kept) == plain
    assert kept[3:-2] == plain[3:-2]
    for at in looks:
        if at < count:
            assert kept[at] == plain[at]
            assert kept[at - count] == plain[at]
        else:
            with pytest.raises(IndexError):
                kept[at]


def test_what_does_not_pack_is_kept_as_it_is() -> None:
    kept = Kept()
    for n in range(2 * BLOCK):
        odd = replace(noise(n), reason=threading.Lock())  # type: ignore[arg-type]
        kept.append(odd)
    assert [one.start for one in kept] == list(range(2 * BLOCK))


def test_what_is_kept_can_be_read_while_it_grows() -> None:
    kept = Kept()
    wrong: list[object] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            size = len(kept)
            wrong.extend(n for n in range(0, size, 17) if kept[n].start != n)

    reader = threading.Thread(target=look)
    reader.start()
    for n in range(60 * BLOCK):
        kept.append(noise(n))
    done.set()
    reader.join(PATIENCE_S)
    assert wrong == []


def test_bytes_that_were_sent_are_no_items(tmp_path: Path) -> None:
    path = tmp_path / "talk.rec"
    lines: Iterator[bytes] = (
        encode_entry(way, 1_795_282_936_000_000 + n * 1_000_000, data)
        for n, (way, data) in enumerate(
            [(Direction.SENT, b"\x05"), (Direction.RECEIVED, b"H\r")] * 40
        )
    )
    head = b"aliquot-recording 1 driver=ali *%08x\n" % _crc()
    path.write_bytes(head + b"".join(lines))
    found = Session().open(str(path), AUTO, Watch())
    assert isinstance(found, LabResult)
    assert sum(len(c.sent) for c in found.chunks) == 40
    assert found.items[-1].end == found.recording.received_bytes == 80
