"""Answers to location links: to the call that the link was sent for, or nowhere."""

from __future__ import annotations

from typing import Protocol

from aliquot.console.domain.locating import TOKEN_FIELD, LinkRow, hash_of
from aliquot.drivers.lines.api import AliRecord


class Links(Protocol):
    """What is asked of the log."""

    def location_link(self, token_sha256: str) -> LinkRow | None: ...


def token_of(heard: AliRecord) -> str | None:
    token = heard.fields.get(TOKEN_FIELD)
    return token if isinstance(token, str) else None


def link_of(heard: AliRecord, token: str, links: Links) -> LinkRow | None:
    """None when nobody was sent it, or it has expired: whoever can reach the endpoint
    could otherwise make calls."""
    link = links.location_link(hash_of(token))
    return link if link is not None and heard.utc_us <= link.until_us else None
