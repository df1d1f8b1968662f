"""The composition root over the real core, without the map's engine."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aliquot.console import app
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as c
from aliquot.console.problems import EXIT_LOCKED, EXIT_UNAVAILABLE, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.store.lock import WriterLock
from aliquot.console.workers.lanes import Unsaved
from aliquot.widgets.map.model import MapState

CTRL = Qt.KeyboardModifier.ControlModifier
LONG_MS = 30_000
NONE = Qt.KeyboardModifier.NoModifier
K = Qt.Key


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile.open(tmp_path / "profile")


@pytest.fixture
def built(qtbot: QtBot, profile: Profile, tmp_path: Path) -> Iterator[app.Application]:
    made = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    made.show()
    qtbot.waitExposed(made.window)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    assert made.shutdown() == []


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def typed(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


def test_an_incident_goes_through_the_real_log(
    built: app.Application, qtbot: QtBot
) -> None:
    core = built.core
    assert isinstance(core, Core)
    register = c.RegisterUnit(unit_id="2A11", service="law", kind="car")
    assert isinstance(core.call(register), c.Done)
    built.window.strip.table.setFocus()
    press(K.Key_F2)
    typed("robbery")
    press(K.Key_Return, CTRL)
    press(K.Key_F5)
    views = built.bridge.views
    qtbot.waitUntil(lambda: bool(views.board()) and bool(views.board()[0].units))
    row = views.board()[0]
    assert row.fields["type_code"] == "ROBBERY"
    qtbot.waitUntil(lambda: built.window.board.active.model.rowCount() == 1)
    assert not views.drafts()


def test_a_draft_outlives_the_window(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    first = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    first.show()
    qtbot.waitExposed(first.window)
    first.window.activateWindow()
    qtbot.waitUntil(first.window.isActiveWindow)
    first.window.strip.table.setFocus()
    press(K.Key_F2)
    typed("cow on the roof")
    assert first.shutdown() == []
    second = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    form = second.window.intake.current
    assert form is not None
    assert form.fields.entries["type"].text() == "cow on the roof"
    assert second.shutdown() == []


def test_a_profile_in_use_is_refused_with_exit_3(
    built: app.Application, profile: Profile
) -> None:
    with pytest.raises(KnownProblem) as refused:
        app.build(profile, with_map=False)
    assert refused.value.exit_code == EXIT_LOCKED


def test_a_core_that_runs_already_is_not_stopped(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    core = Core(profile, SystemClock())
    core.start()
    made = app.build(desk=core, settings_path=tmp_path / "w.toml", with_map=False)
    made.shutdown()
    made.shutdown()
    assert isinstance(core.call(c.SignOut()), c.Done | c.Refused)
    assert core.stop() == []


def test_a_window_leaves_no_widget_behind(
    qapp: QApplication, profile: Profile, tmp_path: Path
) -> None:
    before = set(qapp.allWidgets())
    made = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    assert set(qapp.allWidgets()) - before
    assert made.shutdown() == []
    assert set(qapp.allWidgets()) - before == set()


def test_windows_come_and_go_while_a_worker_makes_much(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    """A collection in the worker's thread would end the process here."""
    enough = threading.Event()

    def work() -> None:
        while not enough.wait(0.005):
            _ = [[[n] for n in range(20_000)]]

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(3):
            gc.enable()
            made = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
            made.show()
            qtbot.waitExposed(made.window)
            assert not gc.isenabled()
            assert made.shutdown() == []
            assert gc.isenabled()
            gc.disable()
    finally:
        enough.set()
        worker.join()


def test_the_map_comes_up_and_again_without_taking_the_focus(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    made = app.build(profile, settings_path=tmp_path / "w.toml")
    panel = made.map_panel
    assert panel is not None
    try:
        made.show()
        qtbot.waitExposed(made.window)
        made.window.activateWindow()
        qtbot.waitUntil(made.window.isActiveWindow)
        made.window.strip.table.setFocus()
        press(K.Key_F2)
        field = QApplication.focusWidget()
        typed("a")
        qtbot.waitUntil(lambda: panel.status.state is MapState.READY, timeout=30_000)
        typed("b")
        engine = panel.engine
        assert engine is not None
        os.kill(engine.page.renderProcessPid(), signal.SIGKILL)
        qtbot.waitUntil(
            lambda: panel.status.state is not MapState.READY, timeout=10_000
        )
        typed("c")
        qtbot.waitUntil(lambda: panel.status.state is MapState.READY, timeout=30_000)
        typed("d")
        assert QApplication.focusWidget() is field
        form = made.window.intake.current
        assert form is not None
        assert form.fields.entries["type"].text() == "abcd"
        assert any(t.startswith("map up") for t in made.window.status.texts)
    finally:
        assert made.shutdown() == []


def test_without_a_map_its_place_says_why(built: app.Application) -> None:
    assert "no map" in built.window.status.texts


def test_a_fault_of_the_window_keeps_no_log_open(
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    profile: Profile,
    tmp_path: Path,
) -> None:
    def fail() -> None:
        raise RuntimeError("bug")

    made = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    monkeypatch.setattr(made.window, "leave", fail)
    with pytest.raises(RuntimeError, match="bug"):
        made.shutdown()
    monkeypatch.undo()
    with WriterLock(profile.lock_path):
        pass
    made.window.leave()
    made.bridge.close()
    made.window.close()
    made.window.deleteLater()


class Loop(QObject):
    """In the place of the application: as there, ``quit`` counts in ``exec`` only.

    To leave the event loop of this process for good would end all other windows.
    """

    def __init__(self, begun: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._begun = begun
        self._loop = QEventLoop()

    @Slot()
    def quit(self) -> None:
        self._loop.quit()

    def exec(self) -> int:
        QTimer.singleShot(LONG_MS, self._give_up)
        self._begun()
        return self._loop.exec()

    @Slot()
    def _give_up(self) -> None:
        self._loop.exit(99)


@pytest.fixture
def handlers() -> Iterator[None]:
    """Those of before are there again afterwards."""
    before = {number: signal.getsignal(number) for number in app.ENDS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _elsewhere(number: int) -> None:
    """Another thread takes the signal: it interrupts nothing in the main thread."""
    over = threading.Event()
    other = threading.Thread(target=over.wait, args=[LONG_MS / 1000])
    other.start()
    assert other.ident
    signal.pthread_kill(other.ident, number)
    over.set()
    other.join()


def test_a_signal_ends_the_window_whenever_it_comes(
    qapp: QApplication,
    handlers: None,
    monkeypatch: pytest.MonkeyPatch,
    profile: Profile,
    tmp_path: Path,
) -> None:
    """While it is being shown; then, when its loop waits and runs no Python at all."""
    made = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    monkeypatch.setattr(made, "shutdown", list)
    for number in app.ENDS:
        come = partial(_elsewhere, number)
        for show, loop in ((come, Loop()), (lambda: None, Loop(come))):
            monkeypatch.setattr(made, "show", show)
            monkeypatch.setattr(made, "application", loop)
            assert made.run() == 0
        signal.raise_signal(number)  # as the end of a terminal often comes: twice
    monkeypatch.undo()
    assert made.shutdown() == []


@pytest.mark.parametrize(
    ("unsaved", "code"),
    [(None, 0), (Unsaved(items=3, kept=900, lost=0), EXIT_UNAVAILABLE)],
)
def test_what_could_not_be_saved_is_in_the_exit_code(
    qapp: QApplication,
    handlers: None,
    monkeypatch: pytest.MonkeyPatch,
    profile: Profile,
    tmp_path: Path,
    unsaved: Unsaved | None,
    code: int,
) -> None:
    made = app.build(profile, settings_path=tmp_path / "w.toml", with_map=False)
    assert isinstance(made.core, Core)
    made.core.not_saved = unsaved
    # To leave the event loop of this process for good would end all other windows.
    monkeypatch.setattr(type(qapp), "exec", lambda _self: 0)
    assert made.run() == code
