"""Garbage is collected in the window's thread and in no other."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from aliquot.widgets import garbage
from aliquot.widgets.garbage import Collector
from aliquot.widgets.lab import quiet

pytestmark = pytest.mark.usefixtures("qapp")


class Ring:
    """Garbage that only a collection finds; says in which thread it was found."""

    found_in: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.found_in.append(threading.current_thread().name)


@pytest.fixture
def collector() -> Iterator[Collector]:
    Ring.found_in = []
    gc.enable()
    made = Collector()
    yield made
    quiet.work_ends()
    made.end()
    assert gc.isenabled()
    gc.unfreeze()


def _much() -> list[list[int]]:
    return [[n] for n in range(2 * garbage.NEW_OBJECTS)]


def test_a_worker_makes_much_and_collects_nothing(
    collector: Collector, qtbot: QtBot
) -> None:
    def work() -> None:
        Ring()
        for _ in range(200):
            _much()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()
    assert Ring.found_in == []
    kept = _much()
    qtbot.waitUntil(lambda: Ring.found_in == ["MainThread"])
    assert len(kept) == 2 * garbage.NEW_OBJECTS


def test_little_is_not_worth_a_look(collector: Collector) -> None:
    gc.collect()
    Ring()
    collector.look()
    assert Ring.found_in == []


def test_old_rings_are_found_in_the_end(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "NEW_OBJECTS", 0)
    one = Ring()
    gc.collect()  # it is of the oldest now
    del one
    for _ in range(garbage.LOOKS_BEFORE_OLDEST - 1):
        collector.look()
    assert Ring.found_in == []
    collector.look()
    assert Ring.found_in == ["MainThread"]


def test_nothing_is_collected_while_the_lab_works(collector: Collector) -> None:
    Ring()
    quiet.work_begins()
    try:
        kept = _much()
        collector.look()
        assert Ring.found_in == []
    finally:
        quiet.work_ends()
    collector.look()
    assert kept
    assert Ring.found_in == ["MainThread"]


def test_the_start_is_not_looked_at_again(collector: Collector) -> None:
    kept = [[n] for n in range(1000)]
    frozen = gc.get_freeze_count()
    collector.settle()
    assert gc.get_freeze_count() > frozen + 1000
    assert not any(kept is one for one in gc.get_objects())


def test_the_last_look_is_at_all(collector: Collector) -> None:
    Ring()
    collector.end()
    assert Ring.found_in == ["MainThread"]
    collector.end()


def test_who_had_no_collections_has_none_behind_it() -> None:
    gc.disable()
    made = Collector()
    made.end()
    assert not gc.isenabled()
    gc.enable()


def test_what_was_looked_at_once_is_found_some_looks_later(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before the oldest are looked at."""
    monkeypatch.setattr(garbage, "NEW_OBJECTS", 0)
    one = Ring()
    gc.collect(0)  # it is of the middle now
    del one
    for _ in range(garbage.LOOKS_BEFORE_OLDER - 1):
        collector.look()
    assert Ring.found_in == []
    collector.look()
    assert Ring.found_in == ["MainThread"]


def test_what_the_lab_made_is_not_gone_through_in_the_window_s_turn(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = sys.getswitchinterval()
    monkeypatch.setattr(quiet, "LARGE", 500)
    gc.collect()
    frozen = gc.get_freeze_count()
    quiet.work_begins()
    assert sys.getswitchinterval() < usual
    kept = [[n] for n in range(1000)]
    quiet.work_ends()
    assert sys.getswitchinterval() == usual
    assert gc.get_freeze_count() > frozen + len(kept)


def test_a_widget_in_a_ring_is_taken_apart_in_its_own_thread(
    collector: Collector, qtbot: QtBot
) -> None:
    gone: list[bool] = []
    home = QThread.currentThread()

    def ring() -> weakref.ref[QWidget]:
        widget = QWidget()
        widget.setProperty("itself", True)
        widget.ring = widget  # type: ignore[attr-defined]
        return weakref.ref(
            widget, lambda _: gone.append(QThread.currentThread() is home)
        )

    ref = ring()
    thread = threading.Thread(target=_much)
    thread.start()
    thread.join()
    kept = _much()
    qtbot.waitUntil(lambda: ref() is None)
    assert kept
    assert gone == [True]
