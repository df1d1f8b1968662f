"""Commands on calls, and on half-typed forms."""

from __future__ import annotations

from aliquot.console.domain.commands import (
    Done,
    DropDraft,
    Outcome,
    Refused,
    SaveDraft,
    SetCallAside,
    TakeCall,
)
from aliquot.console.domain.events import CallSetAside, CallTaken
from aliquot.console.domain.rows import CallRow
from aliquot.console.service.context import Context


def find_call(context: Context, call_id: str) -> CallRow | Refused:
    detail = context.work.views.call(call_id)
    if detail is None:
        return Refused("no_such_call", f"There is no call {call_id}.")
    return detail.row


def take_call(context: Context, command: TakeCall) -> Outcome:
    row = find_call(context, command.call_id)
    if isinstance(row, Refused):
        return row
    if row.form_id is not None:
        if row.form_id == command.form_id:
            return Done({"call_id": row.call_id})
        return Refused("call_taken", f"{row.taken_by or 'Somebody'} has this call.")
    context.work.append(
        CallTaken(call_id=row.call_id, form_id=command.form_id, at_us=context.at_us)
    )
    return Done({"call_id": row.call_id})


def set_call_aside(context: Context, command: SetCallAside) -> Outcome:
    row = find_call(context, command.call_id)
    if isinstance(row, Refused):
        return row
    if row.form_id is not None:
        return Refused("call_taken", "The call is in a form; close that instead.")
    if not command.reason.strip():
        return Refused("no_reason", "Say why the call needs no form.")
    if row.waiting:
        context.work.append(
            CallSetAside(
                call_id=row.call_id, reason=command.reason.strip(), at_us=context.at_us
            )
        )
    return Done({"call_id": row.call_id})


def save_draft(context: Context, command: SaveDraft) -> Outcome:
    context.work.save_draft(command.form_id, command.body, context.at_us)
    return Done({"form_id": command.form_id})


def drop_draft(context: Context, command: DropDraft) -> Outcome:
    context.work.drop_draft(command.form_id)
    return Done({"form_id": command.form_id})
