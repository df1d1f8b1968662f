"""A line as the writer sees it: its pipeline, and what waits to be logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aliquot.console.clock import Clock, Stamp
from aliquot.console.domain.events import Event, LineStateChanged
from aliquot.console.domain.rows import NoiseRow
from aliquot.console.intake.pipeline import Pipeline
from aliquot.console.intake.placing import Placer, Reads
from aliquot.console.spool import Spool
from aliquot.console.workers.ear import Ear
from aliquot.console.workers.inbox import StateSeen
from aliquot.console.workers.talk import Talk
from aliquot.drivers.incidents.api import ForeignHeard
from aliquot.drivers.lines.api import (
    Chunk,
    Heard,
    LineDriver,
    LineSettings,
    Noise,
    OpenCall,
)

NOT_SAVED = "not_saved"
LARGEST_PIECE = 256  # things heard that share a transaction while room is short
SMALL_PIECE = 64  # of another CAD's many incidents: calls and commands come between
TICK_GRACE_NS = 5 * 10**6
"""Bytes that were stamped before a deadline may still be on their way from the
reading thread; a silence is believed only so much later."""


class Lane:
    """One line. ``spool`` is the reading thread's; only ``done_to`` is set here."""

    def __init__(
        self,
        name: str,
        driver: LineDriver,
        reading: LineSettings,
        open_calls: Sequence[OpenCall],
        start: int,
    ) -> None:
        self.name = name
        self.spool: Spool | None = None
        self.talk: Talk | None = None  # of a line that also speaks
        self.ear = Ear()  # of the reading thread
        self.finished = False
        self._driver = driver
        self._reading = reading
        self._pipeline = Pipeline(driver, reading, start)
        self._pipeline.restore(open_calls)

    @property
    def deadline_ns(self) -> int | None:
        deadline = self._pipeline.deadline_ns
        return None if deadline is None else deadline + TICK_GRACE_NS

    def feed(self, chunk: Chunk, offset: int) -> list[Heard]:
        """Bytes at ``offset``. After a hole, which only a full disk can tear into a
        spool, framing begins anew."""
        heard: list[Heard] = []
        if offset != self._pipeline.taken_to:
            heard = self._pipeline.flush()
            self._pipeline.go_on_at(self._driver.framer(self._reading, offset), offset)
        return heard + self._pipeline.feed(chunk)

    def tick(self, now: Stamp) -> list[Heard]:
        return self._pipeline.tick(now)

    def finish(self) -> list[Heard]:
        self.finished = True
        return self._pipeline.flush()

    def logged(self, upto: int | None = None) -> None:
        """Bytes before the offset ``upto`` (None: all that was given) are logged."""
        if self.spool is not None:
            given = self._pipeline.given_to
            done = given if upto is None else min(given, upto)
            self.spool.done_to = max(self.spool.done_to, done)


def _look_ns(lane: Lane, now: Stamp) -> int | None:
    """When a silence may complete something; a little later while nobody knows yet
    that it was one."""
    due = lane.deadline_ns
    if due is None or due > now.mono_ns or lane.ear.known(now).mono_ns >= due:
        return due
    return now.mono_ns + TICK_GRACE_NS


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to be logged: heard on a line, or a state of it."""

    line: str
    said: Heard | StateSeen

    @property
    def stamp(self) -> Stamp:
        if isinstance(self.said, StateSeen):
            return self.said.at
        return Stamp(self.said.utc_us, self.said.mono_ns)

    @property
    def is_call(self) -> bool:
        return not isinstance(self.said, StateSeen | Noise)

    @property
    def as_noise(self) -> NoiseRow | None:
        """Its bytes, for a person to read; None for a state."""
        if isinstance(self.said, StateSeen):
            return None
        return NoiseRow(
            line=self.line,
            at_us=self.said.utc_us,
            reason=NOT_SAVED,
            raw=self.said.raw,
        )

    def event(self, placer: Placer, reads: Reads) -> Event:
        if isinstance(self.said, StateSeen):
            return LineStateChanged(
                line=self.line,
                at_us=self.said.at.utc_us,
                state=self.said.state.value,
                message=self.said.message,
                asks=list(self.said.asks),
            )
        return placer.event(self.line, self.said, reads)


@dataclass(frozen=True, slots=True)
class Begun(StateSeen):
    """A line begins anew, with other settings: ``lane`` takes the place of the one it
    had, ``waiting`` is what its spool held beyond the log."""

    lane: Lane | None = None
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What lines said and the log does not have at the end: how many records,
    signals and pieces of noise, and of their bytes how many a spool keeps."""

    items: int
    kept: int
    lost: int

    @property
    def text(self) -> str:
        said = (
            f"Not saved when the console ended: {self.items} items heard on lines, "
            f"{self.kept + self.lost} bytes."
        )
        if self.kept:
            said += f" {self.kept} bytes are in the spool, for the next start."
        return said + (f" {self.lost} bytes are lost." if self.lost else "")


@dataclass(slots=True)
class Lanes:
    """All lines, and what they said that is not in the log yet, in order."""

    clock: Clock
    lanes: dict[str, Lane] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)

    def add(self, lane: Lane) -> None:
        self.lanes[lane.name] = lane

    def feed(self, line: str, chunk: Chunk, offset: int) -> None:
        self._hear(line, self.lanes[line].feed(chunk, offset))

    def state(self, item: StateSeen) -> None:
        if isinstance(item, Begun) and item.lane is not None:
            self.lanes = {**self.lanes, item.line: item.lane}  # others may be reading
            self.waiting += item.waiting
        self.waiting.append(Waiting(item.line, item))

    def finish(self, line: str) -> None:
        """A replay has come to its end: nothing will complete what is held."""
        self._hear(line, self.lanes[line].finish())

    def tick(self) -> None:
        """Give what a silence completes. Only when no read bytes wait."""
        now = self.clock.now()
        for name, lane in self.lanes.items():
            due, known = lane.deadline_ns, lane.ear.known(now)
            if due is not None and known.mono_ns >= due:
                self._hear(name, lane.tick(known))

    def next_piece(self) -> int:
        """How many of those that wait go into one transaction. Where another CAD tells
        of a great many incidents at once, all other lines are put before it."""
        if len(self.waiting) <= SMALL_PIECE:
            return len(self.waiting)
        many = {x.line for x in self.waiting if isinstance(x.said, ForeignHeard)}
        # Anew: others may be reading, and see nothing of a list that is being sorted.
        self.waiting = sorted(self.waiting, key=lambda one: one.line in many)
        others = sum(x.line not in many for x in self.waiting)
        return others or SMALL_PIECE

    def _hear(self, line: str, heard: Sequence[Heard]) -> None:
        self.waiting += [Waiting(line, said) for said in heard]

    @property
    def deadline_ns(self) -> int | None:
        """Monotonic time of the nearest silence that completes something."""
        now = self.clock.now()
        times = (_look_ns(lane, now) for lane in self.lanes.values())
        return min((t for t in times if t is not None), default=None)

    @property
    def began_ns(self) -> int | None:
        """Monotonic stamp of the oldest record or signal that waits, of noise or a
        state when there is none."""
        stamps = [w.stamp.mono_ns for w in self.waiting if w.is_call]
        return min(stamps or [w.stamp.mono_ns for w in self.waiting], default=None)

    @property
    def idle(self) -> bool:
        """Every line came to its end and all of it is logged."""
        return not self.waiting and all(x.finished for x in self.lanes.values())

    def logged(self, count: int | None = None) -> None:
        """The first ``count`` that waited (None: all) are in the log: the spools
        need not keep them."""
        if count is None or count >= len(self.waiting):
            self.waiting.clear()
            for lane in self.lanes.values():
                lane.logged()
            return
        for item in self.waiting[:count]:
            if not isinstance(item.said, StateSeen) and item.line in self.lanes:
                self.lanes[item.line].logged(item.said.end)
        del self.waiting[:count]

    @property
    def unsaved(self) -> Unsaved | None:
        """For when nobody reads any more; None when nothing is amiss."""
        items = sum(not isinstance(w.said, StateSeen) for w in self.waiting)
        spools = [x.spool for x in self.lanes.values() if x.spool is not None]
        undone = [spool.undone for spool in spools]
        kept, lost = (sum(side) for side in zip((0, 0), *undone, strict=True))
        return Unsaved(items, kept, lost) if items or lost else None
