"""Two owners change the place tree: who may, what is refused, what becomes of releases."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from release_town import (
    ANN,
    BEA,
    DEE,
    FAST,
    OPEN,
    PASSWORD,
    Town,
    code,
    done,
    grown,
    retract,
)

from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor, Outcome, Refused
from aliquot.console.domain.tree_change import TreeState
from aliquot.console.domain.tree_commands import (
    ActivateTreeAs,
    EnterTreeSignature,
    WithdrawTreeChange,
)
from aliquot.console.geo import tree_file
from aliquot.console.geo.geofile_folder import GeofileFolder, State
from aliquot.console.service.keys import make_key
from aliquot.console.service.people import EnterPerson
from aliquot.console.service.releases_book import STALE
from aliquot.console.service.tree_signing import statement
from aliquot.console.store.tree_views import decided_in
from aliquot.console.store.verify import verify

ADA, IAN = "ada", "ian"  # an administrator and an integrator


class Owners:
    """A town of which an import has left a candidate."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.folder = GeofileFolder(town.profile.folder / "geofile")
        self.old = str(self.folder.in_use().tree)
        self.new = self.candidate()
        for name, role in ((ADA, "administrator"), (IAN, "integrator")):
            key = make_key(town.profile.key_folder, name, name, PASSWORD, FAST)
            entered = EnterPerson(person_id=name, name=name, role=role, public_key=key)
            done(town.do(entered))

    def candidate(self, version: str = "0002") -> str:
        """What a further import leaves: the same streets, and another hash."""
        tree = grown()
        made = tree_file.frozen(replace(tree, tree=replace(tree.tree, version=version)))
        sha256 = tree_file.tree_sha256(made.tree)
        self.folder.tree_folder(sha256).mkdir()
        tree_file.write(self.folder.tree_folder(sha256), made, "2026-05-01T00:00:00Z")
        self.folder.put_in_use(replace(self.folder.in_use(), candidate=sha256))
        return sha256

    def activate(self, name: str, password: str = PASSWORD, **more: Any) -> Outcome:
        command = ActivateTreeAs(name=name, password=password, **more)
        return self.town.ask(command, "nobody")

    def both(self) -> None:
        done(self.activate(ANN))
        done(self.activate(BEA))

    @property
    def decided(self) -> str | None:
        return decided_in(self.town.log.path)

    def refused(self, name: str, **more: Any) -> str:
        """The code; nothing was written."""
        before = self.town.log.status().n
        found = code(self.activate(name, **more))
        assert self.town.log.status().n == before
        return found


@pytest.fixture
def owners(town: Town) -> Owners:
    return Owners(town)


def entries(town: Town) -> Iterator[ev.Event]:
    for entry in town.log.read_after(0, 1000):
        if entry.event is not None:
            yield entry.event


# Two owners.


def test_the_second_owner_puts_it_in_use(owners: Owners) -> None:
    asked = done(owners.activate(ANN))
    assert asked == {
        "sha256": owners.new,
        "state": "asked",
        "asked_by": ANN,
        "replaces": owners.old,
    }
    assert owners.town.book.fresh().tree_sha256 == owners.old
    confirmed = done(owners.activate(BEA))
    assert confirmed == {
        **asked,
        "state": "activated",
        "confirmed_by": BEA,
        "voided": [],
    }
    assert owners.decided == owners.new
    assert owners.town.book.fresh().tree_sha256 == owners.new
    assert owners.folder.in_use() == State("0001", owners.new)


def test_asking_disturbs_nothing(owners: Owners) -> None:
    """The rules are not read again: a release that is due does not wait."""
    owners.town.book.refresh()
    done(owners.activate(ANN))
    assert owners.town.book.now().problem is None
    assert not owners.town.book.refresh()


def test_from_the_second_signature_on_nothing_goes_by_the_old_tree(
    owners: Owners,
) -> None:
    owners.both()
    assert owners.town.book.now().problem == STALE
    assert owners.town.book.now().under is None


@pytest.mark.parametrize("pair", [(ANN, ADA), (ADA, BEA)])
def test_supervisors_and_administrators_are_owners(
    owners: Owners, pair: tuple[str, str]
) -> None:
    for name in pair:
        done(owners.activate(name))
    assert owners.decided == owners.new


def test_each_signs_the_hash_of_the_candidate(owners: Owners) -> None:
    owners.both()
    signed = [
        event
        for event in entries(owners.town)
        if isinstance(event, (ev.TreeChangeAsked, ev.TreeChangeConfirmed))
    ]
    people = {p.person_id: p for p in _people(owners.town)}
    assert [event.by for event in signed] == [ANN, BEA]
    for event in signed:
        said = b64decode(event.statement)
        assert owners.new.encode() in said
        assert owners.old.encode() in said
        key = Ed25519PublicKey.from_public_bytes(people[event.by].public_key)
        key.verify(b64decode(event.signature), said)


def _people(town: Town) -> Any:
    with town.log.work(Actor("nobody", "01")) as work:
        return work.views.people()


def test_a_third_change_needs_two_again(owners: Owners) -> None:
    owners.both()
    third = owners.candidate("0003")
    assert done(owners.activate(BEA))["state"] == "asked"
    assert owners.decided == owners.new
    assert done(owners.activate(ANN))["sha256"] == third
    assert owners.decided == third


# Refusals.


def test_the_same_person_twice(owners: Owners) -> None:
    done(owners.activate(ANN))
    assert owners.refused(ANN) == "same_person"
    assert owners.decided == owners.old


@pytest.mark.parametrize("name", [DEE, IAN])
@pytest.mark.parametrize("first", [True, False])
def test_who_is_no_owner(owners: Owners, name: str, first: bool) -> None:
    if not first:
        done(owners.activate(ANN))
    assert owners.refused(name) == "not_allowed"
    assert owners.refused(name, withdraw=True) == "not_allowed"


@pytest.mark.parametrize("name", [ANN, BEA, "nobody-at-all"])
def test_a_wrong_password(owners: Owners, name: str) -> None:
    done(owners.activate(ANN))
    assert owners.refused(name, password="wrong horse") == "sign_in_refused"


def test_too_many_tries(owners: Owners) -> None:
    for _ in range(5):
        assert owners.refused(BEA, password="wrong horse") == "sign_in_refused"
    assert owners.refused(BEA) == "too_many_tries"


def test_no_candidate(owners: Owners) -> None:
    owners.both()
    assert owners.refused(ANN) == "no_candidate"


def test_no_geofile(owners: Owners) -> None:
    (owners.folder.root / "geofile.json").unlink()
    assert owners.refused(ANN) == "no_candidate"


def test_another_candidate_since_it_was_asked_for(owners: Owners) -> None:
    done(owners.activate(ANN))
    third = owners.candidate("0003")
    assert owners.refused(BEA) == "candidate_changed"
    assert owners.refused(ANN) == "candidate_changed"
    done(owners.activate(BEA, withdraw=True))
    assert done(owners.activate(BEA))["sha256"] == third


def test_another_candidate_than_was_looked_at(owners: Owners) -> None:
    assert owners.refused(ANN, tree_sha256="0" * 64) == "candidate_changed"
    assert done(owners.activate(ANN, tree_sha256=owners.new))["state"] == "asked"


@pytest.mark.parametrize("name", ["place_tree.json", "place_tree.parcels.json"])
def test_a_candidate_of_which_a_byte_was_changed(owners: Owners, name: str) -> None:
    done(owners.activate(ANN))
    path = owners.folder.tree_folder(owners.new) / name
    whole = bytearray(path.read_bytes())
    at = whole.index(b"41") + 1  # in a latitude, or in a hash
    whole[at] ^= 1
    path.write_bytes(whole)
    assert owners.refused(BEA) == "candidate_changed"
    assert owners.decided == owners.old


def test_a_candidate_exchanged_for_another_whole_tree(owners: Owners) -> None:
    done(owners.activate(ANN))
    for path in owners.folder.tree_folder(owners.old).iterdir():
        (owners.folder.tree_folder(owners.new) / path.name).write_bytes(
            path.read_bytes()
        )
    assert owners.refused(BEA) == "candidate_changed"


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
    person = owners.town.vault.named(_people(owners.town), name)
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
    (ann,) = [p for p in _people(owners.town) if p.person_id == ANN]
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


# Withdrawn.


@pytest.mark.parametrize("name", [ANN, BEA, ADA])
def test_any_owner_withdraws(owners: Owners, name: str) -> None:
    done(owners.activate(ANN))
    told = done(owners.activate(name, withdraw=True))
    assert (told["state"], told["sha256"]) == (TreeState.WITHDRAWN.value, owners.new)
    assert owners.refused(name, withdraw=True) == "nothing_asked"
    assert done(owners.activate(BEA))["state"] == "asked"
    assert owners.decided == owners.old


def test_what_is_in_use_is_not_withdrawn(owners: Owners) -> None:
    owners.both()
    assert owners.refused(ANN, withdraw=True) == "nothing_asked"


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
    owners.both()
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
