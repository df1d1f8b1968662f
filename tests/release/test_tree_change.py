"""Two owners change the place tree: who may, and what is refused."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PublicKey,
)
from release_town import (
    ANN,
    BEA,
    DEE,
    Town,
    done,
)
from tree_owners import ADA, IAN, Owners, people_of

from aliquot.console.domain import events as ev
from aliquot.console.domain.release_rows import TreeWaiting
from aliquot.console.domain.tree_change import TreeState
from aliquot.console.geo.geofile_folder import State
from aliquot.console.service.releases_book import STALE


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
    owners.town.book.refresh()
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
    people = {p.person_id: p for p in people_of(owners.town)}
    assert [event.by for event in signed] == [ANN, BEA]
    for event in signed:
        said = b64decode(event.statement)
        assert owners.new.encode() in said
        assert owners.old.encode() in said
        key = Ed25519PublicKey.from_public_bytes(people[event.by].public_key)
        key.verify(b64decode(event.signature), said)


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


def test_the_desk_reads_what_waits_for_its_second_signature(owners: Owners) -> None:
    reads = owners.town.reads()
    assert reads.tree_waiting() is None
    done(owners.activate(ANN))
    assert reads.tree_waiting() == TreeWaiting(tree_sha256=owners.new, asker=ANN)
    done(owners.activate(BEA))
    assert reads.tree_waiting() is None
