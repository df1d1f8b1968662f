"""The notifier's side of EIDO conveyance (NENA-STA-024): subscriptions, no sockets.

A ``Desk`` serves one connection of one subscriber who has proved who he is. What he
gets is what persons handed over to him; nothing else is ever given to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aliquot.drivers.ng911.sta024 import (
    BAD,
    DEFAULT_EXPIRES_S,
    GONE,
    NOT_DONE,
    OK,
    Message,
    read,
    response,
    write,
)

SHORTEST_EXPIRES_S, LONGEST_EXPIRES_S = 10, 86_400
MOST_SUBSCRIPTIONS = 32
_ANSWERS = ("eventResponse", "terminateResponse")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One document for one receiver. ``order`` grows; ``eido`` is its JSON text."""

    order: int
    to: str
    handover_id: str
    eido: str


@dataclass(slots=True)
class _Subscription:
    identity: str
    ends_ns: int
    incident_id: str | None = None
    once: bool = False


@dataclass(slots=True)
class Desk:
    """``name`` is the subscriber's. ``unanswered``: transactions not confirmed yet,
    by the order of what they carry. ``confirmed`` may outlive a connection: what was
    confirmed is told again only to who asks for that one incident."""

    name: str
    new_id: Callable[[], str]
    subscriptions: dict[str, _Subscription] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)
    _sent: set[tuple[str, int]] = field(default_factory=set)

    def heard(self, text: str, mono_ns: int) -> list[str]:
        """What to answer. Never raises on what the subscriber says."""
        message = read(text)
        if message is None:
            return [response("subscribeResponse", BAD, requestId="")]
        match message.kind:
            case "subscribe":
                return [self._subscribe(message, mono_ns)]
            case "unsubscribe":
                return [self._unsubscribe(message)]
            case "eventResponse":
                order = self.unanswered.pop(message.text("transactionId"), None)
                if order is not None and message.number("statusCode") == OK:
                    self.confirmed.add(order)
                return []
        if message.kind in _ANSWERS:
            return []
        words = "Not implemented"
        identity = message.text("requestId")
        return [response("response", NOT_DONE, words, requestId=identity)]

    def tell(self, given: list[HandedOver], mono_ns: int) -> list[str]:
        """Events of what was handed over to this subscriber and not yet sent here."""
        said: list[str] = []
        for one in given:
            if one.to != self.name:
                continue
            for subscription in list(self.subscriptions.values()):
                mark = (subscription.identity, one.order)
                had = one.order in self.confirmed and subscription.incident_id is None
                if had or mark in self._sent or not _wanted(subscription, one):
                    continue
                self._sent.add(mark)
                said.append(self._event(subscription, one))
        return said

    def tick(self, mono_ns: int) -> list[str]:
        """Subscriptions that ran out are ended, and that is said."""
        said = []
        for one in list(self.subscriptions.values()):
            if mono_ns >= one.ends_ns:
                said.append(self._end(one.identity))
        return said

    def leave(self) -> list[str]:
        """Before we close: every subscription is ended."""
        return [self._end(identity) for identity in list(self.subscriptions)]

    def _end(self, identity: str) -> str:
        del self.subscriptions[identity]
        return write("terminate", requestId=self.new_id(), subscriptionId=identity)

    def _event(self, subscription: _Subscription, one: HandedOver) -> str:
        transaction = self.new_id()
        self.unanswered[transaction] = one.order
        if subscription.once:
            del self.subscriptions[subscription.identity]
        return write(
            "event",
            subscriptionId=subscription.identity,
            transactionId=transaction,
            notification=[json.loads(one.eido)],
        )

    def _subscribe(self, message: Message, mono_ns: int) -> str:
        request, identity = message.text("requestId"), message.text("subscriptionId")
        wanted_s = message.number("expires") or DEFAULT_EXPIRES_S
        seconds = min(max(wanted_s, SHORTEST_EXPIRES_S), LONGEST_EXPIRES_S)
        ends_ns = mono_ns + seconds * 10**9
        if identity:
            known = self.subscriptions.get(identity)
            if known is None:
                return response("subscribeResponse", GONE, requestId=request)
            known.ends_ns = ends_ns
            return _agreed(request, identity, seconds)
        if (refusal := self._refusal(message)) is not None:
            code, words = refusal
            return response("subscribeResponse", code, words, requestId=request)
        one = _Subscription(
            identity=self.new_id(),
            ends_ns=ends_ns,
            incident_id=message.text("incidentId") or None,
            once=message.text("requestSubType") == "single",
        )
        self.subscriptions[one.identity] = one
        return _agreed(request, one.identity, seconds)

    def _refusal(self, message: Message) -> tuple[int, str] | None:
        if not message.text("requestId") or message.text("requestType") != "EIDO":
            return BAD, "A request needs requestId and requestType EIDO"
        if message.text("requestSubType") not in ("new", "single"):
            return 406, "Only new and single are offered"
        if message.text("qualFilter"):
            return 406, "No filters are offered"
        if len(self.subscriptions) >= MOST_SUBSCRIPTIONS:
            return 503, "Too many subscriptions"
        return None

    def _unsubscribe(self, message: Message) -> str:
        request, identity = message.text("requestId"), message.text("subscriptionId")
        known = self.subscriptions.pop(identity, None)
        code, words = (OK, "Unsubscribed") if known else (GONE, None)
        ids = {"requestId": request, "subscriptionId": identity}
        return response("unsubscribeResponse", code, words, **ids)


def _agreed(request: str, identity: str, seconds: int) -> str:
    ids = {"requestId": request, "subscriptionId": identity}
    return response("subscribeResponse", OK, **ids, expires=seconds)


def _wanted(subscription: _Subscription, one: HandedOver) -> bool:
    if subscription.incident_id is None:
        return True
    given = json.loads(one.eido)
    return isinstance(given, Mapping) and given.get("$id") == subscription.incident_id
