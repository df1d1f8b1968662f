"""A window over a joined desk, and the command that opens it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from joined_desks import PASSWORD, PATIENCE_S, open_incident, sign_in
from pytestqt.qtbot import QtBot

from aliquot.console import app
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.people import Role
from aliquot.console.joined import JoinedDesk
from aliquot.console.profile import Profile

Join = Callable[[], JoinedDesk]


@pytest.fixture
def window(
    core: Core, join: Join, qtbot: QtBot, tmp_path: Path
) -> Iterator[app.Application]:
    desk = join()
    made = app.build(desk=desk, settings_path=tmp_path / "w.toml", with_map=False)
    made.show()
    qtbot.waitExposed(made.window)
    yield made
    assert made.shutdown() == []


def test_a_second_window_shows_what_its_person_may_see(
    window: app.Application, core: Core, qtbot: QtBot
) -> None:
    open_incident(core)
    pending = window.window.board.pending.model
    assert pending.rowCount() == 0
    window.bridge.submit(cmd.SignIn(name="supervisor", password=PASSWORD))
    qtbot.waitUntil(lambda: pending.rowCount() == 1)
    open_incident(core, "2 Elm")
    qtbot.waitUntil(lambda: pending.rowCount() == 2)
    window.bridge.submit(cmd.SignIn(name="integrator", password=PASSWORD))
    qtbot.waitUntil(lambda: pending.rowCount() == 0)


def test_a_second_window_says_that_the_console_is_closed(
    window: app.Application, core: Core, qtbot: QtBot
) -> None:
    desk = window.core
    assert isinstance(desk, JoinedDesk)
    sign_in(desk, Role.SUPERVISOR)
    open_incident(core)
    pending = window.window.board.pending.model
    qtbot.waitUntil(lambda: pending.rowCount() == 1)
    core.stop()
    said = window.window.alarm
    qtbot.waitUntil(lambda: any("is closed" in text for text in said.said))
    assert pending.rowCount() == 1


def _console(profile: Profile, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aliquot.console", "--profile"]
    return subprocess.run(
        [*command, str(profile.folder), "console", *more],
        env={**os.environ, "DISPLAY": ":none", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_a_console_on_a_locked_profile_tells_how_to_join(core: Core) -> None:
    done = _console(core.profile)
    assert done.returncode == 3
    assert str(os.getpid()) in done.stderr
    assert "--join" in done.stderr


def test_a_joining_console_asks_for_the_password(core: Core, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong horse\n")
    asked = ("--join", "--as", "supervisor", "--password-file", str(wrong))
    done = _console(core.profile, *asked)
    assert (done.returncode, done.stderr) == (1, "Name and password do not fit.\n")
