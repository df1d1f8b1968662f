"""From a command that asks a line, once it is logged, to the line and back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from aliquot.console.domain.commands import AskLine, DialBack, Done, Outcome, Refused
from aliquot.console.domain.events import Json
from aliquot.console.domain.line_commands import NoteAskFailed
from aliquot.console.workers.inbox import Asked, Inbox
from aliquot.console.workers.reader import LineReader
from aliquot.console.workers.talk import Sent
from aliquot.drivers.lines.talk import Ask, AskKind

ASKING = (AskLine, DialBack)

_SAID = {
    Sent.CANNOT: "{line} cannot do that now.",
    Sent.DOWN: "{line} is not up: nothing was sent.",
}


class Asking:
    """The outcome of such a command is what the line says, not that it was logged."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.readers: dict[str, LineReader] = {}

    def watched(self, item: Asked) -> Asked:
        """The same command; its line is asked when it was carried out."""
        return replace(item, done=partial(self._logged, item))

    def _logged(self, item: Asked, outcome: Outcome) -> None:  # in the writer thread
        if not isinstance(outcome, Done):
            _answer(item, outcome)
            return
        said = outcome.result
        sent = partial(self._sent, item, outcome)
        reader = self.readers.get(str(said["line"]))
        if reader is None:
            sent(Sent.DOWN)
            return
        ask = Ask(
            AskKind(str(said["ask"])),
            number=_text(said["number"]),
            position=_text(said["position"]),
        )
        reader.ask(ask, sent)

    def _sent(self, item: Asked, outcome: Done, sent: Sent) -> None:  # by the reader
        if sent is Sent.SENT:
            _answer(item, outcome)
            return
        said, line = outcome.result, str(outcome.result["line"])
        failed = NoteAskFailed(
            line=line,
            ask=str(said["ask"]),
            reason=sent.value,
            call_id=_text(said["call_id"]),
        )
        self._inbox.put(Asked(failed, item.actor, None))
        _answer(item, Refused(sent.value, _SAID[sent].format(line=line)))


def _answer(item: Asked, outcome: Outcome) -> None:
    if item.done is not None:
        item.done(outcome)


def _text(value: Json) -> str | None:
    return None if value is None else str(value)
