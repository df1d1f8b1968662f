"""The guards of ``conftest.py`` do fail a test that breaks a rule of the house."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

LOG_WARNING = """
import logging

def test_it():
    logging.warning("the disk is full")
"""
THREAD_LEFT = """
import threading

def test_it():
    wait = threading.Event().wait
    threading.Thread(target=wait, daemon=True, name="left-behind").start()
"""
BARE_SLOT = """
from PySide6.QtCore import QObject, QTimer

class Receiver(QObject):
    def heard(self):
        pass

def test_it(qapp):
    timer, receiver = QTimer(), Receiver()
    timer.timeout.connect(receiver.heard)
"""
CASES = {
    "a warning in the log": (LOG_WARNING, "unexpected in the log"),
    "a thread left alive": (THREAD_LEFT, "alive after the test: left-behind"),
    "a slot that is not declared": (BARE_SLOT, "Qt messages"),
}
GOOD = """
import logging, os, pathlib, pytest

@pytest.mark.expects_log("the disk is .*")
def test_expected():
    logging.warning("the disk is full")

def test_home():
    assert pathlib.Path.home() == pathlib.Path(os.environ["XDG_DATA_HOME"]).parent
    assert "pytest" in os.environ["ALIQUOT_PROFILE"]
"""


def _run(folder: Path, root: Path, text: str) -> subprocess.CompletedProcess[str]:
    rules = (root / "tests/conftest.py").read_text()
    rules, hurried = re.subn(r"(?m)^(THREAD_GRACE_S) = .*$", r"\1 = 0.5", rules)
    assert hurried == 1
    (folder / "conftest.py").write_text(rules)
    (folder / "test_it.py").write_text(text)
    line = [sys.executable, "-m", "pytest", "-c", str(root / "pyproject.toml")]
    line += ["--rootdir", str(folder), "-p", "no:cacheprovider"]
    line += ["-p", "no:rerunfailures", str(folder)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_ADDOPTS"}
    return subprocess.run(
        line,
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
    )


@pytest.mark.parametrize("case", CASES)
def test_a_breach_fails(case: str, tmp_path: Path, project_root: Path) -> None:
    text, said = CASES[case]
    result = _run(tmp_path, project_root, text)
    assert result.returncode == 1, result.stdout + result.stderr
    assert said in result.stdout


def test_good_manners_pass(tmp_path: Path, project_root: Path) -> None:
    result = _run(tmp_path, project_root, GOOD)
    assert result.returncode == 0, result.stdout + result.stderr
