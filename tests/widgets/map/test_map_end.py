"""The map when its process dies, does not answer, has no files, or ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from map_hands import Beside, kill, press
from pytestqt.qtbot import QtBot

from aliquot.console.clock import SystemClock
from aliquot.widgets.map import life
from aliquot.widgets.map.model import MapCall, MapState
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.scheme import register_scheme

Ask = Callable[[MapPanel, str], Any]
Probe = Callable[[MapPanel], dict[str, Any]]
Wait = Callable[[MapPanel, MapState], None]
Calls = tuple[MapCall, ...]


def test_the_panel_says_itself_that_the_map_died(
    beside: Beside, wait_state: Wait
) -> None:
    panel = beside.panel
    wait_state(panel, MapState.READY)
    kill(panel)
    wait_state(panel, MapState.RESTARTING)
    assert beside.window.isVisible()
    assert panel.notice.isVisible()
    assert "starting again" in panel.notice.text()
    wait_state(panel, MapState.READY)
    assert not panel.notice.isVisible()


def test_the_fourth_death_in_five_minutes_leaves_a_plain_panel(
    beside: Beside, calls: Calls, probe: Probe, wait_state: Wait
) -> None:
    panel, field = beside.panel, beside.field
    wait_state(panel, MapState.READY)
    panel.show_calls(calls)
    for _ in range(3):
        kill(panel)
        wait_state(panel, MapState.RESTARTING)
        wait_state(panel, MapState.READY)
    kill(panel)
    wait_state(panel, MapState.STOPPED)
    assert "4 times within five minutes" in panel.status.message
    assert field.hasFocus()
    assert panel.retry_action.isEnabled()
    assert "41.50000, -93.60000" in panel.fallback.places.text()
    assert "Ctrl+Shift+R" in panel.fallback.button.text()
    panel.retry_action.trigger()
    wait_state(panel, MapState.READY)
    assert len(probe(panel)["calls"]) == 3
    assert not panel.retry_action.isEnabled()
    press(beside.window, "k")
    assert field.text() == "k"


def test_a_page_that_does_not_answer_is_said_to_be_behind(
    monkeypatch: pytest.MonkeyPatch,
    panel: MapPanel,
    calls: Calls,
    probe: Probe,
    wait_state: Wait,
) -> None:
    monkeypatch.setattr(life, "BEHIND_MS", 200)
    assert panel.engine is not None
    renderer = panel.engine.page.renderProcessPid()
    os.kill(renderer, signal.SIGSTOP)
    try:
        panel.show_calls(calls)
        wait_state(panel, MapState.BEHIND)
        assert panel.retry_action.isEnabled()
    finally:
        os.kill(renderer, signal.SIGCONT)
    wait_state(panel, MapState.READY)
    assert len(probe(panel)["calls"]) == 3


@pytest.fixture
def no_files(web_engine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from aliquot.widgets.map import assemble

    def missing(shell: bytes) -> None:
        raise assemble.AssetsMissing("The map's files are not installed.")

    monkeypatch.setattr(assemble, "bundled", missing)


def test_a_desk_without_map_files_says_so_and_goes_on(
    no_files: None, beside: Beside, wait_state: Wait, calls: Calls
) -> None:
    panel = beside.panel
    wait_state(panel, MapState.STOPPED)
    panel.show_calls(calls)
    assert panel.status.message == "The map's files are not installed."
    assert "555-0142" in panel.fallback.places.text()
    assert beside.field.hasFocus()


def test_shutdown_twice_and_before_the_start(qtbot: QtBot) -> None:
    panel = MapPanel(SystemClock())
    qtbot.addWidget(panel)
    panel.shutdown()
    panel.shutdown()
    panel.start()
    assert panel.engine is None
    assert panel.status.state is MapState.STARTING


def test_the_scheme_is_registered_once(web_engine: None) -> None:
    assert register_scheme()
    assert register_scheme()


LIFE = """
import sys
from aliquot.widgets.map.scheme import register_scheme
assert register_scheme()
from PySide6.QtWidgets import QApplication
from aliquot.console.clock import SystemClock
from aliquot.widgets.map.model import MapState
from aliquot.widgets.map.panel import MapPanel
app = QApplication(sys.argv)
panel = MapPanel(SystemClock())
def changed(status):
    if status.state is MapState.READY:
        {end}
panel.status_changed.connect(changed)
panel.show()
code = app.exec()
print("left with", code)
"""


@pytest.mark.parametrize("end", ["panel.shutdown(); app.quit()", "app.quit()"])
def test_a_process_with_a_map_ends_cleanly(web_engine: None, end: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIFE.format(end=end)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "left with 0" in done.stdout
    for trace in ("Release of profile", "Traceback", "QObject", "destroyed"):
        assert trace not in done.stderr
