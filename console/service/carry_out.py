"""One command in one transaction of the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    Actor,
    Command,
    Done,
    Failed,
    Outcome,
    Refused,
)
from aliquot.console.domain.handover import EnterHandOver
from aliquot.console.domain.people import Role, parse_role
from aliquot.console.problems import KnownProblem
from aliquot.console.service.context import Context
from aliquot.console.service.handlers import handle
from aliquot.console.service.people import BeginSession
from aliquot.console.service.releases_book import NO_RELEASES, ReleaseSide
from aliquot.console.store.log import LocalLog, LogFull, Work

NOTHING_SAVED = (
    "The disk is full: nothing can be saved. Lines are still read. Free some space now."
)
_REFUSALS = frozenset({"no_entry", "not_erasable"})  # the log's own refusals


class _RolledBack(Exception):  # noqa: N818 - carries an outcome out of a transaction
    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def carry_out(
    log: LocalLog,
    clock: Clock,
    actor: Actor,
    new_id: Callable[[], str],
    command: Command,
    release: ReleaseSide = NO_RELEASES,
) -> tuple[Outcome, frozenset[str]]:
    """The outcome, and the subjects that changed; all of it is on the disk.

    Whatever is not ``Done`` has appended nothing. Raises ``KnownProblem`` when the
    log could not do it: see ``failure``.
    """
    if isinstance(command, BeginSession | EnterHandOver):
        actor = replace(actor, person=command.person_id)
    try:
        with log.work(actor) as work:
            now, role = clock.now(), _role(work, actor)
            outcome = handle(Context(work, now, actor, role, new_id, release), command)
            if not isinstance(outcome, Done):
                raise _RolledBack(outcome)
            return outcome, work.subjects
    except _RolledBack as back:
        return back.outcome, frozenset()


def failure(why: Exception) -> Refused | Failed:
    """The outcome of a command for which ``carry_out`` raised."""
    if isinstance(why, KnownProblem):
        if why.code in _REFUSALS:
            return Refused(why.code, str(why))
        return Failed(why.code, sentence(why))
    return Failed("fault", sentence(why))


def sentence(why: Exception) -> str:
    """What to say of a problem of the log, or of a fault of the program."""
    if isinstance(why, LogFull):
        return NOTHING_SAVED
    fault = f"This is a fault of the program: {why!r}."
    return str(why) if isinstance(why, KnownProblem) else fault


def _role(work: Work, actor: Actor) -> Role | None:
    for person in work.views.people():
        if person.person_id == actor.person:
            return parse_role(person.role)
    return None
