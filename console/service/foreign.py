"""Incidents of another CAD, as an import brings them."""

from __future__ import annotations

from dataclasses import replace

from aliquot.console.domain.commands import Done, Outcome, Refused
from aliquot.console.domain.events import Json
from aliquot.console.domain.foreign import ForeignReport, NeverReported, decide
from aliquot.console.domain.foreign_commands import ImportIncidents
from aliquot.console.intake.foreign import event_of
from aliquot.console.service.context import Context

NO_TIME = "it says no time"


def import_incidents(context: Context, command: ImportIncidents) -> Outcome:
    """Each report that is new; what cannot be one is told, and stops no other."""
    if not command.source.strip():
        return Refused("no_source", "Name the CAD that the incidents are of.")
    added: list[Json] = []
    unchanged = 0
    rejected: list[Json] = []
    for index, report in enumerate(command.reports):
        try:
            new = _import(context, command, report)
        except NeverReported as why:
            rejected.append([index, str(why)])
            continue
        if new:
            added.append(index)
        else:
            unchanged += 1
    return Done(
        {
            "imported": len(added),
            "unchanged": unchanged,
            "added": added,
            "rejected": rejected,
        }
    )


def _import(context: Context, command: ImportIncidents, report: ForeignReport) -> bool:
    """Whether it added something."""
    lookup, source = context.work.lookup, command.source.strip()
    if report.digest and lookup.foreign_seen(report.digest):
        return False
    now = lookup.foreign(source, report.source_id)
    if now is None and report.opened_at_us is None and report.as_of_us is None:
        raise NeverReported(NO_TIME)
    decided = decide(now, report)
    if decided.join in ("same", "old"):
        return False
    identity = ("", 0)
    if now is None:
        identity = (context.new_id(), lookup.next_incident_number())
    event = event_of(source, report, now, decided, identity, context.at_us)
    context.work.append(
        replace(
            event,
            layout=command.layout,
            digest=report.digest,
            warnings=[*(["repaired"] if report.repaired else []), *report.warnings],
        )
    )
    return True
