"""A line of a running console begins anew with other settings, and no other does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from line_wires import PATIENCE_S, Wires, ask, numbers, record, wait_open

from aliquot.console.core import Core
from aliquot.console.domain.commands import (
    NOBODY,
    Actor,
    AddPerson,
    Done,
    Refused,
)
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.settings_commands import ChangeLineSettings
from aliquot.console.settings import LineConfig
from aliquot.console.store.export import export
from aliquot.console.workers import ending, lines
from aliquot.console.workers.recovery import recover_line
from aliquot.console.workers.talk import Sent
from aliquot.drivers.lines.api import LineSettings
from aliquot.drivers.lines.talk import Ask, AskKind

QUIET = {
    "heartbeat_send_ms": 0,
    "heartbeat_expect_ms": 0,
    "times_ack_ms": 60_000,
    "times_answer_ms": 60_000,
}
"""A query link that says nothing but what it is asked to, and waits for the answer."""


def text_of(folder: Path) -> str:
    return (folder / "profile.toml").read_text()


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


def test_a_line_that_does_not_let_go_goes_on(
    core: Core, wires: Wires, watch: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, wire, held = watch(core), wires.made["a"][0], threading.Event()
    monkeypatch.setattr(ending, "STOP_S", 0.05)
    entered = threading.Event()
    read = wire.read

    def hang(timeout_s: float) -> bytes:
        entered.set()
        assert held.wait(PATIENCE_S)
        return read(timeout_s)

    monkeypatch.setattr(wire, "read", hang)
    wire.put(b"\n")  # so that the reading thread comes to it
    assert entered.wait(PATIENCE_S)
    done = ask(core, "a", gap_ms=200)
    held.set()
    assert isinstance(done, Done)
    assert done.result["why"] == lines.STUCK
    wire.put(record("3155550177"))
    seen.until(lambda: "3155550177" in numbers(core))
    assert len(wires.made["a"]) == 1
    monkeypatch.undo()
    assert ask(core, "a", gap_ms=150).result["applied"] == "now"  # type: ignore[union-attr]


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


@pytest.fixture
def pair(make_core: Callable[..., Core], wires: Wires) -> Core:
    def line(name: str, **options: Any) -> LineConfig:
        reading = LineSettings(options={**QUIET, **options})
        return LineConfig(
            name=name, source=f"/dev/{name}", driver="ali_link", reading=reading
        )

    lines = [line("a", pair="host"), line("b", pair="host"), line("c")]
    core = make_core(*lines, make_source=wires)
    for one in lines:
        wait_open(core, wires, one.name)
    return core


def rebid(core: Core, number: str) -> None:
    """Asked of one link; which one it goes over is the pair's to say."""
    sent: Future[Sent] = Future()
    one = core._lines.asking.readers["a"]
    one.ask(Ask(AskKind.REBID, number=number, position="01"), sent.set_result)
    assert sent.result(PATIENCE_S) is Sent.SENT


def test_a_pair_of_links_begins_together_and_takes_turns_again(
    pair: Core, wires: Wires, watch: type
) -> None:
    seen = watch(pair)
    done = ask(pair, "b", tries_request=2)
    assert isinstance(done, Done)
    assert done.result["applied"] == "now", done.result
    assert done.result["also_begun"] == ["a"]
    a, b = wait_open(pair, wires, "a", 1), wait_open(pair, wires, "b", 1)
    assert [len(wires.made[name]) for name in "abc"] == [2, 2, 1]
    seen.until(lambda: {row.state for row in pair.views().lines()} == {"up"})
    rebid(pair, "3155550163")
    assert b"3155550163" in a.said(b"\r")
    rebid(pair, "3155550164")
    assert b"3155550164" in b.said(b"\r")


@pytest.mark.expects_log("The pair host has 1 lines that speak")
def test_a_line_that_leaves_its_pair_leaves_the_other_alone(
    pair: Core, wires: Wires, watch: type
) -> None:
    seen = watch(pair)
    done = ask(pair, "b", pair=None)
    assert isinstance(done, Done)
    assert done.result["applied"] == "now", done.result
    a = wait_open(pair, wires, "a", 1)
    wait_open(pair, wires, "b", 1)
    assert len(wires.made["c"]) == 1
    seen.until(lambda: {row.state for row in pair.views().lines()} == {"up"})
    for number in ("3155550163", "3155550164"):
        rebid(pair, number)
        assert number.encode() in a.said(b"\r")
        a.put(b"\x06" + record(number))
        seen.until(lambda: number in numbers(pair))  # noqa: B023


@pytest.mark.expects_log("The pair host has 1 lines that speak")
def test_a_line_that_joins_a_pair_begins_with_its_new_partner(
    pair: Core, wires: Wires
) -> None:
    ask(pair, "b", pair=None)
    done = ask(pair, "c", pair="host")
    assert isinstance(done, Done)
    assert done.result["applied"] == "now", done.result
    wait_open(pair, wires, "a", 2)
    wait_open(pair, wires, "c", 1)
    assert [len(wires.made[name]) for name in "abc"] == [3, 2, 2]


@pytest.mark.expects_log("Line b cannot be set up anew")
def test_both_of_a_pair_go_on_as_they_were_where_one_cannot_begin(
    pair: Core, wires: Wires, watch: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("no")

    seen = watch(pair)
    monkeypatch.setattr(lines, "recover_line", fail)
    done = ask(pair, "b", tries_request=2)
    assert isinstance(done, Done)
    assert done.result["applied"] == "next_start"
    a, b = wait_open(pair, wires, "a", 1), wait_open(pair, wires, "b", 1)
    seen.until(lambda: {row.state for row in pair.views().lines()} == {"up"})
    rebid(pair, "3155550163")
    rebid(pair, "3155550164")
    assert b"3155550163" in a.said(b"\r")
    assert b"3155550164" in b.said(b"\r")
