"""The thread that does what takes long and must not hold up the writer: passwords."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from aliquot.console.domain.commands import (
    Actor,
    ApproveRelease,
    Command,
    Done,
    Failed,
    Outcome,
    ProposeRelease,
    Refused,
)
from aliquot.console.domain.policy_commands import ConfirmPolicyAs
from aliquot.console.domain.protected_commands import ConfirmProtectedAs
from aliquot.console.domain.release_commands import ReleaseAs
from aliquot.console.domain.settings_commands import ActAs
from aliquot.console.domain.tree_commands import ActivateTreeAs
from aliquot.console.problems import KnownProblem
from aliquot.console.store.release_views import ReleaseTables
from aliquot.console.store.views import SqlViews
from aliquot.console.workers.inbox import Asked, Inbox

if TYPE_CHECKING:
    from aliquot.console.service.releases_prepare import Preparer
    from aliquot.console.service.vault import Vault

# What is prepared by a ``Preparer``, whose module is imported with the first of them.
PREPARED = (
    ProposeRelease,
    ApproveRelease,
    ReleaseAs,
    ActivateTreeAs,
    ConfirmProtectedAs,
    ConfirmPolicyAs,
)

CLOSING = Failed("closed", "The console is being closed: this was not done.")

_log = logging.getLogger(__name__)


class Helper(threading.Thread):
    """Turns commands with a password into commands without, for the writer.

    ``vault`` and ``preparer`` are called once, in this thread, when the first of
    them comes: what they import is not paid for by a start without. ``actor``: who
    is at the desk.
    """

    def __init__(
        self,
        inbox: Inbox,
        views: Callable[[], SqlViews],
        vault: Callable[[], Vault],
        preparer: Callable[[Vault], Preparer],
        actor: Callable[[], Actor],
    ) -> None:
        super().__init__(name="helper", daemon=True)
        self._inbox = inbox
        self._views = views
        self._make_vault = vault
        self._make_preparer = preparer
        self._actor = actor
        self._preparer: Preparer | None = None
        self._vault: Vault | None = None
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
        """What is begun is done; what waits is told that the console closes: each
        password takes a while, and any number of them may wait."""
        with self._guard:
            self._stopping = True
            self._queue.put(None)

    def run(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._stopping:
                tell(item, CLOSING)
                continue
            try:
                self._prepare(item)
            except Exception as bug:  # noqa: BLE001 - others wait
                _log.exception("A password could not be dealt with.")
                tell(item, Failed("fault", f"This is a fault of the program: {bug!r}."))

    def _prepare(self, item: Asked) -> None:
        if self._vault is None:
            self._vault = self._make_vault()
        if isinstance(item.command, PREPARED):
            self._prepare_release(item, self._vault)
            return
        if isinstance(item.command, ActAs):
            actor, people = item.actor or self._actor(), self._views().people()
            prepared_as = self._vault.act_as(item.command, actor, people)
            self._pass_on(item, prepared_as, self._vault)
            return
        prepared = self._vault.prepare(item.command, self._views().people())
        if isinstance(prepared, Command):
            done = partial(self._carried_out, item, prepared)
            self._inbox.put(Asked(prepared, item.actor, done))
        else:
            self._say_no(item, prepared, self._vault)

    def _prepare_release(self, item: Asked, vault: Vault) -> None:
        if self._preparer is None:
            self._preparer = self._make_preparer(vault)
        views = self._views()
        actor, stored = item.actor or self._actor(), ReleaseTables(views.connection)
        try:
            prepared = self._preparer.prepare(
                item.command, actor, views.people(), stored
            )
        except KnownProblem as why:
            prepared = Failed(why.code, str(why))
        self._pass_on(item, prepared, vault)

    def _pass_on(
        self, item: Asked, prepared: tuple[Command, Actor] | Outcome, vault: Vault
    ) -> None:
        if isinstance(prepared, tuple):
            self._inbox.put(Asked(*prepared, item.done))
        else:
            self._say_no(item, prepared, vault)

    def _say_no(self, item: Asked, outcome: Outcome, vault: Vault) -> None:
        """Whose password failed is in the log before anybody is told that it did."""
        note = vault.to_note(item.command)
        if note is None:
            tell(item, outcome)
        else:
            self._inbox.put(Asked(note, item.actor, partial(_instead, item, outcome)))

    def _carried_out(self, item: Asked, prepared: Command, outcome: Outcome) -> None:
        """In the writer thread: a key without its person is taken away again."""
        person_id = getattr(prepared, "person_id", None)
        if not isinstance(outcome, Done) and hasattr(prepared, "public_key"):
            assert self._vault is not None
            self._vault.forget(str(person_id))
        tell(item, outcome)


def _instead(item: Asked, outcome: Outcome, _noted: Outcome) -> None:
    """Whatever became of the note: the refusal stands."""
    tell(item, outcome)


def tell(item: Asked, outcome: Outcome | Refused) -> None:
    """The asker, whatever that does with it."""
    try:
        if item.done is not None:
            item.done(outcome)
    except Exception:  # noqa: BLE001 - the asker's fault is not that of the others
        _log.exception("An outcome could not be handed over.")
