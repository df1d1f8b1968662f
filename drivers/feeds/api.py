"""What passes between the console and a feed: given bytes, and what became of them.

A feed makes no bytes and judges none. It gets a body, its content type, and a key
that stays the same however often the delivery is tried, and says what the partner
answered. Trying again is the caller's business; ``schedule.py`` has when.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")


class DeliveryKind(Enum):
    """A release, or the notice that takes one back."""

    ITEM = "item"
    RETRACTION = "retraction"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes for a partner.

    ``key`` names this delivery for ever: the same key always stands for the same
    bytes. ``release_id`` is the release that is delivered or taken back. Letters,
    digits, ``_`` and ``-`` in both, a colon in the key as well; no full stop, for
    the key is a part of what is signed. ``content_type`` without parameters. Raises
    ``ValueError`` for anything else.
    """

    key: str
    release_id: str
    content_type: str
    body: bytes
    kind: DeliveryKind = DeliveryKind.ITEM

    def __post_init__(self) -> None:
        if not _WORD.fullmatch(self.release_id):
            raise ValueError(f"no release id: {self.release_id!r}")
        if not all(_WORD.fullmatch(word) for word in self.key.split(":")):
            raise ValueError(f"no key: {self.key!r}")
        if not _TYPE.fullmatch(self.content_type):
            raise ValueError(f"no content type: {self.content_type!r}")

    @property
    def sha256(self) -> str:
        """Of the body, in hex."""
        return hashlib.sha256(self.body).hexdigest()


def item_delivery(
    release_id: str, content_type: str, body: bytes, revision: int = 1
) -> Delivery:
    """A release, under the key ``RELEASE_ID:REVISION``."""
    return Delivery(f"{release_id}:{revision}", release_id, content_type, body)


def retraction_delivery(release_id: str, content_type: str, body: bytes) -> Delivery:
    """The notice that takes ``release_id`` back, under ``RELEASE_ID:retraction``."""
    kind = DeliveryKind.RETRACTION
    key = f"{release_id}:{kind.value}"
    return Delivery(key, release_id, content_type, body, kind)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the partner says it keeps.

    ``sha256`` is in hex and is that of the body that was sent; ``received_at`` is
    the partner's own time, ISO 8601 with its offset; ``seen``: it had it already.
    ``raw`` are the bytes of the answer.
    """

    id: str
    sha256: str
    received_at: str
    seen: bool
    raw: bytes


class Reason(Enum):
    """Why a delivery is not confirmed."""

    UNREACHABLE = "unreachable"  # no connection could be made
    TIMED_OUT = "timed_out"
    CUT = "cut"  # the connection broke before an answer was read
    SERVER_ERROR = "server_error"  # 5xx
    BUSY = "busy"  # 408, 425, 429, 503
    NO_RECEIPT = "no_receipt"  # accepted, but without a receipt that can be read
    WRONG_RECEIPT = "wrong_receipt"  # a receipt for another id or other bytes
    CONFLICT = "conflict"  # 409: it keeps other bytes under this key
    NOT_ALLOWED = "not_allowed"  # 401, 403, 407
    NOT_THERE = "not_there"  # 404 for a retraction: it never had the release
    GONE = "gone"  # 410: it has it no more, or wants nothing more
    TOO_LARGE = "too_large"  # 413
    REDIRECTED = "redirected"  # 3xx: nothing is sent to an address nobody agreed to
    REJECTED = "rejected"  # any other 4xx


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The partner keeps exactly these bytes."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Retry:
    """It may or may not have arrived; the same delivery is to be tried again.

    ``after_s``: seconds the partner asked to be left alone, or None.
    """

    reason: Reason
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Trying the same again is of no use. ``status`` is that of HTTP."""

    reason: Reason
    status: int


Outcome = Confirmed | Retry | Refused


class Feed(Protocol):
    """A way to one partner. Used by one thread at a time."""

    def deliver(self, delivery: Delivery) -> Outcome:
        """Try once; blocks at most for the time-outs of the feed. Never raises for
        what a partner or a network does."""
        ...

    def close(self) -> None: ...
