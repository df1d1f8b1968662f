"""A window over a joined desk, and the command that opens it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from joined_desks import PASSWORD, PATIENCE_S, open_incident, sign_in
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aliquot.console import app
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.people import Role
from aliquot.console.joined import JoinedDesk
from aliquot.console.profile import Profile
from aliquot.widgets.actions import Act

Join = Callable[[], JoinedDesk]
WAIT_MS = 20_000


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


def _press(window: app.Application, *keys: str) -> None:
    for key in keys:
        into = QApplication.focusWidget() or window.window
        QTest.keySequence(into, QKeySequence(key))


def _sign_in(window: app.Application, qtbot: QtBot, role: Role) -> None:
    window.bridge.submit(cmd.SignIn(name=role.value, password=PASSWORD))
    qtbot.waitUntil(
        lambda: f"{role.value}, " in window.window.windowTitle(), timeout=WAIT_MS
    )


def _with_a_line(folder: Path) -> None:
    with (folder / "profile.toml").open("a") as settings:
        settings.write('[[lines]]\nname = "ali-9"\nsource = "/dev/there-is-none"\n')


@pytest.fixture
def lines_profile(profile: Profile) -> Profile:
    _with_a_line(profile.folder)
    profile.reload()
    return profile


def test_a_line_is_set_by_keys_at_a_second_window(
    lines_profile: Profile, window: app.Application, core: Core, qtbot: QtBot
) -> None:
    page = window.window.lines
    _sign_in(window, qtbot, Role.INTEGRATOR)
    _press(window, "F9")
    qtbot.waitUntil(lambda: page.view() is not None, timeout=WAIT_MS)
    options = page.options
    options.table.choose("baud")
    options.table.setFocus()
    _press(window, "Return")
    options.value.entry.selectAll()
    QTest.keyClicks(options.value.entry, "1200")
    _press(window, "Return", "Return")
    qtbot.waitUntil(lambda: "saved" in options.what.text(), timeout=WAIT_MS)
    assert core.profile.settings.line("ali-9").baud == 1200
    qtbot.waitUntil(lambda: "1200" in page.about.text(), timeout=WAIT_MS)


def test_a_role_that_must_not_set_lines_is_told_before_it_types(
    lines_profile: Profile, window: app.Application, qtbot: QtBot
) -> None:
    page = window.window.lines
    _press(window, "F9")
    assert (
        page.said.text() == "At a second window lines are shown to who has signed in."
    )
    _sign_in(window, qtbot, Role.DISPATCHER)
    page.read()
    page.table.choose("ali-9")
    page.read()
    said = (
        "Only supervisors, integrators and administrators change settings of lines at "
        "a second window; you are signed in as dispatcher."
    )
    assert page.options.what.text() == said
    window.bridge.submit(cmd.SignOut())
    qtbot.waitUntil(lambda: "nobody" in window.window.windowTitle(), timeout=WAIT_MS)
    page.read()
    assert (page.about.text(), page.options.model.rowCount()) == ("", 0)


def test_an_incident_is_handed_over_by_keys_at_a_second_window(
    window: app.Application, core: Core, qtbot: QtBot
) -> None:
    folder = core.profile.folder
    (folder / "eido.toml").write_text(
        'agency = "psap.halden.example"\n'
        '[[receiver]]\nname = "Next County"\nfolder = "to-next"\n'
    )
    _sign_in(window, qtbot, Role.DISPATCHER)
    incident = open_incident(core)
    board = window.window.board.pending
    qtbot.waitUntil(lambda: board.model.rowCount() == 1, timeout=WAIT_MS)
    _press(window, window.window.book.key_text(Act.NEXT_PENDING))
    qtbot.waitUntil(
        lambda: window.window.subject.now.incident_id == incident, timeout=WAIT_MS
    )
    _press(window, "Alt+H", "Return", "Return")
    page = window.window.handover
    qtbot.waitUntil(lambda: "written to" in page.outcome.text(), timeout=WAIT_MS)
    assert len(list((folder / "to-next").iterdir())) == 1
