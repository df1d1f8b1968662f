"""What the writer believes of a change of the place tree, what becomes of releases, and
that the log decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
)
from release_town import (
    ANN,
    BEA,
    DEE,
    OPEN,
    PASSWORD,
    Town,
    code,
    done,
    retract,
)
from tree_owners import ADA, Owners, people_of

from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor, Outcome, Refused
from aliquot.console.domain.tree_commands import (
    EnterTreeSignature,
    WithdrawTreeChange,
)
from aliquot.console.geo.geofile_folder import State
from aliquot.console.service.releases_book import STALE
from aliquot.console.service.tree_signing import statement
from aliquot.console.store.tree_views import decided_in
from aliquot.console.store.verify import verify


@pytest.fixture
def owners(town: Town) -> Owners:
    return Owners(town)


# What the writer itself does not believe.


def entered(
    owners: Owners, by: str, key: Ed25519PrivateKey | None = None, **more: Any
) -> Outcome:
    """As if the helper had been gone round."""
    given = {"tree_sha256": owners.new, "replaces": owners.old, "at_us": 7, **more}
    said = statement(given["tree_sha256"], given["replaces"], by, given["at_us"])
    signature = (key or Ed25519PrivateKey.generate()).sign(said)
    command = EnterTreeSignature(statement=said, signature=signature, **given)
    return owners.town.do(command, by)


def own_key(owners: Owners, name: str) -> Ed25519PrivateKey:
    person = owners.town.vault.named(people_of(owners.town), name)
    assert person is not None
    key = owners.town.vault.unseal(person, PASSWORD)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def test_a_signature_of_another_key(owners: Owners) -> None:
    assert code(entered(owners, ANN)) == "bad_signature"
    done(owners.activate(ANN))
    assert code(entered(owners, BEA, own_key(owners, ANN))) == "bad_signature"


def test_a_signature_of_another_statement(owners: Owners) -> None:
    key = own_key(owners, BEA)
    said = statement(owners.new, owners.old, BEA, 7)
    command = EnterTreeSignature(
        tree_sha256=owners.old,
        replaces=owners.new,
        at_us=7,
        statement=said,
        signature=key.sign(said),
    )
    assert code(owners.town.do(command, BEA)) == "bad_signature"


def test_a_signature_that_was_made_for_another_change(owners: Owners) -> None:
    """The tree was changed meanwhile: what it replaces is not in use any more."""
    owners.both()
    late = entered(owners, ADA, own_key(owners, ADA))
    assert code(late) == "tree_changed"
    done(owners.town.do(_third(owners), ANN))
    other = entered(owners, BEA, own_key(owners, BEA), replaces=owners.new)
    assert code(other) == "candidate_changed"


def _third(owners: Owners) -> EnterTreeSignature:
    said = statement("c" * 64, owners.new, ANN, 7)
    return EnterTreeSignature(
        tree_sha256="c" * 64,
        replaces=owners.new,
        at_us=7,
        statement=said,
        signature=own_key(owners, ANN).sign(said),
    )


def test_who_is_no_owner_is_refused_by_the_writer_too(owners: Owners) -> None:
    assert code(entered(owners, DEE, own_key(owners, DEE))) == "not_allowed"
    assert code(owners.town.do(WithdrawTreeChange(), DEE)) == "not_allowed"
    assert code(owners.town.do(WithdrawTreeChange())) == "not_allowed"


def test_the_first_signature_has_to_count_still(owners: Owners) -> None:
    """Who asked is no owner any more when the second one confirms."""
    done(owners.activate(ANN))
    (ann,) = [p for p in people_of(owners.town) if p.person_id == ANN]
    added = ev.PersonAdded(
        person_id=ANN, name=ANN, role="dispatcher", public_key="AAAA", at_us=1
    )
    assert ann.role == "supervisor"
    owners.town.log.append([added], Actor("nobody", "01"))
    assert owners.refused(BEA) == "bad_signature"


def test_an_erased_first_signature_cannot_be_confirmed(owners: Owners) -> None:
    done(owners.activate(ANN))
    site, n = owners.town.log.site, owners.town.log.status().n
    erased = ev.BodiesErased(targets=[[site, n]], reason="r", authority="a", at_us=1)
    owners.town.log.append([erased], Actor("nobody", "01"))
    assert owners.refused(BEA) == "bad_signature"
    done(owners.activate(BEA, withdraw=True))
    owners.both()


def _another_in_use(owners: Owners) -> None:
    """Two owners have put a third tree in use, as a log can say."""
    given = {"tree_sha256": "c" * 64, "replaces": owners.old, "at_us": 8}
    signed = {"statement": "AAAA", "signature": "AAAA"}
    asked = ev.TreeChangeAsked(by=BEA, **given, **signed)
    owners.town.log.append([asked], Actor(BEA, "01"))
    confirmed = ev.TreeChangeConfirmed(by=ADA, **given, **signed)
    owners.town.log.append([confirmed], Actor(ADA, "01"))


def test_a_first_signature_under_another_tree_is_no_half_of_a_change(
    owners: Owners,
) -> None:
    done(owners.activate(ANN))
    _another_in_use(owners)
    said = done(owners.activate(BEA))
    assert (said["state"], said["asked_by"]) == ("asked", BEA)
    assert said["replaces"] == owners.decided == "c" * 64
    assert done(owners.activate(ANN))["state"] == "activated"


# Releases.


@pytest.mark.parametrize("state", OPEN)
def test_what_has_not_left_is_void(owners: Owners, state: str) -> None:
    town = owners.town
    incident, release = town.to_state(state)
    done(owners.activate(ANN))
    assert town.state(release) == state
    assert done(owners.activate(BEA))["voided"] == [release]
    assert town.state(release) == "voided"
    assert town.get(release).reason == "tree_changed"
    town.book.refresh()
    again = town.get(town.proposed(incident))
    assert again.tree_sha256 == owners.new


def test_what_has_left_stays(owners: Owners) -> None:
    _, release = owners.town.to_state("sent")
    owners.both()
    assert owners.town.look(release) == "sent"


def test_no_incident_is_released_by_two_trees(owners: Owners) -> None:
    """Taken back or not: regions of two trees together could single out a parcel."""
    town = owners.town
    incident, release = town.to_state("sent")
    other = town.open(8, 3)
    owners.both()
    town.book.refresh()
    assert code(town.propose(incident)) == "other_tree"
    done(town.do(retract(release), BEA))
    assert code(town.propose(incident)) == "other_tree"
    assert [row.incident_id for row in town.reads().candidates()] == [other]
    town.proposed(other)


# The log decides.


def test_killed_between_the_entry_and_the_file(owners: Owners) -> None:
    """The second entry is on the disk, the file was not written: nothing goes by the
    old tree, and the first who reads the rules puts the file right."""
    owners.town.book.refresh()
    owners.both()
    assert owners.town.book.now().problem == STALE
    assert owners.folder.in_use() == State("0001", owners.old, owners.new)
    assert owners.town.book.fresh().tree_sha256 == owners.new
    assert owners.folder.in_use() == State("0001", owners.new)
    assert owners.town.book.now().problem is None
    assert not owners.town.book.refresh()


def test_a_file_that_was_changed_by_hand_counts_for_nothing(owners: Owners) -> None:
    done(owners.activate(ANN))
    done(owners.activate(ANN, withdraw=True))
    owners.folder.put_in_use(State("0001", owners.new))
    assert owners.town.book.fresh().tree_sha256 == owners.old
    assert owners.folder.in_use().tree == owners.old


def test_a_tree_in_use_that_is_lost_releases_nothing(owners: Owners) -> None:
    owners.both()
    owners.town.book.refresh()
    for path in owners.folder.tree_folder(owners.new).iterdir():
        path.unlink()
    owners.folder.tree_folder(owners.new).rmdir()
    owners.folder.put_in_use(State("0001", owners.old))
    rules = owners.town.book.fresh()
    assert rules.under is None
    assert rules.problem is not None
    assert owners.new in rules.problem
    assert done(owners.activate(ANN))["sha256"] == owners.old
    done(owners.activate(BEA))
    assert owners.town.book.fresh().tree_sha256 == owners.old


def test_a_log_that_cannot_be_asked_releases_nothing(
    owners: Owners, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    town = owners.town
    incident = town.open()
    (tmp_path / "odd.sqlite").write_bytes(b"this is no database at all" * 40)
    monkeypatch.setattr(
        town.book, "_decided", lambda: decided_in(tmp_path / "odd.sqlite")
    )
    assert town.book.now().under is None
    assert isinstance(town.propose(incident), Refused)
    assert town.book.refresh() is False
    monkeypatch.undo()
    town.book.refresh()
    town.proposed(incident)


def test_the_log_verifies_after_all_of_it(owners: Owners) -> None:
    owners.town.to_state("approved")
    owners.both()
    assert verify(owners.town.log.path).ok
