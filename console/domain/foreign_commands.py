"""What only the command line asks for: files are too large for a second window."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.console.domain.commands import Command
from aliquot.console.domain.foreign import ForeignReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportIncidents(Command):
    """Incidents of another CAD. What was had before adds nothing.

    Done: ``{"imported", "unchanged", "added": [index, ...], "rejected": [[index,
    reason], ...]}`` with indices into ``reports``; ``imported`` counts the added
    ones, which opened or changed an incident."""

    source: str
    layout: str
    reports: tuple[ForeignReport, ...]
