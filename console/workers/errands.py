"""The thread for commands that take files or other machines as well as the log.

A change of settings is checked, logged, written, and its line begun anew; a hand-over
is logged and then delivered. Each is one after the other, and nobody else waits.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

from aliquot.console.domain.commands import Actor, Command, Done, Failed, Outcome
from aliquot.console.domain.event_base import Json
from aliquot.console.domain.handover import HandOverAs, HandOverIncident
from aliquot.console.domain.people import parse_role
from aliquot.console.domain.ports import Views
from aliquot.console.domain.settings_commands import (
    NOW,
    ChangeLineSettings,
    ChangeLineSettingsAs,
)
from aliquot.console.problems import KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.service.handlers import not_allowed
from aliquot.console.workers.helper import CLOSING, tell
from aliquot.console.workers.inbox import Asked
from aliquot.console.workers.lines import Lines

_log = logging.getLogger(__name__)
ERRANDS = (ChangeLineSettings, ChangeLineSettingsAs, HandOverIncident, HandOverAs)
ANSWER_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nothing(Command):
    """Changes nothing: when it was refused, all that came before it is dealt with."""


class Errands(threading.Thread):
    """``route`` has carried out what is for the log alone; ``actor``: who is at the
    desk. Rights count in the log's transaction; they are looked at before that, too, so
    that who may not leaves no folder and no file behind."""

    def __init__(
        self,
        profile: Profile,
        lines: Lines,
        route: Callable[[Asked], None],
        views: Callable[[], Views],
        actor: Callable[[], Actor],
    ) -> None:
        super().__init__(name="errands", daemon=True)
        self._profile = profile
        self._lines = lines
        self._route = route
        self._views = views
        self._actor = actor
        self._queue: SimpleQueue[Asked | None] = SimpleQueue()
        self._guard = threading.Lock()
        self._stopping = False

    def ask(self, item: Asked) -> None:
        """From any thread; it never waits."""
        with self._guard:
            if not self._stopping:
                self._queue.put(item)
                return
        tell(item, CLOSING)

    def stop(self) -> None:
        """What is begun is done; what waits is told that the console closes."""
        with self._guard:
            self._stopping = True
            self._queue.put(None)

    def run(self) -> None:
        while (item := self._queue.get()) is not None:
            try:
                outcome = CLOSING if self._stopping else self._run_one(item)
            except Exception as bug:  # noqa: BLE001 - others wait
                _log.exception("%s failed.", type(item.command).__name__)
                text = f"This is a fault of the program: {bug!r}."
                outcome = Failed("fault", text)
            tell(item, outcome)

    def _run_one(self, item: Asked) -> Outcome:
        command = item.command

        def do(inner: Command) -> Outcome:
            return self._do(item, inner)

        if refused := self._refused(item):
            return refused
        if isinstance(command, ChangeLineSettings):
            return self._change(command, do)
        assert isinstance(command, HandOverIncident | HandOverAs)
        from aliquot.console.eido.handing import hand_over

        partners = self._profile.settings.partners
        outcome = hand_over(self._profile.folder, partners, command, do)
        far = item.actor is not None and item.actor.joined
        return _without_document(outcome) if far else outcome

    def _refused(self, item: Asked) -> Outcome | None:
        actor = item.actor or self._actor()
        try:
            people = self._views().people()
        except KnownProblem as why:
            return Failed(why.code, str(why))
        roles = (p.role for p in people if p.person_id == actor.person)
        return not_allowed(item.command, parse_role(next(roles, "")), actor.joined)

    def _change(
        self, command: ChangeLineSettings, do: Callable[[Command], Outcome]
    ) -> Outcome:
        from aliquot.console.line_change import change_line

        outcome = change_line(self._profile.folder, command, do)
        if not isinstance(outcome, Done) or not outcome.result["changes"]:
            return outcome
        self._profile.reload()
        also = self._lines.partners(command.line)
        why = self._lines.begin_anew(command.line, partial(_settle, do))
        result = dict(outcome.result)
        if why is None:
            result["applied"] = NOW
            del result["why"]
            if also:
                result["also_begun"] = list[Json](also)
        else:
            result["why"] = why
        return Done(result)

    def _do(self, item: Asked, command: Command) -> Outcome:
        answer: Future[Outcome] = Future()
        self._route(Asked(command, item.actor, answer.set_result))
        try:
            return answer.result(ANSWER_S)
        except FutureTimeoutError:
            return Failed("no_answer", f"No answer came within {ANSWER_S:g} s.")


def _without_document(outcome: Outcome) -> Outcome:
    """For a second window: a document may be larger than a frame."""
    if not isinstance(outcome, Done):
        return outcome
    return Done({k: v for k, v in outcome.result.items() if k != "eido"})


def _settle(do: Callable[[Command], Outcome]) -> None:
    do(_Nothing())
