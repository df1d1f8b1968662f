"""The thread that looks at releases of what another CAD changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from aliquot.console.domain.commands import Command, Done, Outcome
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_commands import LookAtRelease
from aliquot.console.workers.foreign import ForeignWatch

PATIENCE_S = 20.0


class Release:
    release_id = "r"


class Tables:
    """Counts what is asked; each answer waits for leave."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.began, self.leave = threading.Event(), threading.Event()

    def live_of(self, incident_id: str) -> tuple[Release, ...]:
        self.asked.append(incident_id)
        self.began.set()
        assert self.leave.wait(PATIENCE_S)
        return (Release(),)


class Bench:
    def __init__(self) -> None:
        self.tables = Tables()
        self.commands: list[Command] = []
        self.enough = threading.Event()
        self.watch = ForeignWatch(lambda: cast("Any", self.tables), self._call)

    def _call(self, command: Command) -> Outcome:
        self.commands.append(command)
        if len(self.commands) == 3:
            self.enough.set()
        return Done({})


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    bench.watch.start()
    yield bench
    bench.watch.stop()
    bench.tables.leave.set()
    bench.watch.join(PATIENCE_S)
    assert not bench.watch.is_alive()


def changed(*names: str) -> Changed:
    return Changed(frozenset(names))


def test_an_incident_named_often_is_looked_at_once(bench: Bench) -> None:
    bench.watch.changed(changed("incident:a"))
    assert bench.tables.began.wait(PATIENCE_S)
    for _ in range(1_000):
        bench.watch.changed(changed("incident:b", "incident:c", "call:d"))
    bench.tables.leave.set()
    assert bench.enough.wait(PATIENCE_S)
    assert bench.tables.asked == ["a", "b", "c"]
    assert bench.commands == [LookAtRelease(release_id="r")] * 3


def test_what_waits_at_the_end_is_let_go(bench: Bench) -> None:
    bench.watch.changed(changed(*(f"incident:{n:03}" for n in range(500))))
    assert bench.tables.began.wait(PATIENCE_S)
    bench.watch.stop()
    bench.tables.leave.set()
    bench.watch.join(PATIENCE_S)
    assert not bench.watch.is_alive()
    assert bench.tables.asked == ["000"]
