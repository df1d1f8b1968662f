"""The release side of a console: rules, the threads that send, and the read side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import NOBODY, Actor, Command, Outcome
from aliquot.console.domain.events_policies import SUBJECT as POLICIES
from aliquot.console.domain.events_protected import SUBJECT as PROTECTED
from aliquot.console.domain.events_trees import SUBJECT as TREES
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_rows import PartnerRow
from aliquot.console.geo.geofile_folder import FOLDER, GeofileFolder
from aliquot.console.profile import Profile
from aliquot.console.service.releases_book import (
    Book,
    PolicySays,
    ProtectedSays,
    ReleaseSide,
)
from aliquot.console.store.release_policies import PoliciesOf
from aliquot.console.store.release_protected import ProtectedOf
from aliquot.console.store.release_views import ReleaseTables
from aliquot.console.store.views import SqlViews

if TYPE_CHECKING:
    from aliquot.console.service.releases_prepare import Preparer
    from aliquot.console.service.releases_read import ReleaseReads
    from aliquot.console.service.vault import Vault
    from aliquot.console.workers.embargo import EmbargoWatch
    from aliquot.console.workers.outbox import MakeFeed, Outbox, Schedules

THE_CONSOLE = "release"  # the position of what the console does by itself
_RELEASES = "release:"


def make_book(
    profile: Profile,
    decided: Callable[[], str | None],
    protected: ProtectedSays,
    policies: PolicySays,
) -> Book:
    """The rules that a profile names. ``decided`` and so on: see ``Book``."""
    geofile = profile.folder / FOLDER
    return Book(policy_path(profile), geofile, decided, protected, policies)


def policy_path(profile: Profile) -> Path | None:
    """The file that a profile names; None for the policy that comes along."""
    named = profile.settings.release.policy
    return profile.folder / named if named else None


class Releasing:
    """Made with a console; its threads run from ``start`` to ``stop``.

    ``views``: the reads of the calling thread. ``call`` has the writer carry out a
    command and waits; ``tell`` makes it say that something changed. ``make_feed`` and
    ``schedules`` are for tests.
    """

    def __init__(
        self,
        profile: Profile,
        clock: Clock,
        views: Callable[[], SqlViews],
        call: Callable[[Command, Actor], Outcome],
        tell: Callable[[frozenset[str]], None],
    ) -> None:
        self._clock = clock
        self._views = views
        self._call = call
        self._tell = tell
        self.make_feed: MakeFeed | None = None
        self.schedules: Schedules | None = None
        protected = ProtectedOf(lambda: self._views().connection)
        policies = PoliciesOf(lambda: self._views().connection)
        self.book = make_book(profile, self._tree_decided, protected, policies)
        self._policy = policy_path(profile)
        self._geofile = GeofileFolder(profile.folder / FOLDER)
        self.partners = profile.settings.partners
        self.side = ReleaseSide(self.book.now, self.partners)
        self._watch: EmbargoWatch | None = None
        self._outboxes: tuple[Outbox, ...] = ()

    def start(self) -> None:
        from aliquot.console.workers.embargo import EmbargoWatch
        from aliquot.console.workers.outbox import Outbox, http_feed

        tables, ask = self.tables, self._ask
        self._watch = EmbargoWatch(self.book, self._clock, tables, ask, self._tell)
        self._outboxes = tuple(
            Outbox(
                partner,
                self._clock,
                tables,
                ask,
                self.make_feed or http_feed,
                self.schedules,
                self.book.expiry_us,
            )
            for partner in self.partners
        )
        for thread in (self._watch, *self._outboxes):
            thread.start()

    def stop(self, patience_s: float) -> list[str]:
        """Names of threads that did not end in time."""
        threads: list[Outbox | EmbargoWatch] = [*self._outboxes]
        if self._watch is not None:
            threads.append(self._watch)
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(patience_s)
        self._watch, self._outboxes = None, ()
        return [thread.name for thread in threads if thread.is_alive()]

    def changed(self, changed: Changed) -> None:
        """A commit: wake whoever may have something to do. In the writer thread."""
        if changed.any_of(_RELEASES, TREES, PROTECTED, POLICIES):
            for thread in (self._watch, *self._outboxes):
                if thread is not None:
                    thread.wake()

    def tables(self) -> ReleaseTables:
        """The reads of the calling thread."""
        return ReleaseTables(self._views().connection)

    def preparer(self, vault: Vault) -> Preparer:
        from aliquot.console.service.releases_prepare import Preparer

        refresh = self.book.refresh
        return Preparer(vault, self._clock, refresh, self._geofile, self._policy)

    def _tree_decided(self) -> str | None:
        return self.tables().trees.decided()

    def reads(self) -> ReleaseReads:
        """The read side of the release desk, for the calling thread."""
        from aliquot.console.service.releases_read import ReleaseReads

        return ReleaseReads(
            self._views(), self._clock, self.side, self.attempts, self.partner_rows
        )

    def attempts(self, release_id: str, channel: str, partner: str) -> int:
        """Failed tries of a delivery since the program began."""
        named = (o for o in self._outboxes if o.partner_name == partner)
        return sum(outbox.attempts(release_id, channel) for outbox in named)

    def partner_rows(self) -> tuple[PartnerRow, ...]:
        waiting = self.tables().waiting()
        return tuple(o.status(waiting.get(o.partner_name, 0)) for o in self._outboxes)

    def _ask(self, command: Command) -> Outcome:
        return self._call(command, Actor(NOBODY, THE_CONSOLE))
