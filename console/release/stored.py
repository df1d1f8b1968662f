"""Proposals, approvals and leaves as bodies of events, and back.

JSON-ready values; bytes are base64. What is read back is equal to what was stored,
byte for byte: what was signed is what is sent, also after a restart.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.constants import Frozen
from aliquot.console.release.facts import Facts, facts_of
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.leaf import Leaf, LeafKind
from aliquot.console.release.proposal import Proposal
from aliquot.console.release.signing import Approval

Body = dict[str, Any]


def desk_facts(fields: Mapping[str, Any], state: str, received_us: int) -> Facts:
    """The coded keys of an incident of this console.

    ``fields`` by the names of ``INCIDENT_FIELDS``; ``state``: pending, active, closed;
    ``received_us``: when it was opened. Where help is wanted counts, never where the
    caller is.
    """
    keys = {key: fields.get(key) for key in ("type_code", "latitude", "longitude")}
    found = facts_of({**keys, "address": fields.get("place"), "status": state})
    return Facts(
        type_code=found.type_code,
        spot=found.spot,
        address=found.address,
        received_us=received_us,
        status=found.status,
    )


def input_body(given: ReleaseInput) -> Body:
    """Whole numbers only."""
    return {
        "category": given.category.value,
        "phrase": given.phrase.value,
        "region": given.region,
        "level": given.level,
        "bucket": given.bucket,
        "channel": given.channel.value,
        "status": given.status.value,
    }


def input_of(body: Mapping[str, Any]) -> ReleaseInput:
    """Raises ``KeyError`` or ``ValueError`` for what is no input."""
    return ReleaseInput(
        category=Category(body["category"]),
        phrase=Phrase(body["phrase"]),
        region=body["region"],
        level=body["level"],
        bucket=body["bucket"],
        channel=Channel(body["channel"]),
        status=Status(body["status"]),
    )


def proposal_body(proposal: Proposal) -> Body:
    return {
        "frozen": _frozen_body(proposal.frozen),
        "given": input_body(proposal.given),
        "item": _text(proposal.item),
        "bodies": [[c.value, _text(body)] for c, body in proposal.bodies],
        "policy_sha256": proposal.policy_sha256,
        "tree_sha256": proposal.tree_sha256,
        "proposer": proposal.proposer,
    }


def proposal_of(body: Mapping[str, Any]) -> Proposal:
    return Proposal(
        frozen=_frozen_of(body["frozen"]),
        given=input_of(body["given"]),
        item=b64decode(body["item"]),
        bodies=tuple((Channel(c), b64decode(data)) for c, data in body["bodies"]),
        policy_sha256=body["policy_sha256"],
        tree_sha256=body["tree_sha256"],
        proposer=body["proposer"],
    )


def approval_body(approval: Approval) -> Body:
    return {
        "approver": approval.approver,
        "at_us": approval.at_us,
        "statement": _text(approval.statement),
        "signature": _text(approval.signature),
    }


def approval_of(body: Mapping[str, Any]) -> Approval:
    return Approval(
        approver=body["approver"],
        at_us=body["at_us"],
        statement=b64decode(body["statement"]),
        signature=b64decode(body["signature"]),
    )


def leaf_body(leaf: Leaf) -> Body:
    return {
        "kind": leaf.kind.value,
        "leaf": _text(leaf.leaf),
        "record": _text(leaf.record),
        "salt": _text(leaf.salt),
    }


def leaf_of(body: Mapping[str, Any]) -> Leaf:
    data = (b64decode(body[key]) for key in ("leaf", "record", "salt"))
    return Leaf(LeafKind(body["kind"]), *data)


def _frozen_body(frozen: Frozen) -> Body:
    body: Body = {"release_id": frozen.release_id, "published_us": frozen.published_us}
    if frozen.replaces is not None:
        body["replaces"] = _frozen_body(frozen.replaces)
    return body


def _frozen_of(body: Mapping[str, Any]) -> Frozen:
    replaces = _frozen_of(body["replaces"]) if "replaces" in body else None
    return Frozen(body["release_id"], body["published_us"], replaces)


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
