"""Folds of location links: which call an answer belongs to."""

from __future__ import annotations

from typing import Any

from aliquot.console.domain import events as ev
from aliquot.console.domain.locating import LinkRow
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables


def asked(tables: Tables, entry: Entry, event: ev.LocationLinkAsked) -> None:
    tables.run(
        "INSERT INTO location_links(token_sha256, n, call_id, number, until_us)"
        " VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (event.token_sha256, entry.n, event.call_id, event.number, event.until_us),
    )


def failed(tables: Tables, entry: Entry, event: ev.LocationLinkFailed) -> None:
    """The link stays known: a gateway that was too slow may have sent it."""


def location_link(run: Any, token_sha256: str) -> LinkRow | None:
    row = run(
        "SELECT call_id, number, until_us FROM location_links WHERE token_sha256 = ?",
        (token_sha256,),
    ).fetchone()
    return None if row is None else LinkRow(*row)
