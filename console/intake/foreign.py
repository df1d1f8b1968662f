"""From what another CAD said to the event that is logged."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Protocol

import rfc8785

from aliquot.console.domain.events import ForeignIncidentReceived, Json
from aliquot.console.domain.foreign import (
    Decided,
    ForeignNow,
    ForeignReport,
    NeverReported,
    decide,
)
from aliquot.console.domain.incident_types import incident_types
from aliquot.console.domain.incidents import BadField, clean_fields, present
from aliquot.drivers.incidents.api import ForeignHeard, ForeignIncident

_FIELDS = (
    *("type_code", "priority", "place", "place_note", "latitude", "longitude"),
    *("caller_name", "callback_number"),
)


class ForeignLookup(Protocol):
    """What is asked of the log."""

    def foreign(self, source: str, source_id: str) -> ForeignNow | None: ...

    def next_incident_number(self) -> int: ...


class ForeignReads(Protocol):
    """The read side of one transaction."""

    @property
    def lookup(self) -> ForeignLookup: ...


def report_of(said: ForeignIncident, source: str = "") -> ForeignReport:
    """With fields as incidents have them; what cannot be one is left out.

    The digest is of ``source`` and all that was said.
    """
    fields: dict[str, Json] = {}
    for name in _FIELDS:
        value = getattr(said, name)
        if value is not None:
            fields |= _clean(name, value)
    if (fields.get("latitude") is None) != (fields.get("longitude") is None):
        fields = {k: v for k, v in fields.items() if k not in ("latitude", "longitude")}
    kind = incident_types().get(str(fields.get("type_code")))
    if kind is not None:
        fields.setdefault("priority", kind.priority)
    whole = {"source": source, **asdict(said), "repairs": []}
    del whole["warnings"]  # two that say the same have one digest
    plain = rfc8785.dumps(whole)
    return ForeignReport(
        source_id=said.source_id,
        fields=fields,
        type_text=said.type_text,
        state=said.state,
        opened_at_us=said.received_us,
        closed_at_us=said.closed_us,
        as_of_us=said.as_of_us,
        disposition=said.disposition,
        units=said.units,
        add_units=said.add_units,
        note=said.note,
        digest=hashlib.sha256(plain).hexdigest()[:32],
        repaired=bool(said.repairs),
        warnings=said.warnings,
    )


def _clean(name: str, value: Json) -> dict[str, Json]:
    try:
        return present(clean_fields({name: value}))
    except BadField:
        return {}


def event_of(
    source: str,
    report: ForeignReport,
    now: ForeignNow | None,
    decided: Decided,
    identity: tuple[str, int],
    at_us: int,
) -> ForeignIncidentReceived:
    """``identity``: id and number of an incident that is not known yet."""
    incident_id, number = identity if now is None else (now.incident_id, now.number)
    return ForeignIncidentReceived(
        incident_id=incident_id,
        number=number,
        source=source,
        source_id=report.source_id,
        join=decided.join,
        changes=decided.changes,
        type_text=report.type_text,
        state=report.state,
        opened_at_us=report.opened_at_us,
        closed_at_us=report.closed_at_us,
        as_of_us=report.as_of_us,
        disposition=report.disposition,
        units=None if decided.units is None else list(decided.units),
        note=report.note,
        at_us=at_us,
    )


def heard_event(
    line: str, heard: ForeignHeard, reads: ForeignReads, new_id: Callable[[], str]
) -> ForeignIncidentReceived:
    """The event of what a line said; the caller appends it in the same transaction.

    An ending of something that was never reported opens it, closed: its bytes must
    be in the log, and they tell of an incident there was.
    """
    source = heard.source or line
    report = report_of(heard.incident, source)
    now = reads.lookup.foreign(source, report.source_id)
    try:
        decided = decide(now, report)
    except NeverReported:
        decided = Decided("opened", {}, None)
    number = reads.lookup.next_incident_number() if now is None else now.number
    event = event_of(source, report, now, decided, (new_id(), number), heard.utc_us)
    return replace(
        event,
        line=line,
        layout=heard.layout,
        warnings=list(heard.warnings),
        raw=b64encode(heard.raw).decode("ascii"),
        start=heard.start,
        end=heard.end,
    )
