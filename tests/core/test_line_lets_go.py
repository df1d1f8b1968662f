"""A line that is slow to let go of its port, or is about to begin when all ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from line_wires import PATIENCE_S, Wire, Wires, ask, numbers, record, wait_open

from aliquot.console.core import Core
from aliquot.console.domain.commands import Done
from aliquot.console.settings import LineConfig
from aliquot.console.workers import ending, lines, reader
from aliquot.console.workers.recovery import recover_line
from aliquot.drivers.lines.api import LineSettings


@pytest.fixture
def wires() -> Wires:
    return Wires()


@pytest.fixture
def core(make_core: Callable[..., Core], wires: Wires) -> Core:
    reading = LineSettings(framing="stx_etx")
    lines = [LineConfig(name=n, source=f"/dev/{n}", reading=reading) for n in "ab"]
    made = make_core(*lines, make_source=wires)
    for name in "ab":
        wait_open(made, wires, name)
    return made


def test_a_line_that_lets_go_too_late_comes_back(
    core: Core, wires: Wires, watch: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a port does whose last bytes do not go out: closing it takes half a minute."""
    seen, wire, held = watch(core), wires.made["a"][0], threading.Event()
    monkeypatch.setattr(ending, "STOP_S", 0.05)
    monkeypatch.setattr(reader, "FIRST_PAUSE_S", 0.01)
    closing, again = threading.Event(), threading.Event()

    def hang() -> None:
        closing.set()
        assert held.wait(PATIENCE_S)

    monkeypatch.setattr(wire, "close", hang)
    monkeypatch.setattr(Wire, "open", lambda _wire: again.set())
    done = ask(core, "a", gap_ms=200)
    assert isinstance(done, Done)
    assert done.result["why"] == lines.STUCK
    assert closing.wait(PATIENCE_S)
    held.set()
    assert again.wait(PATIENCE_S)
    wires.made["a"][1].put(record("3155550177"))
    seen.until(lambda: "3155550177" in numbers(core))


def test_no_line_begins_when_the_console_has_closed_them(
    core: Core, wires: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that was being begun took too long to be waited for."""

    def close(*given: Any) -> Any:
        assert core._lines.stop() == []
        return recover_line(*given)

    monkeypatch.setattr(lines, "recover_line", close)
    assert isinstance(ask(core, "a", gap_ms=200), Done)
    assert core._lines.asking.readers == {}
    assert len(wires.made["a"]) == 1
