"""What comes in the moment in which a console is closed is not lost without a word."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aliquot.console.beside import Beside
from aliquot.console.core import Core
from aliquot.console.domain.commands import (
    Actor,
    Command,
    Done,
    Failed,
    Outcome,
    RegisterUnit,
    SendLocationLink,
)
from aliquot.console.domain.locating import EnterLocationLink, NoteLinkFailed
from aliquot.console.domain.ports import Changed
from aliquot.console.settings import LocateSettings
from aliquot.console.workers.gateway import Gateway
from aliquot.console.workers.inbox import Asked, Inbox, Tell

PATIENCE_S = 30.0
UNIT = RegisterUnit(unit_id="2A11", service="law", kind="patrol")
AT_01 = Actor("nobody", "01")


class Outcomes(list[Outcome]):
    def asked(self, command: Command = UNIT) -> Asked:
        return Asked(command, AT_01, self.append)

    @property
    def codes(self) -> list[str]:
        return [x.code for x in self if isinstance(x, Failed)]


def test_an_inbox_ends_only_when_it_is_empty() -> None:
    inbox, outcomes = Inbox(), Outcomes()
    inbox.put(outcomes.asked())
    assert not inbox.end()
    inbox.put(outcomes.asked())
    assert len(inbox.take(0)) == 2
    assert inbox.end()
    inbox.put(outcomes.asked())
    inbox.put(Tell(frozenset({"x"})))
    assert inbox.empty()
    assert outcomes.codes == ["closed"]


@pytest.mark.expects_log("could not be handed over")
def test_who_waits_for_a_reader_that_ended_is_told() -> None:
    inbox, outcomes = Inbox(), Outcomes()

    def fail(_outcome: Outcome) -> None:
        raise RuntimeError("gone")

    for item in (Asked(UNIT, AT_01, fail), outcomes.asked(), outcomes.asked()):
        inbox.put(item)
    inbox.abandon()
    inbox.abandon()
    assert outcomes.codes == ["closed"] * 2


def test_what_is_asked_when_the_writer_has_left_off_is_answered(
    make_core: Callable[..., Core], monkeypatch: pytest.MonkeyPatch
) -> None:
    core, outcomes = make_core(), Outcomes()
    assert core._writer is not None

    def late() -> None:
        core._inbox.put(outcomes.asked())

    monkeypatch.setattr(core._writer, "_end_session", late)
    assert core.stop() == []
    assert outcomes.codes == ["closed"]


@pytest.fixture
def gateway() -> Iterator[Callable[[Inbox], Gateway]]:
    made: list[Gateway] = []

    def make(inbox: Inbox) -> Gateway:
        url = "https://where.example.gov/{token}"
        words = (sys.executable, "-c", "", "{number}", "{link}")
        one = Gateway(LocateSettings(command=words, url=url), inbox)
        one.start()
        made.append(one)
        return one

    yield make
    for one in made:
        one.stop()
        one.join(PATIENCE_S)


def test_a_link_that_was_logged_and_goes_out_no_more_is_logged_as_that(
    gateway: Callable[[Inbox], Gateway],
) -> None:
    inbox, outcomes = Inbox(), Outcomes()
    one = gateway(inbox)
    one.ask(outcomes.asked(SendLocationLink(number="6035550123")))
    (entering,) = inbox.take(0)
    assert isinstance(entering, Asked)
    assert isinstance(entering.command, EnterLocationLink)
    one.stop()
    one.join(PATIENCE_S)
    assert entering.done is not None
    entering.done(Done({"call_id": "c1", "number": "6035550123"}))  # it is in the log
    assert outcomes.codes == ["gateway_failed"]
    (noted,) = inbox.take(0)
    assert isinstance(noted, Asked)
    assert isinstance(noted.command, NoteLinkFailed)
    assert noted.command.token_sha256 == entering.command.token_sha256


@pytest.mark.expects_log("could not be handed over")
def test_an_asker_that_fails_does_not_end_the_gateway(
    gateway: Callable[[Inbox], Gateway],
) -> None:
    def fail(_outcome: Outcome) -> None:
        raise RuntimeError("gone")

    inbox, told = Inbox(), threading.Event()
    one = gateway(inbox)
    for done in (fail, lambda _outcome: told.set()):
        one.ask(Asked(SendLocationLink(number="6035550123"), AT_01, done))
        (entering,) = inbox.take(0)
        assert isinstance(entering, Asked)
        assert entering.done is not None
        entering.done(Done({"call_id": "c1", "number": "6035550123"}))
    assert told.wait(PATIENCE_S)


class Heard(list[Changed]):
    def changed(self, changed: Changed) -> None:
        self.append(changed)


class Going(Beside):
    """``stop`` comes when the watch was looked at once."""

    def __init__(self, watch: Heard, core: Core) -> None:
        self._there: list[Any] = [None, watch]
        beside = core.beside
        call, tell = beside._call, beside._tell
        folder, picks = beside._geofile, beside._picks
        settings = core.profile.settings
        super().__init__(
            settings, core.clock, beside._tables, call, tell, folder, picks
        )

    @property  # type: ignore[override]
    def _watch(self) -> Any:
        return self._there.pop()

    @_watch.setter
    def _watch(self, watch: object) -> None: ...


def test_a_commit_while_the_watch_is_ended_is_no_fault(core: Core) -> None:
    heard, commit = Heard(), Changed(frozenset({"incident:1"}))
    Going(heard, core).changed(commit)
    assert heard == [commit]


def test_a_start_that_fails_leaves_nothing_behind(
    make_core: Callable[..., Core], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_beside: Beside) -> None:
        raise RuntimeError("no more threads")

    with monkeypatch.context() as patch:
        patch.setattr(Beside, "start", fail)
        with pytest.raises(RuntimeError, match="no more threads"):
            make_core()
    make_core()
