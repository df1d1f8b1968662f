"""The writer: the one thread that owns the log and everything that writes to it.

Latency first: a batch is only what was waiting already. Bytes and states of lines
that wait together share a transaction; each command has one of its own, so that a
refusal or a fault takes nothing else with it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import (
    NOBODY,
    Actor,
    Done,
    Failed,
    Outcome,
    SignOut,
)
from aliquot.console.domain.ports import Changed
from aliquot.console.intake.placing import Placer
from aliquot.console.problems import KnownProblem
from aliquot.console.service.carry_out import (
    NOTHING_SAVED,
    carry_out,
    failure,
    sentence,
)
from aliquot.console.service.people import BeginSession
from aliquot.console.service.releases_book import NO_RELEASES, ReleaseSide
from aliquot.console.store.log import LocalLog, LogFull
from aliquot.console.workers.inbox import (
    Asked,
    BytesRead,
    Inbox,
    Item,
    Leave,
    StateSeen,
    Tell,
)
from aliquot.console.workers.lanes import LARGEST_PIECE, Lanes, Unsaved, Waiting
from aliquot.console.workers.reserve import (
    RESERVE_IN_USE,
    Reserve,
    free_bytes,
    open_in,
    waits_in_memory,
)
from aliquot.drivers.lines.api import LineState

_log = logging.getLogger(__name__)

T = TypeVar("T")
RETRY_S = 1.0
LOOK_AT_DISK_S = 10.0
SPARING_BELOW = 64 << 20  # bytes free on the disk


@dataclass(frozen=True, slots=True)
class WriterParts:
    """What a writer is made of. ``open_log`` is called in its thread; ``lanes``
    too, with the open log, and gives the lines with what their spools held.
    ``scarce`` says what there is to say of the room on the disk; ``joined`` are the
    names that second windows are given."""

    clock: Clock
    inbox: Inbox
    desk: str
    joined: tuple[str, ...]
    new_id: Callable[[], str]
    positions: tuple[str, ...]
    reserve: Reserve
    scarce: Callable[[], str | None]
    open_log: Callable[[], LocalLog]
    lanes: Callable[[LocalLog], Lanes]
    publish: Callable[[Changed], None]
    release: ReleaseSide = NO_RELEASES


class Writer(threading.Thread):
    """Runs until it takes ``Leave``. ``opened`` tells whether the log came up."""

    def __init__(self, parts: WriterParts) -> None:
        super().__init__(name="writer", daemon=True)
        self._parts = parts
        self._clock = parts.clock
        self._inbox = parts.inbox
        self._placer = Placer(parts.positions, parts.new_id)
        self._lanes = Lanes(parts.clock)
        self._log: LocalLog | None = None
        self._retry_ns: int | None = None
        self._look_ns = 0
        self._leaving = False
        self._in_reserve = False
        self._scarce: str | None = None
        self._sparing = False
        self._full = False
        self._unsaved: tuple[Waiting, ...] = ()
        self.opened: Future[None] = Future()
        self.actor = Actor(NOBODY, parts.desk)
        self.problem: str | None = None
        self.idle = threading.Event()

    def run(self) -> None:
        try:
            self._log = open_in(self._parts.reserve, self._parts.open_log)
            self._lanes = self._parts.lanes(self._log)
            self._take_reserve()
        except Exception as why:  # noqa: BLE001 - handed to whoever started us
            self._close()
            self.opened.set_exception(why)
            return
        self._guarded(self._look_at_disk)
        self.opened.set_result(None)
        self._end_old_sessions()
        self._commit_lines()
        try:
            while not (self._leaving and self._inbox.end()):
                self._turn(self._inbox.take(self._wait_s()))
            self._end_session()
        finally:
            self._close()

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What lines said and could not be saved so far. From any thread."""
        return self._unsaved

    @property
    def unsaved(self) -> Unsaved | None:
        """What was not saved at all. For when this thread has ended."""
        return self._lanes.unsaved

    def _close(self) -> None:
        if self._log is not None:
            self._log.close()
        self._inbox.abandon()

    # One turn of the loop.

    def _turn(self, items: list[Item]) -> None:
        for item in items:
            self._guarded(partial(self._take, item))
        if self._inbox.empty():
            self._guarded(self._lanes.tick)
        self._commit_lines()
        self._guarded(self._look_at_disk)
        if self._lanes.idle and self._inbox.empty():
            self.idle.set()
        else:
            self.idle.clear()

    def _guarded(self, act: Callable[[], None]) -> None:
        """A fault in one thing must not end the thread that does all of them."""
        try:
            act()
        except Exception as bug:  # noqa: BLE001 - others wait
            _log.exception("The writer met a fault.")
            self._say(sentence(bug))

    def _take(self, item: Item) -> None:
        match item:
            case BytesRead():
                self._lanes.feed(item.line, item.chunk, item.start)
            case StateSeen():
                self._state(item)
            case Asked():
                self._commit_lines(others_wait=True)
                self._ask(item)
            case Tell():
                self._parts.publish(Changed(item.subjects))
            case Leave():
                self._leaving = True

    def _state(self, item: StateSeen) -> None:
        if item.state is LineState.FINISHED:
            self._lanes.finish(item.line)
        self._lanes.state(item)

    def _wait_s(self) -> float | None:
        now_ns = self._clock.now().mono_ns
        times = [self._look_ns]
        if self._retry_ns is not None or self._lanes.waiting:
            times.append(self._retry_ns or now_ns)
        if (due := self._lanes.deadline_ns) is not None:
            times.append(due)
        return max(0.0, (min(times) - now_ns) / 1e9)

    # Lines.

    def _commit_lines(self, others_wait: bool = False) -> None:
        """Log what lines said; on a failure it keeps waiting, here and in the spool,
        and is tried again. Of very much only a piece, when others wait for it."""
        now_ns = self._clock.now().mono_ns
        if not self._lanes.waiting:
            self._lanes.logged()
            return
        if self._retry_ns is not None and now_ns < self._retry_ns and not self._leaving:
            self._keep_waiting()
            return
        try:
            self._log_all(others_wait)
        except Exception as why:  # noqa: BLE001 - it is said, kept, and tried again
            if not isinstance(why, KnownProblem):
                _log.exception("What lines said cannot be logged.")
            self._placer.recent.forget()
            self._retry_ns = now_ns + round(RETRY_S * 1e9)
            self._full = isinstance(why, LogFull)
            self._keep_waiting(sentence(why))
            return
        self._retry_ns = None
        self._all_is_well()
        if self._unsaved:
            self._unsaved = ()
            self._parts.publish(Changed(frozenset({"log"})))

    def _keep_waiting(self, why: str | None = None) -> None:
        """Show what waits, and how much of it."""
        before, self._unsaved = self._unsaved, tuple(self._lanes.waiting)
        if said := self._full_sentence() if self._full else why:
            self._say(said)
        if len(before) != len(self._unsaved):
            lines = {f"line:{item.line}" for item in self._unsaved}
            self._parts.publish(Changed(frozenset({"log", *lines})))

    def _full_sentence(self) -> str:
        count = sum(not isinstance(w.said, StateSeen) for w in self._unsaved)
        return waits_in_memory(count) if count else NOTHING_SAVED

    def _log_all(self, others_wait: bool) -> None:
        """In one transaction; in pieces where that is too much for the disk, and a
        single thing first where nothing went before."""
        size = 1 if self._full else self._lanes.next_piece()
        while self._lanes.waiting:
            began_ns = self._lanes.began_ns
            try:
                subjects = self._with_reserve(partial(self._log_lines, size))
            except LogFull:
                if size <= 1:
                    raise
                self._placer.recent.forget()
                size, self._full = 1, True
                continue
            self._lanes.logged(size)
            self._parts.publish(Changed(subjects, began_ns))
            if self._full:
                size = min(size * 2, LARGEST_PIECE)
                continue
            if not self._leaving and (others_wait or not self._inbox.empty()):
                break
            size = self._lanes.next_piece()
        self._full = False

    def _log_lines(self, count: int) -> frozenset[str]:
        assert self._log is not None
        with self._log.work(self.actor) as work:
            for item in self._lanes.waiting[:count]:
                work.append(item.event(self._placer, work), item.stamp)
            return work.subjects

    # Commands.

    def _ask(self, item: Asked) -> None:
        subjects: frozenset[str] = frozenset()
        try:
            outcome, subjects = self._with_reserve(lambda: self._carry_out(item))
        except Exception as why:  # noqa: BLE001 - the desk must go on
            if not isinstance(why, KnownProblem):
                _log.exception("The command %s failed.", type(item.command).__name__)
            outcome = failure(why)
            if isinstance(why, LogFull):
                self._say(self._full_sentence())
            elif isinstance(outcome, Failed):
                self._say(outcome.message)
        if isinstance(outcome, Done):
            self._after(item, subjects)
        if item.done is not None:
            self._answer(item.done, outcome)

    def _carry_out(self, item: Asked) -> tuple[Outcome, frozenset[str]]:
        assert self._log is not None
        actor = item.actor or self.actor
        parts = self._parts
        return carry_out(
            self._log, self._clock, actor, parts.new_id, item.command, parts.release
        )

    def _after(self, item: Asked, subjects: frozenset[str]) -> None:
        self._placer.recent.touch(subjects)
        if item.actor is None and isinstance(item.command, BeginSession):
            self.actor = replace(self.actor, person=item.command.person_id)
        elif item.actor is None and isinstance(item.command, SignOut):
            self.actor = replace(self.actor, person=NOBODY)
        if subjects:
            self._parts.publish(Changed(subjects))

    def _answer(self, done: Callable[[Outcome], None], outcome: Outcome) -> None:
        try:
            done(outcome)
        except Exception:  # noqa: BLE001 - the asker's fault is not the writer's
            _log.exception("An outcome could not be handed over.")

    def _end_old_sessions(self) -> None:
        """Who sat here, or at a second window, when the process was killed has to
        prove the password again."""
        assert self._log is not None
        places = (self._parts.desk, *self._parts.joined)
        try:
            with self._log.work(self.actor) as work:
                found = {place: work.views.signed_in(place) for place in places}
        except KnownProblem:
            return
        for place, person in found.items():
            if person is not None:
                self._ask(Asked(SignOut(), Actor(person, place), None))

    def _end_session(self) -> None:
        if self.actor.person != NOBODY:
            self._ask(Asked(SignOut(), None, None))

    # The disk.

    def _with_reserve(self, act: Callable[[], T]) -> T:
        """``act``; if the disk is full once more after each way to find room."""
        try:
            result = act()
        except LogFull as full:
            result = self._again(act, full)
        if self._retry_ns is None:
            self._all_is_well()
        return result

    def _again(self, act: Callable[[], T], full: LogFull) -> T:
        for find in (self._spare, self._give_reserve):
            if find():
                self._placer.recent.forget()
                try:
                    return act()
                except LogFull as again:
                    full = again
        raise full

    def _spare(self) -> bool:
        """The room that the WAL takes."""
        assert self._log is not None
        if not self._sparing:
            self._sparing = True
            self._log.be_sparing(True)
        return self._log.make_room()

    def _give_reserve(self) -> bool:
        assert self._log is not None
        if not self._parts.reserve.give():
            return False
        self._in_reserve = True
        self._log.make_room()
        return True

    def _all_is_well(self) -> None:
        self._say(RESERVE_IN_USE if self._in_reserve else None)

    def _look_at_disk(self) -> None:
        now_ns = self._clock.now().mono_ns
        if now_ns < self._look_ns:
            return
        self._look_ns = now_ns + round(LOOK_AT_DISK_S * 1e9)
        if self._take_reserve() and self._in_reserve:
            self._in_reserve = False
            self._say(None)
        self._save_room()
        scarce = self._parts.scarce()
        if scarce != self._scarce:
            self._scarce = scarce
            self._parts.publish(Changed(frozenset({"log"})))

    def _save_room(self) -> None:
        assert self._log is not None
        sparing = free_bytes(self._log.path.parent) < SPARING_BELOW
        if sparing != self._sparing:
            self._sparing = sparing
            self._log.be_sparing(sparing)

    def _take_reserve(self) -> bool:
        try:
            return self._parts.reserve.take()
        except OSError as why:
            _log.info("No room can be kept back: %s.", why)
            return False

    def _say(self, problem: str | None) -> None:
        if problem != self.problem:
            self.problem = problem
            self._parts.publish(Changed(frozenset({"log"})))
