"""Two centres: what one hands over rings in the queue of the other, once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from free_port import free_port

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.commands import AddPerson, Done, OpenIncident, SignIn
from aliquot.console.domain.handover import HandOverIncident
from aliquot.console.domain.ports import Changed
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig, Settings, StorageSettings
from aliquot.console.store.handovers import HandOvers
from aliquot.drivers.lines.api import LineSettings
from aliquot.drivers.ng911.sta024_desk import HandedOver
from aliquot.drivers.ng911.sta024_server import ConveyanceServer

PATIENCE_S = 30.0


class Notifier:
    """What `aliquot eido serve` runs, in a thread."""

    def __init__(self, log: Path, port: int) -> None:
        self._log = log
        self._reader: HandOvers | None = None
        self.server = ConveyanceServer(
            ("127.0.0.1", port),
            {"Next County": "open sesame"},
            self._fetch,
            look_s=0.05,
        )
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        self._reader = HandOvers(self._log)
        self.server.serve()
        self._reader.close()

    def _fetch(self, after: int) -> list[HandedOver]:
        assert self._reader is not None
        found = self._reader.after(after)
        return [HandedOver(n, e.to, e.handover_id, e.eido) for n, e in found]

    def stop(self) -> None:
        self.server.stop()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


class Desk:
    """A console without a screen, stopped at the end."""

    def __init__(self, folder: Path, *lines: LineConfig) -> None:
        profile = Profile.open(folder)
        storage = StorageSettings(reserve_mb=0)
        profile.save_settings(Settings(lines=lines, storage=storage))
        self._news, self._never = threading.Event(), threading.Event()
        self.core = Core(profile, SystemClock(), pause=lambda s: self._never.wait(0.05))
        self.core.start()
        self.core.subscribe(self._changed)

    def _changed(self, changed: Changed) -> None:
        self._news.set()

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            assert self._news.wait(PATIENCE_S), "nothing changed any more"
            self._news.clear()

    def numbers(self) -> list[str | None]:
        return sorted(
            row.callback_number or "" for row in self.core.views().recent_calls()
        )


def hand_over(desk: Desk, number: str) -> None:
    fields = {"place": "212 Elm St", "callback_number": number}
    opened = desk.core.call(OpenIncident(fields=dict(fields)))
    assert isinstance(opened, Done)
    done = desk.core.call(
        HandOverIncident(
            incident_id=str(opened.result["incident_id"]),
            to="Next County",
            agency="psap.halden.example",
        )
    )
    assert isinstance(done, Done)
    assert json.loads(str(done.result["eido"]))["eidoVersion"] == "1.0"


@pytest.mark.expects_log("Line next: .*")
def test_a_hand_over_rings_once_over_a_lost_connection(tmp_path: Path) -> None:
    ours = Desk(tmp_path / "ours")
    ours.core.call(AddPerson(name="Ann", role="dispatcher", password="correct horse"))
    signed = ours.core.call(SignIn(name="Ann", password="correct horse"))
    assert isinstance(signed, Done)
    notifier = Notifier(tmp_path / "ours" / "log.sqlite", free_port())
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    secret = theirs / "eido.secret"
    secret.write_text("open sesame\n")
    secret.chmod(0o600)
    options = {"name": "Next County", "secret_file": "eido.secret"}
    line = LineConfig(
        name="next",
        source=f"ws://127.0.0.1:{notifier.server.port}/eido",
        driver="eido",
        reading=LineSettings(options=options),
    )
    second = Desk(theirs, line)
    try:
        hand_over(ours, "3155550101")
        second.until(lambda: second.numbers() == ["3155550101"])
        port = notifier.server.port
        notifier.stop()
        second.until(lambda: second.core.views().lines()[0].state != "up")
        notifier = Notifier(tmp_path / "ours" / "log.sqlite", port)
        hand_over(ours, "3155550102")
        both = ["3155550101", "3155550102"]
        second.until(lambda: second.numbers() == both)
        rows = second.core.views().recent_calls()
        assert [row.records for row in rows] == [1, 1]
        assert all(row.waiting for row in rows)
    finally:
        notifier.stop()
        assert second.core.stop() == []
        assert ours.core.stop() == []
