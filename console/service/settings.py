"""Commands on settings of lines: the entry in the log. The file is another's work."""

from __future__ import annotations

from aliquot.console.domain.commands import NOBODY, Done, Outcome, Refused
from aliquot.console.domain.events import LineSettingsChanged, LineSettingsFailed
from aliquot.console.domain.settings_commands import (
    ChangeLineSettings,
    EnterLineSettings,
    NoteSettingsFailed,
)
from aliquot.console.service.context import Context

COMMAND_LINE = "cli"


def no_desk(context: Context, command: ChangeLineSettings) -> Outcome:
    """It comes here only where nobody writes the file."""
    return Refused("no_settings", "The settings cannot be changed from here.")


def enter_line_settings(context: Context, command: EnterLineSettings) -> Outcome:
    """Logged before the file is replaced, with who did it."""
    nobody = context.actor.person == NOBODY
    at_desk = context.actor.position != COMMAND_LINE
    if nobody and at_desk and context.work.views.people():
        text = "Nobody is signed in: sign in first, so that it is known who did it."
        return Refused("not_allowed", text)
    context.work.append(
        LineSettingsChanged(
            line=command.line,
            changes=command.changes,
            sha256=command.sha256,
            at_us=context.at_us,
        )
    )
    return Done({"line": command.line})


def note_settings_failed(context: Context, command: NoteSettingsFailed) -> Outcome:
    context.work.append(
        LineSettingsFailed(
            line=command.line,
            sha256=command.sha256,
            reason=command.reason,
            at_us=context.at_us,
        )
    )
    return Done({})
