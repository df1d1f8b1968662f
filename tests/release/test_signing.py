"""The second person's signature: over these bytes, by another person, for a while."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.constants import PLACEHOLDER, Frozen
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.leaf import LeafKind, make_leaf, opens
from aliquot.console.release.merkle import inclusion_proof, root, verify_inclusion
from aliquot.console.release.proposal import Blocked, Proposal, Under, freeze
from aliquot.console.release.signing import (
    Approval,
    Objection,
    approve,
    objection,
    statement,
)

NOW, LASTS = 1_777_676_400_000_000, 60 * 60 * 10**6
KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
SALT = bytes(range(32))


def proposal_of(under: Under, phrase: Phrase = Phrase.PLAIN) -> Proposal:
    region = min(under.constants.places)
    given = ReleaseInput(Category.THEFT, phrase, region, 1, 18,
                         Channel.CAP, Status.REPORTED)  # fmt: skip
    made = freeze(given, Channel, under, PLACEHOLDER, "p1")
    assert isinstance(made, Proposal)
    return made


@pytest.fixture
def proposal(under: Under) -> Proposal:
    return proposal_of(under)


@pytest.fixture
def approval(proposal: Proposal) -> Approval:
    signed = approve(proposal, "p2", KEY, NOW)
    assert isinstance(signed, Approval)
    return signed


def objected(
    proposal: Proposal, approval: Approval, under: Under, **other: Any
) -> Objection | None:
    given = {"public_key": PUBLIC, "now_us": NOW, "lasts_us": LASTS, **other}
    return objection(proposal, approval, under=under, **given)


def test_a_good_approval(proposal: Proposal, approval: Approval, under: Under) -> None:
    assert objected(proposal, approval, under) is None
    said = json.loads(approval.statement)
    assert said["body_sha256"].keys() == {c.name.lower() for c in Channel}
    assert (said["proposer"], said["approver"]) == ("p1", "p2")


def test_nobody_approves_what_he_proposed(
    proposal: Proposal, approval: Approval, under: Under
) -> None:
    assert approve(proposal, "p1", KEY, NOW) is Objection.SAME_PERSON
    said = statement(proposal, "p1", NOW)
    forged = Approval("p1", NOW, said, KEY.sign(said))
    assert objected(proposal, forged, under) is Objection.SAME_PERSON
    swapped = replace(proposal, proposer="p2")
    assert objected(swapped, approval, under) is Objection.SAME_PERSON


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_one_changed_byte_voids_it(
    proposal: Proposal, approval: Approval, under: Under
) -> None:
    for at in range(len(proposal.item)):
        changed = replace(proposal, item=flipped(proposal.item, at))
        assert objected(changed, approval, under) is Objection.OTHER_BYTES
    for n, (channel, body) in enumerate(proposal.bodies):
        bodies = list(proposal.bodies)
        bodies[n] = (channel, flipped(body, len(body) // 2))
        changed = replace(proposal, bodies=tuple(bodies))
        assert objected(changed, approval, under) is Objection.OTHER_BYTES


def test_a_channel_more_or_less_voids_it(
    proposal: Proposal, approval: Approval, under: Under
) -> None:
    fewer = replace(proposal, bodies=proposal.bodies[1:])
    assert objected(fewer, approval, under) is Objection.OTHER_BYTES
    named = [(Channel.CAP, body) for _, body in proposal.bodies[:1]]
    other = replace(proposal, bodies=(*named, *proposal.bodies[1:]))
    assert objected(other, approval, under) is Objection.OTHER_BYTES


@pytest.mark.parametrize(
    "change",
    [
        {"frozen": Frozen("b" * 32, 0)},
        {"policy_sha256": "0" * 64},
        {"tree_sha256": "0" * 64},
        {"proposer": "p3"},
    ],
)
def test_an_approval_is_of_one_proposal(
    proposal: Proposal, approval: Approval, under: Under, change: dict[str, Any]
) -> None:
    other = replace(proposal, **change)
    assert objected(other, approval, under) is Objection.OTHER_BYTES


def test_another_phrase_is_another_proposal(approval: Approval, under: Under) -> None:
    other = proposal_of(under, Phrase.LOCK_UP)
    assert objected(other, approval, under) is Objection.OTHER_BYTES


def test_only_the_approvers_key_counts(
    proposal: Proposal, approval: Approval, under: Under
) -> None:
    others = OTHER_KEY.public_key().public_bytes_raw()
    for public in (others, b"", b"short", bytes(32)):
        found = objected(proposal, approval, under, public_key=public)
        assert found is Objection.BAD_SIGNATURE
    for at in range(64):
        forged = replace(approval, signature=flipped(approval.signature, at))
        assert objected(proposal, forged, under) is Objection.BAD_SIGNATURE


def test_another_name_or_time_is_not_what_was_signed(
    proposal: Proposal, approval: Approval, under: Under
) -> None:
    for change in ({"approver": "p3"}, {"at_us": NOW + 1}):
        forged = replace(approval, **change)  # type: ignore[arg-type]
        assert objected(proposal, forged, under) is Objection.OTHER_BYTES


def test_a_new_policy_or_tree_voids_it(
    proposal: Proposal, approval: Approval, under: Under
) -> None:
    policy = replace(under, policy_sha256="0" * 64)
    assert objected(proposal, approval, policy) is Objection.OTHER_POLICY
    tree = replace(under, tree_sha256="0" * 64)
    assert objected(proposal, approval, tree) is Objection.OTHER_TREE


def test_an_approval_lasts_its_time(
    proposal: Proposal, approval: Approval, under: Under
) -> None:
    def at(now_us: int) -> Objection | None:
        return objected(proposal, approval, under, now_us=now_us)

    assert at(NOW + LASTS) is None
    assert at(NOW + LASTS + 1) is Objection.LAPSED
    assert at(NOW - 1) is Objection.FROM_THE_FUTURE


def test_a_hit_of_the_tripwire_blocks(under: Under) -> None:
    region = min(under.constants.places)
    place = replace(under.constants.places[region], label="913 McFarland Ave")
    planted = replace(under.constants, places={region: place})
    given = proposal_of(under).given
    made = freeze(given, Channel, replace(under, constants=planted), PLACEHOLDER, "p1")
    assert isinstance(made, Blocked)
    assert made.hits


def test_a_leaf_binds_and_hides(proposal: Proposal, approval: Approval) -> None:
    leaf = make_leaf(LeafKind.SENT, proposal, approval, NOW, SALT)
    assert opens(leaf.leaf, leaf.kind, leaf.record, SALT)
    assert not opens(leaf.leaf, LeafKind.REFUSED, leaf.record, SALT)
    assert not opens(leaf.leaf, leaf.kind, flipped(leaf.record, 9), SALT)
    assert not opens(leaf.leaf, leaf.kind, leaf.record, flipped(SALT, 0))
    shown = leaf.leaf.decode()
    assert proposal.frozen.release_id not in shown
    assert proposal.item_sha256 not in shown


def test_the_same_refusal_twice_has_two_leaves(proposal: Proposal) -> None:
    one = make_leaf(LeafKind.REFUSED, proposal, None, NOW, SALT)
    two = make_leaf(LeafKind.REFUSED, proposal, None, NOW, SALT[::-1])
    assert one.hash != two.hash
    with pytest.raises(ValueError, match="32 bytes"):
        make_leaf(LeafKind.REFUSED, proposal, None, NOW, b"short")


def test_leaves_are_leaves_of_the_tree(proposal: Proposal, approval: Approval) -> None:
    made = [make_leaf(LeafKind.SENT, proposal, approval, NOW + n, SALT)
            for n in range(9)]  # fmt: skip
    hashes = [leaf.hash for leaf in made]
    proof = inclusion_proof(hashes, 4)
    assert verify_inclusion(made[4].hash, 4, 9, proof, root(hashes))
