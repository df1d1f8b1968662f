"""Commands on location links. Who may be sent one is decided here."""

from __future__ import annotations

from aliquot.console.domain.commands import Done, Outcome, Refused, SendLocationLink
from aliquot.console.domain.dialling import WHY_NOT, digits_of, why_not_dial
from aliquot.console.domain.events import LocationLinkAsked, LocationLinkFailed
from aliquot.console.domain.locating import (
    LIVES_US,
    EnterLocationLink,
    NoteLinkFailed,
)
from aliquot.console.service.calls import find_call
from aliquot.console.service.context import Context


def no_gateway(context: Context, command: SendLocationLink) -> Outcome:
    """It comes here only where the profile names no gateway."""
    todo = 'No gateway is set: write [locate] command = ["…"] in profile.toml.'
    return Refused("no_gateway", todo)


def enter_link(context: Context, command: EnterLocationLink) -> Outcome:
    """Logged before it is sent, so that no answer can come before its link."""
    routing: list[str] = []
    call_id = command.call_id or context.new_id()
    if command.call_id is not None:
        row = find_call(context, command.call_id)
        if isinstance(row, Refused):
            return row
        routing += [row.pani] if row.pani else []
    why = why_not_dial(command.number, routing)
    if why is not None:
        text = (
            WHY_NOT[why]
            .replace("call back", "write to")
            .replace("called back", "written to")
        )
        return Refused(why.value, text)
    number, until_us = digits_of(command.number), context.at_us + LIVES_US
    context.work.append(
        LocationLinkAsked(
            call_id=call_id,
            number=number,
            token_sha256=command.token_sha256,
            until_us=until_us,
            at_us=context.at_us,
        )
    )
    return Done({"call_id": call_id, "number": number, "until_us": until_us})


def note_link_failed(context: Context, command: NoteLinkFailed) -> Outcome:
    context.work.append(
        LocationLinkFailed(
            call_id=command.call_id,
            token_sha256=command.token_sha256,
            reason=command.reason,
            at_us=context.at_us,
        )
    )
    return Done({"call_id": command.call_id})
