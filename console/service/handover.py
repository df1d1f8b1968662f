"""Commands that hand an incident over to another agency."""

from __future__ import annotations

import hashlib

from aliquot.console.domain.commands import NOBODY, Done, Outcome, Refused
from aliquot.console.domain.events import (
    HandOverDelivered,
    HandOverNotDelivered,
    IncidentHandedOver,
)
from aliquot.console.domain.handover import (
    EnterHandOver,
    HandOverIncident,
    NoteHandOver,
)
from aliquot.console.eido.checking import faults_of
from aliquot.console.eido.export import Sender, build_eido, to_bytes
from aliquot.console.service.context import Context

LONGEST_NAME = 200


def hand_over(context: Context, command: HandOverIncident | EnterHandOver) -> Outcome:
    """The document and its entry in the log, in one transaction."""
    person = context.actor.person
    views = context.work.views
    if person == NOBODY:
        return Refused("not_allowed", "Nobody is signed in: sign in first.")
    if refusal := _bad_name(command.to, "receiver") or _bad_name(
        command.agency, "agency"
    ):
        return refusal
    row = views.incident(command.incident_id)
    if row is None:
        return Refused(
            "no_such_incident", f"There is no incident {command.incident_id}."
        )
    detail = views.call(row.call_id) if row.call_id is not None else None
    names = {one.person_id: one.name for one in views.people()}
    sender = Sender(command.agency.strip(), names.get(person, person))
    document = build_eido(
        row,
        views.narrative(row.incident_id),
        sender,
        context.at_us,
        detail.row if detail is not None else None,
    )
    data = to_bytes(document)
    if faults := faults_of(data):
        text = f"The document would not be valid: {'; '.join(faults)}."
        return Refused("not_valid", text)
    event = IncidentHandedOver(
        incident_id=row.incident_id,
        handover_id=context.new_id(),
        to=command.to.strip(),
        sha256=hashlib.sha256(data).hexdigest(),
        eido=data.decode("utf-8"),
        at_us=context.at_us,
    )
    context.work.append(event)
    return Done(
        {
            "handover_id": event.handover_id,
            "incident_id": event.incident_id,
            "to": event.to,
            "sha256": event.sha256,
            "eido": event.eido,
        }
    )


def note_hand_over(context: Context, command: NoteHandOver) -> Outcome:
    about = (command.incident_id, command.handover_id, command.to)
    incident_id, handover_id, to = about
    event: HandOverDelivered | HandOverNotDelivered
    if command.reason:
        event = HandOverNotDelivered(
            incident_id=incident_id,
            handover_id=handover_id,
            to=to,
            reason=command.reason,
            at_us=context.at_us,
        )
    else:
        event = HandOverDelivered(
            incident_id=incident_id,
            handover_id=handover_id,
            to=to,
            how=command.how,
            where=command.where,
            at_us=context.at_us,
        )
    context.work.append(event)
    return Done({})


def _bad_name(name: str, what: str) -> Refused | None:
    if name.strip() and len(name) <= LONGEST_NAME and name.isprintable():
        return None
    text = f"The {what} needs a name of 1 to {LONGEST_NAME} printable characters."
    return Refused("bad_name", text)
