"""docs/states.md says what the tables say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from aliquot.console.domain.calls import CallEvent, CallState


@pytest.fixture
def drawing(project_root: Path) -> ModuleType:
    path = project_root / "packaging" / "draw_states.py"
    spec = importlib.util.spec_from_file_location("draw_states", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_drawing_is_current(drawing: ModuleType, project_root: Path) -> None:
    drawn = (project_root / "docs" / "states.md").read_text(encoding="utf-8")
    assert drawn == drawing.draw(), "run packaging/draw_states.py"


def test_a_change_of_a_table_is_noticed(
    drawing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drawing.draw()
    table = drawing.calls.TRANSITIONS
    changed = {**table[CallState.ENDED], CallEvent.OFFERED: CallState.OFFERED}
    monkeypatch.setitem(table, CallState.ENDED, changed)
    assert drawing.draw() != before
