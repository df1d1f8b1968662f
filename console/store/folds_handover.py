"""The fold of hand-overs: a line in the narrative. The document stays in the log."""

from __future__ import annotations

from aliquot.console.domain.events import IncidentHandedOver
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds_incidents import system_note


def handed_over(tables: Tables, entry: Entry, event: IncidentHandedOver) -> None:
    text = f"handed over to {event.to} (sha256 {event.sha256[:16]})"
    system_note(tables, entry, event.incident_id, event.at_us, text)
