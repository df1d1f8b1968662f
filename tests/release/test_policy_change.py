"""What is looser in one policy than in another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.release.apco import APPROVE, HOLD, NEVER
from aliquot.console.release.codes import Category, Channel
from aliquot.console.release.policy import ChannelRule, Policy
from aliquot.console.release.policy_change import (
    changes,
    looser,
    plain_sha256,
    policy_of,
)
from aliquot.console.release.policy_force import KnownPolicy, PolicyInForce, in_short
from aliquot.console.release.sources import default_policy

BASE = default_policy()
MINUTE = 60 * 10**6
THEFT = next(code for code, c in (APPROVE | HOLD).items() if c is Category.THEFT)
NEVER_CODE = next(iter(NEVER))


def rule(expire: int = 120, *without: Category) -> ChannelRule:
    return ChannelRule(expire * MINUTE, frozenset(without))


def channels(**other: ChannelRule | None) -> dict[Channel, ChannelRule]:
    named = {Channel[name.upper()]: found for name, found in other.items()}
    merged = {**BASE.channels, **named}
    return {channel: found for channel, found in merged.items() if found is not None}


STRICTER_THEN_LOOSER: dict[str, tuple[Any, Any, str]] = {
    # one field: stricter value, looser value, words for the looser
    "embargo_us": (20 * MINUTE, 10 * MINUTE, "embargo: 20 → 10 minutes"),
    "approval_us": (
        60 * MINUTE,
        90 * MINUTE,
        "an approval counts: 60 → 90 minutes",
    ),
    "k": (
        (20, 40, 60),
        (8, 40, 60),
        "regions of level 1: 20 → 8 parcels at least",
    ),
    "require_reviewed_labels": (True, False, "labels that nobody reviewed too"),
    "categories": (
        BASE.categories - {Category.THEFT},
        BASE.categories,
        "may leave by neighbors, cap, geojson, atom, socrata: theft",
    ),
    "channels": (
        channels(atom=None),
        channels(),
        "may leave by atom: " + ", ".join(sorted(c.name.lower() for c in Category)),
    ),
    "levels": ({Category.THEFT: 3}, {}, "theft: places of level 3 → 1"),
    "types": ({"T": THEFT}, {"T": THEFT, "U": THEFT}, f"type U: unknown → {THEFT}"),
    "statuses": ({}, {"DONE": "closed"}, "status DONE: unknown → closed"),
}


@pytest.mark.parametrize("name", STRICTER_THEN_LOOSER)
def test_looser_is_told_and_stricter_needs_nobody(name: str) -> None:
    stricter, wider, words = STRICTER_THEN_LOOSER[name]
    old = replace(BASE, **{name: stricter})
    new = replace(BASE, **{name: wider})
    assert looser(old, new) == (words,)
    assert looser(new, old) == ()
    assert len(changes(new, old)) == 1
    assert changes(old, old) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            {"channels": channels(cap=rule(60))},
            {"channels": channels(cap=rule(90))},
            "cap: sent until: 60 → 90 minutes",
        ),
        (
            {"channels": channels(cap=rule(120, Category.THEFT))},
            {},
            "may leave by cap: theft",
        ),
        ({}, {"agency_code": "x", "agency": "John Doe"}, "agency: "),
        ({}, {"time_zone": "UTC"}, "time zone: America/New_York → UTC"),
        ({}, {"version": 617555}, "version: 1 → 617555"),
        ({"types": {"T": THEFT}}, {}, "types: no table of its own"),
        ({}, {"types": {"MINE": THEFT}}, f"type MINE: unknown → {THEFT}"),
        (
            {"types": {"T": NEVER_CODE, "U": THEFT}},
            {"types": {"T": THEFT, "U": THEFT}},
            f"type T: {NEVER_CODE} → {THEFT}",
        ),
        ({"statuses": {"X": "open"}}, {"statuses": {"X": "closed"}}, "status X: "),
        ({}, {"statuses": {"X": "open"}}, "status X: unknown → open"),
    ],
)
def test_what_nobody_can_tell_to_be_stricter_is_looser(
    old: dict[str, Any], new: dict[str, Any], words: str
) -> None:
    found = looser(replace(BASE, **old), replace(BASE, **new))
    assert len(found) == 1
    assert found[0].startswith(words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"version": 2}),
        ({}, {"types": {THEFT: THEFT}}),
        ({"types": {"T": THEFT, "U": THEFT}}, {"types": {"T": THEFT}}),
        (
            {"types": {"T": THEFT, "U": THEFT}},
            {"types": {"T": NEVER_CODE, "U": THEFT}},
        ),
        ({"types": {"T": NEVER_CODE, "U": THEFT}}, {"types": {"U": THEFT}}),
        ({"statuses": {"X": "closed"}}, {"statuses": {"X": "open"}}),
        ({"statuses": {"X": "closed"}}, {}),
    ],
)
def test_what_can_only_withhold_more_is_not(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert looser(replace(BASE, **old), replace(BASE, **new)) == ()


CATEGORIES = st.frozensets(st.sampled_from(list(Category)), max_size=6)
RULES = st.builds(
    ChannelRule, st.integers(11, 120).map(lambda m: m * MINUTE), CATEGORIES
)
POLICIES = st.builds(
    Policy,
    version=st.integers(1, 300),
    agency_code=st.just("halden"),
    agency=st.sampled_from(["Halden", "Elsewhere"]),
    time_zone=st.sampled_from(["UTC", "America/New_York"]),
    embargo_us=st.integers(10, 30).map(lambda m: m * MINUTE),
    approval_us=st.integers(10, 90).map(lambda m: m * MINUTE),
    k=st.tuples(st.integers(8, 20), st.integers(20, 50), st.integers(50, 90)),
    require_reviewed_labels=st.booleans(),
    categories=CATEGORIES,
    channels=st.dictionaries(st.sampled_from(list(Channel)), RULES, max_size=3),
    levels=st.dictionaries(st.sampled_from(list(Category)), st.integers(1, 4)),
    types=st.dictionaries(st.sampled_from("TUV"), st.sampled_from([THEFT, NEVER_CODE])),
    statuses=st.dictionaries(
        st.sampled_from("XY"), st.sampled_from(["open", "closed"])
    ),
)


@given(POLICIES)
@settings(max_examples=40)
def test_what_the_log_keeps_is_the_whole_policy(policy: Policy) -> None:
    plain = policy.plain()
    assert policy_of(plain) == policy
    assert plain_sha256(plain) == policy.sha256


@given(POLICIES, POLICIES)
@settings(max_examples=60)
def test_what_needs_nobody_lets_nothing_more_leave(one: Policy, other: Policy) -> None:
    if not changes(one, other):
        assert _effect(one) == _effect(other)
    if looser(one, other):
        return
    before, after = _effect(one), _effect(other)
    assert after["allowed"].keys() <= before["allowed"].keys()
    for pair, (expire_us, level) in after["allowed"].items():
        assert expire_us <= before["allowed"][pair][0]
        assert level >= before["allowed"][pair][1]
    assert other.embargo_us >= one.embargo_us
    assert all(a >= b for a, b in zip(other.k, one.k, strict=True))
    assert other.agency == one.agency


def _effect(policy: Policy) -> dict[str, Any]:
    """What it comes to, whatever the words."""
    plain = policy.plain()
    for name in ("tables_sha256", "categories", "channels", "levels"):
        del plain[name]
    return {
        **plain,
        "allowed": {
            (channel, category): (rule.expire_us, policy.level(category))
            for channel, rule in policy.channels.items()
            for category in Category
            if policy.allows(category, channel)
        },
    }


def test_what_is_not_in_force_any_more_still_counts_until_somebody_signs() -> None:
    """A looser entry at the end of the log, by hand, takes nothing away."""
    loose = replace(BASE, embargo_us=10 * MINUTE)
    known = tuple(KnownPolicy(p.sha256, p, 1) for p in (BASE, loose))
    assert PolicyInForce(known).looser(loose) == ("embargo: 20 → 10 minutes",)
    assert PolicyInForce(known[1:]).looser(loose) == ()
    assert PolicyInForce(known).knows(loose)
    assert not PolicyInForce(known).knows(BASE)
    assert not PolicyInForce().knows(BASE)
    assert PolicyInForce().looser(BASE) == ()


def test_many_changes_are_said_in_short() -> None:
    assert in_short(["a", "b"]) == "a; b"
    assert in_short([str(n) for n in range(9)]) == "0; 1; 2; 3; 4; 5; and 3 more"
