"""The two-way query link in the real console: a pseudo-terminal, the simulated host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aliquot.console import app
from aliquot.console.core import Core
from aliquot.console.demo.ali_text import AliText, body, framed
from aliquot.console.domain.commands import AskLine, Done, Outcome
from aliquot.console.domain.line_health import Health
from aliquot.console.domain.rows import CallRow, LineRow
from aliquot.console.settings import LineConfig
from aliquot.console.store.export import export
from aliquot.drivers.lines.api import Direction, LineSettings, Option
from aliquot.drivers.lines.query_host import Faults, QueryHost
from aliquot.drivers.lines.query_host_pty import HostSimulator
from aliquot.drivers.lines.query_link_table import load_table
from aliquot.drivers.lines.query_link_wire import Request
from aliquot.drivers.lines.recording import Header, RecordingWriter
from aliquot.widgets.lines.facts import view_of

MakeCore = Callable[..., Core]
PATIENCE_S = 20.0
NUMBER = "3155550163"
TIMES: dict[str, Option] = {
    "times_ack_ms": 15_000,  # all comes, however late
    "times_answer_ms": 15_000,
    "times_repeat_ms": 50,
    "tries_request": 2,
    "heartbeat_send_ms": 0,
    "heartbeat_expect_ms": 0,
}


def record(name: str) -> str:
    text = AliText(
        number=NUMBER,
        class_of_service="RESD",
        name=name,
        house="12",
        street="ELM ST",
        community="Halden",
    )
    return body(text, datetime(2026, 3, 14, tzinfo=UTC))


class Host:
    """The far end of one link, in a thread of its own. Each answer has another name."""

    def __init__(self, name: str, faults: Faults | None = None) -> None:
        self.name = name
        self.asked: list[str] = []
        table = load_table(
            "generic", {k.replace("_", ".", 1): v for k, v in TIMES.items()}
        )
        self._host = QueryHost(table, self._text, faults or Faults(delay_ms=10))
        self._simulator = HostSimulator(self._host, 0)
        self._simulator.hold()
        self.path = self._simulator.path
        self._thread = threading.Thread(target=self._simulator.serve)
        self._thread.start()

    @property
    def requests(self) -> int:
        return self._host.requests

    def _text(self, request: Request) -> bytes:
        self.asked.append(request.number)
        return record(f"{self.name} {len(self.asked)}").encode("ascii")

    def hang_up(self) -> None:
        self._simulator.stop()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        self._simulator.close()


@pytest.fixture
def hosts() -> Iterator[Callable[..., Host]]:
    made: list[Host] = []

    def make(name: str, faults: Faults | None = None) -> Host:
        made.append(Host(name, faults))
        return made[-1]

    yield make
    for host in made:
        host.hang_up()


def spilled(folder: Path) -> LineConfig:
    """A line that only listens, with the first record of the call."""
    path = folder / "spill.rec"
    with RecordingWriter(path, Header(line="ali")) as writer:
        stamp = 1_773_528_000_000_000
        writer.append(Direction.RECEIVED, stamp, framed(record("TOWER"), "01"))
    reading = LineSettings(framing="stx_etx")
    return LineConfig(name="ali", source=f"replay:{path}?speed=max", reading=reading)


def link(name: str, host: Host, **more: Option) -> LineConfig:
    reading = LineSettings(options={**TIMES, **more})
    return LineConfig(name=name, source=host.path, driver="ali_link", reading=reading)


def row(core: Core, name: str) -> LineRow | None:
    return next((line for line in core.views().lines() if line.line == name), None)


def state(core: Core, name: str) -> str:
    found = row(core, name)
    return found.state if found is not None else "unknown"


def the_call(core: Core) -> CallRow:
    (call,) = core.views().recent_calls()
    return call


def rebid(core: Core) -> Outcome:
    command = AskLine(ask="rebid", call_id=the_call(core).call_id)
    return core.call(command, timeout=PATIENCE_S)


def rebids(core: Core) -> list[dict[str, object]]:
    rows = export(core.profile.log_path)
    bodies = [r["body"] for r in rows if r["type"] == "line.record_received"]
    return [b for b in bodies if b["join"] == "rebid"]


def test_a_rebid_goes_over_the_link_and_updates_the_same_call(
    make_core: MakeCore, watch: type, tmp_path: Path, hosts: Callable[..., Host]
) -> None:
    host = hosts("LINK")
    core = make_core(spilled(tmp_path), link("link", host))
    seen = watch(core)
    seen.until(lambda: bool(core.views().recent_calls()))
    seen.until(lambda: state(core, "link") == "up")
    call = the_call(core)
    assert call.customer_name == "TOWER"
    outcome = rebid(core)
    assert isinstance(outcome, Done), outcome
    assert outcome.result["line"] == "link"
    seen.until(lambda: the_call(core).customer_name == "LINK 1")
    assert host.asked == [NUMBER]
    assert the_call(core).call_id == call.call_id
    (body_,) = rebids(core)
    assert body_["line"] == "link"
    assert body_["changes"] == {"customer_name": ["TOWER", "LINK 1", "changed"]}


@pytest.fixture
def pair(
    make_core: MakeCore, watch: type, tmp_path: Path, hosts: Callable[..., Host]
) -> Callable[..., tuple[Core, object, Host, Host]]:
    def make(faults: Faults | None = None) -> tuple[Core, object, Host, Host]:
        a, b = hosts("A", faults), hosts("B")
        more: dict[str, Option] = {"pair": "host"}
        if faults is not None:
            more["times_ack_ms"] = 500  # it is waited for in vain
        core = make_core(spilled(tmp_path), link("a", a, **more), link("b", b, **more))
        seen = watch(core)
        seen.until(lambda: bool(core.views().recent_calls()))
        seen.until(lambda: {state(core, n) for n in "ab"} == {"up"})
        return core, seen, a, b

    return make


def health(core: Core, name: str) -> tuple[Health, str]:
    now_us = core.clock.now().utc_us
    found = view_of(row(core, name), None, (), (), now_us)
    return found.level, found.text


def test_two_links_take_turns(
    pair: Callable[..., tuple[Core, ..., Host, Host]],
) -> None:  # type: ignore[misc]
    core, seen, a, b = pair()
    for count in range(1, 5):
        assert isinstance(rebid(core), Done)
        seen.until(lambda: len(rebids(core)) == count)  # noqa: B023
    assert (len(a.asked), len(b.asked)) == (2, 2)
    assert {body_["line"] for body_ in rebids(core)} == {"a", "b"}
    assert len(core.views().recent_calls()) == 1


def test_a_link_that_is_lost_is_said_and_the_other_takes_over(
    pair: Callable[..., tuple[Core, ..., Host, Host]],  # type: ignore[misc]
) -> None:
    core, seen, a, b = pair()
    a.hang_up()
    seen.until(lambda: state(core, "a") not in ("up", "opening"))
    level, text = health(core, "a")
    assert level is Health.RED
    assert "a is not open since" in text
    for count in (1, 2):
        outcome = rebid(core)
        assert isinstance(outcome, Done), outcome
        assert outcome.result["line"] == "b"
        seen.until(lambda: the_call(core).customer_name == f"B {count}")  # noqa: B023
    assert (len(a.asked), len(b.asked)) == (0, 2)
    assert health(core, "b")[0] is Health.GOOD


def test_a_link_that_falls_silent_is_in_trouble_and_its_request_is_answered(
    pair: Callable[..., tuple[Core, ..., Host, Host]],  # type: ignore[misc]
) -> None:
    """Nobody asks again: what fails on A goes over B by itself."""
    core, seen, a, b = pair(Faults(silent_after=0))
    assert isinstance(rebid(core), Done)
    seen.until(lambda: the_call(core).customer_name == "B 1")
    assert a.requests == 2, "every try went to A first"
    seen.until(lambda: state(core, "a") == "trouble")
    level, text = health(core, "a")
    assert level is Health.RED
    assert "did not acknowledge" in text
    found = row(core, "a")
    assert found is not None
    assert "rebid" in found.asks, "to ask again is how it is found out"
    assert isinstance(rebid(core), Done)
    seen.until(lambda: the_call(core).customer_name == "B 2")
    assert len(b.asked) == 2


def test_f3_in_the_window(
    qtbot: QtBot, tmp_path: Path, hosts: Callable[..., Host], make_core: MakeCore
) -> None:
    host = hosts("LINK")
    core = make_core(spilled(tmp_path), link("link", host))
    built = app.build(desk=core, settings_path=tmp_path / "w.toml", with_map=False)
    built.show()
    try:
        qtbot.waitExposed(built.window)
        built.window.activateWindow()
        qtbot.waitUntil(built.window.isActiveWindow)
        qtbot.waitUntil(lambda: bool(built.bridge.views.waiting_calls()))
        qtbot.waitUntil(lambda: state(core, "link") == "up")
        built.window.strip.table.setFocus()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F2)
        form = built.window.intake.current
        assert form is not None
        typed = form.fields.texts()
        assert typed["caller_name"] == "TOWER"
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F3)
        said = built.window.line.message
        qtbot.waitUntil(lambda: "Asked for the record of" in said.text())
        qtbot.waitUntil(lambda: bool(form.rebid.rows), timeout=10_000)
        rows = {r.name: (r.old, r.new) for r in form.rebid.rows}
        assert rows == {"caller_name": ("TOWER", "LINK 1")}
        assert form.fields.texts() == typed, "what is typed is not touched"
        assert form.rebid.isVisible()
    finally:
        assert built.shutdown() == []
