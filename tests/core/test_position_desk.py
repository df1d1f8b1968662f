"""Positions at the desk: newest in memory, told in bursts, logged at a status change."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Queue

import pytest

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.commands import (
    CloseIncident,
    Command,
    DispatchUnits,
    Done,
    OpenIncident,
    RegisterUnit,
    SetUnitStatus,
)
from aliquot.console.domain.positions import PositionsHealth, UnitFix, fix_fields
from aliquot.console.domain.seen import unit_seen
from aliquot.console.position_book import PositionBook
from aliquot.console.profile import Profile
from aliquot.console.settings import Settings, StorageSettings
from aliquot.console.settings_positions import PositionConfig
from aliquot.console.store.rebuild import rebuild
from aliquot.drivers.lines.api import LineState, SourceError
from aliquot.drivers.positions.api import Packet

PLACE = b"+4390500-0754800001504532"


def begun(unit: bytes = b"1234") -> bytes:
    """A report of now, up to its checksum."""
    second = SystemClock().now().utc_us // 10**6 % 86_400
    return b">RPV%05d" % second + PLACE + b";ID=" + unit + b";*"


def sentence(unit: bytes = b"1234") -> bytes:
    text, value = begun(unit), 0
    for byte in text:
        value ^= byte
    return text + b"%02X<" % value


class FakeRadio:
    """A source that gives what a test puts in; ``None`` in the queue is a failure."""

    def __init__(self, packets: Queue[bytes | None], opened: list[int]) -> None:
        self._packets, self._opened = packets, opened
        self._woken = threading.Event()

    def open(self) -> None:
        self._opened.append(1)

    def read(self, timeout_s: float) -> Sequence[Packet]:
        data = self._packets.get()
        if data is None:
            raise SourceError(LineState.LOST, "The radio is gone.")
        return (Packet("10.0.0.7", data, whole=True),) if data else ()

    def cancel(self) -> None:
        self._packets.put(b"")

    def close(self) -> None:
        pass


class Radio:
    """A core with one source; ``send`` puts bytes on the air."""

    def __init__(self, folder: Path, **config: object) -> None:
        profile = Profile.open(folder)
        places = PositionConfig(name="avl", source="udp://0.0.0.0:1", **config)  # type: ignore[arg-type]
        profile.save_settings(
            Settings(
                storage=StorageSettings(reserve_mb=0),
                position_sources=(places,),
            )
        )
        self.core = Core(Profile.open(folder), SystemClock())
        self.packets: Queue[bytes | None] = Queue()
        self.opened: list[int] = []
        self.core.beside.make_source = lambda _: FakeRadio(self.packets, self.opened)
        self.core.start()

    def send(self, data: bytes | None) -> None:
        self.packets.put(data)

    def ask(self, command: Command) -> Done:
        outcome = self.core.call(command)
        assert isinstance(outcome, Done), outcome
        return outcome


@pytest.fixture
def radio(tmp_path: Path) -> Iterator[Radio]:
    made = Radio(tmp_path / "profile", units={"1234": "2A11"}, stale_s=30)
    made.ask(RegisterUnit(unit_id="2A11", service="law", kind="patrol"))
    yield made
    assert made.core.stop() == []


def test_a_fix_is_shown_and_not_logged(radio: Radio, watch: type) -> None:
    news = watch(radio.core)
    before = radio.core.views().log_status().n
    radio.send(sentence())
    news.until(lambda: any(c.any_of("position:2A11") for c in news.heard))
    (unit,) = radio.core.views().units()
    assert unit.fix is not None
    assert (unit.fix.latitude, unit.fix.longitude) == (43.905, -75.48)
    assert unit.fix.stale_s == 30
    assert radio.core.views().log_status().n == before


def test_the_fix_at_a_status_change_is_logged(radio: Radio, watch: type) -> None:
    news = watch(radio.core)
    radio.send(sentence())
    news.until(lambda: radio.core.views().units()[0].fix is not None)
    opened = radio.ask(OpenIncident(fields={"place": "212 Elm St"}))
    incident_id = str(opened.result["incident_id"])
    forged = {"2A11": [1.0, 2.0, 3]}
    radio.ask(DispatchUnits(incident_id=incident_id, unit_ids=("2A11",), fixes=forged))
    radio.ask(SetUnitStatus(unit_id="2A11", status="on_scene"))
    radio.ask(CloseIncident(incident_id=incident_id, disposition="01"))
    run = radio.core.views().connection.execute
    rows = run("SELECT body FROM heads WHERE type = 'unit.status_changed' ORDER BY n")
    bodies = [json.loads(row[0]) for row in rows]
    assert [b["status"] for b in bodies] == ["dispatched", "on_scene", "available"]
    assert {(b["latitude"], b["longitude"]) for b in bodies} == {(43.905, -75.48)}
    assert all(b["fix_at_us"] <= b["at_us"] for b in bodies)


def test_after_a_restart_the_last_known_fix_is_shown_as_such(
    radio: Radio, watch: type, tmp_path: Path
) -> None:
    news = watch(radio.core)
    radio.send(sentence())
    news.until(lambda: radio.core.views().units()[0].fix is not None)
    radio.ask(SetUnitStatus(unit_id="2A11", status="out_of_service"))
    assert radio.core.stop() == []
    again = Radio(tmp_path / "profile", units={"1234": "2A11"})
    try:
        fix = again.core.views().units()[0].fix
        assert fix is not None
        assert not fix.live
        assert fix.stale(fix.at_us)
    finally:
        again.core.stop()
    assert rebuild(again.core.profile.log_path).difference is None


def test_a_lost_source_comes_back(radio: Radio, watch: type) -> None:
    news = watch(radio.core)
    radio.send(None)
    news.until(lambda: _state(radio.core) == "lost")
    radio.send(sentence())
    news.until(lambda: radio.core.views().units()[0].fix is not None)
    assert len(radio.opened) == 2
    assert _state(radio.core) == "up"


def _state(core: Core) -> str:
    return next(row.state for row in core.views().lines() if row.line == "avl")


def test_an_unknown_name_is_counted_and_no_unit(radio: Radio, watch: type) -> None:
    news = watch(radio.core)
    radio.send(sentence(b"9999") + sentence())
    news.until(lambda: radio.core.views().units()[0].fix is not None)
    (health,) = radio.core.beside.book.health()
    assert health.unknown == ("9999",)
    assert radio.core.beside.book.fix("9999") is None


@pytest.mark.parametrize(
    ("config", "known"),
    [
        ({"unit": "2A11"}, "2A11"),
        ({}, "1234"),
        ({"units": {"10.0.0.7": "2A11"}}, "2A11"),
    ],
)
def test_units_by_source_name_or_address(
    tmp_path: Path, watch: type, config: dict[str, object], known: str
) -> None:
    made = Radio(tmp_path / "profile", **config)
    try:
        news = watch(made.core)
        made.send(sentence())
        news.until(lambda: made.core.beside.book.fix(known) is not None)
    finally:
        assert made.core.stop() == []


def fix(at_us: int, **more: object) -> UnitFix:
    return UnitFix(latitude=43.9, longitude=-75.4, at_us=at_us, **more)  # type: ignore[arg-type]


def test_news_comes_at_most_four_times_a_second() -> None:
    book, clock = PositionBook(), ManualClock()
    told = 0
    for step in range(1000):  # 10 s with a hundred fixes a second
        clock.advance(0.01)
        book.put(f"U{step % 40}", fix(clock.now().utc_us))
        told += bool(book.take_changed(clock.now().mono_ns))
    assert 38 <= told <= 41
    clock.advance(1)
    assert book.take_changed(clock.now().mono_ns)
    assert book.take_changed(clock.now().mono_ns) == frozenset()


def test_an_older_fix_does_not_replace_a_newer() -> None:
    book = PositionBook()
    book.put("A", fix(20))
    book.put("A", fix(10))
    kept = book.fix("A")
    assert kept is not None
    assert kept.at_us == 20


def test_what_is_stale_is_not_logged() -> None:
    book = PositionBook()
    book.put("A", fix(10**15, stale_s=10))
    assert book.said(["A"], 10**15 + 9 * 10**6) == {"A": [43.9, -75.4, 10**15]}
    assert book.said(["A"], 10**15 + 11 * 10**6) == {}
    assert fix_fields({"A": "nonsense"}, "A")["latitude"] is None


def test_who_sees_no_incidents_sees_no_fix(radio: Radio, watch: type) -> None:
    news = watch(radio.core)
    radio.send(sentence())
    news.until(lambda: radio.core.views().units()[0].fix is not None)
    assert unit_seen(radio.core.views().units()[0], frozenset()).fix is None


def test_health_names_what_was_refused(radio: Radio, watch: type) -> None:
    news = watch(radio.core)
    radio.send(begun() + b"00<" + sentence())
    news.until(lambda: radio.core.views().units()[0].fix is not None)
    (health,) = radio.core.beside.book.health()
    assert isinstance(health, PositionsHealth)
    assert dict(health.refused) == {"checksum": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[positions]]\nname = "a"', "source: it is missing"),
        ('[[positions]]\nname = "a"\nsource = "udp://h:1"\nstale_s = 0', "stale_s"),
        ('[[positions]]\nname = "a"\nsource = "x"\nunits = {}', "units"),
        (
            '[[positions]]\nname = "a"\nsource = "x"\nunit = "1"\nunits = {a = "b"}',
            "unit or units",
        ),
        (
            '[[lines]]\nname="a"\nsource="x"\n[[positions]]\nname="a"\nsource="x"',
            "a line is called",
        ),
    ],
)
def test_bad_settings_are_told(text: str, said: str) -> None:
    from aliquot.console import settings_file
    from aliquot.console.problems import KnownProblem

    with pytest.raises(KnownProblem, match=said):
        settings_file.parse(text, "profile.toml")


def test_settings_are_written_as_they_are_read() -> None:
    from aliquot.console import settings_file

    given = Settings(
        position_sources=(
            PositionConfig(name="avl", source="udp://0.0.0.0:5005", unit="2A11"),
            PositionConfig(
                name="gw", source="/dev/ttyS0", units={"0042": "M 7"}, stale_s=12.5
            ),
        )
    )
    text = settings_file.render(given)
    assert settings_file.parse(text, "x").position_sources == given.position_sources
