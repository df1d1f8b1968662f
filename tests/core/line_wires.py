"""Lines of a running console whose bytes a test brings."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Any

from aliquot.console.core import Core
from aliquot.console.demo.ali_text import AliText, body, framed
from aliquot.console.domain.commands import Outcome
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.settings_commands import ChangeLineSettings
from aliquot.console.settings import LineConfig

PATIENCE_S = 20.0


def record(number: str) -> bytes:
    text = AliText(
        number=number,
        class_of_service="RESD",
        name="CALLER",
        house="12",
        street="ELM ST",
        community="Halden",
    )
    return framed(body(text, datetime(2026, 3, 14, tzinfo=UTC)), "01")


class Wire:
    """A source that brings what is put on it; a new one for each opening."""

    def __init__(self, spec: str) -> None:
        self.spec = spec
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self.open_now = threading.Event()
        self.last = b""  # comes when the reading thread is about to end
        self._written: SimpleQueue[bytes] = SimpleQueue()

    def put(self, data: bytes) -> None:
        self._queue.put(data)

    def open(self) -> None:
        self.open_now.set()

    def read(self, timeout_s: float) -> bytes:
        try:
            return self._queue.get(timeout=timeout_s) or b""
        except Empty:
            return b""

    def write(self, data: bytes) -> None:
        self._written.put(data)

    def said(self, end: bytes) -> bytes:
        """What was written on it, up to ``end``. Waits for it."""
        data = b""
        while end not in data:
            data += self._written.get(timeout=PATIENCE_S)
        return data

    def cancel(self) -> None:
        self._queue.put(self.last or None)

    def close(self) -> None:
        self.open_now.clear()


class Wires:
    def __init__(self) -> None:
        self.made: dict[str, list[Wire]] = {}

    def __call__(self, line: LineConfig, skip: int) -> Wire:
        wire = Wire(line.source)
        self.made.setdefault(line.name, []).append(wire)
        return wire


def wait_open(core: Core, wires: Wires, name: str, opening: int = 0) -> Wire:
    news = threading.Event()

    def woken(_changed: Changed) -> None:
        news.set()

    end = core.subscribe(woken)
    while len(wires.made.get(name, ())) <= opening:
        assert news.wait(PATIENCE_S)
        news.clear()
    end()
    wire = wires.made[name][opening]
    assert wire.open_now.wait(PATIENCE_S)
    return wire


def ask(core: Core, line: str, **changes: Any) -> Outcome:
    return core.call(ChangeLineSettings(line=line, changes=changes), timeout=PATIENCE_S)


def numbers(core: Core) -> set[str | None]:
    return {row.callback_number for row in core.views().recent_calls()}
