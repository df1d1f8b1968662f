"""What goes into the log comes out of it, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.events import INCIDENT_FIELDS
from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.constants import Frozen
from aliquot.console.release.facts import facts_of, moment_us
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.leaf import LeafKind, make_leaf
from aliquot.console.release.proposal import Proposal, Under, freeze
from aliquot.console.release.signing import Approval, approve, objection
from aliquot.console.release.stored import (
    approval_body,
    approval_of,
    desk_facts,
    input_body,
    input_of,
    leaf_body,
    leaf_of,
    proposal_body,
    proposal_of,
)
from aliquot.console.store.canonical import canonical, decoded

INPUTS = st.builds(
    ReleaseInput,
    category=st.sampled_from(Category),
    phrase=st.sampled_from(Phrase),
    region=st.integers(0, 10**6),
    level=st.integers(1, 4),
    bucket=st.integers(0, 47),
    channel=st.sampled_from(Channel),
    status=st.sampled_from(Status),
)


@given(INPUTS)
def test_an_input_is_whole_numbers(release_input: ReleaseInput) -> None:
    body = input_body(release_input)
    assert all(type(value) is int for value in body.values())
    assert input_of(decoded(canonical(body))) == release_input


@pytest.fixture
def proposal(under: Under) -> Proposal:
    region = min(under.constants.places)
    given = ReleaseInput(Category.THEFT, Phrase.LOCK_UP, region, 1, 18,
                         Channel.CAP, Status.CORRECTED)  # fmt: skip
    frozen = Frozen("b" * 32, 10**15, replaces=Frozen("c" * 32, 9 * 10**14))
    made = freeze(given, Channel, under, frozen, "p1")
    assert isinstance(made, Proposal)
    return made


def test_what_was_signed_still_counts_when_it_was_stored(
    proposal: Proposal, under: Under
) -> None:
    key = Ed25519PrivateKey.generate()
    signed = approve(proposal, "p2", key, 10**15)
    assert isinstance(signed, Approval)
    back = proposal_of(decoded(canonical(proposal_body(proposal))))
    approval = approval_of(decoded(canonical(approval_body(signed))))
    assert (back, approval) == (proposal, signed)
    public = key.public_key().public_bytes_raw()
    assert objection(back, approval, public, under, 10**15, 60) is None


def test_a_leaf_comes_back(proposal: Proposal) -> None:
    leaf = make_leaf(LeafKind.REFUSED, proposal, None, 10**15, bytes(32))
    assert leaf_of(decoded(canonical(leaf_body(leaf)))) == leaf


def test_an_incident_of_the_desk_has_the_same_facts(incident: dict[str, Any]) -> None:
    fields = {name: f"Jane Roe {name}" for name in INCIDENT_FIELDS}
    fields |= {key: incident[key] for key in ("type_code", "latitude", "longitude")}
    fields |= {"place": incident["address"], "caller_latitude": 1.0}
    received = moment_us(incident["received_at"])
    assert received is not None
    wanted = replace(facts_of(incident), apco_code=None)
    assert desk_facts(fields, "closed", received) == wanted
