"""A map that runs, and the reason when it cannot.

The scheme is registered while tests are collected: it must be there before the first
application, whichever test makes that.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.widgets.map.model import MapCall, MapState
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.scheme import register_scheme

sys.path.insert(0, str(Path(__file__).parent))  # for map_hands

from map_hands import Beside

REGISTERED = register_scheme()
START_MS = 60_000  # with cold disk caches a page may have to be begun again

CALLS = (
    MapCall(
        call_id="near",
        latitude=41.5,
        longitude=-93.6,
        uncertainty_m=38,
        label="555-0142",
        state="waiting",
    ),
    MapCall(
        call_id="unsure",
        latitude=41.51,
        longitude=-93.61,
        uncertainty_m=None,
        label="<b>555-0177</b>",
        state="taken",
    ),
    MapCall(
        call_id="wide",
        latitude=41.52,
        longitude=-93.62,
        uncertainty_m=4200,
        label="555-0101",
        state="incident",
    ),
)

Probe = Callable[[MapPanel], dict[str, Any]]


@pytest.fixture(scope="session")
def web_engine() -> None:
    """Skips, with the reason, where Chromium cannot start."""
    if not REGISTERED:
        pytest.skip("PySide6's web engine cannot be imported here")
    from aliquot.widgets.map import assemble, engine

    if reason := engine.why_not():
        pytest.skip(reason)
    try:
        assemble.documents()
    except assemble.MapUnavailable as problem:
        pytest.skip(str(problem))


@pytest.fixture
def calls() -> tuple[MapCall, ...]:
    return CALLS


LETTERS = "[...document.fonts].every((face) => face.status === 'loaded')"


@pytest.fixture
def panel(
    qtbot: QtBot, web_engine: None, ask: Callable[[MapPanel, str], Any]
) -> Iterator[MapPanel]:
    """A map that is shown and ready, its fonts read."""
    made = MapPanel(SystemClock())
    qtbot.addWidget(made)
    made.resize(800, 600)
    try:
        made.show()
        until(qtbot, made, MapState.READY)
        qtbot.waitUntil(lambda: bool(ask(made, LETTERS)), timeout=START_MS)
        yield made
    finally:
        made.shutdown()


@pytest.fixture
def beside(qtbot: QtBot, web_engine: None) -> Iterator[Beside]:
    """A map that has just begun, below a field with the focus."""
    made = Beside(MapPanel(ManualClock()))
    try:
        made.show(qtbot)
        yield made
    finally:
        made.end()


def until(qtbot: QtBot, panel: MapPanel, state: MapState) -> None:
    """Wait for a state of the map."""
    if panel.status.state is state:
        return
    with qtbot.waitSignal(
        panel.status_changed,
        timeout=START_MS,
        check_params_cb=lambda status: status.state is state,
    ):
        pass


@pytest.fixture
def wait_state(qtbot: QtBot) -> Callable[[MapPanel, MapState], None]:
    def wait(panel: MapPanel, state: MapState) -> None:
        until(qtbot, panel, state)

    return wait


@pytest.fixture
def ask(qtbot: QtBot) -> Callable[[MapPanel, str], Any]:
    """Evaluate an expression in the page, once it did all that it was sent before:
    that comes another way."""
    numbers = count(1)

    def evaluate(panel: MapPanel, expression: str) -> Any:
        assert panel.engine is not None
        bridge, number = panel._bridge, next(numbers)
        with qtbot.waitSignal(
            bridge.answered, check_params_cb=lambda heard: heard == number
        ):
            bridge.ping.emit(number)
        with qtbot.waitCallback(timeout=START_MS) as answer:
            panel.engine.page.runJavaScript(f"JSON.stringify({expression})", answer)
        assert answer.args is not None
        return json.loads(answer.args[0])

    return evaluate


@pytest.fixture
def probe(qtbot: QtBot, ask: Callable[[MapPanel, str], Any]) -> Probe:
    """What the page has drawn, once it confirmed the newest picture."""

    def look(panel: MapPanel) -> dict[str, Any]:
        qtbot.waitUntil(panel.is_current, timeout=START_MS)
        found: dict[str, Any] = ask(panel, "aliquot.page.probe()")
        return found

    return look
