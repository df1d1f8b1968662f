"""A second desk on the profile of a console that runs: another process, same log.

It reads for itself and writes nothing: what it asks for goes to the running console,
which alone knows who is signed in here. While that one is away, what is there can
still be read; nothing can be changed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace

from aliquot.console import frames
from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    NOBODY,
    Actor,
    Command,
    Failed,
    Outcome,
    SaveDraft,
)
from aliquot.console.domain.geocoding import Geocoder
from aliquot.console.domain.line_sheet import LineSheets
from aliquot.console.domain.people import Sight
from aliquot.console.domain.ports import Changed, Views
from aliquot.console.domain.release_rows import Releases
from aliquot.console.domain.rows import LogStatus
from aliquot.console.domain.seen import SeenReleases, SeenViews
from aliquot.console.geo.geofile_folder import FOLDER as GEOFILE
from aliquot.console.geocode.book import PlaceBook
from aliquot.console.listeners import Listeners
from aliquot.console.problems import EXIT_LOCKED, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.releasing import make_book
from aliquot.console.service.releases_book import ReleaseSide
from aliquot.console.store.database import open_database
from aliquot.console.store.folds_places import picks_of
from aliquot.console.store.release_policies import PoliciesOf
from aliquot.console.store.release_protected import ProtectedOf
from aliquot.console.store.tree_views import TreeTables
from aliquot.console.store.views import SqlViews
from aliquot.console.workers.places import PlaceReader
from aliquot.console.workers.rules import RulesReader
from aliquot.console.workers.seat_link import Ears, SeatLink

_log = logging.getLogger(__name__)

STOP_S = 10.0
START_S = 5.0
_ALL_CALLS = 500
_KINDS = ("call:", "incident:", "unit:", "line:", "person:", "draft:")
ALWAYS = frozenset({*_KINDS, "release:", "session", "log"})
"""Subjects of a re-read that are there whatever the log holds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether things can be changed here, and what to say when they cannot."""

    connected: bool
    message: str | None = None


class _Reader:
    """A reading connection for one thread, opened anew after each reconnect: what
    lies at the path may be another file by then."""

    def __init__(self, profile: Profile, age: Callable[[], int]) -> None:
        self._profile = profile
        self._now = age
        self._age = -1
        self._views: SqlViews | None = None

    def __call__(self) -> SqlViews:
        if self._views is None or self._age != self._now():
            self.close()
            self._age = self._now()
            path = self._profile.log_path
            self._views = SqlViews(open_database(path, read_only=True, any_thread=True))
        return self._views

    def close(self) -> None:
        views, self._views = self._views, None
        if views is not None:
            views.close()


class JoinedViews(SeenViews):
    """What the person at this desk may see; with what is to be said of the console."""

    def __init__(self, reader: _Reader, desk: JoinedDesk) -> None:
        super().__init__(reader, lambda: desk.actor.person, desk.begun_here)
        self._desk = desk
        self.reader = reader

    def log_status(self) -> LogStatus:
        status = super().log_status()
        return replace(status, problem=self._desk.standing.message or status.problem)


class JoinedDesk:
    """``ports.Desk`` beside a running ``Core``. ``start`` connects.

    Call-backs are called in the thread of the link, or of the one that reads rules. After a reconnect, and whenever
    somebody signs in or out here, everything is published as changed.
    """

    def __init__(self, profile: Profile, clock: Clock) -> None:
        self._profile = profile
        self._clock = clock
        self._guard = threading.Lock()
        self._local = threading.local()
        self._all_views: list[JoinedViews] = []
        self._listeners = Listeners()
        self._forms: set[str] = set()
        self._actor = Actor(NOBODY, "joined", joined=True)
        self._desk = profile.settings.desk
        self._standing = Standing(False, self._closed())
        self._age = 0
        self._link: SeatLink | None = None
        protected = ProtectedOf(lambda: self.views().reader().connection)
        policies = PoliciesOf(lambda: self.views().reader().connection)
        self._book = make_book(profile, self._tree_decided, protected, policies)
        self._rules: RulesReader | None = None
        self._first: Future[None] = Future()
        self._places = PlaceBook(profile.folder / GEOFILE)
        self._place_reader: PlaceReader | None = None

    @property
    def profile(self) -> Profile:
        return self._profile

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def actor(self) -> Actor:
        """Who is signed in here, as the console said it last."""
        return self._actor

    @property
    def standing(self) -> Standing:
        return self._standing

    def begun_here(self, form_id: str) -> bool:
        """Whether a form was begun at this desk, since it was opened."""
        return form_id in self._forms

    def start(self, patience_s: float = START_S) -> None:
        """Connect. Raises ``KnownProblem``: ``no_console`` (exit 3) when none answers
        within ``patience_s``, ``other_version``, ``turned_away``."""
        ears = Ears(
            self._welcomed, self._signed_in, self._changed, self._lost, self._away
        )
        self._link = SeatLink(self._profile.seats_path, self._clock, ears)
        self._link.start()
        try:
            self._first.result(patience_s)
        except FutureTimeoutError:
            self.stop()
            text = f"No console answers at {self._profile.seats_path}."
            raise KnownProblem("no_console", text, EXIT_LOCKED) from None
        except KnownProblem:
            self.stop()
            raise
        self._rules = RulesReader(self._book, self._rules_read)
        self._rules.start()
        picks = picks_of(lambda: self.views().reader().connection)
        self._place_reader = PlaceReader(self._places, picks, self._geofile_read)
        self._place_reader.start()
        self._listeners.add(self._place_reader.changed)

    def stop(self) -> list[str]:
        """Leave; the console ends the session. Names of threads that did not end."""
        link, self._link = self._link, None
        rules, self._rules = self._rules, None
        places, self._place_reader = self._place_reader, None
        if link is None:
            return []
        others = (part for part in (rules, places) if part is not None)
        threads: list[SeatLink | RulesReader | PlaceReader] = [link, *others]
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(STOP_S)
        if left := [thread.name for thread in threads if thread.is_alive()]:
            _log.error("These threads did not end within %g s: %s.", STOP_S, left)
            return left
        link.close()
        with self._guard:
            views, self._all_views = self._all_views, []
            self._local = threading.local()
        for view in views:
            view.reader.close()
        return []

    def views(self) -> JoinedViews:
        """A reader for the calling thread, the same one each time."""
        found: JoinedViews | None = getattr(self._local, "views", None)
        if found is None:
            found = JoinedViews(_Reader(self._profile, lambda: self._age), self)
            self._local.views = found
            with self._guard:
                self._all_views.append(found)
        return found

    def releases(self) -> SeenReleases:
        """The read side of the release desk, for the calling thread."""
        views = self.views()
        side = ReleaseSide(self._book.now, self._profile.settings.partners)

        def inner() -> Releases:
            from aliquot.console.service.releases_read import ReleaseReads

            return ReleaseReads(views.reader(), self._clock, side)

        return SeenReleases(inner, lambda: views.sights)

    def line_sheets(self) -> LineSheets:
        """Settings of the lines as the file has them now, for who may see lines."""
        from aliquot.console.lab.line_sheets import line_sheets

        if Sight.LINES not in self.views().sights:
            return LineSheets()
        try:
            self._profile.reload()
        except (KnownProblem, OSError, UnicodeDecodeError) as why:
            _log.info("The settings cannot be read again: %s", why)
        return line_sheets(self._profile)

    def _tree_decided(self) -> str | None:
        return TreeTables(self.views().reader().connection).decided()

    def places(self) -> Geocoder | None:
        """The agency's streets, for the GUI thread."""
        return self._places.geocoder

    def _geofile_read(self, subjects: frozenset[str]) -> None:
        self._listeners.publish(Changed(subjects))

    def _rules_read(self, changed: Changed) -> None:
        """Who signs in later reads everything anew."""
        if self._actor.person != NOBODY:
            self._listeners.publish(changed)

    def submit(
        self, command: Command, done: Callable[[Outcome], None] | None = None
    ) -> None:
        """Returns at once. ``done`` is called in the link's thread."""
        if isinstance(command, SaveDraft):
            self._forms.add(command.form_id)
        link = self._link
        if link is not None:
            link.ask(command, done or _heedless)
        elif done is not None:
            done(Failed("closed", "This window is closed."))

    def call(self, command: Command, timeout: float = 30.0) -> Outcome:
        """Ask and wait. Not for the link's thread nor for a GUI."""
        answer: Future[Outcome] = Future()
        self.submit(command, answer.set_result)
        try:
            return answer.result(timeout)
        except FutureTimeoutError:
            return Failed("no_answer", f"No answer came within {timeout:g} s.")

    def subscribe(self, changed: Callable[[Changed], None]) -> Callable[[], None]:
        """``changed`` is called in the link's thread after each commit.

        The value returned ends the subscription.
        """
        return self._listeners.add(changed)

    # In the link's thread.

    def _welcomed(self, welcome: frames.Welcome) -> None:
        self._desk = welcome.desk
        self._actor = Actor(NOBODY, welcome.position, joined=True)
        self._standing = Standing(True)
        self._age += 1
        if not self._first.done():
            self._first.set_result(None)
        self._listeners.publish(self._everything())

    def _signed_in(self, person: str) -> None:
        self._actor = replace(self._actor, person=person)
        self._listeners.publish(self._everything())

    def _changed(self, changed: Changed) -> None:
        if frames.ALL in changed.subjects:
            changed = replace(self._everything(), stamp_ns=changed.stamp_ns)
        self._listeners.publish(changed)

    def _lost(self, why: frames.BadFrame | None) -> None:
        """Who is signed in may go on reading what is there; see ``_welcomed``."""
        self._standing = Standing(False, self._closed() if why is None else str(why))
        if why is not None and not self._first.done():
            self._first.set_exception(KnownProblem(why.code, str(why)))
        self._listeners.publish(Changed(frozenset({"session", "log"})))

    def _away(self) -> Failed:
        return Failed("console_away", self._standing.message or self._closed())

    def _closed(self) -> str:
        return (
            f"The console at position {self._desk} is closed. "
            "Nothing can be changed here until it is back."
        )

    def _everything(self) -> Changed:
        """All subjects that a screen may show, so that each part reads anew."""
        try:
            return Changed(ALWAYS | _subjects(self.views().reader()))
        except KnownProblem as why:
            _log.info("The log cannot be read now: %s", why)
            return Changed(ALWAYS)


def _subjects(views: Views) -> frozenset[str]:
    """As in ``Changed``: of all that is open, and of what was heard last."""
    return frozenset(
        (
            *(f"call:{row.call_id}" for row in views.recent_calls(_ALL_CALLS)),
            *(f"incident:{row.incident_id}" for row in views.board(_ALL_CALLS)),
            *(f"unit:{row.unit_id}" for row in views.units()),
            *(f"line:{row.line}" for row in views.lines()),
        )
    )


def _heedless(outcome: Outcome) -> None:
    """For who does not want to know."""
