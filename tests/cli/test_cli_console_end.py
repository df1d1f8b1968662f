"""How `aliquot console` ends: its exit code tells of what could not be saved."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from aliquot.console import app, seat
from aliquot.console.cli.main import run
from aliquot.console.workers.lanes import Unsaved


class EndedDesk:
    """A console that has ended; what it could not save is known after ``stop``."""

    def __init__(self, unsaved: Unsaved | None) -> None:
        self._unsaved = unsaved
        self.not_saved: Unsaved | None = None

    def stop(self) -> list[str]:
        self.not_saved = self._unsaved
        return []


@pytest.mark.parametrize(
    ("unsaved", "window", "code"),
    [(None, 0, 0), (Unsaved(1, 0, 20), 0, 4), (Unsaved(1, 0, 20), 1, 1), (None, 1, 1)],
)
def test_what_could_not_be_saved_is_told_by_the_exit_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    unsaved: Unsaved | None,
    window: int,
    code: int,
) -> None:
    made = SimpleNamespace(run=lambda: window)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(seat, "take_desk", lambda *given: EndedDesk(unsaved))
    monkeypatch.setattr(app, "build", lambda **given: made)
    assert run(["--profile", str(tmp_path / "profile"), "console"]) == code
