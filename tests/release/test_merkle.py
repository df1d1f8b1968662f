"""The tree of RFC 9162 against its definition, and against code of others."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest
import tamperlog
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.release.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

SIZES = range(1, 34)
LEAVES = [leaf_hash(bytes([n])) for n in range(70)]


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def test_roots_are_as_defined() -> None:
    assert root([]) == EMPTY_ROOT == defined([])
    for size in (*SIZES, 64, 65, 70):
        assert root(LEAVES[:size]) == defined(LEAVES[:size])


def test_roots_and_proofs_are_those_of_tamperlog() -> None:
    for size in SIZES:
        leaves = LEAVES[:size]
        assert root(leaves) == tamperlog.merkle_root(leaves)
        for index in range(size):
            ours = inclusion_proof(leaves, index)
            assert ours == list(tamperlog.inclusion_proof(index, leaves))
        for first in range(1, size + 1):
            ours = consistency_proof(leaves, first)
            assert ours == list(tamperlog.consistency_proof(first, leaves))


def test_every_leaf_is_proved_in_and_no_other() -> None:
    for size in SIZES:
        leaves = LEAVES[:size]
        head = root(leaves)
        for index in range(size):
            proof = inclusion_proof(leaves, index)
            assert verify_inclusion(leaves[index], index, size, proof, head)
            assert not verify_inclusion(LEAVES[-1], index, size, proof, head)
            assert not verify_inclusion(
                leaves[index], index, size, [*proof, head], head
            )
            for other in range(size):
                if other != index:
                    assert not verify_inclusion(leaves[index], other, size, proof, head)


def test_every_beginning_is_proved() -> None:
    for size in SIZES:
        new = root(LEAVES[:size])
        for first in range(1, size + 1):
            old = root(LEAVES[:first])
            proof = consistency_proof(LEAVES[:size], first)
            assert verify_consistency(first, size, proof, old, new)
            assert not verify_consistency(first, size, proof, LEAVES[-1], new)
            if first < size:
                assert not verify_consistency(first, size, proof, old, old)
                assert not verify_consistency(first, size, [*proof, new], old, new)
                assert not verify_consistency(first, size, proof[:-1], old, new)


@given(st.integers(1, 60), st.data())
def test_a_log_that_was_changed_has_no_proof(first: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(first + 1, 64))
    at = data.draw(st.integers(0, first - 1))
    forged = [*LEAVES[:at], leaf_hash(b"forged"), *LEAVES[at + 1 : size]]
    proof = consistency_proof(forged, first)
    assert not verify_consistency(
        first, size, proof, root(LEAVES[:first]), root(forged)
    )


@given(st.integers(2, 64), st.data())
def test_one_bit_breaks_a_proof(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES[:size], index)
    step = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    proof[step] = (int.from_bytes(proof[step]) ^ (1 << bit)).to_bytes(32)
    assert not verify_inclusion(LEAVES[index], index, size, proof, root(LEAVES[:size]))


def test_what_cannot_be_proved() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            inclusion_proof(LEAVES[:3], index)
    for first in (0, 4):
        with pytest.raises(IndexError):
            consistency_proof(LEAVES[:3], first)
    head = root(LEAVES[:3])
    assert not verify_inclusion(LEAVES[0], 3, 3, [], head)
    assert not verify_inclusion(LEAVES[0], 0, 3, [b"short"], head)
    assert not verify_consistency(4, 3, [], head, head)
    assert not verify_consistency(0, 3, [], EMPTY_ROOT, head)
    assert not verify_consistency(2, 3, [b"short"], head, head)


def test_leaf_and_node_are_told_apart() -> None:
    heads = [root(LEAVES[:size]) for size in range(20)]
    assert all(a != b for a, b in pairwise(heads))
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != root(LEAVES[:2])
