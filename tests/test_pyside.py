"""Guards against libraries that are known to break: PySide6 and SQLite."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import sqlcipher3
from packaging.requirements import Requirement
from PySide6.QtCore import QObject, Signal, Slot
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[1]
EMITS = 2000
SLACK = 50  # other code may take or give a few references meanwhile
SQLITE_FLOOR = (3, 51, 3)


class Sender(QObject):
    sent = Signal(object)


class Receiver(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    @Slot(object)
    def hear(self, _payload: object) -> None:
        self.heard += 1


@pytest.mark.parametrize("constant", [True, False, None])
def test_emitting_keeps_the_reference_counts(
    constant: bool | None, qtbot: QtBot
) -> None:
    """PySide6 6.12.0 loses a reference to True at every emit under Python 3.11."""
    sender, receiver = Sender(), Receiver()
    sender.sent.connect(receiver.hear)
    before = sys.getrefcount(constant)
    for _ in range(EMITS):
        sender.sent.emit(constant)
    assert receiver.heard == EMITS
    assert abs(sys.getrefcount(constant) - before) < SLACK


def _pyside() -> Requirement:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    return next(r for r in wanted if r.name == "PySide6")


@pytest.mark.parametrize(
    ("release", "allowed"),
    [("6.9.3", False), ("6.10.0", True), ("6.11.3", True), ("6.12.0", False)],
)
def test_the_window_of_versions(release: str, allowed: bool) -> None:
    assert _pyside().specifier.contains(release) is allowed


def test_the_installed_one_is_in_the_window() -> None:
    assert _pyside().specifier.contains(version("PySide6"))


def test_the_store_has_a_sound_sqlite() -> None:
    """Before 3.51.3 a WAL database can be corrupted by a reset of its log."""
    assert sqlcipher3.sqlite_version_info >= SQLITE_FLOOR
