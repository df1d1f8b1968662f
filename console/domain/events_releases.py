"""What can happen to a release. Part of ``domain.events``; import it from there.

Bytes are base64. ``by`` is a person's id, None for what the console did by itself.
A ``leaf`` is the entry of the release log: see ``Leaf``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHappened(Event):
    """Base: what happened to one release, when (UTC µs)."""

    release_id: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"release:{self.release_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseProposed(ReleaseHappened):
    """The canonical item and every channel's body were frozen.

    ``given``: the numbers of the release input; see ``release.stored``.
    ``facts``: the coded fields of the incident that it was made of; they do not
    leave, and any change of them voids it. ``published_us``: the time of publication
    in the item, UTC µs. ``bodies``: channel -> bytes. ``label``, ``parcels``: of the
    region. ``maker``: of the program that made them; see ``release.maker``.
    """

    TYPE: ClassVar[str] = "release.proposed"
    incident_id: str
    proposer: str
    published_us: int
    given: dict[str, Json]
    facts: dict[str, Json]
    label: str
    parcels: int
    item: str
    bodies: dict[str, str]
    policy_sha256: str
    tree_sha256: str
    maker: str = ""  # programs of before said none


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseApproved(ReleaseHappened):
    """A second person signed ``statement``. ``signature`` is Ed25519; ``at_us`` is
    the time in the statement."""

    TYPE: ClassVar[str] = "release.approved"
    approver: str
    statement: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseEmbargoBegan(ReleaseHappened):
    """It waits until ``until_us`` by the wall clock (UTC µs), and for as long as that
    is from ``from_us`` by the monotonic clock, which stood at ``from_mono_us`` then.
    Both are those of the entry that opened the incident."""

    TYPE: ClassVar[str] = "release.embargo_began"
    until_us: int
    from_us: int
    from_mono_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRefused(ReleaseHappened):
    """``reason``: a code of ``resources/codes/release_endings.toml``."""

    TYPE: ClassVar[str] = "release.refused"
    by: str | None
    reason: str
    leaf: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWithdrawn(ReleaseHappened):
    TYPE: ClassVar[str] = "release.withdrawn"
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseVoided(ReleaseHappened):
    """What was proposed or signed is no longer so."""

    TYPE: ClassVar[str] = "release.voided"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDied(ReleaseHappened):
    """It may not leave any more, or grew too old."""

    TYPE: ClassVar[str] = "release.died"
    reason: str
    barred: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSent(ReleaseHappened):
    """Its leaf is in the release log and its bodies are in the outbox, at once.

    ``deliveries``: ``[[channel, partner]]``. What has no delivery stays.
    """

    TYPE: ClassVar[str] = "release.sent"
    leaf: dict[str, Json]
    deliveries: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDelivered(ReleaseHappened):
    """A partner confirmed that it keeps these bytes. ``kind``: item or retraction.

    ``receipt``: id, sha256, received_at, seen; None when the partner never had what
    was to be taken back.
    """

    TYPE: ClassVar[str] = "release.delivered"
    channel: str
    partner: str
    kind: str
    receipt: dict[str, Json] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDeliveryFailed(ReleaseHappened):
    """A delivery failed for the first time, or, when ``final``, for good. Tries
    between are not events."""

    TYPE: ClassVar[str] = "release.delivery_failed"
    channel: str
    partner: str
    kind: str
    problem: str
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseConfirmed(ReleaseHappened):
    """The first receipt came."""

    TYPE: ClassVar[str] = "release.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRetracted(ReleaseHappened):
    """It is taken back wherever it went. ``notice_id`` is the id of the notice,
    ``item`` its canonical bytes, ``bodies`` its form for each channel."""

    TYPE: ClassVar[str] = "release.retracted"
    by: str | None
    reason: str
    barred: bool
    notice_id: str
    item: str
    bodies: dict[str, str]
    leaf: dict[str, Json]
    maker: str = ""  # as of ``ReleaseProposed``


RELEASE_EVENTS: tuple[type[ReleaseHappened], ...] = (
    ReleaseProposed,
    ReleaseApproved,
    ReleaseEmbargoBegan,
    ReleaseRefused,
    ReleaseWithdrawn,
    ReleaseVoided,
    ReleaseDied,
    ReleaseSent,
    ReleaseDelivered,
    ReleaseDeliveryFailed,
    ReleaseConfirmed,
    ReleaseRetracted,
)
