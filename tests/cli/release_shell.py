"""Runs commands of `aliquot release` on one profile, as a program or in this process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))

import release_town as towns

from aliquot.console.cli import main

ALIQUOT = (sys.executable, "-m", "aliquot.console")


class Shell:
    """Runs commands on one profile."""

    def __init__(self, profile: Path, folder: Path) -> None:
        self.profile = profile
        self.password = folder / "password.txt"
        self.password.write_text(towns.PASSWORD + "\n")

    def run(self, *words: str) -> tuple[int, list[dict[str, Any]], str]:
        """Exit code, lines of JSON, standard error."""
        done = subprocess.run(
            [*ALIQUOT, "--profile", str(self.profile), *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, lines, done.stderr

    def act(self, act: str, target: str, name: str, *more: str) -> tuple[int, Any]:
        signed = ("--as", name, "--password-file", str(self.password), "--json")
        leave, (said,), _ = self.run("release", act, target, *signed, *more)
        return leave, said


class Inside(Shell):
    """The same in this process, which is quicker."""

    def __init__(
        self, profile: Path, folder: Path, said: pytest.CaptureFixture[str]
    ) -> None:
        super().__init__(profile, folder)
        self._said = said

    def run(self, *words: str) -> tuple[int, list[dict[str, Any]], str]:
        self._said.readouterr()
        leave = main.run(["--profile", str(self.profile), *words])
        said = self._said.readouterr()
        return leave, [json.loads(line) for line in said.out.splitlines()], said.err
