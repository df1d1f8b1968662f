"""Whether a document will do for a reader: what must be there, references, places."""

from __future__ import annotations

import json

FAULTS = frozenset({"location_not_read", "bad_value", "not_wgs84", "no_fix"})
"""Warnings of the reader that say that something in a document is wrong."""


def faults_of(document: bytes) -> list[str]:
    """What is wrong, in words; nothing when it can be handed over."""
    from aliquot.drivers.ng911.eido_read import read_eidos
    from aliquot.drivers.ng911.ground import Ground

    found: list[str] = []
    read = list(read_eidos(json.loads(document), Ground()))
    for one in read:
        found += [*one.problems, *sorted(one.draft.warnings & FAULTS)]
    return found if read else ["it is no EIDO"]
