"""No thread makes a class of Qt beside the window's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from lab_seat import bench, panel

from aliquot.widgets import qt_classes

Seat = Any
_TWO_THREADS = """
import sys, threading
from aliquot.widgets import qt_classes
def all_of_them():
    for module in qt_classes.MODULES:
        qt_classes.make(module)
def at_once():
    begin.wait()
    all_of_them()
all_of_them()
begin = threading.Barrier(2)
sys.setswitchinterval(1e-6)
other = threading.Thread(target=at_once)
other.start()
at_once()
other.join()
for module in qt_classes.MODULES:
    found = sys.modules[module]
    assert {*dir(found)} <= {*vars(found)}, module
print("both lived")
"""


def test_two_threads_may_use_what_one_has_made() -> None:
    """Without the first ``all_of_them`` this ends the process nearly every time."""
    done = subprocess.run(
        [sys.executable, "-c", _TWO_THREADS],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "both lived"), done.stderr


def test_the_lab_s_thread_imports_nothing_before_the_window_has_made_them(
    lab_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, order = panel(lab_seat), []
    assert one._idle is not None
    one._idle._timer.stop()
    one._unmade, one._brought = list(qt_classes.MODULES), None

    def prepare(_work: Callable[[], None]) -> None:
        order.append("the lab's thread")

    monkeypatch.setattr(qt_classes, "make", order.append)
    monkeypatch.setattr(bench(lab_seat).lab, "prepare", prepare)
    for _ in range(len(qt_classes.MODULES) + 1):
        assert one._step()
    assert order == [*qt_classes.MODULES, "the lab's thread"]
