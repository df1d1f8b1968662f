"""The lab's strip: closer and wider, its map, faults by key, growth while it opens."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_seat import RECORDING, bench, body, panel, put_recording, said
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from aliquot.console.domain.lab import Cancelled, Outcome, Progress
from aliquot.console.domain.lab_result import LabResult
from aliquot.console.lab import loading
from aliquot.console.workers.lab import LabWorker
from aliquot.widgets.lab import words
from aliquot.widgets.lab.outline import NOISE, outline_of
from aliquot.widgets.lab.zoom import Part

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
K = Qt.Key
Seat = Any
places = st.floats(0, 1)


def transport(seat: Seat) -> Any:
    return body(seat).transport


def wheel(seat: Seat, x: int, turn: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    strip = transport(seat).strip
    at = QPointF(x, strip.height() / 2)
    event = QWheelEvent(
        *(at, strip.mapToGlobal(at), QPoint(), QPoint(0, turn)),
        *(Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(strip, event)


def test_keys_go_closer_and_wider_and_the_part_is_said(lab_seat: Seat) -> None:
    seat = lab_seat
    put_recording(seat)
    said = transport(seat).range
    assert said.text() == "All of it is seen: 68 items, 3 faults"
    seat.key(K.Key_Z)
    assert bench(seat).zoom.part.width == 0.5
    assert said.text().startswith("Seen: 00:")
    assert bench(seat).zoom.part.has(bench(seat).place)
    seat.type(".")
    assert bench(seat).zoom.part.begin > 0
    seat.type(",")
    seat.key(K.Key_Z, SHIFT)
    assert bench(seat).zoom.part.whole
    for _ in range(30):
        seat.key(K.Key_Z)
    assert bench(seat).zoom.part.width * 1140 == pytest.approx(2.0)
    seat.key(K.Key_A)
    assert said.text().startswith("All of it")


def test_the_cursor_is_always_seen(lab_seat: Seat) -> None:
    seat = lab_seat
    put_recording(seat)
    for _ in range(6):
        seat.key(K.Key_Z)
    for _ in range(12):
        seat.key(K.Key_PageDown)
        assert bench(seat).zoom.part.has(bench(seat).place)
    assert bench(seat).zoom.part.width == pytest.approx(1 / 64)


def test_the_wheel_keeps_the_place_under_the_mouse(lab_seat: Seat) -> None:
    seat = lab_seat
    put_recording(seat)
    strip = transport(seat).strip
    x = round(strip.width() * 0.7)
    before = strip.place_at(x)
    wheel(seat, x, 240)
    assert bench(seat).zoom.part.width == pytest.approx(0.25)
    assert strip.place_at(x) == pytest.approx(before, abs=1e-6)
    begin = bench(seat).zoom.part.begin
    wheel(seat, x, 120, SHIFT)
    assert bench(seat).zoom.part.begin < begin
    wheel(seat, x, -1200)
    assert bench(seat).zoom.part.whole


def test_a_click_goes_to_what_is_seen_there(lab_seat: Seat) -> None:
    seat = lab_seat
    put_recording(seat)
    for _ in range(4):
        seat.key(K.Key_Z)
    strip = transport(seat).strip
    x = strip.width() // 2
    wanted = strip.place_at(x)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, NONE, QPoint(x, 8))
    assert bench(seat).place == pytest.approx(wanted, abs=1e-3)
    part = bench(seat).zoom.part
    found = transport(seat).map
    last = QPoint(round(found.width() * 0.9), 5)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton, NONE, last)
    assert bench(seat).zoom.part.begin > part.end
    assert bench(seat).zoom.part.width == pytest.approx(part.width)


def test_faults_are_walked_by_key_and_by_button(lab_seat: Seat) -> None:
    seat = lab_seat
    put_recording(seat)
    result = bench(seat).result
    assert result is not None
    faults = [i.index for i in result.items if i.fault]
    assert len(faults) == 3
    walked = []
    for _ in range(3):
        seat.key(K.Key_F)
        walked.append(bench(seat).index)
    assert walked == faults
    seat.key(K.Key_F, SHIFT)
    assert bench(seat).index == faults[1]
    transport(seat).fault.click()
    assert bench(seat).index == faults[2]
    outline = bench(seat).outline
    assert outline is not None
    assert len(outline.columns(0.0, 1.0, 1000).faults) == 3
    assert outline.counts(0.0, 1.0) == (68, 3)


def test_a_fault_that_is_not_there_is_said(lab_seat: Seat, tmp_path: Path) -> None:
    seat = lab_seat
    clean = tmp_path / "clean.rec"
    clean.write_bytes(b"".join(RECORDING.read_bytes().splitlines(True)[:3]))
    put_recording(seat, clean)
    seat.key(K.Key_F)
    assert "There is no fault in it" in said(seat)


def parts_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[LabResult]:
    """What a lab shows one after the other while it opens a file."""
    monkeypatch.setattr(loading, "_PROGRESS_NS", 0)
    monkeypatch.setattr(loading.Watch, "_due", lambda _watch, _now: True)
    lab = LabWorker()
    found: list[Any] = []
    finished: SimpleQueue[Outcome] = SimpleQueue()

    def told(progress: Progress) -> None:
        if progress.so_far is not None:
            found.append(progress.so_far)

    lab.open(str(path), finished.put, told)
    found.append(finished.get(timeout=60))
    lab.close()
    return found


def test_a_recording_grows_on_the_screen_and_the_cursor_stays(
    lab_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = lab_seat
    found = parts_of(RECORDING, monkeypatch)
    assert len(found) > 4
    held = FakeOpening()
    monkeypatch.setattr(bench(seat).lab, "open", held.open)
    panel(seat).open_path("site.rec")
    held.told(Progress(1, 10, 9, found[1]))
    seat.until(lambda: bench(seat).result is found[1])
    model = body(seat).items.items
    assert model.rowCount() == len(found[1].items)
    seat.key(K.Key_PageDown)
    index = bench(seat).index
    held.told(Progress(5, 10, 9, found[3]))
    seat.until(lambda: bench(seat).result is found[3])
    assert model.rowCount() == len(found[3].items)
    assert bench(seat).index == index
    pane = body(seat).layout_pane
    seat.until(lambda: pane.text)
    pane.try_again()
    seat.until(lambda: "as soon as all" in pane.said.text())
    assert bench(seat).opening
    held.done(found[-1])
    seat.until(lambda: bench(seat).result is found[-1])
    assert model.rowCount() == 68
    assert bench(seat).index == index
    outline = bench(seat).outline
    assert outline is not None
    np.testing.assert_array_equal(outline.code, outline_of(found[-1]).code)


def test_what_was_shown_stays_when_the_opening_is_stopped(
    lab_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = lab_seat
    found = parts_of(RECORDING, monkeypatch)
    held = FakeOpening()
    monkeypatch.setattr(bench(seat).lab, "open", held.open)
    panel(seat).open_path("site.rec")
    held.told(Progress(1, 10, 9, found[2]))
    seat.until(lambda: bench(seat).result is found[2])
    seat.key(K.Key_Escape)
    assert held.cancelled
    held.done(Cancelled())
    seat.until(lambda: not bench(seat).is_busy)
    count = len(found[2].items)
    assert said(seat) == (f"Stopped. The first {words.plural(count, 'item')} are open.")
    seat.key(K.Key_PageDown)
    assert bench(seat).detail() is not None


class FakeOpening:
    """A lab's opening, held by the test."""

    cancelled = False

    def open(self, _path: str, done: Any, told: Any) -> FakeOpening:
        self.done, self.told = done, told
        return self

    def cancel(self) -> None:
        self.cancelled = True


@given(places, places, st.floats(0.01, 100), places)
def test_a_part_stays_inside(a: float, b: float, factor: float, at: float) -> None:
    begin, end = sorted((a, b))
    part = Part(begin, max(end, begin + 1e-3) if begin < 0.999 else 1.0)
    if part.width <= 0:
        return
    for found in (part.scaled(factor, at), part.moved(factor - 1), part.around(at)):
        assert -1e-9 <= found.begin < found.end <= 1 + 1e-9
        assert found.width <= 1
    assert part.around(at).has(at)


@given(st.floats(0, 0.99), st.floats(0.001, 0.5), st.integers(1, 400))
def test_columns_hold_each_item_of_their_part(
    begin: float, width: float, wide: int
) -> None:
    result = _result()
    outline = outline_of(result)
    found = outline.columns(begin, min(1.0, begin + width), wide)
    assert all(0 <= x < wide for x, _ in found.codes)
    items, _faults = outline.counts(begin, min(1.0, begin + width))
    assert (items == 0) == (not found.codes)
    assert {x for x, code in found.codes if code == NOISE} >= set(found.faults) - {
        x for x in found.faults if x in found.warned
    }


_kept: list[LabResult] = []


def _result() -> LabResult:
    if not _kept:
        from aliquot.console.lab.analysis import decode, load
        from aliquot.console.lab.bench import Bench as Ear

        recording = load(str(RECORDING))
        _kept.append(decode(recording, Ear(recording.driver, recording.settings)))
    return _kept[0]
