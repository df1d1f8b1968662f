"""Settings of lines and hand-overs, asked for at a second window."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from joined_desks import (
    PATIENCE_S,
    Watch,
    make_profile,
    open_incident,
    quickly_sealed,
    sign_in,
)

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Command, Done, Outcome, Refused
from aliquot.console.domain.handover import HandOverIncident
from aliquot.console.domain.people import Role
from aliquot.console.domain.settings_commands import ChangeLineSettings
from aliquot.console.eido import handing
from aliquot.console.joined import JoinedDesk
from aliquot.console.profile import Profile

Join = Callable[[], JoinedDesk]
LINE = """
[[lines]]
name = "ali-9"
source = "/dev/there-is-none"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """With one line, and with one agency to hand over to."""
    folder = make_profile(tmp_path / "profile").folder
    with (folder / "profile.toml").open("a") as settings:
        settings.write(LINE)
    (folder / "eido.toml").write_text(
        'agency = "psap.halden.example"\n'
        '[[receiver]]\nname = "Next County"\nfolder = "to-next"\n'
    )
    return Profile.open(folder)


@pytest.fixture
def join(profile: Profile) -> Iterator[Join]:
    """As in another process: each with what it has read of the profile itself."""
    made: list[JoinedDesk] = []

    def one_more() -> JoinedDesk:
        desk = JoinedDesk(Profile.open(profile.folder), SystemClock())
        desk.start(PATIENCE_S)
        made.append(desk)
        return desk

    yield one_more
    for desk in made:
        assert desk.stop() == []


def baud(value: int) -> ChangeLineSettings:
    return ChangeLineSettings(line="ali-9", changes={"baud": value})


def entries(core: Core, kind: str) -> list[tuple[str, str]]:
    """Who entered what is of one type, and where."""
    query = "SELECT actor, position FROM heads WHERE type = ? ORDER BY n"
    return list(core.views().connection.execute(query, (kind,)).fetchall())


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.INTEGRATOR, Role.ADMINISTRATOR])
def test_a_line_is_set_at_a_second_window(core: Core, join: Join, role: Role) -> None:
    desk = join()
    who = sign_in(desk, role)
    before = desk.line_sheets().of("ali-9")
    outcome = desk.call(baud(1200))
    assert isinstance(outcome, Done), outcome
    assert outcome.result["changes"] == {"baud": [None, 1200]}
    assert outcome.result["applied"] == "now"
    assert core.profile.settings.line("ali-9").baud == 1200
    assert entries(core, "line.settings_changed") == [(who, "joined-1")]
    assert desk.actor.person == who
    after = desk.line_sheets().of("ali-9")
    assert before is not None
    assert after is not None
    assert (before.source, after.source) == (
        "/dev/there-is-none, 9600 8N1",
        "/dev/there-is-none, 1200 8N1",
    )


def test_a_dispatcher_sets_no_line_and_is_told_so(core: Core, join: Join) -> None:
    desk = join()
    who = sign_in(desk, Role.DISPATCHER)
    outcome = desk.call(baud(1200))
    assert isinstance(outcome, Refused), outcome
    assert outcome.code == "not_allowed"
    assert core.profile.settings.line("ali-9").baud == 9600
    assert desk.actor.person == who


def test_who_has_not_signed_in_sees_no_settings_of_lines(
    core: Core, join: Join
) -> None:
    desk = join()
    assert desk.line_sheets().lines == ()
    sign_in(desk, Role.INTEGRATOR)
    assert [sheet.line for sheet in desk.line_sheets().lines] == ["ali-9"]


def test_an_incident_is_handed_over_at_a_second_window(core: Core, join: Join) -> None:
    desk = join()
    who = sign_in(desk, Role.DISPATCHER)
    incident = open_incident(desk)
    command = HandOverIncident(incident_id=incident, to="Next County", send=True)
    outcome = desk.call(command)
    assert isinstance(outcome, Done), outcome
    assert "eido" not in outcome.result  # it may be larger than what can be said
    written = Path(outcome.result["where"])
    assert written.parent == core.profile.folder / "to-next"
    assert incident in json.dumps(json.loads(written.read_bytes()))
    assert entries(core, "incident.handed_over") == [(who, "joined-1")]
    assert desk.actor.person == who


def test_who_may_not_hand_over_leaves_no_folder_behind(core: Core, join: Join) -> None:
    incident = open_incident(core)
    desk = join()
    who = sign_in(desk, Role.INTEGRATOR)
    wanted = core.profile.folder / "elsewhere"
    outcome = desk.call(
        HandOverIncident(incident_id=incident, to="A", folder=str(wanted))
    )
    assert isinstance(outcome, Refused), outcome
    assert outcome.code == "not_allowed"
    assert not wanted.exists()
    assert desk.actor.person == who


class SlowReceiver:
    """Takes a document when it is let."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def bring(self, *given: object) -> tuple[str, str, str]:
        self.begun.set()
        assert self.may_end.wait(PATIENCE_S)
        return "post", "https://next.example", ""


class Answers:
    """Outcomes in the order in which they came."""

    def __init__(self) -> None:
        self.come: list[str] = []
        self._news = threading.Condition()

    def of(self, name: str) -> Callable[[Outcome], None]:
        def come(outcome: Outcome) -> None:
            assert isinstance(outcome, Done), outcome
            with self._news:
                self.come.append(name)
                self._news.notify_all()

        return come

    def until(self, count: int) -> list[str]:
        with self._news:
            came = self._news.wait_for(lambda: len(self.come) >= count, PATIENCE_S)
            assert came, self.come
            return list(self.come)


def test_calls_are_taken_while_a_receiver_is_slow(
    core: Core, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, answers = SlowReceiver(), Answers()
    monkeypatch.setattr(handing, "_bring", slow.bring)
    desk = join()
    sign_in(desk, Role.DISPATCHER)
    incident = open_incident(desk)
    handing_over = HandOverIncident(incident_id=incident, to="Next County", send=True)
    desk.submit(handing_over, answers.of("handed over"))
    assert slow.begun.wait(PATIENCE_S)
    desk.submit(cmd.AddNote(incident_id=incident, text="x"), answers.of("noted"))
    assert answers.until(1) == ["noted"]
    desk.submit(cmd.SignOut(), answers.of("signed out"))  # not before it is delivered
    assert core.views().signed_in("joined-1") is not None
    slow.may_end.set()
    assert answers.until(3) == ["noted", "handed over", "signed out"]


def test_a_window_that_goes_while_it_hands_over_ends_its_session_after_it(
    core: Core, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, watch = SlowReceiver(), Watch(core)
    monkeypatch.setattr(handing, "_bring", slow.bring)
    desk = join()
    sign_in(desk, Role.DISPATCHER)
    incident = open_incident(desk)
    desk.submit(HandOverIncident(incident_id=incident, to="Next County", send=True))
    assert slow.begun.wait(PATIENCE_S)
    assert desk.stop() == []
    other = join()
    assert other.actor.position == "joined-2"
    slow.may_end.set()
    watch.until(lambda: core.views().signed_in("joined-1") is None)
    assert len(entries(core, "incident.handover_delivered")) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard(Command):
    """No console knows it."""

    what: str = "x"


def test_what_no_console_knows_is_refused_and_the_connection_stays(
    core: Core, join: Join
) -> None:
    desk = join()
    who = sign_in(desk, Role.DISPATCHER)
    outcome = desk.call(Unheard(), PATIENCE_S)
    assert isinstance(outcome, Refused), outcome
    assert outcome.code == "no_such_command"
    assert desk.actor.person == who
    assert isinstance(desk.call(cmd.SignOut()), Done)


def test_at_the_desk_of_the_lines_too_no_folder_is_left(profile: Profile) -> None:
    core = Core(profile, SystemClock())
    core.start()
    try:
        quickly_sealed(core)
        sign_in(core, Role.INTEGRATOR)
        incident = open_incident(core)
        wanted = core.profile.folder / "elsewhere"
        outcome = core.call(
            HandOverIncident(incident_id=incident, to="A", folder=str(wanted))
        )
        assert isinstance(outcome, Refused), outcome
        assert outcome.code == "not_allowed"
        assert not wanted.exists()
    finally:
        assert core.stop() == []
