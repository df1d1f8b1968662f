"""The messages of EIDO conveyance (NENA-STA-024): both ends, as state without sockets.

A message is a JSON object with one member, whose name says what it is. The client
subscribes, answers each event, renews before its subscription runs out, and asks
anew when it was ended. An event that was had before is answered and not given again.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Body = Mapping[str, object]

ACCEPTS = 'application/emergency.eido+json; version="1"'
SUBPROTOCOL = ""  # STA-024 names none
MOST_REMEMBERED = 4096
DEFAULT_EXPIRES_S = 3600
RENEW_SHARE = 0.8

KINDS = (
    *("subscribe", "subscribeResponse", "unsubscribe", "unsubscribeResponse"),
    *("event", "eventResponse", "terminate", "terminateResponse", "response"),
    *("requestForService", "resourceMessage", "requestAwarenes", "cancelREequest"),
    *("resourceDiscovery", "resourceDiscoveryResponse"),
)
OK, BAD, FORBIDDEN, GONE, NOT_DONE = 200, 400, 403, 481, 501
_WORDS = {
    OK: "OK",
    BAD: "Bad request",
    FORBIDDEN: "Forbidden",
    GONE: "Subscription does not exist",
    NOT_DONE: "Not implemented",
}


@dataclass(frozen=True, slots=True)
class Message:
    """``kind`` is one of ``KINDS``; ``body`` what stands under it."""

    kind: str
    body: Body

    def text(self, name: str) -> str:
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        value = self.body.get(name)
        whole = isinstance(value, int) and not isinstance(value, bool)
        return value if whole and isinstance(value, int) else None


def message_of(value: object) -> Message | None:
    """Of parsed JSON; None for what is no such message."""
    if not isinstance(value, dict):
        return None
    for kind in KINDS:
        body = value.get(kind)
        if isinstance(body, dict):
            return Message(kind, body)
    return None


def read(data: bytes | str) -> Message | None:
    try:
        return message_of(json.loads(data))
    except (ValueError, RecursionError):
        return None


def is_chatter(value: object) -> bool:
    """Whether it is a message that carries nothing of an incident."""
    return message_of(value) is not None


def write(kind: str, **body: object) -> str:
    return json.dumps({kind: {k: v for k, v in body.items() if v is not None}})


def response(kind: str, code: int, text: str | None = None, **body: object) -> str:
    return write(kind, **body, statusCode=code, statusText=text or _WORDS[code])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client subscribes to. Seconds; ``expires_s`` None leaves it to them."""

    sub_type: str = "new"
    incident_id: str | None = None
    qual_filter: str | None = None
    min_rate_s: int | None = None
    max_rate_s: int | None = None
    expires_s: int | None = None


@dataclass(slots=True)
class Turn:
    """What to send now, and the events that are new: messages as they came."""

    send: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Subscriber:
    """The client's side. ``new_id`` makes request ids. Times: monotonic ns."""

    wanted: Wanted
    new_id: Callable[[], str]
    subscription: str | None = None
    trouble: str | None = None
    deadline_ns: int | None = None
    _request: str | None = None
    _had: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def opened(self, mono_ns: int) -> list[str]:
        """The connection stands, for the first time or anew: subscribe."""
        self.subscription, self.deadline_ns = None, None
        return [self._subscribe()]

    def tick(self, mono_ns: int) -> list[str]:
        if self.deadline_ns is None or mono_ns < self.deadline_ns:
            return []
        self.deadline_ns = None
        return [self._subscribe()]

    def leave(self) -> list[str]:
        """Before the connection is closed by us."""
        if self.subscription is None:
            return []
        request, ended = self.new_id(), self.subscription
        self.subscription, self.deadline_ns = None, None
        return [write("unsubscribe", requestId=request, subscriptionId=ended)]

    def heard(self, text: str, mono_ns: int) -> Turn:
        """Never raises on what the other end says."""
        message = read(text)
        if message is None:
            return Turn()
        match message.kind:
            case "subscribeResponse":
                return self._answered(message, mono_ns)
            case "event":
                return self._event(message, text)
            case "terminate":
                return self._terminated(message)
            case "requestForService" | "resourceDiscovery" | "resourceMessage":
                body = {"requestId": message.text("requestId")}
                return Turn([response("response", NOT_DONE, **body)])
        return Turn()

    def _subscribe(self) -> str:
        self._request, wanted = self.new_id(), self.wanted
        if self.subscription is not None:  # a renewal says no more than which
            return write(
                "subscribe",
                requestId=self._request,
                subscriptionId=self.subscription,
                expires=wanted.expires_s,
            )
        return write(
            "subscribe",
            requestId=self._request,
            requestType="EIDO",
            requestSubType=wanted.sub_type,
            requestAccepts=ACCEPTS,
            qualFilter=wanted.qual_filter,
            minRate=wanted.min_rate_s,
            maxRate=wanted.max_rate_s,
            incidentId=wanted.incident_id,
            expires=wanted.expires_s,
        )

    def _answered(self, message: Message, mono_ns: int) -> Turn:
        if message.text("requestId") != self._request:
            return Turn()
        code = message.number("statusCode")
        if code == OK and message.text("subscriptionId"):
            self.subscription, self.trouble = message.text("subscriptionId"), None
            seconds = message.number("expires") or DEFAULT_EXPIRES_S
            wait_ns = round(max(1.0, seconds * RENEW_SHARE) * 1e9)
            self.deadline_ns = mono_ns + wait_ns
            return Turn()
        renewal, self.subscription = self.subscription is not None, None
        if code == GONE and renewal:
            return Turn([self._subscribe()])
        words = message.text("statusText")
        self.trouble = f"The other end refused the subscription: {code} {words}"
        return Turn()

    def _event(self, message: Message, text: str) -> Turn:
        """Answered in any case; given on once. What is not ours is refused."""
        transaction = message.text("transactionId")
        if self.subscription != message.text("subscriptionId"):
            answer = response("eventResponse", GONE, transactionId=transaction)
            return Turn([answer])
        if not transaction or not isinstance(message.body.get("notification"), list):
            answer = response("eventResponse", BAD, transactionId=transaction)
            return Turn([answer])
        answer = response("eventResponse", OK, transactionId=transaction)
        marks = _marks(message)
        fresh = transaction not in self._had and any(m not in self._had for m in marks)
        for mark in (transaction, *marks):
            self._had[mark] = None
            self._had.move_to_end(mark)
        while len(self._had) > MOST_REMEMBERED:
            self._had.popitem(last=False)
        return Turn([answer], [text] if fresh else [])

    def _terminated(self, message: Message) -> Turn:
        """The other end ends the subscription; ask for another."""
        ids = {"requestId": message.text("requestId")}
        ids["subscriptionId"] = message.text("subscriptionId")
        if ids["subscriptionId"] != self.subscription:
            return Turn([response("terminateResponse", GONE, **ids)])
        answer = response("terminateResponse", OK, **ids)
        self.subscription, self.deadline_ns = None, None
        return Turn([answer, self._subscribe()])


def _marks(message: Message) -> list[str]:
    """A digest of each EIDO: the same again after a reconnection is no news."""
    given = message.body.get("notification")
    listed = given if isinstance(given, list) else []
    texts = (json.dumps(one, sort_keys=True) for one in listed)
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]
