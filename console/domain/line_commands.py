"""Commands that nobody types: what became of what a person asked of a line."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.console.domain.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAskFailed(Command):
    """What was asked of a line was not sent; see ``events.LineAskFailed``."""

    line: str
    ask: str
    reason: str
    call_id: str | None = None
