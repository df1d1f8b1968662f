"""A line of a running console begins anew with other settings, and no other does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from aliquot.console.core import Core
from aliquot.console.demo.ali_text import AliText, body, framed
from aliquot.console.domain.commands import (
    NOBODY,
    Actor,
    AddPerson,
    Done,
    Outcome,
    Refused,
)
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.settings_commands import ChangeLineSettings
from aliquot.console.settings import LineConfig
from aliquot.console.store.export import export
from aliquot.console.workers import lines
from aliquot.console.workers.recovery import recover_line
from aliquot.drivers.lines.api import LineSettings

PATIENCE_S = 20.0


def text_of(folder: Path) -> str:
    return (folder / "profile.toml").read_text()


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
        pass

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


def test_one_line_begins_anew_and_no_other_is_touched(
    core: Core, wires: Wires, watch: type
) -> None:
    seen = watch(core)
    first, other = wires.made["a"][0], wires.made["b"][0]
    whole = record("3155550101")
    first.put(record("3155550100") + whole[:60])
    seen.until(lambda: "3155550100" in numbers(core))
    done = ask(core, "a", gap_ms=250, source="/dev/a2")
    assert isinstance(done, Done), done
    assert done.result["applied"] == "now"
    second = wait_open(core, wires, "a", 1)
    assert (second.spec, first.open_now.is_set()) == ("/dev/a2", False)
    assert len(wires.made["b"]) == 1
    assert other.open_now.is_set()
    second.put(whole[60:])  # what was held of a record is not lost
    other.put(record("3155550102"))
    seen.until(lambda: {"3155550101", "3155550102"} <= numbers(core))
    assert core.profile.settings.line("a").reading.gap_ms == 250
    (entry,) = [
        row
        for row in export(core.profile.log_path)
        if row["type"] == "line.settings_changed"
    ]
    assert entry["body"]["changes"] == {
        "gap_ms": [None, 250],
        "source": ["/dev/a", "/dev/a2"],
    }
    assert entry["position"] == "01"


def test_what_comes_at_the_last_moment_is_logged_once(
    core: Core, wires: Wires, watch: type
) -> None:
    seen = watch(core)
    for at in range(5):
        wire = wait_open(core, wires, "a", at)
        wire.last = record(f"315555020{at}")
        assert isinstance(ask(core, "a", gap_ms=200 + at), Done)
        seen.until(lambda: f"315555020{at}" in numbers(core))  # noqa: B023
    rows = export(core.profile.log_path)
    bodies = [r["body"] for r in rows if r["type"] == "line.record_received"]
    said = [body_["fields"]["callback_number"] for body_ in bodies]
    assert said == [f"315555020{at}" for at in range(5)]


def test_a_line_begins_anew_only_when_all_it_said_is_logged(
    core: Core, wires: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer is held up while the last bytes wait before it."""
    recovered = threading.Event()
    ends: list[int] = []

    def hold_up(changed: Changed) -> None:
        if changed.any_of("held"):
            recovered.wait(0.3)

    def seen(profile: Any, line: Any, lookup: Any, clock: Any) -> Any:
        recovered.set()
        ends.append(lookup.line_end("a"))
        return recover_line(profile, line, lookup, clock)

    monkeypatch.setattr(lines, "recover_line", seen)
    core.subscribe(hold_up)
    wire, last = wires.made["a"][0], record("3155550299")

    def cancel() -> None:
        core._tell(frozenset({"held"}))
        wire.put(last)

    monkeypatch.setattr(wire, "cancel", cancel)
    assert isinstance(ask(core, "a", gap_ms=200), Done)
    assert ends == [len(last)]


def test_a_line_that_could_not_be_set_up_is_begun(
    make_core: Callable[..., Core], wires: Wires, tmp_path: Path
) -> None:
    broken = LineConfig(name="a", source="/dev/a", driver="none_such")
    core = make_core(broken, make_source=wires)
    assert wires.made == {}
    done = ask(core, "a", driver="ali")
    assert isinstance(done, Done)
    assert done.result["applied"] == "now"
    wait_open(core, wires, "a")


def test_who_may_not_changes_nothing(core: Core) -> None:
    text = text_of(core.profile.folder)
    for name, role in (("Dan", "dispatcher"), ("Ida", "integrator")):
        add = AddPerson(name=name, role=role, password="correct horse")
        assert isinstance(core.call(add), Done)
    people = {p.name: p.person_id for p in core.views().people()}
    wanted = ChangeLineSettings(line="a", changes={"gap_ms": 250})
    for person in (people["Dan"], NOBODY):
        refused = core.call(wanted, actor=Actor(person, "01"))
        assert isinstance(refused, Refused)
        assert refused.code == "not_allowed"
    assert text_of(core.profile.folder) == text
    done = core.call(wanted, actor=Actor(people["Ida"], "01"))
    assert isinstance(done, Done), done
    entries = [r for r in export(core.profile.log_path) if "settings" in r["type"]]
    assert [row["actor"] for row in entries] == [people["Ida"]]


def test_a_pair_of_links_begins_at_the_next_start(
    make_core: Callable[..., Core], wires: Wires
) -> None:
    reading = LineSettings(options={"pair": "host"})
    lines = [
        LineConfig(name=n, source=f"/dev/{n}", driver="ali_link", reading=reading)
        for n in "ab"
    ]
    core = make_core(*lines, make_source=wires)
    wait_open(core, wires, "a")
    done = ask(core, "a", times_ack_ms=900)
    assert isinstance(done, Done)
    assert done.result["applied"] == "next_start"
    assert "take turns" in str(done.result["why"])
    assert len(wires.made["a"]) == 1
