"""Lines as they were left: what is in their spools and not in the log goes on first."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import NOBODY, Actor
from aliquot.console.geo.geofile_extent import geofile_extent
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig
from aliquot.console.settings_options import with_files
from aliquot.console.spool import Spool, Spooled, read_spool, spool_path, tail
from aliquot.console.store.log import LocalLog
from aliquot.console.store.lookup import Lookup
from aliquot.console.workers.inbox import StateSeen
from aliquot.console.workers.lanes import Lane, Lanes, Waiting
from aliquot.console.workers.talk import make_talk
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    LineDriver,
    LineSettings,
    LineState,
    OpenCall,
)
from aliquot.drivers.lines.talk import PairingDriver

_log = logging.getLogger(__name__)

Pair = tuple[str, str]
"""The driver of two lines that are one pair, and the name they have in common."""


@dataclass(frozen=True, slots=True)
class _Left:
    """How the log left a line: read up to ``end``, with these calls open."""

    end: int
    open_calls: tuple[OpenCall, ...]


def recover(profile: Profile, log: LocalLog, clock: Clock, desk: str) -> Lanes:
    """The lines of a profile, fed with what their spools hold beyond the log.

    A line that cannot be set up is a state of that line, and stops nothing else.
    """
    lanes = Lanes(clock)
    left = _left(profile, log, Actor(NOBODY, desk))
    for line in profile.settings.lines:
        try:
            driver = plugins.driver(line.driver)
            _recover_line(profile, lanes, line, driver, left[line.name])
        except Exception as why:  # noqa: BLE001 - a driver may raise anything
            _log.info("Line %s cannot be set up: %r.", line.name, why)
            text = f"Line {line.name} cannot be set up: {why}"
            lanes.state(StateSeen(line.name, LineState.MISSING, text, clock.now()))
    join_pairs(profile, profile.settings.lines, lanes.lanes)
    for bad in profile.settings.bad_lines:
        now = clock.now()
        lanes.state(StateSeen(bad.name, LineState.MISSING, bad.problem, now))
    return lanes


def recover_line(
    profile: Profile, line: LineConfig, lookup: Lookup, clock: Clock
) -> tuple[Lane, tuple[Waiting, ...]]:
    """One line as ``recover`` makes it, and what its spool holds beyond the log. May
    raise what its driver raises."""
    lanes, driver = Lanes(clock), plugins.driver(line.driver)
    _recover_line(profile, lanes, line, driver, _left_of(line.name, lookup))
    return lanes.lanes[line.name], tuple(lanes.waiting)


def join_pairs(
    profile: Profile, lines: Iterable[LineConfig], lanes: Mapping[str, Lane]
) -> None:
    """Two lines that say so are two links to one other end. Before either of them is
    read; lines without a lane are passed over."""
    found: dict[Pair, list[LineConfig]] = {}
    for line in lines:
        if (pair_name := pair_of(line)) is not None and line.name in lanes:
            found.setdefault(pair_name, []).append(line)
    for (named, name), pair in found.items():
        driver, talks = plugins.driver(named), [lanes[x.name].talk for x in pair]
        assert isinstance(driver, PairingDriver)
        if len(pair) != 2 or None in talks:
            _log.warning("The pair %s has %d lines that speak.", name, len(pair))
            continue
        reading = with_files(pair[0].reading, profile.folder)
        for talk, end in zip(talks, driver.pair(reading), strict=True):
            assert talk is not None
            talk.share(end)


def pair_of(line: LineConfig) -> Pair | None:
    """The pair that a line is one half of."""
    try:
        driver = plugins.driver(line.driver)
    except plugins.DriverError:
        return None
    if not isinstance(driver, PairingDriver):
        return None
    name = driver.pair_name(line.reading)
    return (line.driver, name) if name else None


def _left(profile: Profile, log: LocalLog, actor: Actor) -> dict[str, _Left]:
    with log.work(actor) as work:
        lookup = work.lookup
        return {x.name: _left_of(x.name, lookup) for x in profile.settings.lines}


def _left_of(name: str, lookup: Lookup) -> _Left:
    calls = (
        OpenCall(call.call_key, call.answered, call.held, call.moved)
        for call in lookup.open_calls(name)
    )
    return _Left(lookup.line_end(name), tuple(calls))


def _recover_line(
    profile: Profile, lanes: Lanes, line: LineConfig, driver: LineDriver, left: _Left
) -> None:
    path = spool_path(profile.spool_folder, line.name)
    spooled = read_spool(path)
    chunks = tail(spooled.entries, left.end, lanes.clock.now())
    start = chunks[0][0] if chunks else max(left.end, spooled.end or 0)
    reading = reading_of(line, profile.folder)
    lane = Lane(line.name, driver, reading, left.open_calls, start)
    lane.talk = make_talk(driver, reading, line.source)
    end = max(left.end, spooled.end or 0)
    lane.spool = Spool(path, line, end, _origin(line, spooled, end))
    lane.spool.done_to = start
    lanes.add(lane)
    for offset, chunk in chunks:
        lanes.feed(line.name, chunk, offset)


def reading_of(line: LineConfig, folder: Path) -> LineSettings:
    """Where the settings do not say what ground the agency has, its geofile does."""
    reading = with_files(line.reading, folder)
    if reading.extent is not None:
        return reading
    return replace(reading, extent=geofile_extent(folder))


def _origin(line: LineConfig, spooled: Spooled, end: int) -> int:
    """Where in the line's stream the source's first byte lies: matters to replays."""
    if spooled.source is None or _same(spooled.source, line.source):
        return spooled.origin
    return end


def _same(before: str, now: str) -> bool:
    """The speed of a replay is no part of what is replayed."""
    return before.partition("?")[0] == now.partition("?")[0]
