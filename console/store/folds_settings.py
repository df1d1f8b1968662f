"""Changes of settings leave no rows: what is set stands in the profile's file."""

from __future__ import annotations

from aliquot.console.domain.event_base import Event
from aliquot.console.store.entry import Entry
from aliquot.console.store.fold_tables import Tables


def no_rows(tables: Tables, entry: Entry, event: Event) -> None:
    """Who changed what is in the log, and nowhere else."""
