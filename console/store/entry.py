"""One entry of the log: its head, how heads are chained, its body.

The head's hash is SHA-256 over the RFC 8785 bytes of this array, so that anybody
can check a log with a dozen lines of another language::

    ["aliquot.head/1", site, n, utc_us, "mono_ns", clock, actor, position,
     type, version, subject, "body_hash", "prev"]

``mono_ns`` is text because it can pass 2^53; the two hashes are lower-case hex.
``prev`` of entry 1 is 32 zero bytes. ``body_hash`` is SHA-256(salt ‖ body).
"""

from __future__ import annotations

from dataclasses import fields
from hashlib import sha256
from operator import attrgetter
from typing import NamedTuple

from msgspec.json import Encoder

from aliquot.console.domain.events import EVENTS, Event
from aliquot.console.store.canonical import (
    NotCanonical,
    canonical,
    decoded,
    plain_bytes,
)
from aliquot.console.store.migrations import HEAD_COLUMNS

FIRST_PREV = bytes(32)
COLUMNS = (*HEAD_COLUMNS, "salt", "body")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM heads"

_BY_TYPE: dict[str, type[Event]] = {kind.TYPE: kind for kind in EVENTS}
_FIELDS: dict[type[Event], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in EVENTS
}
_VALUES = {kind: attrgetter(*names) for kind, names in _FIELDS.items()}
_encode = Encoder().encode


class Entry(NamedTuple):
    """A row of the log, columns in the order of ``COLUMNS``.

    ``utc_us`` is UTC in microseconds since 1970, ``mono_ns`` the monotonic clock in
    nanoseconds. ``salt`` and ``body`` are None once erased.
    """

    n: int
    site: str
    utc_us: int
    mono_ns: int
    clock: str
    actor: str
    position: str
    type: str
    version: int
    subject: str
    body_hash: bytes
    prev: bytes
    head: bytes
    salt: bytes | None
    body: bytes | None

    @property
    def erased(self) -> bool:
        return self.body is None

    @property
    def event(self) -> Event | None:
        """What happened; None when erased or of a type this program does not know.

        Raises ``NotCanonical`` when the body is no such event.
        """
        return None if self.body is None else read_body(self.type, self.body)


def head_hash(entry: Entry) -> bytes:
    """The hash that ``entry.head`` must be."""
    return hash_head(*entry[:12])


def hash_head(
    n: int,
    site: str,
    utc_us: int,
    mono_ns: int,
    clock: str,
    actor: str,
    position: str,
    kind: str,
    version: int,
    subject: str,
    body_hash: bytes,
    prev: bytes,
) -> bytes:
    """The hash of a head, from the columns before ``head``."""
    when = ("aliquot.head/1", site, n, utc_us, str(mono_ns), clock)
    what = (actor, position, kind, version, subject, body_hash.hex(), prev.hex())
    return sha256(_encode(when + what)).digest()


def body_hash(salt: bytes, body: bytes) -> bytes:
    return sha256(salt + body).digest()


def write_body(event: Event) -> tuple[bytes, Event]:
    """Canonical bytes of the event's fields, and the event as they will be read.

    Raises ``NotCanonical``.
    """
    kind = type(event)
    values = _VALUES[kind](event)
    if (body := plain_bytes(event, values)) is not None:
        return body, event
    body = canonical(dict(zip(_FIELDS[kind], values, strict=True)))
    return body, kind(**decoded(body))


def read_body(kind: str, body: bytes) -> Event | None:
    """The event of a body; None for a type that this program does not know."""
    known = _BY_TYPE.get(kind)
    if known is None:
        return None
    try:
        return known(**decoded(body))
    except TypeError as why:
        raise NotCanonical(f"not a {kind}: {why}") from why
