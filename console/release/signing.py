"""What the second person signs, and when it counts.

The statement holds the SHA-256 of the canonical item and of each channel's body, the
policy, the tree, the release id and both persons. Its RFC 8785 bytes are what the
Ed25519 key of the approver signs: one changed byte anywhere, and it is another
statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from aliquot.console.release.proposal import Proposal, Under

FORMAT = "aliquot.approval/1"


class Objection(Enum):
    """Why an approval does not count."""

    SAME_PERSON = "same_person"
    OTHER_BYTES = "other_bytes"
    BAD_SIGNATURE = "bad_signature"
    OTHER_POLICY = "other_policy"
    OTHER_TREE = "other_tree"
    FROM_THE_FUTURE = "from_the_future"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Approval:
    """``statement``: the bytes that were signed; ``approver``: a person's id;
    ``at_us``: UTC, µs since 1970."""

    approver: str
    at_us: int
    statement: bytes
    signature: bytes


def statement(proposal: Proposal, approver: str, at_us: int) -> bytes:
    """The canonical bytes that ``approver`` signs at that time."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "release_id": proposal.frozen.release_id,
            "item_sha256": proposal.item_sha256,
            "body_sha256": proposal.body_sha256,
            "policy_sha256": proposal.policy_sha256,
            "tree_sha256": proposal.tree_sha256,
            "proposer": proposal.proposer,
            "approver": approver,
            "at_us": at_us,
        }
    )


def approve(
    proposal: Proposal, approver: str, key: Ed25519PrivateKey, at_us: int
) -> Approval | Objection:
    """Sign, unless the approver is the proposer."""
    if approver == proposal.proposer:
        return Objection.SAME_PERSON
    said = statement(proposal, approver, at_us)
    return Approval(approver, at_us, said, key.sign(said))


def objection(
    proposal: Proposal,
    approval: Approval,
    public_key: bytes,
    under: Under,
    now_us: int,
    lasts_us: int,
) -> Objection | None:
    """Why the approval does not count for these bytes, now; None when it does.

    ``public_key`` is the approver's, raw, as the log of people has it, never one
    that came with the approval. ``lasts_us``: how long an approval counts.
    """
    if (forged := unsound(proposal, approval, public_key)) is not None:
        return forged
    if proposal.policy_sha256 != under.policy_sha256:
        return Objection.OTHER_POLICY
    if proposal.tree_sha256 != under.tree_sha256:
        return Objection.OTHER_TREE
    if now_us < approval.at_us:
        return Objection.FROM_THE_FUTURE
    return Objection.LAPSED if now_us - approval.at_us > lasts_us else None


def unsound(
    proposal: Proposal, approval: Approval, public_key: bytes
) -> Objection | None:
    """Why it is no approval of these bytes by another person, whenever it was."""
    if approval.approver == proposal.proposer:
        return Objection.SAME_PERSON
    if approval.statement != statement(proposal, approval.approver, approval.at_us):
        return Objection.OTHER_BYTES
    good = signed_by(public_key, approval.signature, approval.statement)
    return None if good else Objection.BAD_SIGNATURE


def signed_by(public_key: bytes, signature: bytes, said: bytes) -> bool:
    """Whether it is this raw key's signature of these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True
