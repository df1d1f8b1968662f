"""What the release desk sees: rows of releases, candidates and regions.

*What the desk knows* is in ``knows``, *what leaves* in ``leaves``; a field that stays
is in ``withheld`` with its reason. Nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from aliquot.console.domain.events import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    """One release in the queue. ``state`` is of ``release.states.ReleaseState``.

    Times are UTC µs; absent is None. Persons are names. ``k`` is the number of
    parcels of its region. ``reason`` is a reason code of a refusal, withdrawal,
    voiding, death or retraction. ``replaced_by``: the release that its incident was
    proposed as after this one had ended.
    """

    release_id: str
    incident_id: str
    incident_number: int
    state: str
    category: str
    phrase: str
    region_id: int
    region_label: str
    k: int
    proposer: str
    proposer_id: str
    proposed_at_us: int
    approver: str | None = None
    approved_at_us: int | None = None
    embargo_until_us: int | None = None
    sent_at_us: int | None = None
    confirmed_at_us: int | None = None
    ended_at_us: int | None = None
    reason: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One channel of a release: the frozen bytes, and what became of them.

    ``state``: held, waiting, delivered, retraction_waiting, retracted, refused.
    """

    channel: str
    body: bytes
    sha256: str
    content_type: str
    state: str
    attempts: int = 0
    last_problem: str | None = None
    receipt: dict[str, Json] | None = None
    receipt_at_us: int | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """How deliveries to a partner stand, for the status bar.

    ``waiting``: deliveries not confirmed yet. ``offline``: nobody answers there, so
    they wait. ``problem``: why the last try failed, a code. ``late``: one waits for
    longer than it should.
    """

    partner: str
    channel: str
    waiting: int
    offline: bool = False
    problem: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDetail:
    """A release as the approver must see it."""

    row: ReleaseRow
    knows: dict[str, Json]  # field of the incident -> value, complete
    leaves: dict[str, Json]  # the canonical item
    withheld: dict[str, str]  # field of the incident -> reason it stays
    became: dict[str, str]  # field of the incident -> key of the item it became
    item: bytes  # canonical bytes of the item
    item_sha256: str
    policy_sha256: str
    tree_sha256: str
    policy: str = ""  # in words: which, what was changed in it, who signed for that
    channels: tuple[ChannelRow, ...] = ()
    history: tuple[tuple[int, str, str], ...] = ()  # (UTC µs, who, what happened)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """What would leave of an incident now, or why nothing would.

    ``reasons`` are codes; ``words`` says each for a person.
    """

    incident_id: str
    incident_number: int
    eligible: bool
    reasons: tuple[str, ...]
    words: dict[str, str] = field(default_factory=dict)
    knows: dict[str, Json] = field(default_factory=dict)
    leaves: dict[str, Json] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)
    phrases: tuple[tuple[str, str], ...] = ()  # (code, its words) that may be chosen
    region_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """A region for the map. ``rings`` are lists of (latitude, longitude), at most
    four decimals; ``point`` is the label point, on a street."""

    region_id: int
    level: int
    label: str
    k: int
    point: tuple[float, float]
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeWaiting:
    """Another place tree waits for its second signature. ``tree_sha256`` is its name,
    ``asker`` the name of the person who signed first."""

    tree_sha256: str
    asker: str


class Releases(Protocol):
    """The read side of the release desk; for the thread that asked for it."""

    def problem(self) -> str | None:
        """Why nothing can be released (no tree, no policy, no second person)."""
        ...

    def queue(self, limit: int = 200) -> tuple[ReleaseRow, ...]:
        """Open ones first, by age; then those that left or ended, newest first."""
        ...

    def candidates(self, limit: int = 100) -> tuple[PreviewRow, ...]:
        """Incidents that may be proposed now and have no open release."""
        ...

    def preview(self, incident_id: str, phrase: str | None = None) -> PreviewRow | None:
        """One incident, eligible or not."""
        ...

    def detail(self, release_id: str) -> ReleaseDetail | None: ...

    def region(self, region_id: int) -> RegionRow | None: ...

    def tree_waiting(self) -> TreeWaiting | None:
        """The change of the place tree that is asked for; None when there is none."""
        ...
