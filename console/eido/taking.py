"""An EIDO that was read, as what an incident form takes. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from aliquot.console.domain.commands import OpenIncident
from aliquot.console.domain.event_base import Json
from aliquot.console.domain.incidents import LONGEST_NOTE, BadField, clean_fields
from aliquot.drivers.ng911.eido_read import Eido

_PAIRS = (("latitude", "longitude"), ("caller_latitude", "caller_longitude"))


def opening(eido: Eido, document: bytes) -> OpenIncident:
    """The command that opens an incident of it. The same document is the same form,
    so that taking it twice opens one incident."""
    fields: dict[str, Json] = {}
    left: list[str] = []
    for name, value in eido.incident.items():
        try:
            fields |= clean_fields({name: value})
        except BadField:
            left.append(f"{name}: {value}")
    for pair in _PAIRS:
        if not all(name in fields for name in pair):
            for name in pair:
                fields.pop(name, None)
    note = "\n".join([*_notes(eido), *left])[:LONGEST_NOTE]
    form_id = f"eido:{hashlib.sha256(document).hexdigest()[:32]}"
    return OpenIncident(fields=fields, form_id=form_id, note=note or None)


def _notes(eido: Eido) -> Iterator[str]:
    """All that the document says in words, and what is wrong with it."""
    yield from eido.draft.notes
    if eido.draft.warnings:
        yield f"Warnings: {', '.join(sorted(eido.draft.warnings))}"
