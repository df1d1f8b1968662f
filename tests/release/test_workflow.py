"""Releases through the services: proposed, approved, embargoed, sent, confirmed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from release_town import (
    ANN,
    BEA,
    DEE,
    MINUTE_US,
    NEVER_TYPE,
    PASSWORD,
    Town,
    code,
    done,
    place,
    town_in,
)

from aliquot.console.clock import ManualClock
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import ReleaseHappened
from aliquot.console.domain.release_commands import EnterApproval, LookAtRelease
from aliquot.console.release.states import (
    TRANSITIONS,
    ReleaseEvent,
    ReleaseState,
    next_state,
)
from aliquot.console.service.people import EnterPerson

OPEN = ("proposed", "approved", "embargoed")
ALL = (*OPEN, "sent", "confirmed")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path / "profile") as made:
        yield made


# The way of a release.


def test_a_release_goes_its_way_and_its_bytes_never_change(town: Town) -> None:
    incident = town.open()
    told = done(town.propose(incident))
    release = str(told["release_id"])
    assert told["state"] == "proposed"
    frozen = town.get(release)
    assert done(town.approve(release))["state"] == "approved"
    assert town.look(release) == "embargoed"
    assert town.look(release) == "embargoed"
    town.clock.advance(26 * 60)
    assert town.look(release) == "sent"
    done(town.deliver(release))
    after = town.get(release)
    assert after.state is ReleaseState.CONFIRMED
    assert (after.item, after.bodies) == (frozen.item, frozen.bodies)
    assert set(after.bodies) == {"neighbors", "cap", "geojson", "atom", "socrata"}


def test_nothing_of_an_incident_but_its_codes_is_in_the_bytes(town: Town) -> None:
    words = {"caller_name": "ZEBEDEE QUARLES", "place_note": "RED DOOR", "priority": 1}
    one, two = town.open(), town.open(**words)
    releases = [town.get(town.proposed(i)) for i in (one, two)]
    assert releases[0].said == releases[1].said
    for release in releases:
        everything = b"".join((release.item, *release.bodies.values()))
        for secret in (b"ZEBEDEE", b"RED DOOR", b"110 Mill", b"41.70160"):
            assert secret not in everything


def test_the_leaf_and_the_outbox_are_filled_by_one_event(town: Town) -> None:
    _, release = town.to_state("embargoed")
    with town.log.work(Actor("nobody", "01")) as work:
        assert work.releases.leaf_hashes() == []
        assert work.releases.waiting() == {}
        before = work.n
    town.clock.advance(26 * 60)
    town.look(release)
    with town.log.work(Actor("nobody", "01")) as work:
        assert len(work.releases.leaf_hashes()) == 1
        assert work.releases.waiting() == {"ring": 1}
        assert work.n == before + 1


# Four eyes.


def test_who_proposed_cannot_approve(town: Town) -> None:
    release = town.proposed(town.open(), ANN)
    assert code(town.approve(release, ANN)) == "same_person"
    assert code(town.ask(_refuse(release), ANN)) == "same_person"
    assert town.state(release) == "proposed"


def test_a_forged_self_approval_is_refused_by_the_writer_too(town: Town) -> None:
    """Past the one who prepares: a statement with one's own good signature."""
    release = town.proposed(town.open(), ANN)
    key = town.vault.unseal(_person(town, ANN), PASSWORD)
    assert not isinstance(key, cmd.Refused)
    from aliquot.console.release.signing import statement

    at_us = town.clock.now().utc_us
    said = statement(town.get(release).proposal(), ANN, at_us)
    forged = EnterApproval(
        release_id=release, at_us=at_us, statement=said, signature=key.sign(said)
    )
    assert code(town.do(forged, ANN)) == "same_person"


def test_an_approval_of_other_bytes_is_no_approval(town: Town) -> None:
    """Replayed from one release on another, and with one bit turned."""
    first, second = (town.proposed(town.open()) for _ in range(2))
    signed = town.preparer.prepare(
        cmd.ApproveRelease(release_id=first, password=PASSWORD),
        Actor(BEA, "01"),
        _people(town),
        _Stored(town),
    )
    assert isinstance(signed, tuple)
    entered = signed[0]
    assert isinstance(entered, EnterApproval)
    replayed = _with(entered, release_id=second)
    assert code(town.do(replayed, BEA)) == "other_bytes"
    turned = bytes([entered.signature[0] ^ 1, *entered.signature[1:]])
    assert code(town.do(_with(entered, signature=turned), BEA)) == "bad_signature"
    assert code(town.do(entered, DEE)) == "not_allowed"
    done(town.do(entered, BEA))
    assert code(town.do(entered, BEA)) == "release_approved"


def test_who_saw_other_bytes_than_those_that_lie_there_signs_nothing(
    town: Town,
) -> None:
    release = town.proposed(town.open())
    command = cmd.ApproveRelease(
        release_id=release, password=PASSWORD, item_sha256="0" * 64
    )
    assert code(town.ask(command, BEA)) == "other_bytes"
    assert town.state(release) == "proposed"


def test_a_wrong_password_signs_nothing(town: Town) -> None:
    release = town.proposed(town.open())
    assert code(town.approve(release, BEA, "wrong horse")) == "sign_in_refused"
    for _ in range(4):
        town.approve(release, BEA, "wrong horse")
    assert code(town.approve(release, BEA)) == "too_many_tries"
    assert town.state(release) == "proposed"


def test_who_changes_a_phrase_has_made_a_proposal_of_his_own(town: Town) -> None:
    incident = town.open()
    first = town.proposed(incident, ANN)
    second = str(done(town.propose(incident, BEA, "expect_delays"))["release_id"])
    assert town.state(first) == "withdrawn"
    assert b"Expect delays." in town.get(second).bodies["neighbors"]
    assert code(town.approve(second, BEA)) == "same_person"
    done(town.approve(second, ANN))


def test_words_are_not_changed_under_a_signature(town: Town) -> None:
    incident, _ = town.to_state("approved")
    refused = town.propose(incident, ANN, "expect_delays")
    assert code(refused) == "release_open"
    assert code(town.propose(incident, ANN)) == "release_open"


@pytest.mark.parametrize(
    ("person", "refused"),
    [("nobody", "not_allowed"), (DEE, None), (ANN, None)],
)
def test_who_may_propose(town: Town, person: str, refused: str | None) -> None:
    outcome = town.propose(town.open(), person)
    assert (code(outcome) if refused else None) == refused


def test_a_dispatcher_may_not_approve_refuse_or_retract(town: Town) -> None:
    release = town.proposed(town.open(), ANN)
    assert code(town.approve(release, DEE)) == "not_allowed"
    assert code(town.ask(_refuse(release), DEE)) == "not_allowed"
    assert code(town.ask(_withdraw(release), DEE)) == "not_allowed"
    own = town.proposed(town.open(), DEE)
    assert done(town.ask(_withdraw(own), DEE))["state"] == "withdrawn"


def test_without_a_second_person_nothing_is_proposed(tmp_path: Path) -> None:
    with town_in(tmp_path / "profile") as town:
        for name in (BEA, DEE):
            person = _person(town, name)
            demoted = EnterPerson(
                person_id=name, name=name + "x", role="integrator",
                public_key=person.public_key,
            )  # fmt: skip
            done(town.do(demoted))
        assert code(town.propose(town.open(), ANN)) == "no_second_person"
        assert town.reads().problem() is not None


def test_an_approver_who_lost_the_right_has_approved_nothing(town: Town) -> None:
    _, release = town.to_state("embargoed")
    person = _person(town, BEA)
    demoted = EnterPerson(
        person_id=BEA, name="other", role="dispatcher", public_key=person.public_key
    )
    done(town.do(demoted))
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "approver_gone"


def test_a_replaced_key_voids_what_it_signed(town: Town) -> None:
    _, release = town.to_state("embargoed")
    other = _person(town, ANN).public_key
    town.do(EnterPerson(person_id=BEA, name="b", role="supervisor", public_key=other))
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "approval_void"


def test_an_approval_that_was_not_used_lapses(town: Town) -> None:
    _, release = town.to_state("embargoed")
    town.clock.advance(61 * 60)
    assert town.look(release) == "dead"
    assert town.get(release).reason == "approval_lapsed"


def test_a_signed_proposal_grows_too_old(town: Town) -> None:
    for state in ("proposed", "approved"):
        _, release = town.to_state(state)
        town.clock.advance(121 * 60)
        assert town.look(release) == "dead"
        assert town.get(release).reason == "expired"
        assert code(town.approve(release)) == "release_dead"


# Every pair of state and event, as the services do them.


def _refuse(release: str) -> cmd.Command:
    return cmd.RefuseRelease(release_id=release, reason="wrong_place")


def _withdraw(release: str) -> cmd.Command:
    return cmd.WithdrawRelease(release_id=release, reason="wrong_type")


def _retract(release: str) -> cmd.Command:
    return cmd.RetractRelease(release_id=release, reason="proved_unfounded")


def _at(town: Town, state: str) -> tuple[str, str]:
    """(incident, release) in any state but that of a candidate."""
    if state in ALL:
        return town.to_state(state)
    if state == "retracted":
        incident, release = town.to_state("sent")
        town.ask(_retract(release), BEA)
    else:
        incident, release = town.to_state("proposed")
        endings = {
            "refused": lambda: town.ask(_refuse(release), BEA),
            "withdrawn": lambda: town.ask(_withdraw(release), BEA),
            "voided": lambda: town.change(incident, **place(6, 9)),
            "dead": lambda: town.change(incident, type_code=NEVER_TYPE),
        }
        done(endings[state]())
    assert town.state(release) == state
    return incident, release


def _happens(town: Town, event: ReleaseEvent, incident: str, release: str) -> None:
    """Have the services do what the event stands for."""
    match event:
        case ReleaseEvent.APPROVED:
            town.approve(release)
        case ReleaseEvent.REFUSED:
            town.ask(_refuse(release), BEA)
        case ReleaseEvent.WITHDRAWN:
            town.ask(_withdraw(release), BEA)
        case ReleaseEvent.RETRACTED:
            town.ask(_retract(release), BEA)
        case ReleaseEvent.CHANGED:
            town.change(incident, **place(6, 9))
        case ReleaseEvent.BARRED:
            town.change(incident, type_code=NEVER_TYPE)
        case ReleaseEvent.EXPIRED:
            town.clock.advance(121 * 60)
            town.look(release)
        case ReleaseEvent.CONFIRMED:
            town.deliver(release)
        case ReleaseEvent.SENT | ReleaseEvent.EMBARGO_BEGAN:
            town.clock.advance(26 * 60)
            town.look(release)


_PAIRS = [
    (state, event)
    for state in ReleaseState
    for event in ReleaseEvent
    if state is not ReleaseState.CANDIDATE and event is not ReleaseEvent.PROPOSED
]


@pytest.mark.parametrize(("state", "event"), _PAIRS)
def test_every_pair_of_state_and_event(
    town: Town, state: ReleaseState, event: ReleaseEvent
) -> None:
    incident, release = _at(town, state.value)
    if event in (ReleaseEvent.SENT, ReleaseEvent.EMBARGO_BEGAN):
        # Time is one thing: it begins an embargo that is due, and ends it.
        event = (
            ReleaseEvent.EMBARGO_BEGAN
            if state is ReleaseState.APPROVED
            else ReleaseEvent.SENT
        )
    _happens(town, event, incident, release)
    wanted = TRANSITIONS[state][event] or state
    assert town.state(release) == wanted.value


@pytest.mark.parametrize("state", ALL)
def test_a_proposal_beside_one_that_lives_is_refused(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    wanted = "already_released" if state in ("sent", "confirmed") else "release_open"
    assert code(town.propose(incident)) == wanted
    assert town.state(release) == state


@pytest.mark.parametrize("state", ["refused", "withdrawn", "voided", "retracted"])
def test_after_an_ending_it_may_be_proposed_anew(town: Town, state: str) -> None:
    incident, release = _at(town, state)
    again = town.proposed(incident)
    assert again != release
    assert (town.state(again), town.state(release)) == ("proposed", state)


# A type of class never, at every state.


@pytest.mark.parametrize("state", OPEN)
def test_a_type_of_class_never_kills_what_has_not_left(town: Town, state: str) -> None:
    """In the transaction of the change, so that the queue shows it at once."""
    incident, release = town.to_state(state)
    with town.log.work(Actor("nobody", "01")) as work:
        before = work.n
    done(town.change(incident, type_code=NEVER_TYPE))
    assert town.state(release) == "dead"
    assert town.get(release).reason == "class_never"
    with town.log.work(Actor("nobody", "01")) as work:
        assert work.n == before + 2  # the change and the death
        assert work.releases.waiting() == {}
    done(town.change(incident, type_code="MVA"))
    town.clock.advance(26 * 60)
    assert town.look(release) == "dead"


@pytest.mark.parametrize("state", ["sent", "confirmed"])
def test_a_type_of_class_never_takes_back_what_has_left(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, type_code=NEVER_TYPE))
    found = town.get(release)
    assert (found.state, found.reason) == (ReleaseState.RETRACTED, "class_never")
    assert set(found.retractions) == set(found.bodies)
    with town.log.work(Actor("nobody", "01")) as work:
        rows = work.releases.deliveries(release)
    assert [row.state for row in rows] == ["retraction_waiting"]


def test_a_type_of_class_never_is_found_without_policy_and_tree(town: Town) -> None:
    incident, release = town.to_state("embargoed")
    from release_town import without_rules

    without_rules(town)
    done(town.change(incident, type_code=NEVER_TYPE))
    assert town.state(release) == "dead"


@pytest.mark.parametrize("state", ["sent", "confirmed"])
def test_other_changes_do_not_touch_what_has_left(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, **place(6, 9)))
    done(town.do(cmd.CloseIncident(incident_id=incident, disposition="01")))
    assert town.state(release) == state


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize(
    "change",
    [
        {"type_code": "GASLEAK"},
        {"type_code": None},
        place(4, 6),  # of the same region, and still another place
        {"place": "12 Nowhere Street"},
        {"latitude": None, "longitude": None},
    ],
)
def test_any_change_of_type_or_place_voids(
    town: Town, state: str, change: dict[str, object]
) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, **change))
    assert town.state(release) == "voided"
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"


@pytest.mark.parametrize("state", OPEN)
def test_what_is_not_of_the_release_changes_nothing(town: Town, state: str) -> None:
    incident, release = town.to_state(state)
    done(town.change(incident, caller_name="Somebody", place_note="rear", priority=2))
    done(town.do(cmd.AddNote(incident_id=incident, text="SUSP at 110 Mill Road")))
    assert town.state(release) == state


def test_closed_meanwhile_is_reported_all_the_same(town: Town) -> None:
    incident, release = town.to_state("embargoed")
    done(town.do(cmd.CloseIncident(incident_id=incident, disposition="01")))
    town.clock.advance(26 * 60)
    assert town.look(release) == "sent"


def test_opened_again_is_not_over(town: Town) -> None:
    """A burglary leaves only when it is closed."""
    incident = town.open(type_code="BURGLARY")
    assert code(town.propose(incident)) == "not_closed"
    done(town.do(cmd.CloseIncident(incident_id=incident, disposition="01")))
    release = town.proposed(incident)
    done(town.approve(release))
    done(town.do(cmd.ReopenIncident(incident_id=incident, reason="more")))
    assert town.state(release) == "voided"


# The clocks.


@pytest.mark.parametrize("jump_s", [3600, -3600, 86_400])
def test_a_jump_of_the_wall_clock_sends_nothing_early(town: Town, jump_s: int) -> None:
    _, release = town.to_state("embargoed")
    for _ in range(19):
        town.clock.advance(60)
        town.clock.set_wall(town.clock.now().utc_us + jump_s * 10**6)
        assert town.look(release) != "sent"
        town.clock.set_wall(town.clock.now().utc_us - jump_s * 10**6)
    if town.state(release) == "embargoed":  # not dead of what the clock said
        town.clock.advance(7 * 60)
        assert town.look(release) == "sent"


def test_a_jump_before_the_approval_sends_nothing_early(town: Town) -> None:
    """The embargo is reckoned from the entry that opened the incident."""
    incident = town.open()
    town.clock.set_wall(town.clock.now().utc_us + 60 * MINUTE_US)
    release = town.proposed(incident)
    done(town.approve(release))
    assert [town.look(release) for _ in range(3)] == ["embargoed"] * 3
    town.clock.advance(19 * 60)
    assert town.look(release) == "embargoed"
    town.clock.set_wall(town.clock.now().utc_us)
    town.clock.advance(41 * 60)
    assert town.look(release) == "sent"


def test_a_start_of_the_machine_begins_the_wait_anew(town: Town) -> None:
    _, release = town.to_state("embargoed")
    town.clock.advance(19 * 60)
    wall = town.clock.now().utc_us + 60 * MINUTE_US
    town.clock = ManualClock(wall, 0)
    town.log._clock = town.clock
    for _ in range(19):
        assert town.look(release) == "embargoed"
        town.clock.advance(60)


def test_the_time_of_publication_does_not_tell_when_the_call_came(town: Town) -> None:
    """Put off by a random part of five minutes."""
    found = set()
    for _ in range(12):
        release = town.get(town.proposed(town.open()))
        late_us = release.published_us - (town.clock.now().utc_us + 20 * MINUTE_US)
        assert 0 <= late_us < 5 * MINUTE_US
        found.add(late_us)
    assert len(found) > 6


# Fail closed.


def test_without_a_tree_nothing_is_proposed_approved_or_sent(town: Town) -> None:
    from release_town import without_tree

    incident, release = town.to_state("embargoed")
    other = town.proposed(town.open())
    without_tree(town)
    assert code(town.propose(town.open())) == "nothing_released"
    assert code(town.approve(other)) == "nothing_released"
    town.clock.advance(26 * 60)
    assert town.look(release) == "embargoed"
    assert town.reads().candidates() == ()
    assert "place tree" in str(town.reads().problem())


def test_rules_that_changed_and_are_not_read_yet_send_nothing(town: Town) -> None:
    _, release = town.to_state("embargoed")
    town.clock.advance(26 * 60)
    state = town.profile.folder / "geofile" / "geofile.json"
    state.write_bytes(state.read_bytes() + b"\n")
    town.do(LookAtRelease(release_id=release))
    assert town.state(release) == "embargoed"
    assert town.look(release) == "sent"  # read again, and the same as before


def test_another_tree_voids_what_was_signed_under_the_first(town: Town) -> None:
    from release_town import another_tree

    _, release = town.to_state("embargoed")
    another_tree(town)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "tree_changed"


def test_another_policy_voids_what_was_signed_under_the_first(town: Town) -> None:
    from release_town import another_policy

    _, release = town.to_state("embargoed")
    another_policy(town, "version = 1", "version = 2")
    assert town.look(release) == "voided"
    assert town.get(release).reason == "policy_changed"


def test_without_a_partner_it_waits_and_dies(tmp_path: Path) -> None:
    with town_in(tmp_path / "profile", partners=()) as town:
        _, release = town.to_state("embargoed")
        town.clock.advance(26 * 60)
        assert town.look(release) == "embargoed"
        town.clock.advance(40 * 60)
        assert town.look(release) == "dead"


def test_bytes_that_the_last_look_stops_do_not_leave(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aliquot.console.release import proposal
    from aliquot.console.release.tripwire import Alarm, Hit
    from aliquot.console.service import releases_watch

    def hit(item: object, bodies: object) -> tuple[Hit, ...]:
        return (Hit(Alarm.PHONE, "text"),)

    _, release = town.to_state("embargoed")
    monkeypatch.setattr(releases_watch, "scan", hit)
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "output_scan"
    monkeypatch.setattr(proposal, "scan", hit)
    assert code(town.propose(town.open())) == "output_scan"


def test_a_fault_in_release_control_lets_a_call_be_changed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aliquot.console.service import releases_watch

    def fault(*_: object) -> None:
        raise RuntimeError("a fault")

    incident, release = town.to_state("embargoed")
    monkeypatch.setattr(releases_watch, "look", fault)
    done(town.change(incident, **place(6, 9)))
    assert town.state(release) == "embargoed"
    monkeypatch.undo()
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"  # before it is sent


# Helpers.


def _people(town: Town) -> tuple[object, ...]:
    with town.log.work(Actor("nobody", "01")) as work:
        return work.views.people()


def _person(town: Town, person_id: str):  # type: ignore[no-untyped-def]
    return next(p for p in _people(town) if p.person_id == person_id)


class _Stored:
    def __init__(self, town: Town) -> None:
        self.get = town.get


def _with(entered: EnterApproval, **more: object) -> EnterApproval:
    from dataclasses import replace

    return replace(entered, **more)  # type: ignore[arg-type]


def test_the_table_is_the_one_that_is_drawn() -> None:
    """The pairs above are those of the table, not of a copy."""
    assert len(_PAIRS) == 10 * 10
    assert next_state(ReleaseState.EMBARGOED, ReleaseEvent.SENT) is ReleaseState.SENT
    assert issubclass(ReleaseHappened, object)
