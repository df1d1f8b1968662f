"""The command line in the test's own process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from aliquot.console.cli.main import run

sys.path.insert(0, str(Path(__file__).parent))
from cli_hands import Run


@pytest.fixture
def aliquot(capfd: pytest.CaptureFixture[str]) -> Run:
    """Exit code, standard output, standard error."""

    def go(*words: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    return go
