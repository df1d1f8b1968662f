"""Two processes on one profile: what one does the other sees."""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from joined_desks import (
    PASSWORD,
    PATIENCE_S,
    ConsoleProcess,
    Watch,
    open_incident,
    quickly_sealed,
    sign_in,
)

from aliquot.console import remote
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Done, Failed, Refused
from aliquot.console.domain.people import Role
from aliquot.console.domain.ports import Changed
from aliquot.console.joined import JoinedDesk
from aliquot.console.problems import EXIT_LOCKED, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.seat import open_desk
from aliquot.console.store.log import LocalLog

Join = Callable[[], JoinedDesk]
COMMANDS = 200


def test_each_desk_acts_as_who_signed_in_there(
    console: ConsoleProcess, join: Join
) -> None:
    first, second = join(), join()
    at_main = console.tell("sign_in", "dispatcher")
    supervisor, other = (
        sign_in(first, Role.SUPERVISOR),
        sign_in(second, Role.DISPATCHER),
    )
    assert first.actor == cmd.Actor(supervisor, "joined-1", joined=True)
    assert second.actor == cmd.Actor(other, "joined-2", joined=True)
    places = ("01", "joined-1", "joined-2")
    assert console.tell("sessions", *places) == [at_main, supervisor, other]
    opened = open_incident(first)
    assert set(console.tell("noters", opened)) == {"supervisor"}
    assert first.views().incident(opened) == second.views().incident(opened)
    _, at_desk = console.tell("open", "2 Oak")
    assert set(console.tell("noters", at_desk)) == {"dispatcher"}
    Watch(first).until(lambda: first.views().incident(at_desk) is not None)
    assert isinstance(first.call(cmd.SignOut()), Done)
    assert first.actor.person == cmd.NOBODY
    assert console.tell("sessions", *places) == [at_main, None, other]


def test_what_one_does_the_other_sees_at_once(
    console: ConsoleProcess, join: Join
) -> None:
    desk = join()
    sign_in(desk, Role.SUPERVISOR)
    there: list[int] = []
    for n in range(COMMANDS):
        asked_ns = time.monotonic_ns()
        opened = open_incident(desk, f"{n} Elm")
        there.append(console.tell("seen", f"incident:{opened}") - asked_ns)
    back = _back(console, desk)
    for name, found in (("joined to main", there), ("main to joined", back)):
        cuts = statistics.quantiles(found, n=100)
        p50, p99 = (cut / 1e6 for cut in (cuts[49], cuts[98]))
        print(f"{name}, {COMMANDS} commands: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
        assert min(found) > 0
    assert len(desk.views().board()) == 2 * COMMANDS


def _back(console: ConsoleProcess, desk: JoinedDesk) -> list[int]:
    """From the asking at the main desk until the row is read at the joined one."""
    read_ns: dict[str, int] = {}
    news = threading.Condition()

    def changed(changed: Changed) -> None:
        ids = [s.partition(":")[2] for s in changed.subjects if s[:9] == "incident:"]
        rows = [desk.views().incident(i) for i in ids]
        with news:
            found = [row.incident_id for row in rows if row is not None]
            read_ns.update(dict.fromkeys(found, time.monotonic_ns()))
            news.notify_all()

    desk.subscribe(changed)
    took: list[int] = []
    for n in range(COMMANDS):
        asked_ns, opened = console.tell("open", f"{n} Oak")
        with news:
            assert news.wait_for(lambda: opened in read_ns, PATIENCE_S)  # noqa: B023
        took.append(read_ns[opened] - asked_ns)
    return took


def test_a_killed_console_is_missed_and_comes_back(
    console: ConsoleProcess, join: Join, profile: Profile
) -> None:
    desk = join()
    sign_in(desk, Role.SUPERVISOR)
    before = open_incident(desk)
    watch = Watch(desk)
    console.kill()
    watch.until(lambda: not desk.standing.connected)
    said = (
        "The console at position 01 is closed. "
        "Nothing can be changed here until it is back."
    )
    assert desk.standing.message == desk.views().log_status().problem == said
    assert desk.views().incident(before) is not None, "reading goes on"
    away = desk.call(cmd.OpenIncident(fields={"place": "2 Elm"}))
    assert away == Failed("console_away", said)
    missed = _opened_meanwhile(profile)
    console.start()
    watch.until(lambda: desk.standing.connected)
    assert f"incident:{missed}" in watch.subjects
    assert desk.actor.person == cmd.NOBODY
    assert desk.views().board() == (), "the password has to be proved again"
    assert console.tell("sessions", "joined-1") == [None]
    sign_in(desk, Role.SUPERVISOR)
    assert {row.incident_id for row in desk.views().board()} == {before, missed}
    assert desk.views().log_status().problem is None
    assert open_incident(desk, "3 Elm")


def _opened_meanwhile(profile: Profile) -> str:
    command = cmd.OpenIncident(fields={"place": "9 Oak"})
    outcome = remote.carry_out(profile, SystemClock(), command)
    assert isinstance(outcome, Done)
    return str(outcome.result["incident_id"])


def test_a_log_that_was_put_back_meanwhile_is_read(
    console: ConsoleProcess, join: Join, profile: Profile, tmp_path: Path
) -> None:
    """From a copy, so that another file lies under the same name."""
    desk = join()
    sign_in(desk, Role.SUPERVISOR)
    open_incident(desk)
    watch = Watch(desk)
    assert len(desk.views().board()) == 1
    console.end()
    watch.until(lambda: not desk.standing.connected)
    _put_back(profile, tmp_path / "copy.sqlite")
    console.start()
    watch.until(lambda: desk.standing.connected)
    sign_in(desk, Role.SUPERVISOR)
    again = open_incident(desk)
    assert again in {row.incident_id for row in desk.views().board()}


def _put_back(profile: Profile, copy: Path) -> None:
    log = profile.log_path
    for end in ("", "-wal"):
        shutil.copy(f"{log}{end}", f"{copy}{end}")
    LocalLog.open(copy, SystemClock()).close()
    for end in ("-wal", "-shm"):
        Path(f"{log}{end}").unlink()
    copy.replace(log)


def test_a_window_that_goes_away_ends_its_session(core: Core, join: Join) -> None:
    gone, watch = join(), Watch(core)
    person = sign_in(gone, Role.SUPERVISOR)
    assert core.views().signed_in("joined-1") == person
    gone.stop()
    watch.until(lambda: core.views().signed_in("joined-1") is None)

    def back_in_its_place() -> bool:
        """The log shows the end a moment before the place is given back."""
        come = join()
        came_to = come.actor.position
        come.stop()
        return came_to == "joined-1"

    assert any(back_in_its_place() for _ in range(50))


def test_the_console_that_closes_ends_the_sessions(
    profile: Profile, core: Core, join: Join
) -> None:
    desk = join()
    watch = Watch(desk)
    sign_in(desk, Role.SUPERVISOR)
    core.stop()
    watch.until(lambda: not desk.standing.connected)
    assert not profile.seats_path.exists()
    assert desk.views().reader().signed_in("joined-1") is None


def test_who_is_signed_in_at_the_main_desk_stays(core: Core, join: Join) -> None:
    at_main = sign_in(core, Role.DISPATCHER)
    desk = join()
    sign_in(desk, Role.SUPERVISOR)
    assert core.actor == cmd.Actor(at_main, "01")
    assert isinstance(desk.call(cmd.SignOut()), Done)
    assert core.actor == cmd.Actor(at_main, "01")


def test_a_wrong_password_signs_nobody_in(core: Core, join: Join) -> None:
    desk = join()
    outcome = desk.call(cmd.SignIn(name="supervisor", password=PASSWORD + "s"))
    assert isinstance(outcome, Refused)
    assert desk.actor.person == cmd.NOBODY
    assert desk.views().people() == ()


def test_nobody_signed_in_does_nothing_and_sees_nothing(core: Core, join: Join) -> None:
    open_incident(core)
    desk = join()
    views = desk.views()
    refused = desk.call(cmd.OpenIncident(fields={}))
    assert isinstance(refused, Refused)
    assert refused.code == "not_allowed"
    assert (views.board(), views.recent_calls(), views.people()) == ((), (), ())
    heard = Watch(desk)
    open_incident(core)
    sign_in(core, Role.DISPATCHER)
    heard.until(lambda: "session" in heard.subjects)
    assert heard.subjects <= {"session", "log"}


def test_people_are_seen_by_who_adds_them(core: Core, join: Join) -> None:
    desk = join()
    sign_in(desk, Role.ADMINISTRATOR)
    person = next(p for p in core.views().people() if p.name == "integrator")
    assert person in desk.views().people()
    sign_in(desk, Role.INTEGRATOR)
    assert desk.views().people() == (person,)


def test_drafts_are_of_the_desk_where_they_were_begun(core: Core, join: Join) -> None:
    first, second = join(), join()
    for desk in (first, second):
        sign_in(desk, Role.DISPATCHER)
    core.call(cmd.SaveDraft(form_id="f0", body={}))
    first.call(cmd.SaveDraft(form_id="f1", body={"place": "1 Elm"}))
    assert [row.form_id for row in first.views().drafts()] == ["f1"]
    assert second.views().drafts() == ()


def test_outcomes_come_in_the_order_of_the_commands(core: Core, join: Join) -> None:
    desk = join()
    outcomes: list[cmd.Outcome] = []
    last = threading.Event()
    desk.submit(cmd.SignIn(name="supervisor", password=PASSWORD), outcomes.append)
    for n in range(100):
        opened = cmd.OpenIncident(fields={"place": f"{n} Elm"}, form_id=f"f{n}")
        desk.submit(opened, outcomes.append)
    desk.submit(cmd.SignOut(), lambda _: last.set())
    assert last.wait(PATIENCE_S)
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    numbers = [o.result["number"] for o in outcomes[1:] if isinstance(o, Done)]
    assert numbers == list(range(1, 101))


def _stall(go_on: threading.Event) -> None:
    assert go_on.wait(PATIENCE_S)


def test_a_window_that_stalls_is_cut_off_and_reads_anew(core: Core, join: Join) -> None:
    desk = join()
    sign_in(desk, Role.SUPERVISOR)
    go_on, watch = threading.Event(), Watch(desk)
    desk.subscribe(lambda _: _stall(go_on))
    many = frozenset(f"incident:{n:032x}" for n in range(1_000))
    missed = open_incident(core)
    while core.views().signed_in("joined-1") is not None:
        core._listeners.publish(Changed(many))
    last = open_incident(core, "2 Elm")
    watch.heard.clear()
    go_on.set()
    watch.until(lambda: desk.standing.connected and desk.actor.person == cmd.NOBODY)
    watch.until(lambda: f"incident:{last}" in watch.subjects)
    sign_in(desk, Role.SUPERVISOR)
    assert {row.incident_id for row in desk.views().board()} == {missed, last}


def test_what_cannot_be_sent_is_refused(core: Core, join: Join) -> None:
    desk = join()
    sign_in(desk, Role.SUPERVISOR)
    long = cmd.AddNote(incident_id="i", text="x" * (2 << 20))
    outcome = desk.call(long)
    assert isinstance(outcome, Refused)
    assert outcome.code == "too_large"
    assert isinstance(desk.call(replace(long, text="x")), Refused)
    assert open_incident(desk)


def test_a_closed_window_answers(core: Core, join: Join) -> None:
    desk = join()
    desk.stop()
    assert isinstance(desk.call(cmd.SignOut()), Failed)


def test_open_desk_takes_the_profile_or_joins(profile: Profile) -> None:
    first = open_desk(profile, SystemClock())
    assert isinstance(first, Core)
    quickly_sealed(first)
    try:
        second = open_desk(profile, SystemClock())
        assert isinstance(second, JoinedDesk)
        sign_in(second, Role.SUPERVISOR)
        assert second.stop() == []
    finally:
        assert first.stop() == []


def test_open_desk_with_a_holder_that_takes_nobody_in(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aliquot.console.seat._TRY_S", 0.05)
    with Core(profile, SystemClock())._lock, pytest.raises(KnownProblem) as caught:
        open_desk(profile, SystemClock())
    assert (caught.value.code, caught.value.exit_code) == (
        "profile_locked",
        EXIT_LOCKED,
    )


def test_without_a_console_there_is_nothing_to_join(profile: Profile) -> None:
    desk = JoinedDesk(profile, SystemClock())
    with pytest.raises(KnownProblem) as caught:
        desk.start(0.05)
    assert (caught.value.code, caught.value.exit_code) == ("no_console", EXIT_LOCKED)
