"""A console that is closed while much is asked of it ends at once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "joined"))

from joined_desks import PATIENCE_S, make_profile

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.camera_field import NONE_LISTED
from aliquot.console.domain.commands import Actor, Failed, Outcome, SignIn
from aliquot.console.domain.handover import HandOverIncident
from aliquot.console.workers.errands import Errands
from aliquot.console.workers.helper import Helper
from aliquot.console.workers.inbox import Asked, Inbox
from aliquot.console.workers.listed import ListedReader

MANY = 200


class Slow:
    """Lets the first one in and out; counts who comes in."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.count = 0

    def __call__(self, *given: object) -> Any:
        self.count += 1
        self.begun.set()
        assert self.may_end.wait(PATIENCE_S)
        return ()

    people = prepare = __call__

    def to_note(self, _command: object) -> None:
        """No password failed."""


class Outcomes:
    def __init__(self) -> None:
        self.come: list[Outcome] = []

    def asked(self, command: Any) -> Asked:
        return Asked(command, Actor("nobody", "01"), self.come.append)

    @property
    def codes(self) -> list[str]:
        return [x.code for x in self.come if isinstance(x, Failed)]


def _end(thread: Helper | Errands, slow: Slow) -> None:
    thread.stop()
    slow.may_end.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_passwords_that_wait_are_not_looked_at_when_the_console_closes() -> None:
    slow, outcomes = Slow(), Outcomes()
    views: Callable[[], Any] = lambda: slow
    helper = Helper(Inbox(), views, lambda: slow, slow, lambda: Actor("nobody", "01"))  # type: ignore[arg-type, return-value]
    helper.start()
    for _ in range(MANY):
        helper.ask(outcomes.asked(SignIn(name="x", password="y")))
    assert slow.begun.wait(PATIENCE_S)
    _end(helper, slow)
    helper.ask(outcomes.asked(SignIn(name="x", password="y")))
    assert slow.count <= 2  # who it is, and the password, of the one that was begun
    assert outcomes.codes == ["closed"] * MANY


def test_errands_that_wait_are_not_begun_when_the_console_closes(
    tmp_path: Path,
) -> None:
    slow, outcomes = Slow(), Outcomes()
    profile = make_profile(tmp_path / "profile")
    views: Callable[[], Any] = lambda: slow
    lines: Any = None
    errands = Errands(profile, lines, slow, views, lambda: Actor("nobody", "01"))
    errands.start()
    for _ in range(MANY):
        errands.ask(outcomes.asked(HandOverIncident(incident_id="x", to="y")))
    assert slow.begun.wait(PATIENCE_S)
    _end(errands, slow)
    errands.ask(outcomes.asked(HandOverIncident(incident_id="x", to="y")))
    assert slow.count == 1
    assert outcomes.codes == ["closed"] * MANY


class ManyCameras:
    """Gives way again and again, as a reader of very many cameras does."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def cameras_listed(self, between: Callable[[], None]) -> Any:
        self.begun.set()
        while True:
            between()


def test_a_reading_of_cameras_ends_before_its_log_is_closed() -> None:
    views = ManyCameras()
    found: list[object] = []
    reader = ListedReader(lambda: views)  # type: ignore[arg-type, return-value]
    reader.ask(found.append)
    assert views.begun.wait(PATIENCE_S)
    reader.close()
    assert not reader.is_alive()
    assert found == []
    assert NONE_LISTED not in found


@pytest.mark.parametrize("said", [b"", b"\xff\n", b'{"kind"', b"[1,2]\n"])
def test_the_door_serves_on_after_a_client_that_says_nonsense(
    tmp_path: Path, said: bytes
) -> None:
    import socket

    from aliquot.console.domain.commands import RegisterUnit
    from aliquot.console.remote import carry_out

    core = Core(make_profile(tmp_path / "profile"), SystemClock())
    core.start()
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(core.profile.socket_path))
            line.sendall(said)
        unit = RegisterUnit(unit_id="2A11", service="law", kind="patrol")
        carry_out(core.profile, SystemClock(), unit)
        assert [u.unit_id for u in core.views().units()] == ["2A11"]
    finally:
        assert core.stop() == []


def test_a_delivery_is_over_before_a_console_that_leaves_gives_up_waiting() -> None:
    from aliquot.console.settings import PartnerConfig
    from aliquot.console.workers.ending import STOP_S
    from aliquot.console.workers.outbox import http_feed
    from aliquot.drivers.feeds.http_feed import HttpFeed
    from aliquot.drivers.feeds.patience import PatientTransport

    partner = PartnerConfig(name="p", channel="rss", url="http://127.0.0.1:9/items")
    feed = http_feed(partner)
    assert isinstance(feed, HttpFeed)
    with feed:
        transport = feed._client._transport
        assert isinstance(transport, PatientTransport)
        assert transport._whole_s < STOP_S
