"""EIDO conveyance: both ends against each other over real sockets, and by the schema."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ng911_help import LINES, hear, sample
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from sta024_help import code_of, eido, event

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    AliRecord,
)
from aliquot.drivers.ng911.sta024 import Subscriber, Wanted, read, write
from aliquot.drivers.ng911.sta024_desk import Desk, HandedOver

PATIENCE_S = 30.0


S = 10**9


def ids() -> Callable[[], str]:
    counter = itertools.count(1)
    return lambda: f"id-{next(counter)}"


# --- by the published schema


def validate(text: str, side: str) -> None:
    """Raises for a message that is not one of that side's."""
    path = LINES / "eido" / "nena911" / "websocket_sta024.yaml"
    if not path.exists():
        pytest.skip(f"no sample data at {LINES}")
    value = json.loads(text)
    (name,) = value
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert name in str(whole["components"]["schemas"][side]), (name, side)
    resource = Resource.from_contents(whole, DRAFT4)
    registry = Registry().with_resource("urn:schema", resource)
    root = {"$ref": f"urn:schema#/components/schemas/{name}Object"}
    jsonschema.Draft4Validator(root, registry=registry).validate(value)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("BasicSubscribe", "subscribe"),
        ("BasicSubscribeResponse", "subscribeResponse"),
        ("BasicUnsubscribe", "unsubscribe"),
        ("BasicUnsubscribeResponse", "unsubscribeResponse"),
        ("NotifyResponse", "eventResponse"),
        ("NotifyWithEido", "event"),
        ("TerminateRequest", "terminate"),
        ("TerminateResponse", "terminateResponse"),
    ],
)
def test_the_sample_messages_are_read(file: str, kind: str) -> None:
    data = sample("eido", "conveyance_ws", f"{file}.json")
    message = read(data)
    assert message is not None
    assert message.kind == kind
    assert plugins.guess(data) == "eido"
    records = [one for one in hear("eido", data) if isinstance(one, AliRecord)]
    assert len(records) == (1 if kind == "event" else 0)


def test_a_talk_keeps_to_the_schema_on_both_sides() -> None:
    ours = Subscriber(Wanted(expires_s=100), ids())
    theirs = Desk("Next County", ids())
    said: list[str] = []
    for text in ours.opened(0):
        validate(text, "subscribeObject")
        for answer in theirs.heard(text, 0):
            validate(answer, "subscribeResponseObject")
            assert ours.heard(answer, 0).send == []
    assert ours.subscription is not None
    given_over = [HandedOver(1, "Next County", "h", eido(1))]
    for told in theirs.tell(given_over, 1):
        validate(told, "eventObject")
        turn = ours.heard(told, 1)
        said += turn.new
        for answer in turn.send:
            validate(answer, "eventResponseObject")
            theirs.heard(answer, 1)
    assert theirs.confirmed == {1}
    assert len(said) == 1
    assert theirs.tell(given_over, 2) == []
    (renewal,) = ours.tick(80 * S)
    validate(renewal, "subscribeObject")
    (agreed,) = theirs.heard(renewal, 80 * S)
    ours.heard(agreed, 80 * S)
    assert theirs.tick(101 * S) == []
    (ended,) = theirs.tick(181 * S)
    validate(ended, "terminateObject")
    confirmed, again = ours.heard(ended, 181 * S).send
    validate(confirmed, "terminateResponseObject")
    validate(again, "subscribeObject")
    theirs.heard(again, 181 * S)
    (gone,) = Desk("x", ids()).heard(write("unsubscribe", requestId="r"), 0)
    validate(gone, "unsubscribeResponseObject")
    (no,) = theirs.heard(write("resourceDiscovery", requestId="r"), 0)
    validate(no, "responseObject")


# --- the subscriber


def agreed(ours: Subscriber, name: str = "sub1", expires: int = 100) -> None:
    (text,) = ours.opened(0)
    request = json.loads(text)["subscribe"]["requestId"]
    ids_ = {"requestId": request, "subscriptionId": name, "expires": expires}
    ours.heard(write("subscribeResponse", **ids_, statusCode=200, statusText="OK"), 0)
    assert ours.subscription == name


def test_an_event_is_given_on_once_and_always_answered() -> None:
    ours = Subscriber(Wanted(), ids())
    agreed(ours)
    first = ours.heard(event("t1", eido(1)), 1)
    assert (len(first.new), code_of(first.send[0])) == (1, 200)
    again = ours.heard(event("t1", eido(1)), 2)
    assert (again.new, code_of(again.send[0])) == ([], 200)
    other = ours.heard(event("t2", eido(1)), 3)  # another transaction, same bytes
    assert (other.new, code_of(other.send[0])) == ([], 200)
    more = ours.heard(event("t3", eido(1), eido(2)), 4)
    assert len(more.new) == 1


def test_a_reconnection_doubles_nothing() -> None:
    ours = Subscriber(Wanted(), ids())
    agreed(ours)
    ours.heard(event("t1", eido(1)), 1)
    agreed(ours, "sub2")
    assert ours.heard(event("t9", eido(1), subscription="sub2"), 2).new == []
    assert len(ours.heard(event("t8", eido(2), subscription="sub2"), 3).new) == 1


def test_what_was_not_subscribed_to_is_refused() -> None:
    ours = Subscriber(Wanted(), ids())
    agreed(ours)
    turn = ours.heard(event("t1", eido(1), subscription="foreign"), 1)
    assert (turn.new, code_of(turn.send[0])) == ([], 481)


def test_a_refusal_is_trouble_in_words() -> None:
    ours = Subscriber(Wanted(), ids())
    (text,) = ours.opened(0)
    request = json.loads(text)["subscribe"]["requestId"]
    answer = write(
        "subscribeResponse", requestId=request, statusCode=403, statusText="Forbidden"
    )
    assert ours.heard(answer, 0).send == []
    assert ours.trouble is not None
    assert "403 Forbidden" in ours.trouble


def test_a_renewal_that_came_too_late_begins_anew() -> None:
    ours = Subscriber(Wanted(), ids())
    agreed(ours, expires=10)
    assert ours.tick(7 * S) == []
    (renewal,) = ours.tick(8 * S)
    body = json.loads(renewal)["subscribe"]
    assert body["subscriptionId"] == "sub1"
    ids_ = {"requestId": body["requestId"]}
    gone = write("subscribeResponse", **ids_, statusCode=481, statusText="gone")
    (anew,) = ours.heard(gone, 9 * S).send
    assert "subscriptionId" not in json.loads(anew)["subscribe"]
    assert ours.trouble is None


json_text = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["event", "subscribe", "terminate", "subscriptionId", "x"])
            | st.sampled_from(
                ["transactionId", "requestId", "notification", "expires"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
).map(json.dumps)


@given(st.lists(st.one_of(json_text, st.text(max_size=20)), max_size=5))
def test_neither_side_raises(texts: list[str]) -> None:
    ours, theirs = Subscriber(Wanted(), ids()), Desk("x", ids())
    agreed(ours)
    for text in texts:
        for answer in [*ours.heard(text, 1).send, *theirs.heard(text, 1)]:
            assert isinstance(json.loads(answer), dict)


# --- the notifier


def subscribed(desk: Desk, **more: Any) -> dict[str, Any]:
    body = {"requestId": "r", "requestType": "EIDO", "requestSubType": "new", **more}
    (answer,) = desk.heard(write("subscribe", **body), 0)
    found = json.loads(answer)["subscribeResponse"]
    assert isinstance(found, dict)
    return found


def test_only_what_is_for_this_name_is_told() -> None:
    desk = Desk("Next County", ids())
    subscribed(desk)
    given_over = [
        HandedOver(1, "Other", "h1", eido(1)),
        HandedOver(2, "Next County", "h2", eido(2)),
    ]
    (text,) = desk.tell(given_over, 0)
    assert json.loads(text)["event"]["notification"] == [json.loads(eido(2))]


def test_nothing_without_a_subscription() -> None:
    desk = Desk("Next County", ids())
    assert desk.tell([HandedOver(1, "Next County", "h", eido(1))], 0) == []


def test_what_was_confirmed_is_told_again_only_when_asked_for() -> None:
    confirmed: set[int] = set()
    given_over = [HandedOver(n, "a", f"h{n}", eido(n)) for n in (1, 2)]
    first = Desk("a", ids(), confirmed=confirmed)
    subscribed(first)
    one, two = first.tell(given_over, 0)
    for text, code in ((one, 200), (two, 500)):
        transaction = json.loads(text)["event"]["transactionId"]
        body = {"transactionId": transaction, "statusCode": code, "statusText": ""}
        assert first.heard(write("eventResponse", **body), 0) == []
    second = Desk("a", ids(), confirmed=confirmed)
    subscribed(second)
    (again,) = second.tell(given_over, 0)
    assert json.loads(again)["event"]["notification"][0]["$id"] == "urn:2"
    subscribed(second, incidentId="urn:1", requestSubType="single")
    (asked,) = second.tell(given_over, 0)
    assert json.loads(asked)["event"]["notification"][0]["$id"] == "urn:1"


def test_one_incident_once() -> None:
    desk = Desk("a", ids())
    subscribed(desk, incidentId="urn:2", requestSubType="single")
    given_over = [HandedOver(n, "a", f"h{n}", eido(n)) for n in (1, 2, 3)]
    (text,) = desk.tell(given_over, 0)
    assert json.loads(text)["event"]["notification"][0]["$id"] == "urn:2"
    assert desk.subscriptions == {}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"requestType": "other"}, 400),
        ({"requestSubType": "resource"}, 406),
        ({"qualFilter": "x"}, 406),
        ({"subscriptionId": "unknown"}, 481),
        ({}, 200),
    ],
)
def test_what_is_not_offered_is_said(more: dict[str, Any], code: int) -> None:
    assert subscribed(Desk("a", ids()), **more)["statusCode"] == code
