"""The folds of hand-overs: lines in the narrative. The document stays in the log."""

from __future__ import annotations

from aliquot.console.domain.events import (
    HandOverDelivered,
    HandOverNotDelivered,
    IncidentHandedOver,
)
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables
from aliquot.console.store.folds_incidents import system_note


def handed_over(tables: Tables, entry: Entry, event: IncidentHandedOver) -> None:
    text = f"handed over to {event.to} (sha256 {event.sha256[:16]})"
    system_note(tables, entry, event.incident_id, event.at_us, text)


def delivered(tables: Tables, entry: Entry, event: HandOverDelivered) -> None:
    did = "written to" if event.how == "file" else "taken by"
    text = f"hand-over to {event.to}: {did} {event.where}"
    system_note(tables, entry, event.incident_id, event.at_us, text)


def not_delivered(tables: Tables, entry: Entry, event: HandOverNotDelivered) -> None:
    text = f"hand-over to {event.to} NOT delivered: {event.reason}"
    system_note(tables, entry, event.incident_id, event.at_us, text)
