"""Commands on incidents: open, change, note, close, reopen."""

from __future__ import annotations

from collections.abc import Mapping

from aliquot.console.domain.commands import (
    AddNote,
    ChangeIncident,
    CloseIncident,
    Done,
    OpenIncident,
    Outcome,
    Refused,
    ReopenIncident,
)
from aliquot.console.domain.events import (
    CallTaken,
    IncidentChanged,
    IncidentClosed,
    IncidentNoted,
    IncidentOpened,
    IncidentReopened,
    Json,
    UnitStatusChanged,
)
from aliquot.console.domain.foreign import FOREIGN_INCIDENT
from aliquot.console.domain.incident_types import incident_types
from aliquot.console.domain.incidents import (
    LONGEST_NOTE,
    BadField,
    IncidentEvent,
    IncidentState,
    changes,
    check_points,
    clean_fields,
    may,
    present,
    unverified,
)
from aliquot.console.domain.positions import fix_fields
from aliquot.console.domain.rows import IncidentRow
from aliquot.console.domain.units import UnitStatus
from aliquot.console.service.calls import find_call
from aliquot.console.service.context import Context


def find_incident(
    context: Context, incident_id: str, event: IncidentEvent
) -> IncidentRow | Refused:
    """The incident, if what ``event`` says may happen to it now."""
    row = context.work.views.incident(incident_id)
    if row is None:
        return Refused("no_such_incident", f"There is no incident {incident_id}.")
    if row.foreign is not None:
        text = f"Incident {row.number} is of {row.foreign.source}: change it there."
        return Refused(FOREIGN_INCIDENT, text)
    if not may(IncidentState(row.state), event):
        if row.state == IncidentState.CLOSED.value:
            return Refused("incident_closed", f"Incident {row.number} is closed.")
        return Refused("not_closed", f"Incident {row.number} is not closed.")
    return row


def open_incident(context: Context, command: OpenIncident) -> Outcome:
    if command.form_id is not None:
        again = context.work.lookup.incident_by_form(command.form_id)
        if again is not None:
            return _named(again)
    try:
        fields = _fields_of_new(command.fields)
    except BadField as why:
        return Refused("bad_field", str(why))
    if not fields and command.call_id is None and not (command.note or "").strip():
        return Refused("empty_form", "The form is empty: give a type or a place.")
    if refusal := _take_its_call(context, command):
        return refusal
    event = IncidentOpened(
        incident_id=context.new_id(),
        number=context.work.lookup.next_incident_number(),
        call_id=command.call_id,
        form_id=command.form_id,
        fields=fields,
        at_us=context.at_us,
    )
    context.work.append(event)
    if command.note and command.note.strip():
        _note(context, event.incident_id, command.note.strip(), None)
    _end_draft(context, command.form_id)
    return Done({"incident_id": event.incident_id, "number": event.number})


def _named(row: IncidentRow) -> Done:
    return Done({"incident_id": row.incident_id, "number": row.number})


def _fields_of_new(given: Mapping[str, Json]) -> dict[str, Json]:
    """Checked fields; a known type brings its priority unless one is given."""
    fields = present(clean_fields(given))
    check_points(fields)
    kind = incident_types().get(str(fields.get("type_code")))
    if kind is not None:
        fields.setdefault("priority", kind.priority)
    return fields


def _take_its_call(context: Context, command: OpenIncident) -> Refused | None:
    """An incident made of a call that nobody took takes it."""
    if command.call_id is None:
        return None
    row = find_call(context, command.call_id)
    if isinstance(row, Refused):
        return row
    if row.form_id is None:
        form_id = command.form_id or context.new_id()
        context.work.append(
            CallTaken(call_id=row.call_id, form_id=form_id, at_us=context.at_us)
        )
    return None


def change_incident(context: Context, command: ChangeIncident) -> Outcome:
    row = find_incident(context, command.incident_id, IncidentEvent.CHANGED)
    if isinstance(row, Refused):
        return row
    try:
        fields = unverified(row.fields, clean_fields(command.fields))
        check_points({**row.fields, **fields})
    except BadField as why:
        return Refused("bad_field", str(why))
    if found := changes(row.fields, fields):
        context.work.append(
            IncidentChanged(
                incident_id=row.incident_id, changes=found, at_us=context.at_us
            )
        )
    _end_draft(context, command.form_id)
    return _named(row)


def add_note(context: Context, command: AddNote) -> Outcome:
    row = find_incident(context, command.incident_id, IncidentEvent.NOTED)
    if isinstance(row, Refused):
        return row
    text = command.text.strip()
    if not text or len(text) > LONGEST_NOTE:
        return Refused("bad_note", f"A note has 1 to {LONGEST_NOTE} characters.")
    if command.strikes is not None:
        notes = {n.note_id: n for n in context.work.views.narrative(row.incident_id)}
        struck = notes.get(command.strikes)
        if struck is None or struck.system or struck.struck:
            return Refused("no_such_note", "There is no such note to strike.")
    return _note(context, row.incident_id, text, command.strikes)


def _note(context: Context, incident_id: str, text: str, strikes: str | None) -> Done:
    note_id = context.new_id()
    context.work.append(
        IncidentNoted(
            incident_id=incident_id,
            note_id=note_id,
            text=text,
            strikes=strikes,
            at_us=context.at_us,
        )
    )
    return Done({"incident_id": incident_id, "note_id": note_id})


def close_incident(context: Context, command: CloseIncident) -> Outcome:
    row = find_incident(context, command.incident_id, IncidentEvent.CLOSED)
    if isinstance(row, Refused):
        return row
    if not command.disposition.strip():
        return Refused("no_disposition", "Say how the incident ended.")
    for unit in row.units:
        context.work.append(
            UnitStatusChanged(
                unit_id=unit.unit_id,
                status=UnitStatus.AVAILABLE.value,
                incident_id=None,
                at_us=context.at_us,
                **fix_fields(command.fixes, unit.unit_id),
            )
        )
    context.work.append(
        IncidentClosed(
            incident_id=row.incident_id,
            disposition=command.disposition.strip(),
            at_us=context.at_us,
        )
    )
    return Done({**_named(row).result, "freed": [u.unit_id for u in row.units]})


def reopen_incident(context: Context, command: ReopenIncident) -> Outcome:
    row = find_incident(context, command.incident_id, IncidentEvent.REOPENED)
    if isinstance(row, Refused):
        return row
    if not command.reason.strip():
        return Refused("no_reason", "Say why the incident is opened again.")
    context.work.append(
        IncidentReopened(
            incident_id=row.incident_id,
            reason=command.reason.strip(),
            at_us=context.at_us,
        )
    )
    return _named(row)


def _end_draft(context: Context, form_id: str | None) -> None:
    if form_id is not None:
        context.work.drop_draft(form_id)
