"""A release as the log has it. Frozen values, and how they become a proposal again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aliquot.console.domain.event_base import Json
from aliquot.console.release.codes import Channel, Phrase
from aliquot.console.release.constants import Frozen
from aliquot.console.release.embargo import Embargo
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.proposal import Proposal
from aliquot.console.release.signing import Approval
from aliquot.console.release.states import ReleaseState
from aliquot.console.release.stored import input_of

LEFT = frozenset({ReleaseState.SENT, ReleaseState.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRelease:
    """One release with its frozen bytes. Times are UTC µs; absent is None.

    ``facts``: the coded fields of the incident it was made of. ``key`` is the number
    of its first entry in the log.
    """

    release_id: str
    key: int
    incident_id: str
    state: ReleaseState
    given: dict[str, Json]
    facts: dict[str, Json]
    label: str
    parcels: int
    published_us: int
    proposer: str
    proposed_at_us: int
    item: bytes
    policy_sha256: str
    tree_sha256: str
    bodies: Mapping[str, bytes]
    retractions: Mapping[str, bytes] = field(default_factory=dict)
    approval: Approval | None = None
    embargo: Embargo | None = None
    sent_at_us: int | None = None
    confirmed_at_us: int | None = None
    ended_at_us: int | None = None
    ended_by: str | None = None
    reason: str | None = None

    @property
    def phrase(self) -> Phrase:
        return self.said.phrase

    @property
    def said(self) -> ReleaseInput:
        """Its codes, for the first of its channels."""
        return input_of(self.given)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """In the order of channels."""
        found = (Channel[name.upper()] for name in self.bodies)
        return tuple(sorted(found, key=lambda channel: channel.value))

    def input(self, channel: Channel) -> ReleaseInput:
        """What it says, for a channel."""
        return replace(self.said, channel=channel)

    def proposal(self) -> Proposal:
        """What was proposed, with the bytes that were frozen then."""
        return Proposal(
            frozen=Frozen(self.release_id, self.published_us),
            given=self.said,
            item=self.item,
            bodies=tuple((c, self.bodies[c.name.lower()]) for c in self.channels),
            policy_sha256=self.policy_sha256,
            tree_sha256=self.tree_sha256,
            proposer=self.proposer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One delivery of a release to a partner. ``place``: the order of the outbox.

    ``body`` is what is to be delivered now: the item's, or the retraction's.
    """

    release_id: str
    channel: str
    partner: str
    state: str
    place: int
    since_us: int
    problem: str | None = None
    receipt: dict[str, Json] | None = None
    receipt_at_us: int | None = None
    body: bytes = b""
