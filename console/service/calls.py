"""Commands on calls, on half-typed forms, and on the lines that calls come by."""

from __future__ import annotations

from aliquot.console.domain.commands import (
    AskLine,
    DialBack,
    Done,
    DropDraft,
    Outcome,
    Refused,
    SaveDraft,
    SetCallAside,
    TakeCall,
)
from aliquot.console.domain.dialling import WHY_NOT, digits_of, why_not_dial
from aliquot.console.domain.events import (
    CallSetAside,
    CallTaken,
    LineAsked,
    LineAskFailed,
)
from aliquot.console.domain.line_commands import NoteAskFailed
from aliquot.console.domain.rows import CallRow, LineRow
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


def ask_line(context: Context, command: AskLine) -> Outcome:
    """Logged before it is sent; whoever carries commands hands it to the line."""
    if command.ask not in ("rebid", "test"):  # what is dialled is looked at first
        return Refused("cannot_ask", f"A line is not asked for a {command.ask} so.")
    row: CallRow | None = None
    if command.call_id is not None:
        found = find_call(context, command.call_id)
        if isinstance(found, Refused):
            return found
        row = found
    number = (row.pani or row.callback_number) if row is not None else None
    if command.ask == "rebid" and number is None:
        return Refused("no_number", "The call has no number to ask for.")
    line = _line_that_can(context, command.ask, row, command.line)
    if isinstance(line, Refused):
        return line
    return _asked(context, line, command.ask, number, row)


def dial_back(context: Context, command: DialBack) -> Outcome:
    row: CallRow | None = None
    if command.call_id is not None:
        found = find_call(context, command.call_id)
        if isinstance(found, Refused):
            return found
        row = found
    number = command.number or (row.callback_number if row is not None else None)
    why = why_not_dial(number, (row.pani or "",) if row is not None else ())
    if why is not None or number is None:
        return Refused(why.value, WHY_NOT[why]) if why else Refused("no_number", "")
    line = _line_that_can(context, "dial", row, None)
    if isinstance(line, Refused):
        return Refused("no_dialling_line", "No line that is up can dial.")
    return _asked(context, line, "dial", digits_of(number), row)


def _line_that_can(
    context: Context, ask: str, row: CallRow | None, name: str | None
) -> LineRow | Refused:
    """The one named, else the call's own, else the first that can; one in trouble
    only where no other can."""
    lines = context.work.views.lines()
    if name is not None:
        named = next((line for line in lines if line.line == name), None)
        if named is None:
            return Refused("no_such_line", f"There is no line {name}.")
        lines = (named,)
    able = [line for line in lines if ask in line.asks]
    if not able:
        return Refused("cannot_ask", f"No line that is up can be asked for a {ask}.")
    own = (row.line, *row.sources) if row is not None else ()
    return min(able, key=lambda line: (line.state == "trouble", line.line not in own))


def _asked(
    context: Context, line: LineRow, ask: str, number: str | None, row: CallRow | None
) -> Done:
    call_id = row.call_id if row is not None else None
    context.work.append(
        LineAsked(
            line=line.line,
            ask=ask,
            number=number,
            call_id=call_id,
            at_us=context.at_us,
        )
    )
    here = None if context.actor.joined else context.actor.position
    position = row.position if ask == "rebid" and row is not None else here
    return Done(
        {
            "line": line.line,
            "ask": ask,
            "number": number,
            "position": position,
            "call_id": call_id,
        }
    )


def note_ask_failed(context: Context, command: NoteAskFailed) -> Outcome:
    context.work.append(
        LineAskFailed(
            line=command.line,
            ask=command.ask,
            reason=command.reason,
            call_id=command.call_id,
            at_us=context.at_us,
        )
    )
    return Done({})
