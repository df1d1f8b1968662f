"""Lines of a running core: replayed, resumed, for other positions, unusable."""

from __future__ import annotations

import random
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.demo import manager_text
from aliquot.console.demo.ali_text import AliText, body, framed
from aliquot.console.demo.manager_text import Exchange
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Done
from aliquot.console.domain.ports import Changed
from aliquot.console.problems import KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig, Settings
from aliquot.console.spool import read_spool
from aliquot.console.store.export import export
from aliquot.drivers.lines.api import Direction, LineSettings
from aliquot.drivers.lines.recording import Header, RecordingWriter

MakeCore = Callable[..., Core]
T0 = 1_773_528_000_000_000
PATIENCE_S = 20.0


def record(number: str, position: str = "01") -> bytes:
    text = AliText(
        number=number,
        class_of_service="RESD",
        name="CALLER",
        house="12",
        street="ELM ST",
        community="Halden",
    )
    return framed(body(text, datetime(2026, 3, 14, tzinfo=UTC)), position)


def recorded(path: Path, data: bytes, size: int = 100) -> str:
    """A replay of ``data``, as fast as it is read."""
    with RecordingWriter(path, Header(line="ali")) as writer:
        for number, at in enumerate(range(0, len(data), size)):
            writer.append(Direction.RECEIVED, T0 + number * 1000, data[at : at + size])
    return f"replay:{path}?speed=max"


def ali(source: str) -> LineConfig:
    return LineConfig(
        name="ali", source=source, reading=LineSettings(framing="stx_etx")
    )


def cti(source: str) -> LineConfig:
    return LineConfig(name="cti", source=source, driver="asterisk")


def test_a_record_waits_and_is_taken(make_core: MakeCore, tmp_path: Path) -> None:
    source = recorded(tmp_path / "a.rec", record("3155550163"))
    core = make_core(ali(source))
    assert core.idle.wait(PATIENCE_S)
    (row,) = core.views().waiting_calls()
    assert (row.callback_number, row.state, row.ours) == (
        "3155550163",
        "reported",
        True,
    )
    take = cmd.TakeCall(call_id=row.call_id, form_id="f1")
    assert isinstance(core.call(take), Done)
    assert isinstance(core.call(take), Done), "the same form again is no other taking"
    other = core.call(cmd.TakeCall(call_id=row.call_id, form_id="f2"))
    assert isinstance(other, cmd.Refused)
    assert other.code == "call_taken"
    assert core.views().waiting_calls() == ()


def test_a_record_for_another_position_alerts_nobody(
    make_core: MakeCore, tmp_path: Path
) -> None:
    data = record("3155550163", "07") + record("3155550164", "02")
    core = make_core(ali(recorded(tmp_path / "a.rec", data)))
    assert core.idle.wait(PATIENCE_S)
    waiting = [c.callback_number for c in core.views().waiting_calls()]
    assert waiting == ["3155550164"]
    told = {c.callback_number: c.ours for c in core.views().recent_calls()}
    assert told == {"3155550163": False, "3155550164": True}


def test_a_call_set_aside_does_not_wait(make_core: MakeCore, tmp_path: Path) -> None:
    core = make_core(ali(recorded(tmp_path / "a.rec", record("3155550163"))))
    assert core.idle.wait(PATIENCE_S)
    (row,) = core.views().waiting_calls()
    blank = core.call(cmd.SetCallAside(call_id=row.call_id, reason=" "))
    assert isinstance(blank, cmd.Refused)
    aside = cmd.SetCallAside(call_id=row.call_id, reason="test call")
    assert isinstance(core.call(aside), Done)
    assert core.views().waiting_calls() == ()


def test_an_incident_of_a_call_takes_it(make_core: MakeCore, tmp_path: Path) -> None:
    core = make_core(ali(recorded(tmp_path / "a.rec", record("3155550163"))))
    assert core.idle.wait(PATIENCE_S)
    (row,) = core.views().waiting_calls()
    opened = core.call(cmd.OpenIncident(fields={}, call_id=row.call_id, form_id="f1"))
    assert isinstance(opened, Done)
    detail = core.views().call(row.call_id)
    assert detail is not None
    assert detail.row.incident_id == opened.result["incident_id"]
    assert detail.row.form_id == "f1"


def test_an_exchange_and_a_record_of_two_lines_are_one_call(
    make_core: MakeCore, tmp_path: Path
) -> None:
    """Whichever is first, and the exchange's later signals find the call too."""
    call = Exchange("3155550163", "01", 1_773_528_000, 16)
    told = manager_text.offered(call) + manager_text.answered(call)
    core = make_core(
        ali(recorded(tmp_path / "a.rec", record("3155550163"))),
        cti(recorded(tmp_path / "c.rec", told + manager_text.ended(call))),
    )
    assert core.idle.wait(PATIENCE_S)
    (row,) = core.views().recent_calls()
    assert (row.state, row.records, row.has_record) == ("ended", 1, True)
    detail = core.views().call(row.call_id)
    assert detail is not None
    assert sorted(r.kind for r in detail.records) == [
        "ali",
        "answered",
        "ended",
        "offered",
    ]


def test_an_abandoned_call_has_no_record_and_waits(
    make_core: MakeCore, tmp_path: Path
) -> None:
    call = Exchange("3155550163", "01", 1_773_528_000, 16)
    told = manager_text.offered(call) + manager_text.abandoned(call)
    core = make_core(cti(recorded(tmp_path / "c.rec", told)))
    assert core.idle.wait(PATIENCE_S)
    (row,) = core.views().waiting_calls()
    assert (row.state, row.has_record) == ("abandoned", False)
    assert row.callback_number == "3155550163"


def test_the_same_bytes_are_one_call_and_a_rebid_is_the_same(
    make_core: MakeCore, tmp_path: Path
) -> None:
    first = record("3155550163")
    rebid = first.replace(b"CALLER", b"RELLAC")  # the same block check
    core = make_core(ali(recorded(tmp_path / "a.rec", first + first + rebid)))
    assert core.idle.wait(PATIENCE_S)
    (row,) = core.views().recent_calls()
    detail = core.views().call(row.call_id)
    assert detail is not None
    assert [r.join for r in detail.records] == ["opened", "duplicate", "rebid"]
    assert row.records == 2


def test_a_replay_goes_on_where_it_was_stopped(
    make_core: MakeCore, tmp_path: Path
) -> None:
    """Stopped and started; a third start has nothing left to do."""
    rng = random.Random(5)
    data = b"".join(
        record(f"315555{n:04d}") + rng.randbytes(9).replace(b"\x02", b"")
        for n in range(60)
    )
    source = recorded(tmp_path / "a.rec", data, size=37)
    line = ali(source.replace("speed=max", "speed=2"))
    first = make_core(line)
    first.stop()
    second = make_core(ali(source))
    assert second.idle.wait(PATIENCE_S)
    assert _logged(second) == data
    second.stop()
    third = make_core(ali(source))
    assert third.idle.wait(PATIENCE_S)
    assert _logged(third) == data
    assert read_spool(third.profile.spool_folder / "ali.rec").end == len(data)


def _logged(core: Core) -> bytes:
    """All bytes in the log, in the order of their offsets."""
    bodies = (entry["body"] for entry in export(core.profile.log_path))
    heard = [body for body in bodies if isinstance(body, dict) and "raw" in body]
    parts = sorted((body["start"], b64decode(body["raw"])) for body in heard)
    return b"".join(raw for _, raw in parts)


def test_another_recording_on_the_same_line_begins_at_its_beginning(
    make_core: MakeCore, tmp_path: Path
) -> None:
    one = make_core(ali(recorded(tmp_path / "a.rec", record("3155550163"))))
    assert one.idle.wait(PATIENCE_S)
    one.stop()
    two = make_core(ali(recorded(tmp_path / "b.rec", record("3155550164"))))
    assert two.idle.wait(PATIENCE_S)
    numbers = {c.callback_number for c in two.views().recent_calls()}
    assert numbers == {"3155550163", "3155550164"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LineConfig(name="a", source="x", driver="nosuch"), "no line driver nosuch"),
        (
            LineConfig(name="a", source="x", reading=LineSettings(layouts=("nosuch",))),
            "nosuch",
        ),
        (LineConfig(name="a", source="replay:"), "profile.toml"),
        (LineConfig(name="a", source="/dev/no-such-port"), "/dev/no-such-port"),
    ],
)
def test_a_line_that_cannot_be_used_says_so_and_the_desk_goes_on(
    make_core: MakeCore, watch: Any, line: LineConfig, said: str
) -> None:
    core = make_core(line)
    look = watch(core)
    look.until(lambda: _state(core) == "missing" or _poke(core))
    (row,) = core.views().lines()
    assert said in row.message
    assert isinstance(core.call(cmd.OpenIncident(fields={"place": "x"})), Done)


def _state(core: Core) -> str:
    return next((row.state for row in core.views().lines()), "")


def _poke(core: Core) -> bool:
    core.call(cmd.DropDraft(form_id="none"))
    return False


@pytest.mark.expects_log("A listener of the log failed")
def test_a_listener_that_fails_harms_nobody(core: Core) -> None:
    heard: list[Changed] = []

    def broken(changed: object) -> None:
        raise RuntimeError("bug")

    core.subscribe(broken)
    end = core.subscribe(heard.append)
    core.call(cmd.OpenIncident(fields={"place": "x"}))
    assert sum(changed.any_of("incident:") for changed in heard) == 1
    end()
    core.call(cmd.OpenIncident(fields={"place": "y"}))
    assert sum(changed.any_of("incident:") for changed in heard) == 1


def test_a_line_that_is_badly_written_stops_no_other(
    tmp_path: Path, watch: Any
) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    text = """
[[lines]]
name = "good"
source = "/dev/none"
[[lines]]
name = "bad"
source = "/dev/none"
baud = "fast"
"""
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    profile = Profile.open(folder)
    core = Core(profile, SystemClock())
    core.start()
    try:
        look = watch(core)
        look.until(lambda: len(core.views().lines()) == 2)
        rows = {row.line: row for row in core.views().lines()}
        assert rows["bad"].state == "missing"
        assert "lines[2].baud: 'fast' will not do" in (rows["bad"].message or "")
    finally:
        core.stop()
    with pytest.raises(KnownProblem, match="baud"):
        profile.save_settings(Settings())
    assert (folder / "profile.toml").read_text(encoding="utf-8") == text
