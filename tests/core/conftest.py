"""Cores on profiles of their own, stopped at the end of the test."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.ports import Changed
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig, Settings, StorageSettings

sys.path.insert(0, str(Path(__file__).parent))

PATIENCE_S = 20.0
MakeCore = Callable[..., Core]


def make_profile(folder: Path, lines: tuple[LineConfig, ...] = ()) -> Profile:
    profile = Profile.open(folder)
    profile.save_settings(
        Settings(
            positions=("01", "02"),
            desk="01",
            lines=lines,
            storage=StorageSettings(reserve_mb=0),
        )
    )
    return profile


@pytest.fixture
def make_core(tmp_path: Path) -> Iterator[MakeCore]:
    """``make_core(*lines, **for_core)``: started; the profile is always the same."""
    made: list[Core] = []

    def make(*lines: LineConfig, **more: Any) -> Core:
        core = Core(make_profile(tmp_path / "profile", lines), SystemClock(), **more)
        core.start()
        made.append(core)
        return core

    yield make
    for core in made:
        assert core.stop() == []


@pytest.fixture
def core(make_core: MakeCore) -> Core:
    return make_core()


class Watch:
    """Waits until something of a core is so, woken by what the core publishes."""

    def __init__(self, core: Core) -> None:
        self._news = threading.Event()
        self.heard: list[Changed] = []
        core.subscribe(self._changed)

    def _changed(self, changed: Changed) -> None:
        self.heard.append(changed)
        self._news.set()

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            assert self._news.wait(PATIENCE_S), "nothing changed any more"
            self._news.clear()


@pytest.fixture
def watch() -> type[Watch]:
    return Watch
