"""What is other in one policy than in another, in words, and whether it is looser.

Stricter is what can only withhold more. All else wants a person: what nobody can tell
to be stricter, and the name of the agency, the one text of a policy that leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from aliquot.console.release.apco import NEVER
from aliquot.console.release.codes import Category, Channel
from aliquot.console.release.eligibility import KNOWN_CODES
from aliquot.console.release.policy import ChannelRule, Policy

VERSION_STEP = 100  # further away it is no count of changes but a number that leaves
_MINUTE_US = 60 * 10**6


@dataclass(frozen=True, slots=True)
class Change:
    """``words`` are for a person, and no whole sentence."""

    words: str
    looser: bool


def plain_sha256(plain: Mapping[str, Any]) -> str:
    """The hash of a policy, of its ``plain``."""
    return hashlib.sha256(rfc8785.dumps(dict(plain))).hexdigest()


def policy_of(plain: Mapping[str, Any]) -> Policy:
    """What ``Policy.plain`` was made of. Categories and channels that the program does
    not know any more are left out: nothing leaves by them. Raises ``KeyError``,
    ``TypeError`` or ``ValueError`` for what is no policy."""
    code, name = plain["agency"]
    one, two, three = plain["k"]
    channels = {
        Channel[channel]: ChannelRule(int(expire), _categories(without))
        for channel, (expire, without) in plain["channels"].items()
        if channel in Channel.__members__
    }
    levels = plain["levels"].items()
    return Policy(
        version=int(plain["version"]),
        agency_code=str(code),
        agency=str(name),
        time_zone=str(plain["time_zone"]),
        embargo_us=int(plain["embargo_us"]),
        approval_us=int(plain["approval_us"]),
        k=(int(one), int(two), int(three)),
        require_reviewed_labels=bool(plain["require_reviewed_labels"]),
        categories=_categories(plain["categories"]),
        channels=channels,
        levels={Category[c]: int(n) for c, n in levels if c in Category.__members__},
        types={str(own): str(code) for own, code in plain["types"].items()},
        statuses={str(own): str(said) for own, said in plain["statuses"].items()},
    )


def _categories(names: Any) -> frozenset[Category]:
    return frozenset(Category[n] for n in names if n in Category.__members__)


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """All that ``new`` says otherwise, in the order of a policy file."""
    return (
        *_numbers(old, new),
        *_who(old, new),
        *_allowed(old, new),
        *_expiries(old, new),
        *_levels(old, new),
        *_types(old, new),
        *_statuses(old, new),
    )


def looser(old: Policy, new: Policy) -> tuple[str, ...]:
    """In words, what a person has to sign for."""
    return tuple(change.words for change in changes(old, new) if change.looser)


def _numbers(old: Policy, new: Policy) -> Iterator[Change]:
    yield from _minutes(
        "embargo", old.embargo_us, new.embargo_us, longer_is_looser=False
    )
    yield from _minutes("an approval counts", old.approval_us, new.approval_us)
    for level, (was, now) in enumerate(zip(old.k, new.k, strict=True), 1):
        if was != now:
            words = f"regions of level {level}: {was} → {now} parcels at least"
            yield Change(words, now < was)
    if old.require_reviewed_labels != new.require_reviewed_labels:
        needed = new.require_reviewed_labels
        words = "only reviewed labels" if needed else "labels that nobody reviewed too"
        yield Change(words, not needed)


def _minutes(
    what: str, was: int, now: int, longer_is_looser: bool = True
) -> Iterator[Change]:
    if was != now:
        words = f"{what}: {was // _MINUTE_US} → {now // _MINUTE_US} minutes"
        yield Change(words, (now > was) == longer_is_looser)


def _who(old: Policy, new: Policy) -> Iterator[Change]:
    if old.version != new.version:
        far = abs(new.version - old.version) > VERSION_STEP
        yield Change(f"version: {old.version} → {new.version}", far)
    was, now = ((p.agency_code, p.agency) for p in (old, new))
    if was != now:
        yield Change(f"agency: {was[1]} ({was[0]}) → {now[1]} ({now[0]})", True)
    if old.time_zone != new.time_zone:
        yield Change(f"time zone: {old.time_zone} → {new.time_zone}", True)


def _allowed(old: Policy, new: Policy) -> Iterator[Change]:
    """By what may leave now, and the channels where: most often all have the same."""
    for one, other, words, is_looser in (
        (new, old, "may leave", True),
        (old, new, "may leave no more", False),
    ):
        where: dict[frozenset[Category], list[str]] = {}
        for channel in sorted(one.channels, key=lambda c: c.value):
            more = frozenset(
                c
                for c in one.categories
                if one.allows(c, channel) and not other.allows(c, channel)
            )
            if more:
                where.setdefault(more, []).append(channel.name.lower())
        for more, names in where.items():
            listed = ", ".join(sorted(c.name.lower() for c in more))
            yield Change(f"{words} by {', '.join(names)}: {listed}", is_looser)


def _expiries(old: Policy, new: Policy) -> Iterator[Change]:
    for channel in sorted(old.channels.keys() & new.channels.keys(), key=_value):
        was, now = old.channels[channel].expire_us, new.channels[channel].expire_us
        yield from _minutes(f"{channel.name.lower()}: sent until", was, now)


def _levels(old: Policy, new: Policy) -> Iterator[Change]:
    for category in sorted(new.categories | old.categories, key=_value):
        was, now = old.level(category), new.level(category)
        if was != now:
            words = f"{category.name.lower()}: places of level {was} → {now}"
            yield Change(words, now < was)


def _value(code: Category | Channel) -> int:
    return int(code.value)


def _types(old: Policy, new: Policy) -> Iterator[Change]:
    """What a word stood for and stands for; without a table the codes themselves."""
    before, after = old.types or KNOWN_CODES, new.types or KNOWN_CODES
    if bool(old.types) != bool(new.types):
        table = "a table of its own" if new.types else "no table of its own"
        yield Change(f"types: {table}", not new.types)
    for word in sorted(before.keys() | after.keys()):
        was, now = before.get(word), after.get(word)
        if was == now or (now is None and was in NEVER):
            continue
        if not new.types and was is None:
            continue  # said already
        if not old.types and now is None:
            continue
        words = f"type {word}: {was or 'unknown'} → {now or 'unknown'}"
        yield Change(words, now is not None and now not in NEVER)


def _statuses(old: Policy, new: Policy) -> Iterator[Change]:
    """A word that is unknown withholds; one that says closed lets more leave."""
    for word in sorted(old.statuses.keys() | new.statuses.keys()):
        was, now = old.statuses.get(word), new.statuses.get(word)
        if was != now:
            words = f"status {word}: {was or 'unknown'} → {now or 'unknown'}"
            yield Change(words, now is not None and (was, now) != ("closed", "open"))
