"""The reading threads of all lines; a line can be begun anew by itself, two links that
take turns together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig
from aliquot.console.settings_options import with_files
from aliquot.console.store.database import open_database
from aliquot.console.store.lookup import Lookup
from aliquot.console.workers.asking import Asking
from aliquot.console.workers.ending import join
from aliquot.console.workers.inbox import Inbox
from aliquot.console.workers.lanes import Begun, Lane, Lanes, Waiting
from aliquot.console.workers.reader import LineReader, MakeSource
from aliquot.console.workers.recovery import join_pairs, pair_of, recover_line
from aliquot.drivers.lines.api import LineState

_log = logging.getLogger(__name__)

HELD_UP = "what it said cannot be written to the log now"
STUCK = "it does not let go of its port"


class Lines:
    """Made with a core; ``start`` when the writer has put the lines together.

    ``make_source`` and ``pause``: see ``LineReader``.
    """

    def __init__(
        self,
        profile: Profile,
        inbox: Inbox,
        clock: Clock,
        make_source: MakeSource,
        pause: Callable[[float], bool] | None,
    ) -> None:
        self._profile = profile
        self._inbox = inbox
        self._clock = clock
        self._make_source = make_source
        self._pause = pause
        self._lanes: Lanes | None = None
        self._configs: dict[str, LineConfig] = {}
        self._guard = threading.Lock()
        self._ended = False
        self.asking = Asking(inbox)

    def start(self, lanes: Lanes) -> None:
        self._lanes = lanes
        for lane in list(lanes.lanes.values()):
            self._read(self._profile.settings.line(lane.name), lane)

    def stop(self) -> list[str]:
        """Names of threads that did not end in time. No line begins after this, though
        one may be about to in another thread."""
        with self._guard:
            self._ended = True
            readers = list(self.asking.readers.values())
        for reader in readers:
            reader.stop()
        left = join(readers)
        self.asking.readers.clear()
        return left

    def begin_anew(self, name: str, settled: Callable[[], None]) -> str | None:
        """Let go of a line and begin it with what the settings say now. Lines it took
        turns with, or does so now, begin with it; no other is touched. None when it is
        done, else why not: all go on as they were.

        ``settled`` waits until the writer has done with all that was read. Not for the
        writer thread.
        """
        begun = self._with_partners(self._profile.settings.line(name))
        names = [line.name for line in begun]
        stopped = [one for one in names if self._stopped(one)]
        if stopped != names:
            self._resume(stopped)
            return STUCK
        settled()
        if not all(self._all_logged(one) for one in names):
            self._resume(names)
            return HELD_UP
        try:
            lanes = self._recovered(begun)
        except Exception as why:  # noqa: BLE001 - a driver may raise anything
            _log.exception("Line %s cannot be set up anew.", name)
            self._resume(names)
            return f"it cannot be set up so: {why}"
        for line, (lane, waiting) in zip(begun, lanes, strict=True):
            self._inbox.put(self._begun(line, lane, waiting))
        for line, (lane, _) in zip(begun, lanes, strict=True):
            self._read(line, lane)
        return None

    def partners(self, name: str) -> list[str]:
        """Names of the lines that would begin anew with it."""
        line = self._profile.settings.line(name)
        return [x.name for x in self._with_partners(line) if x.name != name]

    def _with_partners(self, line: LineConfig) -> list[LineConfig]:
        """The line, and all that are read of its pair of before and of now, in the
        order of the settings: the first of a pair is its link A."""
        before = self._configs.get(line.name, line)
        pairs = {pair_of(before), pair_of(line)} - {None}
        if not pairs:
            return [line]
        settings = {one.name: one for one in self._profile.settings.lines}
        found = [line]
        for name, read in self._configs.items():
            now = settings.get(name, read)
            if name != line.name and pairs & {pair_of(read), pair_of(now)}:
                found.append(now)
        order = {name: at for at, name in enumerate(settings)}
        return sorted(found, key=lambda one: order.get(one.name, len(order)))

    def _recovered(
        self, begun: Iterable[LineConfig]
    ) -> list[tuple[Lane, tuple[Waiting, ...]]]:
        with _reading(self._profile.log_path) as log:
            made = [
                recover_line(self._profile, line, log, self._clock) for line in begun
            ]
        join_pairs(self._profile, begun, {lane.name: lane for lane, _ in made})
        return made

    def _begun(
        self, line: LineConfig, lane: Lane, waiting: tuple[Waiting, ...]
    ) -> Begun:
        said = f"Opening {line.source} with other settings."
        now = self._clock.now()
        return Begun(
            line.name, LineState.OPENING, said, now, lane=lane, waiting=waiting
        )

    def _read(self, line: LineConfig, lane: Lane) -> None:
        assert lane.spool is not None
        self._configs[lane.name] = line
        reading = with_files(line.reading, self._profile.folder)
        reader = LineReader(
            replace(line, reading=reading),
            lane.spool,
            self._inbox,
            self._clock,
            self._make_source,
            self._pause,
            lane.talk,
            lane.ear,
        )
        with self._guard:
            if not self._ended:
                self.asking.readers[lane.name] = reader
                reader.start()

    def _stopped(self, name: str) -> bool:
        reader = self.asking.readers.get(name)
        if reader is None:
            return True
        reader.stop()
        if join([reader]) and (reader.go_on() or join([reader])):
            return False
        self.asking.readers.pop(name, None)
        return True

    def _all_logged(self, name: str) -> bool:
        """What is held is a piece that has no end yet: the spool has it."""
        assert self._lanes is not None
        lane = self._lanes.lanes.get(name)
        waits = any(item.line == name for item in list(self._lanes.waiting))
        lost = lane.spool.undone[1] if lane is not None and lane.spool else 0
        return not waits and not lost

    def _resume(self, names: Iterable[str]) -> None:
        assert self._lanes is not None
        for name in names:
            lane = self._lanes.lanes.get(name)
            if lane is not None and name not in self.asking.readers:
                self._read(self._configs[name], lane)


@contextmanager
def _reading(path: Path) -> Iterator[Lookup]:
    """The log, for the calling thread."""
    database = open_database(path, read_only=True)
    try:
        yield Lookup(database)
    finally:
        database.conn.close()
