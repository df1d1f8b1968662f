"""Whether an incident may leave, and as what. One pure function decides.

Everything is denied that is not allowed by all of: the class of its code, the
policy, its status, its age, and a region of the place tree that is large enough.
Where two coded keys say different things, nothing leaves.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Protocol

from aliquot.console.release.apco import APPROVE, HOLD, NEVER
from aliquot.console.release.codes import (
    CATEGORY_KINDS,
    PHRASE_KINDS,
    Category,
    Channel,
    Phrase,
    Status,
)
from aliquot.console.release.constants import PublicPlace
from aliquot.console.release.facts import UNUSABLE, Facts, Text, Unusable
from aliquot.console.release.input import HOURS, ReleaseInput
from aliquot.console.release.never import never_code
from aliquot.console.release.policy import Policy
from aliquot.console.release.policy_check import OWN_STATUSES
from aliquot.console.release.reasons import ORDER, Reason

CLOCKS_DIFFER_US = 60 * 10**6  # so far ahead of us may another machine's clock be

Spot = tuple[float, float]


class Places(Protocol):
    """The place tree with its private part, and the agency's addresses."""

    @property
    def public(self) -> Mapping[int, PublicPlace]:
        """The regions by id."""

    def region_ids(self, latitude: float, longitude: float) -> dict[int, int] | None:
        """Region ids by level. None: no region, out of the area, or protected."""

    def address_points(self, address: str) -> Sequence[Spot]:
        """Where an address is: () for none that the agency knows."""


class Stage(Enum):
    """What it is decided for. Before its embargo is over an incident may be proposed
    and approved, not sent."""

    PROPOSE = "propose"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Eligible:
    """It may leave, as this."""

    given: ReleaseInput


@dataclass(frozen=True, slots=True)
class Withheld:
    """It does not leave. At least one reason, each once, in their fixed order."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """For what and when. ``published_us``: when it would be published, which decides
    whether its hour is of today; both times are UTC µs since 1970."""

    channel: Channel
    now_us: int
    published_us: int
    phrase: Phrase = Phrase.PLAIN
    stage: Stage = Stage.SEND


Found = list[Reason]

KNOWN_CODES: Mapping[str, str] = {
    code: code for table in (NEVER, APPROVE, HOLD) for code in table
}
"""Without a table of its own the agency's types are the codes themselves."""


def assess(
    facts: Facts, policy: Policy, places: Places | None, question: Question
) -> Eligible | Withheld:
    """Decide. ``places`` None is no place tree: nothing leaves."""
    found: Found = []
    category = _category(facts, policy, question, found)
    status = _status(facts, policy, category, found)
    bucket = _bucket(facts, policy, question, found)
    region, level = _region(facts, policy, places, category, found)
    if found or category is None or status is None:
        unique = sorted(set(found), key=ORDER.__getitem__)
        return Withheld(tuple(unique))
    return Eligible(
        ReleaseInput(
            category=category,
            phrase=question.phrase,
            region=region,
            level=level,
            bucket=bucket,
            channel=question.channel,
            status=status,
        )
    )


def _category(
    facts: Facts, policy: Policy, question: Question, found: Found
) -> Category | None:
    codes = _codes(facts, policy, found)
    if any(code in NEVER for code in codes):
        found.append(Reason.CLASS_NEVER)
        return None
    if found:
        return None
    category = APPROVE.get(codes[0]) or HOLD[codes[0]]
    if not policy.allows(category, question.channel):
        found.append(Reason.NOT_IN_POLICY)
    if CATEGORY_KINDS[category] not in PHRASE_KINDS[question.phrase]:
        found.append(Reason.PHRASE_DOES_NOT_FIT)
    return category


def _codes(facts: Facts, policy: Policy, found: Found) -> list[str]:
    """The incident codes that the keys stand for; the type only through the
    agency's table."""
    known = KNOWN_CODES
    table = policy.types or known
    told = [
        _code(facts.type_code, table),
        _code(facts.apco_code, known),
    ]
    given = (facts.type_code, facts.apco_code)
    if given == (None, None):
        found.append(Reason.NO_TYPE)
    if any(k is not None and t is None for k, t in zip(given, told, strict=True)):
        found.append(Reason.UNKNOWN_TYPE)
    codes = [code for code in told if code is not None]
    if len(set(codes)) > 1:
        found.append(Reason.CODES_DISAGREE)
    return codes


def _code(word: Text, table: Mapping[str, str]) -> str | None:
    """Class never is known under any table, by any spelling."""
    if not isinstance(word, str):
        return None
    return never_code(word) or table.get(word)


def _status(
    facts: Facts, policy: Policy, category: Category | None, found: Found
) -> Status | None:
    """An absent status is an open one: nothing says that it is over."""
    word = _status_word(facts.status, policy)
    if word is None:
        found.append(Reason.UNKNOWN_STATUS)
        return None
    closed = word == "closed"
    if category in HOLD.values() and not closed:
        found.append(Reason.NOT_CLOSED)
    return Status.NO_LONGER_ACTIVE if closed else Status.REPORTED


def _status_word(status: Text, policy: Policy) -> str | None:
    if status is None:
        return "open"
    if isinstance(status, Unusable):
        return None
    return OWN_STATUSES.get(status) or policy.statuses.get(status)


def _bucket(facts: Facts, policy: Policy, question: Question, found: Found) -> int:
    """The hour, in words to come; 0 when there is a reason against it."""
    received = facts.received_us
    if received is None or isinstance(received, Unusable):
        found.append(Reason.NO_TIME)
        return 0
    found += _age(received, policy, question)
    return bucket_of(received, question.published_us, policy.time_zone, found)


def _age(received_us: int, policy: Policy, question: Question) -> list[Reason]:
    age = question.now_us - received_us
    if age < -CLOCKS_DIFFER_US:
        return [Reason.TIME_IN_FUTURE]
    rule = policy.channels.get(question.channel)
    if rule is not None and age > rule.expire_us:
        return [Reason.EXPIRED]
    if question.stage is Stage.SEND and age < policy.embargo_us:
        return [Reason.IN_EMBARGO]
    return []


def bucket_of(received_us: int, published_us: int, zone: str, found: Found) -> int:
    """The hour of the day at the agency, plus 24 for the day before publication."""
    here = zoneinfo.ZoneInfo(zone)
    try:
        received, published = _local(received_us, here), _local(published_us, here)
    except OverflowError:
        found.append(Reason.NO_TIME)
        return 0
    days = _days(received.date(), published.date())
    if days not in (0, 1):
        found.append(Reason.TIME_IN_FUTURE if days < 0 else Reason.EXPIRED)
        return 0
    return received.hour + HOURS * days


def _local(us: int, here: zoneinfo.ZoneInfo) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return (epoch + timedelta(seconds=us // 10**6)).astimezone(here)


def _days(earlier: date, later: date) -> int:
    return (later - earlier).days


def _region(
    facts: Facts,
    policy: Policy,
    places: Places | None,
    category: Category | None,
    found: Found,
) -> tuple[int, int]:
    """(region id, level); (0, 0) when there is a reason against it.

    What may not leave whatever its place is not looked up: it could only tell more.
    """
    if places is None:
        found.append(Reason.NO_PLACE_TREE)
        return 0, 0
    if category is None:
        return 0, 0
    level = policy.level(category)
    region = _region_of(facts, places, level, found)
    if region is None:
        return 0, 0
    place = places.public[region]
    if place.parcels < policy.least_parcels(level):
        found.append(Reason.REGION_TOO_SMALL)
    if policy.require_reviewed_labels and not place.reviewed:
        found.append(Reason.LABEL_NOT_REVIEWED)
    return region, level


def _region_of(facts: Facts, places: Places, level: int, found: Found) -> int | None:
    """The region of that level, if all that the keys say of the place is in it."""
    chains = _chains(facts, places)
    if not chains or any(chain is None for chain in chains):
        found.append(Reason.NO_PLACE)
        return None
    ids = {chain.get(level) for chain in chains if chain is not None}
    if len(ids) > 1:
        found.append(Reason.PLACES_DISAGREE)
        return None
    region = ids.pop()
    if region is None:
        found.append(Reason.NO_REGION)
    return region


def _chains(facts: Facts, places: Places) -> list[dict[int, int] | None]:
    """Regions of each place that a key stands for; None where one has none."""
    if facts.spot is UNUSABLE or facts.address is UNUSABLE:
        return [None]
    spots: list[Spot] = []
    if facts.spot is not None:
        spots.append(facts.spot)
    if facts.address is not None:
        known = places.address_points(facts.address)
        if not known:
            return [None]
        spots.extend(_meant(known, facts.spot))
    return [places.region_ids(*spot) for spot in spots]


def _meant(known: Sequence[Spot], spot: Spot | None) -> Sequence[Spot]:
    """Of several places of one address, the one nearest to the coordinates."""
    if spot is None:
        return known
    return [min(known, key=lambda at: (at[0] - spot[0]) ** 2 + (at[1] - spot[1]) ** 2)]
