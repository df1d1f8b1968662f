"""The reading threads of all lines; one of them can be begun anew by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
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
from aliquot.console.workers.lanes import Begun, Lane, Lanes
from aliquot.console.workers.reader import LineReader, MakeSource
from aliquot.console.workers.recovery import pair_of, recover_line
from aliquot.drivers.lines.api import LineState

_log = logging.getLogger(__name__)

PAIRED = "it is one of two links that take turns, which begin together"
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
        self.asking = Asking(inbox)

    def start(self, lanes: Lanes) -> None:
        self._lanes = lanes
        for lane in list(lanes.lanes.values()):
            self._read(self._profile.settings.line(lane.name), lane)

    def stop(self) -> list[str]:
        """Names of threads that did not end in time."""
        readers = list(self.asking.readers.values())
        for reader in readers:
            reader.stop()
        left = join(readers)
        self.asking.readers.clear()
        return left

    def begin_anew(self, name: str, settled: Callable[[], None]) -> str | None:
        """Let go of a line and begin it with what the settings say now; no other line
        is touched. None when it is done, else why not: it goes on as it was.

        ``settled`` waits until the writer has done with all that was read. Not for the
        writer thread.
        """
        line = self._profile.settings.line(name)
        before = self._configs.get(name, line)
        if pair_of(line) is not None or pair_of(before) is not None:
            return PAIRED
        if not self._stopped(name):
            return STUCK
        settled()
        if not self._all_logged(name):
            self._resume(name)
            return HELD_UP
        try:
            with _reading(self._profile.log_path) as log:
                lane, waiting = recover_line(self._profile, line, log, self._clock)
        except Exception as why:  # noqa: BLE001 - a driver may raise anything
            _log.exception("Line %s cannot be set up anew.", name)
            self._resume(name)
            return f"it cannot be set up so: {why}"
        self._inbox.put(
            Begun(
                name,
                LineState.OPENING,
                f"Opening {line.source} with other settings.",
                self._clock.now(),
                lane=lane,
                waiting=waiting,
            )
        )
        self._read(line, lane)
        return None

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
        self.asking.readers[lane.name] = reader
        reader.start()

    def _stopped(self, name: str) -> bool:
        reader = self.asking.readers.get(name)
        if reader is None:
            return True
        reader.stop()
        if join([reader]):
            return False
        del self.asking.readers[name]
        return True

    def _all_logged(self, name: str) -> bool:
        """What is held is a piece that has no end yet: the spool has it."""
        assert self._lanes is not None
        lane = self._lanes.lanes.get(name)
        waits = any(item.line == name for item in list(self._lanes.waiting))
        lost = lane.spool.undone[1] if lane is not None and lane.spool else 0
        return not waits and not lost

    def _resume(self, name: str) -> None:
        assert self._lanes is not None
        lane = self._lanes.lanes.get(name)
        if lane is not None:
            self._read(self._configs[name], lane)


@contextmanager
def _reading(path: Path) -> Iterator[Lookup]:
    """The log, for the calling thread."""
    database = open_database(path, read_only=True)
    try:
        yield Lookup(database)
    finally:
        database.conn.close()
