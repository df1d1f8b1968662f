"""Consoles and second windows on one profile, in this process and in others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from joined_desks import ConsoleProcess, make_profile, quickly_sealed

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.joined import JoinedDesk
from aliquot.console.profile import Profile


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return make_profile(tmp_path / "profile")


@pytest.fixture
def core(profile: Profile) -> Iterator[Core]:
    """A console in this process, with a person of each role."""
    core = Core(profile, SystemClock())
    core.start()
    quickly_sealed(core)
    yield core
    assert core.stop() == []


@pytest.fixture
def console(profile: Profile) -> Iterator[ConsoleProcess]:
    """A console in a process of its own, with a person of each role."""
    console = ConsoleProcess(profile.folder)
    console.start()
    yield console
    console.end()


@pytest.fixture
def join(profile: Profile) -> Iterator[Callable[[], JoinedDesk]]:
    """``join()`` gives one more second window, closed at the end of the test."""
    made: list[JoinedDesk] = []

    def one_more() -> JoinedDesk:
        desk = JoinedDesk(profile, SystemClock())
        desk.start(20.0)
        made.append(desk)
        return desk

    yield one_more
    for desk in made:
        assert desk.stop() == []
