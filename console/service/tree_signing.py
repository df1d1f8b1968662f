"""What an owner signs for a place tree, and when it counts.

The statement holds the SHA-256 of the candidate, which stands for both of its files,
that of the tree it replaces, who signs and when. Both owners sign the same kind of
statement, each his own.
"""

from __future__ import annotations

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aliquot.console.domain.tree_change import Signed

FORMAT = "aliquot.tree-change/1"


def statement(tree_sha256: str, replaces: str, person: str, at_us: int) -> bytes:
    """The canonical bytes that ``person`` (an id) signs at that time (UTC µs)."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "tree_sha256": tree_sha256,
            "replaces": replaces,
            "person": person,
            "at_us": at_us,
        }
    )


def counts(
    signed: Signed, tree_sha256: str, replaces: str, public_key: bytes | None
) -> bool:
    """Whether it is this person's signature under this very change.

    ``public_key`` is raw, as the log of people has it, never one that came along.
    """
    wanted = statement(tree_sha256, replaces, signed.person, signed.at_us)
    if signed.statement != wanted or public_key is None:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signed.signature, signed.statement)
    except (InvalidSignature, ValueError):
        return False
    return True
