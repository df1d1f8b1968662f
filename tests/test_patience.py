"""A busy machine makes no test fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from linear import stays_below
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot


@pytest.mark.parametrize("name", ["desk", "ci"])
def test_no_property_fails_for_the_time_it_takes(name: str) -> None:
    profile = settings.get_profile(name)
    assert profile.deadline is None
    assert HealthCheck.too_slow in profile.suppress_health_check


def test_what_is_waited_for_may_come_late(qtbot: QtBot) -> None:
    """Whatever shorter time the test names."""
    late = QTimer()
    late.setSingleShot(True)
    late.start(300)
    qtbot.waitUntil(lambda: not late.isActive(), timeout=50)
    late.start(300)
    with qtbot.waitSignal(late.timeout, timeout=50):
        pass
    late.start(300)
    with qtbot.waitSignal(late.timeout, timeout=50, raising=False) as waited:
        pass
    assert not waited.signal_triggered


def test_what_grows_with_the_square_is_found_out() -> None:
    def work(times: float, spoilt: int = 0) -> Callable[[], float]:
        seen = iter(range(100))
        return lambda: times * (20 if next(seen) < spoilt else 1)

    assert stays_below(work(1), work(8), 8 * 4)
    assert stays_below(work(1), work(8, spoilt=4), 8 * 4)
    assert not stays_below(work(1), work(64), 8 * 4)
