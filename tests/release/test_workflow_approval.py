"""Two persons, one signature: who may, what it covers, when it counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from release_town import (
    ANN,
    BEA,
    DEE,
    PASSWORD,
    Town,
    code,
    done,
    refuse,
    town_in,
    withdraw,
)

from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.release_commands import EnterApproval
from aliquot.console.domain.rows import PersonRow
from aliquot.console.service.people import EnterPerson


def test_who_proposed_cannot_approve(town: Town) -> None:
    release = town.proposed(town.open(), ANN)
    assert code(town.approve(release, ANN)) == "same_person"
    assert code(town.ask(refuse(release), ANN)) == "same_person"
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
        town,
    )
    assert isinstance(signed, tuple)
    entered = signed[0]
    assert isinstance(entered, EnterApproval)
    replayed = replace(entered, release_id=second)
    assert code(town.do(replayed, BEA)) == "other_bytes"
    turned = bytes([entered.signature[0] ^ 1, *entered.signature[1:]])
    assert code(town.do(replace(entered, signature=turned), BEA)) == "bad_signature"
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


def test_a_dispatcher_may_not_approve_refuse_orretract(town: Town) -> None:
    release = town.proposed(town.open(), ANN)
    assert code(town.approve(release, DEE)) == "not_allowed"
    assert code(town.ask(refuse(release), DEE)) == "not_allowed"
    assert code(town.ask(withdraw(release), DEE)) == "not_allowed"
    own = town.proposed(town.open(), DEE)
    assert done(town.ask(withdraw(own), DEE))["state"] == "withdrawn"


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


def _people(town: Town) -> tuple[PersonRow, ...]:
    with town.log.work(Actor("nobody", "01")) as work:
        return work.views.people()


def _person(town: Town, person_id: str) -> PersonRow:
    return next(p for p in _people(town) if p.person_id == person_id)


@pytest.mark.parametrize(
    "name", ["BEA", "\uff22\uff45\uff41", " bea ", "be\u1d43", "\uff42ea"]
)
def test_nobody_is_added_who_is_called_like_another_at_sight(
    town: Town, name: str
) -> None:
    """A second account of one person, shown as the one whom all know."""
    entered = EnterPerson(
        person_id="other", name=name, role="supervisor", public_key=bytes(32)
    )
    assert code(town.do(entered)) == "name_taken"
