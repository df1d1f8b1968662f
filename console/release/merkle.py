"""The Merkle tree of RFC 9162 over the leaves of the release log. SHA-256.

A proof is a list of hashes, in the order of RFC 9162 section 2.1: the sibling
nearest to the leaf first. Sizes and indices count leaves from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below ``size`` (2 or more)."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """The tree head of leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    peaks: list[tuple[int, bytes]] = []  # whole subtrees from the left, by height
    for leaf in leaves:
        height, node = 0, leaf
        while peaks and peaks[-1][0] == height:
            node = node_hash(peaks.pop()[1], node)
            height += 1
        peaks.append((height, node))
    _, head = peaks.pop()
    while peaks:
        head = node_hash(peaks.pop()[1], head)
    return head


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """That leaf ``index`` is in the tree. Raises ``IndexError`` if it is not."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), root(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), root(leaves[:k])]


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """That the tree of the first ``first`` leaves is the beginning of this one.

    Raises ``IndexError`` unless ``first`` is from 1 to the number of leaves.
    """
    if not 0 < first <= len(leaves):
        raise IndexError(f"{first} of {len(leaves)} leaves")
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[bytes], first: int, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if first <= k:
        return [*_subproof(leaves[:k], first, whole), root(leaves[k:])]
    return [*_subproof(leaves[k:], first - k, whole=False), root(leaves[:k])]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes
) -> bool:
    """RFC 9162 section 2.1.3.2. ``leaf`` is a leaf hash."""
    if not 0 <= index < size or not _hashes(proof):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == head


def verify_consistency(
    first: int, size: int, proof: Sequence[bytes], old: bytes, new: bytes
) -> bool:
    """RFC 9162 section 2.1.4.2: ``old`` is the head of the first ``first`` leaves of
    the tree of ``size`` leaves with head ``new``."""
    if not 0 < first <= size or not _hashes(proof):
        return False
    if first == size:
        return not proof and old == new
    path = list(proof) if first & (first - 1) else [old, *proof]
    if not path:
        return False
    at, last = first - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _climb(path, at, last) == (old, new)


def _climb(path: list[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    one = two = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            one, two = node_hash(step, one), node_hash(step, two)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            two = node_hash(two, step)
        at, last = at >> 1, last >> 1
    return (one, two) if last == 0 else None


def _hashes(proof: Sequence[bytes]) -> bool:
    return all(len(step) == HASH_BYTES for step in proof)
