"""Text to locate: asking a caller's telephone for its place by a link. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from aliquot.console.domain.commands import Command

LIVES_US = 60 * 60 * 10**6
"""How long the answer to a link is believed."""
TOKEN_FIELD = "locate_token"
_WHERE_ONLY = ("aml_", "locate_")
NOT_ASKED = "The link was not sent: "


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterLocationLink(Command):
    """As ``commands.SendLocationLink``, with the hash of the token that was drawn for it."""

    number: str
    call_id: str | None
    token_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLinkFailed(Command):
    """The gateway did not take it; see ``events.LocationLinkFailed``."""

    call_id: str
    token_sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that was sent. ``until_us``: UTC in microseconds."""

    call_id: str
    number: str
    until_us: int


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def only_says_where(layout: str) -> bool:
    """Whether records of a layout say where a telephone is and nothing else, so that
    they never take the place of a record that says more."""
    return layout.startswith(_WHERE_ONLY)


def fields_of_answer(
    fields: Mapping[str, str | int | float], number: str
) -> dict[str, str | int | float]:
    """Of an answer: without the token, and with the number that the link went to."""
    told = {name: value for name, value in fields.items() if name != TOKEN_FIELD}
    return {**told, "callback_number": number}
