"""A proposal: the canonical item and every channel's body, frozen.

From here on nobody makes bytes any more: what was frozen is what is signed, and what
was signed is what is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from aliquot.console.release.codes import Channel, Status
from aliquot.console.release.constants import Constants, Frozen
from aliquot.console.release.eligibility import Eligible, Withheld
from aliquot.console.release.encode import canonical_item, encode
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.reasons import FINAL, Reason
from aliquot.console.release.render import render
from aliquot.console.release.states import ReleaseEvent
from aliquot.console.release.tripwire import Hit, scan


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one person proposes and another is to sign.

    ``bodies`` are in the order of channels. ``proposer`` is a person's id. Hashes are
    SHA-256 in hex.
    """

    frozen: Frozen
    given: ReleaseInput
    item: bytes
    bodies: tuple[tuple[Channel, bytes], ...]
    policy_sha256: str
    tree_sha256: str
    proposer: str

    @property
    def item_sha256(self) -> str:
        return hashlib.sha256(self.item).hexdigest()

    @property
    def body_sha256(self) -> dict[str, str]:
        """Name of the channel -> hash of its body."""
        return {
            channel.name.lower(): hashlib.sha256(body).hexdigest()
            for channel, body in self.bodies
        }


@dataclass(frozen=True, slots=True)
class Blocked:
    """The last look found something: it must not leave."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Under:
    """Under what a proposal is made: constants and the hashes of their sources."""

    constants: Constants
    policy_sha256: str
    tree_sha256: str


def freeze(
    given: ReleaseInput,
    channels: Iterable[Channel],
    under: Under,
    frozen: Frozen,
    proposer: str,
) -> Proposal | Blocked:
    """Render and encode once, for all ``channels``; scan what came of it."""
    item = render(given, under.constants, frozen)
    wanted = sorted(set(channels), key=lambda channel: channel.value)
    bodies = tuple((channel, encode(item, channel)) for channel in wanted)
    if hits := scan(item, dict(bodies)):
        return Blocked(hits)
    return Proposal(
        frozen=frozen,
        given=given,
        item=canonical_item(item),
        bodies=bodies,
        policy_sha256=under.policy_sha256,
        tree_sha256=under.tree_sha256,
        proposer=proposer,
    )


def rendered(proposal: Proposal, under: Under) -> bool:
    """Whether item and bodies are what its codes give under these constants, and
    nothing else. What was frozen by another program is found out by it, whoever has
    signed that."""
    try:
        item = render(proposal.given, under.constants, proposal.frozen)
        bodies = tuple((c, encode(item, c)) for c, _ in proposal.bodies)
    except KeyError:
        return False
    return proposal.item == canonical_item(item) and proposal.bodies == bodies


class Standing(Enum):
    """How a proposal stands when it is looked at again."""

    STANDS = "stands"
    WAITS = "waits"
    CHANGED = "changed"
    BARRED = "barred"
    EXPIRED = "expired"


EVENT_OF: dict[Standing, ReleaseEvent] = {
    Standing.CHANGED: ReleaseEvent.CHANGED,
    Standing.BARRED: ReleaseEvent.BARRED,
    Standing.EXPIRED: ReleaseEvent.EXPIRED,
}
"""What happens to a release that neither stands nor waits."""


def look_again(
    proposal: Proposal, answer: Eligible | Withheld, under: Under
) -> Standing:
    """Compare a proposal with what eligibility says now: at any change of the
    incident, and once more at the moment of sending.

    ``answer`` must be for the proposal's channel, phrase and time of publication.
    """
    if isinstance(answer, Withheld):
        return _standing(answer)
    same = (
        _says_the_same(answer.given, proposal.given)
        and under.policy_sha256 == proposal.policy_sha256
        and under.tree_sha256 == proposal.tree_sha256
    )
    return Standing.STANDS if same else Standing.CHANGED


def _says_the_same(now: ReleaseInput, then: ReleaseInput) -> bool:
    """An incident that was closed since was reported all the same; one that was
    opened again is not over."""
    if then.status is Status.REPORTED and now.status is Status.NO_LONGER_ACTIVE:
        return replace(now, status=then.status) == then
    return now == then


def _standing(answer: Withheld) -> Standing:
    reasons = frozenset(answer.reasons)
    if reasons == {Reason.IN_EMBARGO}:
        return Standing.WAITS
    if Reason.CLASS_NEVER in reasons:
        return Standing.BARRED
    return Standing.EXPIRED if reasons <= FINAL else Standing.BARRED
