"""A leaf of the release log: what was done, without what was withheld.

The leaf shows its kind and a commitment, SHA-256 of 32 random bytes and a record.
Who gets salt and record can check the leaf; who does not can learn nothing from it,
not even by trying all categories, places and hours. For what was sent, salt and
record go out with the proof; for what was refused they stay.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

import rfc8785

from aliquot.console.release.merkle import leaf_hash
from aliquot.console.release.proposal import Proposal
from aliquot.console.release.signing import Approval

FORMAT = "aliquot.release-leaf/1"
SALT_BYTES = 32


class LeafKind(Enum):
    SENT = "sent"
    REFUSED = "refused"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Leaf:
    """``leaf`` are the public bytes in the tree; ``record`` and ``salt`` open them."""

    kind: LeafKind
    leaf: bytes
    record: bytes
    salt: bytes

    @property
    def hash(self) -> bytes:
        """The leaf hash of RFC 9162."""
        return leaf_hash(self.leaf)


def make_leaf(
    kind: LeafKind,
    proposal: Proposal,
    approval: Approval | None,
    at_us: int,
    salt: bytes,
) -> Leaf:
    """``approval``: None for what was refused. ``salt``: 32 random bytes; raises
    ``ValueError`` for fewer."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    record = _record(proposal, approval, at_us)
    return Leaf(kind, _leaf_bytes(kind, record, salt), record, salt)


def opens(leaf: bytes, kind: LeafKind, record: bytes, salt: bytes) -> bool:
    """Whether the record and salt are those that the leaf was made of."""
    return len(salt) == SALT_BYTES and leaf == _leaf_bytes(kind, record, salt)


def _leaf_bytes(kind: LeafKind, record: bytes, salt: bytes) -> bytes:
    commitment = hashlib.sha256(salt + record).hexdigest()
    said = {"format": FORMAT, "kind": kind.value, "commitment": commitment}
    return rfc8785.dumps(said)


def _record(proposal: Proposal, approval: Approval | None, at_us: int) -> bytes:
    said: dict[str, str | int | dict[str, str]] = {
        "release_id": proposal.frozen.release_id,
        "item_sha256": proposal.item_sha256,
        "body_sha256": proposal.body_sha256,
        "policy_sha256": proposal.policy_sha256,
        "tree_sha256": proposal.tree_sha256,
        "at_us": at_us,
    }
    if approval is not None:
        said["statement_sha256"] = hashlib.sha256(approval.statement).hexdigest()
        said["signature"] = approval.signature.hex()
    return rfc8785.dumps(said)
