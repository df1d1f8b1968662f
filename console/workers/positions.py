"""The reading thread of a source of positions: read, stamp, keep the newest fix.

Nothing of it is logged. A source that is lost comes back by itself.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

from aliquot.console.clock import Clock
from aliquot.console.domain.positions import PositionsHealth, UnitFix
from aliquot.console.position_book import PositionBook
from aliquot.console.settings_positions import PositionConfig
from aliquot.drivers.lines.api import LineState, SourceError
from aliquot.drivers.positions.api import Fix, Packet, PositionSource
from aliquot.drivers.positions.sources import make_position_source
from aliquot.drivers.positions.streams import FixStreams, PeerFix

_log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
READ_TIMEOUT_S = 0.5
COALESCED_S = 0.25
MOST_UNKNOWN = 20

MakePositions = Callable[[PositionConfig], PositionSource]
Tell = Callable[[frozenset[str]], None]


def open_positions(config: PositionConfig) -> PositionSource:
    """The source that a profile names. Raises ``SourceError``."""
    try:
        return make_position_source(config.source, config.baud, config.framing)
    except ValueError as why:
        text = f"{why}. Correct it in profile.toml."
        raise SourceError(LineState.MISSING, text) from None


class PositionReader(threading.Thread):
    """Owns one source. ``pause`` waits so many seconds and gives True when the console
    is stopping; by default it waits on the thread's own stop."""

    def __init__(
        self,
        config: PositionConfig,
        book: PositionBook,
        clock: Clock,
        tell: Tell,
        make_source: MakePositions = open_positions,
        pause: Callable[[float], bool] | None = None,
    ) -> None:
        super().__init__(name=f"positions {config.name}", daemon=True)
        self._config = config
        self._book = book
        self._clock = clock
        self._tell = tell
        self._make_source = make_source
        self._stopping = threading.Event()
        self._pause = pause or self._stopping.wait
        self._guard = threading.Lock()
        self._source: PositionSource | None = None
        self._units: set[str] = set()
        self._unknown: OrderedDict[str, None] = OrderedDict()
        self._need = config.checksum == "required"
        self._health = PositionsHealth(
            name=config.name, state="", message="", since_us=clock.now().utc_us
        )

    def stop(self) -> None:
        """From another thread: read no more. The thread ends soon after."""
        self._stopping.set()
        with self._guard:
            if self._source is not None:
                self._source.cancel()

    def run(self) -> None:
        self._say(LineState.OPENING, f"Opening {self._config.source}.")
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            before = self._health.fixes
            if self._session():
                return
            if self._health.fixes > before:
                pause_s = FIRST_PAUSE_S
            if self._pause(pause_s):
                return
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    def _session(self) -> bool:
        """Open and read until the end (True) or until the source is lost (False)."""
        source: PositionSource | None = None
        try:
            source = self._make_source(self._config)
            source.open()
            with self._guard:
                self._source = source
            self._say(LineState.UP, f"{self._config.source} is open.")
            return self._read(source)
        except SourceError as why:
            self._say(why.state, str(why))
        except Exception as bug:  # noqa: BLE001 - the source must come back
            _log.exception("Positions %s: the source failed.", self._config.name)
            self._say(LineState.LOST, f"The source of positions failed: {bug}.")
        finally:
            self._leave(source)
        return False

    def _read(self, source: PositionSource) -> bool:
        streams = FixStreams(self._config.format, need_checksum=self._need)
        while not self._stopping.is_set():
            waits = COALESCED_S if self._book.waiting else READ_TIMEOUT_S
            packets = source.read(waits)
            if packets is None:
                self._publish()
                text = f"{self._config.source} came to its end."
                self._say(LineState.FINISHED, text)
                return True
            if packets:
                self._take(streams, packets)
            self._publish()
        return True

    def _take(self, streams: FixStreams, packets: Iterable[Packet]) -> None:
        now = self._clock.now()
        found = streams.feed(packets, now.utc_us, now.mono_ns)
        for said in found:
            self._keep(said, now.utc_us)
        refused = tuple(sorted((r.value, n) for r, n in streams.refused.items()))
        if found or refused != self._health.refused:
            self._health = replace(
                self._health,
                refused=refused,
                units=len(self._units),
                unknown=tuple(self._unknown),
            )
            self._book.put_health(self._health)

    def _keep(self, said: PeerFix, utc_us: int) -> None:
        unit_id = self._unit_of(said)
        if unit_id is None:
            name = said.fix.unit_key or said.peer or "no name"
            self._unknown[name] = None
            if len(self._unknown) > MOST_UNKNOWN:
                self._unknown.popitem(last=False)
            return
        self._units.add(unit_id)
        self._health = replace(
            self._health, fixes=self._health.fixes + 1, last_fix_us=utc_us
        )
        self._book.put(unit_id, unit_fix(said.fix, utc_us, self._config.stale_s))

    def _unit_of(self, said: PeerFix) -> str | None:
        """By what the settings say; without a word there an id is a unit's name."""
        config = self._config
        if config.unit:
            return config.unit
        for key in (said.fix.unit_key, said.peer):
            if key in config.units:
                return config.units[key]
        key = said.fix.unit_key
        is_talker = len(key) == 2 and key.isalpha()
        return None if config.units or not key or is_talker else key

    def _publish(self) -> None:
        """Four times a second at most, for all sources together."""
        subjects = self._book.take_changed(self._clock.now().mono_ns)
        if subjects:
            self._tell(subjects)

    def _leave(self, source: PositionSource | None) -> None:
        with self._guard:
            self._source = None
        if source is not None:
            try:
                source.close()
            except (OSError, SourceError):
                _log.info("Positions %s: it did not close.", self._config.name)

    def _say(self, state: LineState, message: str) -> None:
        if state.value != self._health.state:
            now_us = self._clock.now().utc_us
            self._health = replace(
                self._health, state=state.value, message=message, since_us=now_us
            )
            self._book.put_health(self._health)
            self._tell(frozenset({f"line:{self._config.name}"}))


def unit_fix(fix: Fix, utc_us: int, stale_s: float) -> UnitFix:
    """A fix as the desk sees it. What came late was true when the receiver says;
    anything else was true when it arrived: receivers' clocks are seconds off."""
    at_us = fix.utc_us if "late" in fix.warnings else utc_us
    return UnitFix(
        latitude=fix.latitude,
        longitude=fix.longitude,
        at_us=at_us,
        speed_mps=fix.speed_mps,
        heading_deg=fix.heading_deg,
        accuracy_m=fix.accuracy_m,
        stale_s=stale_s,
        warnings=fix.warnings,
    )
