"""Who may leave: all codes, all states, and every reason against it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.geo.model import Grown
from aliquot.console.geo.place_index import Locator
from aliquot.console.release.apco import APPROVE, HOLD, NEVER
from aliquot.console.release.codes import (
    FINEST_LEVELS,
    Category,
    Channel,
    Phrase,
    Status,
)
from aliquot.console.release.eligibility import (
    Eligible,
    Question,
    Stage,
    Withheld,
    assess,
    bucket_of,
)
from aliquot.console.release.facts import CODED_KEYS, facts_of
from aliquot.console.release.places import AddressBook, TreePlaces
from aliquot.console.release.policy import ChannelRule, Policy
from aliquot.console.release.reasons import Reason

MINUTE = 60 * 10**6
STATUSES = ("pending", "active", "open", "closed", None, "no such status")
Incident = dict[str, Any]


@pytest.fixture
def ask(policy: Policy, places: TreePlaces, now_us: int) -> Any:
    """Assess an incident for a channel, with other places or policy where given."""

    def asked(incident: Incident, **other: Any) -> Eligible | Withheld:
        rules, where = other.pop("policy", policy), other.pop("places", places)
        question = Question(Channel.NEIGHBORS, now_us, now_us)
        return assess(facts_of(incident), rules, where, replace(question, **other))

    return asked


def reasons(answer: Eligible | Withheld) -> set[Reason]:
    return set(answer.reasons) if isinstance(answer, Withheld) else set()


def test_a_closed_burglary_is_eligible(ask: Any, incident: Incident) -> None:
    answer = ask(incident)
    assert isinstance(answer, Eligible)
    assert answer.given.category is Category.BURGLARY
    assert answer.given.level == 1
    assert answer.given.bucket == 18
    assert answer.given.status is Status.NO_LONGER_ACTIVE


@pytest.fixture
def widest(policy: Policy) -> Policy:
    """The laxest policy there can be."""
    rule = ChannelRule(1440 * MINUTE)
    return replace(
        policy,
        embargo_us=0,
        categories=frozenset(Category),
        channels=dict.fromkeys(Channel, rule),
    )


def test_never_is_never_eligible(ask: Any, incident: Incident, widest: Policy) -> None:
    """All codes of class never, in both keys, in all states, on all channels."""
    ways = itertools.product(NEVER, STATUSES, Channel, Stage, (True, False))
    for code, status, channel, stage, coded in ways:
        record = {**incident, "type_code": code, "status": status, "apco_code": None}
        if coded:
            record |= {"type_code": None, "apco_code": code}
        answer = ask(record, policy=widest, channel=channel, stage=stage)
        assert Reason.CLASS_NEVER in reasons(answer), (code, status)


def test_never_wins_over_the_other_key(ask: Any, incident: Incident) -> None:
    for code in NEVER:
        for pair in ((code, "BURGLARY"), ("BURGLARY", code)):
            record = {**incident, "type_code": pair[0], "apco_code": pair[1]}
            assert Reason.CLASS_NEVER in reasons(ask(record))


def test_hold_waits_until_it_is_closed(
    ask: Any, incident: Incident, widest: Policy
) -> None:
    for code, status in itertools.product(HOLD, STATUSES):
        record = {**incident, "type_code": code, "apco_code": code, "status": status}
        answer = ask(record, policy=widest)
        assert isinstance(answer, Eligible) == (status == "closed"), (code, status)
        if status in ("pending", "active", "open", None):
            assert reasons(answer) == {Reason.NOT_CLOSED}


def test_approve_may_leave_at_once(
    ask: Any, incident: Incident, widest: Policy
) -> None:
    for code, status in itertools.product(APPROVE, STATUSES):
        record = {**incident, "type_code": code, "apco_code": code, "status": status}
        answer = ask(record, policy=widest)
        assert isinstance(answer, Eligible) == (status != "no such status")


def test_the_level_is_the_categorys(
    ask: Any, incident: Incident, widest: Policy, places: TreePlaces
) -> None:
    for code, category in {**APPROVE, **HOLD}.items():
        answer = ask({**incident, "type_code": code, "apco_code": None}, policy=widest)
        assert isinstance(answer, Eligible)
        assert answer.given.level == FINEST_LEVELS[category]
        region = places.public[answer.given.region]
        assert region.level == answer.given.level
        assert region.parcels >= widest.least_parcels(region.level)


def test_default_deny(ask: Any, incident: Incident, policy: Policy) -> None:
    unlisted = replace(policy, categories=policy.categories - {Category.BURGLARY})
    assert reasons(ask(incident, policy=unlisted)) == {Reason.NOT_IN_POLICY}
    off = replace(policy, channels={})
    assert reasons(ask(incident, policy=off)) == {Reason.NOT_IN_POLICY}


UNFIT: list[tuple[Incident, Reason]] = [
    ({"type_code": None, "apco_code": None}, Reason.NO_TYPE),
    ({"type_code": "BURG 2", "apco_code": None}, Reason.UNKNOWN_TYPE),
    ({"type_code": "burglary"}, Reason.UNKNOWN_TYPE),
    ({"type_code": 7}, Reason.UNKNOWN_TYPE),
    ({"apco_code": "NO SUCH"}, Reason.UNKNOWN_TYPE),
    ({"apco_code": "ROBBERY"}, Reason.CODES_DISAGREE),
    ({"apco_code": ""}, Reason.UNKNOWN_TYPE),
    ({"status": "kind of closed"}, Reason.UNKNOWN_STATUS),
    ({"status": True}, Reason.UNKNOWN_STATUS),
    ({"status": "active"}, Reason.NOT_CLOSED),
    ({"received_at": None}, Reason.NO_TIME),
    ({"received_at": "tonight"}, Reason.NO_TIME),
    ({"received_at": "2026-05-01T22:10:00"}, Reason.NO_TIME),
    ({"received_at": 1777673400}, Reason.NO_TIME),
    ({"received_at": "9999-12-31T23:59:59-14:00"}, Reason.TIME_IN_FUTURE),
    ({"received_at": "0001-01-01T00:00:00+14:00"}, Reason.NO_TIME),
    ({"received_at": "2026-05-01T23:01:01Z"}, Reason.TIME_IN_FUTURE),
    ({"received_at": "2026-05-01T22:40:01Z"}, Reason.IN_EMBARGO),
    ({"received_at": "2026-05-01T20:59:59Z"}, Reason.EXPIRED),
    ({"latitude": None}, Reason.NO_PLACE),
    ({"latitude": "41.7"}, Reason.NO_PLACE),
    ({"latitude": True, "longitude": True}, Reason.NO_PLACE),
    ({"latitude": 91.0}, Reason.NO_PLACE),
    ({"latitude": 10.0}, Reason.NO_PLACE),
    ({"address": "110 Nowhere Rd"}, Reason.NO_PLACE),
    ({"address": "JOHN DOE 555-010-0199"}, Reason.NO_PLACE),
    ({"address": ["110 Mill Rd"]}, Reason.NO_PLACE),
    ({"address": None, "latitude": None, "longitude": None}, Reason.NO_PLACE),
    ({"address": "100 Oak Street"}, Reason.PLACES_DISAGREE),
]


@pytest.mark.parametrize(("change", "reason"), UNFIT)
def test_each_reason(
    ask: Any, incident: Incident, change: Incident, reason: Reason
) -> None:
    assert reason in reasons(ask({**incident, **change}))


@pytest.mark.parametrize("at", ["2026-05-01T22:40:00Z", "2026-05-01T21:00:00Z"])
def test_the_limits_of_age_are_inside(ask: Any, incident: Incident, at: str) -> None:
    assert isinstance(ask({**incident, "received_at": at}), Eligible)


def test_within_the_embargo_it_may_be_proposed(ask: Any, incident: Incident) -> None:
    record = {**incident, "received_at": "2026-05-01T22:59:00Z"}
    assert reasons(ask(record)) == {Reason.IN_EMBARGO}
    assert isinstance(ask(record, stage=Stage.PROPOSE), Eligible)


@pytest.mark.parametrize(
    "keys", [("latitude", "longitude"), ("address",)], ids=["address", "coordinates"]
)
def test_one_way_to_say_where_is_enough(
    ask: Any, incident: Incident, keys: tuple[str, ...]
) -> None:
    record = {key: value for key, value in incident.items() if key not in keys}
    assert ask(record) == ask(incident)


def test_one_code_is_enough(ask: Any, incident: Incident) -> None:
    for key in ("type_code", "apco_code"):
        assert ask({**incident, key: None}) == ask(incident)


def test_without_a_tree_nothing_leaves(ask: Any, incident: Incident) -> None:
    assert reasons(ask(incident, places=None)) == {Reason.NO_PLACE_TREE}


def test_protected_and_unmatched_are_the_same_answer(
    ask: Any, incident: Incident, grown: Grown
) -> None:
    spot = (incident["latitude"], incident["longitude"])
    book = AddressBook([("110", "Mill Road", *spot, frozenset({"Halden"}))])
    locator = Locator(grown.tree, grown.index)
    guarded = TreePlaces(grown.tree, locator, book, [spot])
    protected = ask(incident, places=guarded)
    unmatched = ask({**incident, "address": "9 Nowhere Rd"}, places=guarded)
    outside = ask({**incident, "latitude": 10.0, "address": None}, places=guarded)
    assert protected == unmatched == outside == Withheld((Reason.NO_PLACE,))


def test_labels_can_be_wanted_reviewed(
    ask: Any, incident: Incident, policy: Policy
) -> None:
    strict = replace(policy, require_reviewed_labels=True)
    assert reasons(ask(incident, policy=strict)) == {Reason.LABEL_NOT_REVIEWED}


def test_a_region_must_be_large_enough(
    ask: Any, incident: Incident, policy: Policy
) -> None:
    strict = replace(policy, k=(60, 70, 80))
    assert reasons(ask(incident, policy=strict)) == {Reason.REGION_TOO_SMALL}


def test_a_level_that_the_tree_has_not(
    ask: Any, incident: Incident, policy: Policy
) -> None:
    coarse = replace(policy, levels={Category.BURGLARY: 9})
    assert reasons(ask(incident, policy=coarse)) == {Reason.NO_REGION}


def test_a_phrase_must_fit(ask: Any, incident: Incident) -> None:
    answer = ask(incident, phrase=Phrase.STAY_AWAY_FROM_WIRES)
    assert reasons(answer) == {Reason.PHRASE_DOES_NOT_FIT}


def test_the_agencys_table_is_the_only_one(
    ask: Any, incident: Incident, policy: Policy
) -> None:
    own = replace(policy, types={"10-21": "BURGLARY", "DV": "DVA"})
    record = {**incident, "type_code": "10-21"}
    assert isinstance(ask(record, policy=own), Eligible)
    assert reasons(ask(incident, policy=own)) == {Reason.UNKNOWN_TYPE}
    record = {**incident, "type_code": "DV", "apco_code": None}
    assert reasons(ask(record, policy=own)) == {Reason.CLASS_NEVER}


ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("received", "published", "bucket"),
    [
        ("2026-05-01T22:10:00Z", "2026-05-01T23:00:00Z", 18),
        ("2026-05-02T03:59:59Z", "2026-05-02T03:59:59Z", 23),
        ("2026-05-02T03:59:59Z", "2026-05-02T04:00:00Z", 23 + 24),
        ("2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", 1),  # the hour that is not
        ("2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z", 3),
        ("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", 1),  # the hour that is twice
        ("2026-11-01T06:30:00Z", "2026-11-01T06:30:00Z", 1),
    ],
)
def test_the_hour_is_that_of_the_agency(
    received: str, published: str, bucket: int
) -> None:
    from aliquot.console.release.facts import moment_us

    early, late = moment_us(received), moment_us(published)
    assert early is not None
    assert late is not None
    found: list[Reason] = []
    assert bucket_of(early, late, ZONE, found) == bucket
    assert found == []


def test_older_than_the_day_before_has_no_words(now_us: int) -> None:
    found: list[Reason] = []
    bucket_of(now_us - 2 * 1440 * MINUTE, now_us, ZONE, found)
    assert found == [Reason.EXPIRED]


_ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(sorted({*NEVER, *APPROVE, *HOLD})),
    st.lists(st.text(), max_size=2),
    st.dictionaries(st.text(), st.text(), max_size=2),
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(CODED_KEYS, _ANY)))
def test_whatever_the_keys_hold_there_is_an_answer(
    policy: Policy, places: TreePlaces, now_us: int, record: Incident
) -> None:
    question = Question(Channel.CAP, now_us, now_us)
    answer = assess(facts_of(record), policy, places, question)
    if isinstance(answer, Withheld):
        assert answer.reasons
        assert len(set(answer.reasons)) == len(answer.reasons)
