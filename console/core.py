"""The console without a screen: profile, log, lines and services, put together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace
from typing import TYPE_CHECKING

from aliquot.console.beside import Beside
from aliquot.console.clock import Clock
from aliquot.console.desk_views import DeskViews
from aliquot.console.domain.commands import (
    Actor,
    AddPerson,
    Command,
    Failed,
    Outcome,
    SendLocationLink,
    SignIn,
)
from aliquot.console.domain.erasing import acted
from aliquot.console.domain.geocoding import Geocoder
from aliquot.console.domain.handover import HandOverAs
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_rows import Releases
from aliquot.console.domain.rows import NoiseRow
from aliquot.console.domain.settings_commands import ActAs
from aliquot.console.geo.geofile_folder import FOLDER as GEOFILE
from aliquot.console.listeners import Listeners
from aliquot.console.profile import Profile, make_private_folder
from aliquot.console.releasing import Releasing
from aliquot.console.remote import new_id, outside_actor
from aliquot.console.settings import LineConfig
from aliquot.console.store.folds_places import picks_of
from aliquot.console.store.lock import WriterLock
from aliquot.console.store.log import LocalLog
from aliquot.console.store.views import space_problem
from aliquot.console.workers.asking import ASKING
from aliquot.console.workers.door import Door
from aliquot.console.workers.ending import STOP_S, ended, join
from aliquot.console.workers.errands import ERRANDS, Errands
from aliquot.console.workers.gateway import Gateway
from aliquot.console.workers.helper import PREPARED, Helper
from aliquot.console.workers.inbox import Asked, Inbox, Leave, Tell
from aliquot.console.workers.lanes import Lanes, Unsaved
from aliquot.console.workers.lines import Lines
from aliquot.console.workers.reader import MakeSource
from aliquot.console.workers.recovery import recover
from aliquot.console.workers.reserve import Reserve, space_warning
from aliquot.console.workers.seats import POSITIONS, Seats
from aliquot.console.workers.writer import Writer, WriterParts
from aliquot.drivers.lines.api import ByteSource, LineState, SourceError

if TYPE_CHECKING:
    from aliquot.console.service.vault import Vault

_log = logging.getLogger(__name__)

_CLOSED = Failed("closed", "The console is closed.")


def open_source(line: LineConfig, skip: int) -> ByteSource:
    """The source that a profile names; ``skip`` is for replays, in bytes."""
    from aliquot.drivers.lines.sources import make_source

    try:
        return make_source(
            line.source,
            line.baud,
            line.format,
            start_offset=skip,
            options=line.reading.options,
        )
    except ValueError as why:
        raise SourceError(
            LineState.MISSING, f"{why}. Correct it in profile.toml."
        ) from None


class Core:
    """``ports.Desk`` on a profile. Everything is made in ``start``.

    ``make_source`` and ``pause`` (see ``LineReader``) are for tests.
    """

    def __init__(
        self,
        profile: Profile,
        clock: Clock,
        *,
        make_source: MakeSource = open_source,
        pause: Callable[[float], bool] | None = None,
    ) -> None:
        self._profile = profile
        self._clock = clock
        self._inbox = Inbox()
        self._lock = WriterLock(profile.lock_path)
        self._listeners = Listeners()
        self._guard = threading.Lock()
        self._local = threading.local()
        self._views: list[DeskViews] = []
        self._lanes: Lanes | None = None
        self.not_saved: Unsaved | None = None  # known when it was stopped
        self._writer: Writer | None = None
        self._helper: Helper | None = None
        self._lines = Lines(profile, self._inbox, clock, make_source, pause)
        self._errands: Errands | None = None
        self._gateway: Gateway | None = None
        self._door: Door | None = None
        self._seats: Seats | None = None
        self._releasing = Releasing(
            profile, clock, self.views, self._call_as, self._tell
        )
        tables = self._releasing.tables
        call, tell = self._call_as, self._tell
        picks = picks_of(lambda: self.views().connection)
        geofile = profile.folder / GEOFILE
        self.beside = Beside(
            profile.settings, clock, tables, call, tell, geofile, picks
        )

    @property
    def profile(self) -> Profile:
        return self._profile

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def actor(self) -> Actor:
        """Who is signed in at this desk now."""
        assert self._writer is not None, "start() first"
        return self._writer.actor

    @property
    def idle(self) -> threading.Event:
        """Set while every line is a replay at its end and all of it is logged."""
        assert self._writer is not None, "start() first"
        return self._writer.idle

    def start(self) -> None:
        """Take the lock, open the log, go on where it ended, open the lines.

        Raises ``KnownProblem``: ``profile_locked`` (exit 3) and what the log raises.
        Nothing of it runs then.
        """
        self._lock.acquire()
        try:
            make_private_folder(self._profile.spool_folder)
            self._start_writer()
            self._start_others()
        except BaseException:
            if not self.stop():
                self._lock.release()
            raise

    def _start_others(self) -> None:
        self._helper = Helper(
            self._inbox,
            self.views,
            self._make_vault,
            self._releasing.preparer,
            lambda: self.actor,
        )
        self._helper.start()
        self._gateway = Gateway(self._profile.settings.locate, self._inbox)
        self._gateway.start()
        assert self._lanes is not None
        self._lines.start(self._lanes)
        self._errands = Errands(
            self._profile, self._lines, self._route, self.views, lambda: self.actor
        )
        self._errands.start()
        self._start_door()
        self._start_seats()
        self._releasing.start()
        self.subscribe(self._releasing.changed)
        self.beside.start()
        self.subscribe(self.beside.changed)

    def _start_writer(self) -> None:
        desk = self._profile.settings.desk
        storage = self._profile.settings.storage
        self._writer = Writer(
            WriterParts(
                clock=self._clock,
                inbox=self._inbox,
                desk=desk,
                joined=POSITIONS,
                new_id=new_id,
                positions=self._profile.settings.positions,
                reserve=Reserve(self._profile.reserve_path, storage.reserve_mb),
                scarce=self._scarce,
                open_log=lambda: LocalLog.open(self._profile.log_path, self._clock),
                lanes=self._recover,
                publish=self._listeners.publish,
                release=self._releasing.side,
            )
        )
        self._writer.start()
        self._writer.opened.result()

    def _recover(self, log: LocalLog) -> Lanes:
        desk = self._profile.settings.desk
        self._lanes = recover(self._profile, log, self._clock, desk)
        return self._lanes

    def _start_door(self) -> None:
        door = Door(self._profile.socket_path, self._call_from_outside)
        try:
            door.open()
        except OSError as why:
            _log.info("No local socket: %s. Commands from outside exit 3.", why)
            door.close()
            return
        self._door = door
        door.start()

    def _start_seats(self) -> None:
        """Second windows of this profile; see ``console.joined``."""
        desk = self._profile.settings.desk
        seats = Seats(self._profile.seats_path, desk, self._clock, self._ask)
        try:
            seats.open()
        except OSError as why:
            _log.info("No local socket: %s. No second window can join.", why)
            seats.close()
            return
        self._seats = seats
        seats.start()
        self.subscribe(seats.publish)

    def _make_vault(self) -> Vault:
        from aliquot.console.service.vault import Vault

        return Vault(self._profile.key_folder, self._clock, new_id)

    def stop(self) -> list[str]:
        """Sources first, then the writer when it has logged what they read.

        Gives the names of threads that did not end in time; idempotent.
        """
        left = self.beside.stop(STOP_S) + self._releasing.stop(STOP_S)
        if self._door is not None:
            self._door.stop()
            left += join([self._door])
            self._door.close()
            self._door = None
        if self._seats is not None:
            self._seats.stop()
            left += join([self._seats])
            self._seats.close()
            self._seats = None
        left += ended(self._errands) + self._lines.stop()
        left += ended(self._helper) + ended(self._gateway)
        self._errands = self._helper = self._gateway = None
        left += self._stop_writer()
        for name in left:
            _log.error("The thread %r did not end within %g s.", name, STOP_S)
        return left or self._close_views()

    def _stop_writer(self) -> list[str]:
        if self._writer is None or self._writer.ident is None:
            return []
        self._inbox.put(Leave())
        left = join([self._writer])
        if not left and self.not_saved is None:
            self.not_saved = self._writer.unsaved
            if self.not_saved is not None:
                _log.error("%s", self.not_saved.text)
        if not left:
            self._lock.release()
        return left

    def _close_views(self) -> list[str]:
        """Only when no thread is left: closed under a reader, SQLite crashes."""
        with self._guard:
            views, self._views = self._views, []
            self._local = threading.local()
        for view in views:
            view.close()
        return []

    def views(self) -> DeskViews:
        """A reader for the calling thread, the same one each time."""
        found: DeskViews | None = getattr(self._local, "views", None)
        if found is None:
            found = DeskViews(
                self._profile, self._problem, self.unsaved, self.beside.book
            )
            self._local.views = found
            with self._guard:
                self._views.append(found)
        return found

    def unsaved(self) -> tuple[NoiseRow, ...]:
        """What lines said that waits in memory only, newest first."""
        waiting = self._writer.waiting if self._writer is not None else ()
        rows = (item.as_noise for item in reversed(waiting))
        return tuple(row for row in rows if row is not None)

    def bytes_read(self) -> dict[str, int]:
        """Of each line, how many bytes were ever read of it. From any thread."""
        lanes = self._lanes.lanes if self._lanes is not None else {}
        found = ((name, lane.spool) for name, lane in list(lanes.items()))
        return {name: spool.end for name, spool in found if spool is not None}

    def releases(self) -> Releases:
        """The read side of the release desk, for the calling thread."""
        return self._releasing.reads()

    def places(self) -> Geocoder | None:
        """The agency's streets, for the GUI thread."""
        return self.beside.places()

    @property
    def releasing(self) -> Releasing:
        """Rules, partners, deliveries; before ``start`` tests give it other feeds."""
        return self._releasing

    def _scarce(self) -> str | None:
        """Of the room on the disk; the first is the more urgent."""
        log_path = self._profile.log_path
        return space_problem(log_path) or space_warning(log_path.parent)

    def _problem(self, of_log: str | None) -> str | None:
        """What the writer or a spool has met, else what the log says of itself, else
        what is to be said of the disk; None when all is well."""
        if self._writer is not None and self._writer.problem is not None:
            return self._writer.problem
        lanes = self._lanes.lanes.values() if self._lanes is not None else ()
        spools = (lane.spool.problem for lane in lanes if lane.spool is not None)
        met = next((problem for problem in spools if problem is not None), None)
        return met or of_log or space_warning(self._profile.folder)

    def submit(
        self, command: Command, done: Callable[[Outcome], None] | None = None
    ) -> None:
        """Returns at once. ``done`` is called in the writer thread, or in the helper
        when a password was refused."""
        self._ask(Asked(command, None, done))

    def call(
        self, command: Command, timeout: float = 30.0, actor: Actor | None = None
    ) -> Outcome:
        """Carry out and wait. Not for the writer thread nor for a GUI."""
        answer: Future[Outcome] = Future()
        self._ask(Asked(command, actor, answer.set_result))
        try:
            return answer.result(timeout)
        except FutureTimeoutError:
            return Failed("no_answer", f"No answer came within {timeout:g} s.")

    def _ask(self, item: Asked) -> None:
        if self._writer is None or not self._writer.is_alive() or self._helper is None:
            if item.done is not None:
                item.done(_CLOSED)
        elif isinstance(item.command, ERRANDS) and self._errands is not None:
            self._errands.ask(item)
        else:
            self._route(item)

    def _route(self, item: Asked) -> None:
        """To whoever carries it out or prepares it."""
        assert self._helper is not None
        if isinstance(item.command, (AddPerson, SignIn, HandOverAs, ActAs, *PREPARED)):
            self._helper.ask(item)
        elif isinstance(item.command, SendLocationLink) and self._gateway is not None:
            self._gateway.ask(item)
        elif isinstance(item.command, ASKING):
            self._inbox.put(self._lines.asking.watched(item))
        else:
            given = self.beside.with_fixes(item.command)
            self._inbox.put(replace(item, command=given))

    def _call_as(self, command: Command, actor: Actor) -> Outcome:
        return self.call(command, actor=actor)

    def _tell(self, subjects: frozenset[str]) -> None:
        self._inbox.put(Tell(subjects))

    def _call_from_outside(self, command: Command) -> Outcome:
        return self.call(acted(command), actor=outside_actor())

    def subscribe(self, changed: Callable[[Changed], None]) -> Callable[[], None]:
        """``changed`` is called in the writer thread after each commit.

        The value returned ends the subscription.
        """
        return self._listeners.add(changed)
