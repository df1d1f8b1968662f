"""A modem in a running console: one caller is one call, over restarts too."""

from __future__ import annotations

import os
import threading
import tty
from collections.abc import Callable, Iterator

import pytest

from aliquot.console.core import Core
from aliquot.console.domain.rows import CallRow
from aliquot.console.settings import LineConfig
from aliquot.drivers.lines.api import LineSettings

MakeCore = Callable[..., Core]
RING = b"\r\nRING\r\n"
BURST = (
    b"\r\nDATE=0503\r\n\r\nTIME=1842\r\n\r\nNAME=ALDER ROSE\r\n\r\nNMBR=6175550142\r\n"
)
LONG_S = 30.0


class Modem:
    """A pseudo-terminal that says OK to every command, and rings when told to."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.path = os.ttyname(self._theirs)
        self.commands: list[bytes] = []
        self.is_set_up = threading.Event()
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def says(self, data: bytes) -> None:
        os.write(self._ours, data)

    def close(self) -> None:
        os.close(self._theirs)
        self._thread.join(LONG_S)
        os.close(self._ours)

    def _answer(self) -> None:
        held = b""
        while True:
            try:
                held += os.read(self._ours, 100)
            except OSError:
                return
            *commands, held = held.split(b"\r")
            for command in commands:
                self.commands.append(command)
                if command == b"ATE0":
                    self.is_set_up.set()
                os.write(self._ours, b"\r\nOK\r\n")


@pytest.fixture
def modem() -> Iterator[Modem]:
    made = Modem()
    yield made
    made.close()


def config(modem: Modem, ring_stop_s: float) -> LineConfig:
    reading = LineSettings(options={"ring_stop_s": ring_stop_s})
    return LineConfig(name="modem", source=modem.path, driver="modem", reading=reading)


def calls(core: Core) -> tuple[CallRow, ...]:
    return core.views().waiting_calls()


def numbers(core: Core) -> list[str | None]:
    return [row.callback_number for row in calls(core)]


def test_one_caller_is_one_call_over_two_restarts(
    modem: Modem, make_core: MakeCore, watch: type
) -> None:
    first = make_core(config(modem, 600.0))
    seen = watch(first)
    modem.says(RING)
    seen.until(lambda: [row.state for row in calls(first)] == ["offered"])
    modem.says(BURST)  # after the first ring, as on most lines
    seen.until(lambda: numbers(first) == ["6175550142"])
    (row,) = calls(first)
    assert modem.is_set_up.wait(LONG_S)
    assert first.stop() == []
    assert modem.commands == [b"ATZ", b"AT+VCID=1", b"ATE0"]

    second = make_core(config(modem, 600.0))
    seen = watch(second)
    before = row.last_at_us
    modem.says(RING + BURST)  # the same caller ID once more, heard for the first time
    seen.until(lambda: [c.last_at_us > before for c in calls(second)] == [True])
    assert [c.call_id for c in calls(second)] == [row.call_id]
    assert second.stop() == []

    third = make_core(config(modem, 0.05))
    watch(third).until(lambda: [c.state for c in calls(third)] == ["abandoned"])
    assert [c.call_id for c in calls(third)] == [row.call_id]
    assert numbers(third) == ["6175550142"]
