"""Links by which callers are asked where they are. Part of ``domain.events``; import
it from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationLinkAsked(Event):
    """A location link was to be sent to ``number``; logged before it is handed to
    the gateway. ``token_sha256``: lower-case hex of the hash of the link's token; an
    answer that knows the token before ``until_us`` belongs to the call."""

    TYPE: ClassVar[str] = "call.location_link_asked"
    call_id: str
    number: str
    token_sha256: str
    until_us: int
    at_us: int

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationLinkFailed(Event):
    """The gateway did not take a link; ``reason`` is for a person."""

    TYPE: ClassVar[str] = "call.location_link_failed"
    call_id: str
    token_sha256: str
    reason: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"call:{self.call_id}"
