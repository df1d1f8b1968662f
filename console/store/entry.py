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
from typing import NamedTuple

from msgspec.json import Encoder

from aliquot.console.domain.events import EVENTS, Event, Json
from aliquot.console.store.canonical import NotCanonical, canonical_and_plain, decoded
from aliquot.console.store.migrations import HEAD_COLUMNS

FIRST_PREV = bytes(32)
COLUMNS = (*HEAD_COLUMNS, "salt", "body")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM heads"

_BY_TYPE: dict[str, type[Event]] = {kind.TYPE: kind for kind in EVENTS}
_FIELDS: dict[type[Event], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in EVENTS
}
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
    return sha256(
        _encode(
            (
                "aliquot.head/1",
                entry.site,
                entry.n,
                entry.utc_us,
                str(entry.mono_ns),
                entry.clock,
                entry.actor,
                entry.position,
                entry.type,
                entry.version,
                entry.subject,
                entry.body_hash.hex(),
                entry.prev.hex(),
            )
        )
    ).digest()


def body_hash(salt: bytes, body: bytes) -> bytes:
    return sha256(salt + body).digest()


def write_body(event: Event) -> tuple[bytes, Event]:
    """Canonical bytes of the event's fields, and the event as they will be read.

    Raises ``NotCanonical``.
    """
    names = _FIELDS[type(event)]
    fields: dict[str, Json] = {name: getattr(event, name) for name in names}
    body, plain = canonical_and_plain(fields)
    return body, event if plain else type(event)(**decoded(body))


def read_body(kind: str, body: bytes) -> Event | None:
    """The event of a body; None for a type that this program does not know."""
    known = _BY_TYPE.get(kind)
    if known is None:
        return None
    try:
        return known(**decoded(body))
    except TypeError as why:
        raise NotCanonical(f"not a {kind}: {why}") from why
