"""A busy machine makes no test fail."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
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
