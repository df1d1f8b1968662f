"""Whether the wall clock can be believed: asked of the kernel, and put into the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from aliquot.console import clock
from aliquot.console.clock import LOOK_NS, ClockState, SystemClock, state_of
from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor
from aliquot.console.store.log import LocalLog

SYNCED, UNSYNCED, UNKNOWN = ClockState.SYNCED, ClockState.UNSYNCED, ClockState.UNKNOWN


@pytest.mark.parametrize(
    ("code", "status", "state"),
    [
        (0, 0x01, SYNCED),
        (1, 0x11, SYNCED),  # a leap second is to be inserted
        (0, 0x2001, SYNCED),
        (5, 0x40, UNSYNCED),
        (0, 0x41, UNSYNCED),
        (5, 0x01, UNSYNCED),
        (-1, 0, UNKNOWN),
    ],
)
def test_what_the_kernel_says(code: int, status: int, state: ClockState) -> None:
    assert state_of(code, status) is state


def test_the_machine_s_own_kernel_can_be_asked() -> None:
    assert clock.kernel_state() in ClockState


def test_it_is_asked_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([SYNCED, UNSYNCED])
    now_ns = [10**9]
    monkeypatch.setattr(clock, "kernel_state", lambda: next(answers))
    monkeypatch.setattr(clock.time, "monotonic_ns", lambda: now_ns[0])
    machine = SystemClock()
    assert [machine.state, machine.state] == [SYNCED, SYNCED]
    now_ns[0] += LOOK_NS
    assert [machine.state, machine.state] == [UNSYNCED, UNSYNCED]
    assert SystemClock(UNKNOWN).state is UNKNOWN


def test_it_stands_in_each_head(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "kernel_state", lambda: UNSYNCED)
    log = LocalLog.open(tmp_path / "log.sqlite", SystemClock())
    added = ev.PersonAdded(
        person_id="a", name="a", role="dispatcher", public_key="", at_us=1
    )
    log.append([added], Actor("nobody", "01"))
    (entry,) = log.read_after(0, 10)
    log.close()
    assert entry.clock == "unsynced"
